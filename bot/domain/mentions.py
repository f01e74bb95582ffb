"""Rules of mentions: which of the bot's messages notifies whom, and how often."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

NOBODY = 0
"""Stored instead of a role where an admin chose to mention nobody."""
NAMED_WITHIN = timedelta(days=60)
"""What was held back longer ago is no longer named."""
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
"""At most one of these a day mentions the role of a region; the others always do, and do not count."""
CHANGES = frozenset({"start", "venue", "online", "record"})
"""The facts of a meeting whose change mentions the role: when and where. Other changes are posted silently."""


class MentionDecision(StrEnum):
    """What happens to a mention: made, held back by the cap (and named in the next one), or not wanted."""

    MADE = "made"
    HELD = "held"
    NONE = "none"


def mention_decision(
    occasion: Occasion, *, used: bool, reminders: bool = False, last: bool = True, first: bool = True
) -> MentionDecision:
    """Decide whether a message mentions its region's role.

    Args:
        occasion: why it is posted.
        used: whether a `CAPPED` message has already mentioned the role that day.
        reminders: whether the region chose that last reminders mention the role.
        last: whether it is the last reminder of its subject.
        first: whether its subject was not announced before; a card posted again is not news.
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
    """Return the role that a region mentions: the chosen one, else its network's; None for nobody."""
    role = of_network if chosen is None else chosen
    return role or None


def to_store(chosen: int | None, of_network: int | None) -> int | None:
    """Return how a choice is stored: None follows the network's role, 0 mentions nobody."""
    return None if chosen == of_network else chosen or NOBODY
