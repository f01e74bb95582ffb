"""What failed, in words, and the note about it to the organisers."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import auto

from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.disclosure import shows_recipient
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting, line
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.times import written
from db import admin, deliveries
from db.models import Delivery

MOST_MATTERS = 5


def named(delivery: Delivery, texts: Texts) -> Markup:
    """Return the name of a message or job."""
    section, unknown = ("jobs", "unknown_job") if delivery.job else ("kinds", "unknown_kind")
    key = f"deliveries.{section}.{delivery.kind}"
    return texts(key if key in texts else f"deliveries.{unknown}")


def where_of(delivery: Delivery, texts: Texts) -> Markup:
    """Return where a message went, without naming recipients of private matters."""
    if delivery.target_id == delivery.guild_id:
        return texts("deliveries.this_server")
    if delivery.private and not shows_recipient(delivery.kind):
        return texts("deliveries.in_private")
    return Markup(f"<@{delivery.target_id}>" if delivery.private else f"<#{delivery.target_id}>")


class Why(Reason):
    """Why failures are not reported."""

    ALREADY_TOLD = auto()


Untold = tuple[Sequence[Delivery], dict[int, tuple[str, datetime | None]]]
"""Unreported failures, and what some of them were about."""


@notice(deliveries.NOTICE)
class Failures(Notice):
    """The note about what failed, without naming the members concerned, since several people read the channel."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say what failed, with jobs listed separately."""
        failed, about = await ctx.read(self._untold)
        if not failed:
            raise Skip(Why.ALREADY_TOLD)
        texts, zone = ctx.texts, ctx.bot.zone_of(await ctx.bot.guild_record(ctx.guild_id))
        jobs = Counter((named(one, texts), because(one.reason, texts)) for one in failed if one.job)
        messages = [one for one in failed if not one.job]
        counts, matters = Counter[Markup](), dict[Markup, dict[Markup, None]]()
        for one in messages:
            words = texts(
                "deliveries.failure",
                kind=named(one, texts),
                where=texts("deliveries.in_private") if one.private else where_of(one, texts),
                reason=because(one.reason, texts),
            )
            counts[words] += 1
            if one.id in about:
                title, at = about[one.id]
                key = "deliveries.matter" if at is None else "deliveries.matter_at"
                when = written(at, zone) if at is not None else ""
                matters.setdefault(words, {}).setdefault(texts(key, title=title, when=when))
        lines = [
            texts.count(
                "deliveries.failure_line", count, failure=line(words, *_listed(matters.get(words, {}), texts))
            )
            for words, count in counts.items()
        ]
        undone = [
            texts.count("deliveries.job_failed", count, job=job, reason=reason)
            for (job, reason), count in jobs.items()
        ]
        said: list[Markup] = []
        if messages:
            said += [texts.count("deliveries.failed", len(messages)), fitting(lines, texts)]
        if jobs:
            said += [texts.count("deliveries.jobs_failed", jobs.total()), fitting(undone, texts)]
        how = texts("deliveries.failed_how", command=ctx.bot.mention("admin deliveries"))
        push = ctx.push("deliveries.push_failed" if messages else "deliveries.push_undone", count=len(failed))
        return Outgoing(Card(*said, how), push=push)

    def _untold(self, session: Session, *, guild_id: int) -> Untold:
        failed = deliveries.untold(session, guild_id)
        # What concerns one member alone is not named, not even by its subject.
        shown = [one for one in failed if not one.private or shows_recipient(one.kind)]
        return failed, admin.matters(session, shown)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record who has heard of which failures."""
        untold = deliveries.untold(session, ctx.guild_id)
        told = [one for one in untold if one.settled_at and one.settled_at <= ctx.delivery.due_at]
        deliveries.mark_told(session, ctx.delivery, told, now=ctx.now)


def _listed(matters: Collection[Markup], texts: Texts) -> list[Markup]:
    """Return the subjects of the first few failures, one a line."""
    shown = [Markup(f"  - {matter}") for matter in list(matters)[:MOST_MATTERS]]
    more = len(matters) - len(shown)
    return [*shown, Markup(f"  - {texts.count('cards.more', more)}")] if more > 0 else shown


def because(reason: str | None, texts: Texts) -> Markup:
    """Return a reason in words; a colon may precede Discord's error code or another reason."""
    name, _, detail = (reason or "").partition(":")
    key = f"deliveries.reasons.{name}"
    if name == "gave_up":
        return texts(key, cause=because(detail or "no_answer", texts))
    return texts(key, code=detail) if key in texts else texts("deliveries.reasons.other", code=reason or "")
