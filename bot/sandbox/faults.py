"""Fault injection: rules that break answers, connections and time."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Kind = Literal["status", "drop_before", "drop_after", "slow", "truncate"]


@dataclass(slots=True)
class Rule:
    """One kind of fault for the requests it matches, with its `hits` ("POST /channels/1/messages") so far.

    Kinds: `status` answers with that status and does no work, unless `after` (then the work is done and only the answer
    is replaced by the error); `drop_before` cuts the connection before the work, `drop_after` after it;
    `slow` waits `seconds` or for `until` before the work (after it with `after`); `truncate` sends `at` bytes of the
    body and cuts. A `status` of 429 says `retry_after`, `scope` "user", "shared" or "global", and has a Via header
    unless `via` is False (as when Cloudflare itself answers). Another `status` comes as an HTML page, with a `code` as
    Discord's own JSON, or as `body` of `content_type`.
    """

    match: re.Pattern[str]
    kind: Kind
    times: int | None = None
    probability: float = 1.0
    skip: int = 0
    status: int = 503
    retry_after: float = 0.5
    scope: str = "user"
    via: bool = True
    seconds: float = 0.0
    until: asyncio.Event | None = None
    at: int = 0
    after: bool = False
    code: int | None = None
    body: str | None = None
    content_type: str = "text/html"
    hits: list[str] = field(default_factory=list[str])
    seen: int = 0

    @property
    def spent(self) -> bool:
        """Whether it has struck as often as it should."""
        return self.times is not None and len(self.hits) >= self.times


class Faults:
    """The active rules. The first that matches a request strikes; randomness is seeded."""

    def __init__(self, seed: int = 0) -> None:
        self.rules: list[Rule] = []
        self._random = Random(seed)

    def add(
        self,
        match: str = "",
        kind: Kind = "status",
        *,
        times: int | None = 1,
        probability: float = 1.0,
        skip: int = 0,
        status: int = 503,
        retry_after: float = 0.5,
        scope: str = "user",
        via: bool = True,
        seconds: float = 0.0,
        until: asyncio.Event | None = None,
        at: int = 0,
        after: bool = False,
        code: int | None = None,
        body: str | None = None,
        content_type: str = "text/html",
    ) -> Rule:
        """Break requests from now on.

        Args:
            match: a regular expression searched in "METHOD /path" and in "METHOD /path/{template}".
            kind: see `Rule`.
            times: how often in all; None for ever.
            probability: of striking each time it matches.
            skip: how many matching requests pass first.
            status: of `status` faults.
            retry_after: seconds, of a 429.
            scope: "user", "shared" or "global", of a 429.
            via: whether a 429 has the Via header.
            seconds: of `slow`.
            until: for `slow`, awaited instead of seconds.
            at: bytes sent before a `truncate` cuts.
            after: whether `status` and `slow` strike after the work was done.
            code: of `status` faults: answer in Discord's own shape with this error code.
            body: of `status` faults: answer with this, as `content_type`.
            content_type: see `body`.
        """
        rule = Rule(
            re.compile(match),
            kind,
            times,
            probability,
            skip,
            status,
            retry_after,
            scope,
            via,
            seconds,
            until,
            at,
            after,
            code,
            body,
            content_type,
        )
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Remove every rule; their hits stay readable."""
        self.rules.clear()

    def strike(self, method: str, path: str, template: str) -> Rule | None:
        """Return the rule that strikes this request, counting the hit."""
        for rule in self.rules:
            if rule.spent or not any(rule.match.search(f"{method} {text}") for text in (path, template)):
                continue
            rule.seen += 1
            if rule.seen <= rule.skip or self._random.random() >= rule.probability:
                continue
            rule.hits.append(f"{method} {path}")
            return rule
        return None

    def hits(self) -> Sequence[str]:
        """Return what all active rules have struck."""
        return [hit for rule in self.rules for hit in rule.hits]
