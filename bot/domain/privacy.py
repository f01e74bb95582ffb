"""Rules of data protection: what happens to a member's id when they are erased, and how long data is kept."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, cast

ERASED = "(erased)"
SWEEP_AT = time(3, 30, tzinfo=UTC)
"""When the daily sweep runs: an hour at which hardly anybody waits for an answer."""


class Rule(StrEnum):
    """What happens to a row that contains a member, when that member is erased."""

    DELETE = "delete"
    """Theirs: deleted."""
    PSEUDONYM = "pseudonym"
    """The network's: kept, with a pseudonymous number in their place."""
    NULL = "null"
    """The network's: kept, with their id emptied."""
    REPLACE = "replace"
    """Somebody else's words with their id in them: kept without the id."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long data is kept, in days."""

    after_leaving: int = 90
    messages: int = 90
    answers: int = 365
    audit: int = 730

    @property
    def leaving(self) -> timedelta:
        """How long the data of somebody who has left is kept."""
        return timedelta(days=self.after_leaving)

    @property
    def warned(self) -> timedelta:
        """How long before a server's erasure its installer is told."""
        return min(timedelta(days=7), self.leaving)

    @property
    def before_warning(self) -> timedelta:
        """How long after a server removed the bot the installer is told."""
        return self.leaving - self.warned

    def erase_at(self, left_at: datetime) -> datetime:
        """Return when to erase the data of somebody who left."""
        return left_at + timedelta(days=self.after_leaving)

    def cutoff(self, now: datetime) -> "Cutoff":
        """Return the instants before which things are outdated."""
        ago = [now - timedelta(days=days) for days in (self.messages, self.answers, self.audit)]
        return Cutoff(now, *ago)


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Now, and the instants before which messages, answers and the audit are outdated."""

    now: datetime
    messages: datetime
    answers: datetime
    audit: datetime


DRAFTS_KEPT, PLAN_DRAFTS_KEPT = timedelta(days=1), timedelta(days=60)
NEEDS_KEPT = timedelta(days=7)
"""Access needs may reveal somebody's health, and are useless once the meeting is over."""
NOTES_KEPT = timedelta(days=3)
"""An hourly job deletes them much sooner; this is for any that it missed."""
MONTHS_KEPT = timedelta(days=400)


def confirmed(first: datetime | None, last: datetime | None) -> bool:
    """Whether two definite answers from Discord are on two days, and not just before and after midnight."""
    if first is None or last is None:
        return False
    apart = first.astimezone(UTC).date() != last.astimezone(UTC).date()
    return apart and last - first >= timedelta(hours=12)


def pseudonym() -> int:
    """Return a number to replace an erased member: negative, random, and kept nowhere else."""
    return -1 - secrets.randbits(62)


def mentions(text: str, user_id: int) -> bool:
    """Whether the id is in a text, as a mention or as a number by itself."""
    return re.search(rf"(?<!\d){user_id}(?!\d)", text) is not None


def without(value: Any, user_id: int) -> Any:
    """Remove the id from a text or any JSON value; a number equal to the id becomes 0."""
    if isinstance(value, str):
        return re.sub(rf"<@!?{user_id}>|(?<!\d){user_id}(?!\d)", ERASED, value)
    if isinstance(value, list):
        return [without(part, user_id) for part in cast("list[Any]", value)]
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return {without(key, user_id): without(part, user_id) for key, part in parts.items()}
    return 0 if value == user_id and not isinstance(value, bool) else value


def next_sweep(now: datetime) -> datetime:
    """Return when the sweep runs next."""
    today = datetime.combine(now.astimezone(UTC).date(), SWEEP_AT)
    return today if today > now else today + timedelta(days=1)


def read_member(words: str) -> int | None:
    """Return the id in '123456789012345678' or in a mention; None for anything else."""
    found = re.fullmatch(r"\s*(?:<@!?)?(\d{15,20})>?\s*", words)
    return int(found[1]) if found and int(found[1]) < 2**63 else None
