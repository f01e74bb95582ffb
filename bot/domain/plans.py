"""Rules of working groups and their plans: topics, the planning sheet in three steps, and when owners are nudged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc
from bot.domain.names import normalize
from bot.domain.reports import GoalWords, Unread, read_goals

Step = Literal["aim", "actions", "worked"]
STEPS: Final[Mapping[Step, Sequence[str]]] = {
    "aim": ("aim", "decides", "affected"),
    "actions": ("actions_words", "resources"),
    "worked": ("worked",),
}
"""The planning sheet, a form a step (after the campaign planning sheet of the union's organising toolkit)."""
LENGTHS: Final = {
    "aim": 500, "decides": 500, "affected": 500, "actions_words": 4_000, "resources": 500, "worked": 500,
}  # fmt: skip
NEEDED: Final = ("aim", "actions_words")
"""Required before a plan can be posted; the rest may stay open."""

MOST_ACTIONS: Final = 10
LONGEST_ACTION: Final = 300
NUDGES: Final = (timedelta(days=3), timedelta(0), timedelta(days=-3))
"""An owner is nudged three days before, on the day, and once more three days after it."""
NUDGED_AT: Final = time(17)
LATER: Final = timedelta(days=7)
"""How far 'Later' moves an action from its day, or from today when that is past."""
DRAFTS_KEPT: Final = timedelta(days=60)
_MYSELF = frozenset({"me", "i", "myself", "fi"})


@dataclass(frozen=True, slots=True)
class Odd:
    """What is wrong with actions as typed: a text key and its fields."""

    reason: str
    fields: tuple[tuple[str, object], ...] = ()


def read_actions(
    text: str, *, author_id: int, members: dict[str, int], ids: Sequence[int], now: datetime, zone: ZoneInfo
) -> list[GoalWords] | Odd:
    """Read actions, one a line: 'what; who; by when'. An owner is a member of the group, 'me', or a name.

    Args:
        text: as typed.
        author_id: the member whom 'me' means.
        members: the group's members by folded name.
        ids: the ids of the group's members; a mention of somebody else is refused.
        now: the time.
        zone: the zone in which days are read.
    """
    lines = [line for line in text.splitlines() if line.strip(" -*;\t")]
    if len(lines) > MOST_ACTIONS:
        return Odd("plans.actions.many", (("most", MOST_ACTIONS), ("count", len(lines))))
    for line in lines:
        if len(line.split(";")[0].strip()) > LONGEST_ACTION:
            return Odd("plans.actions.long", (("line", line[:60]), ("most", LONGEST_ACTION)))
    read = read_goals(text, now=now, zone=zone)
    if isinstance(read, Unread):
        return Odd("plans.actions.unread", (("line", read.line), ("day", read.day)))
    found: list[GoalWords] = []
    for goal in read:
        if goal.owner_id is not None and goal.owner_id not in ids:
            return Odd("plans.actions.outside", (("line", goal.words[:60]),))
        owner_id = goal.owner_id
        if owner_id is None and goal.owner:
            folded = normalize(goal.owner)
            owner_id = author_id if folded in _MYSELF else members.get(folded)
        found.append(GoalWords(goal.words, owner_id, "" if owner_id else goal.owner, goal.due_on))
    return found


def nudges(due_on: date, *, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the future times at which to nudge the owner of an action."""
    times = [to_utc(due_on - before, NUDGED_AT, zone) for before in NUDGES]
    return [moment for moment in times if moment > now]


def later(due_on: date | None, today: date) -> date:
    """Return the new day of a postponed action."""
    return max(due_on or today, today) + LATER
