"""Rules of mentions: which message of the bot's rings for whom, and how often."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

NOBODY = 0
"""What replaces a role where an admin chose that nobody is mentioned."""
NAMED_WITHIN = timedelta(days=60)
"""What was held back longer ago is named no more."""
MOST_NAMED = 3


class Occasion(StrEnum):
    """Why a message in a channel mentions a role."""

    MEETING = "meeting"
    POLL = "poll"
    REMINDER = "reminder"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    HELP = "help"


CAPPED = frozenset({Occasion.MEETING, Occasion.POLL, Occasion.REMINDER})
"""At most one of these a day and region mentions its role; the others always do, and use up nothing of it."""
CHANGES = frozenset({"start", "venue", "online", "record"})
"""The facts of a meeting whose change mentions: when it is, and where. The others are news without a sound."""


class MentionDecision(StrEnum):
    """What comes of a mention: made, held back by the cap (and named in the next one), or not wanted."""

    MADE = "made"
    HELD = "held"
    NONE = "none"


def mention_decision(
    occasion: Occasion, *, used: bool, reminders: bool = False, last: bool = True, first: bool = True
) -> MentionDecision:
    """Return whether a message mentions its region's role.

    Args:
        occasion: why it is posted.
        used: whether a message of `CAPPED` has mentioned the role on that day already.
        reminders: whether the region chose that last reminders mention.
        last: whether no later reminder of the same thing comes.
        first: whether the thing was not announced before; a card that is posted again is no news.
    """
    if occasion is Occasion.REMINDER and not (reminders and last):
        return MentionDecision.NONE
    if occasion in (Occasion.MEETING, Occasion.POLL) and not first:
        return MentionDecision.NONE
    return MentionDecision.HELD if occasion in CAPPED and used else MentionDecision.MADE


def day_of(now: datetime, zone: ZoneInfo) -> str:
    """Return the local day of an instant, such as '2026-03-02'."""
    return now.astimezone(zone).date().isoformat()


def role_for(chosen: int | None, of_network: int | None) -> int | None:
    """Return the role that a region mentions: the chosen one, by default its network's; None for nobody."""
    role = of_network if chosen is None else chosen
    return role or None


def to_store(chosen: int | None, of_network: int | None) -> int | None:
    """Return what is stored of a choice: None follows the network's role, 0 mentions nobody."""
    return None if chosen == of_network else chosen or NOBODY
