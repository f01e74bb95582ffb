"""Rules of reports: goals as people type them, when the host is asked, and when owners are nudged."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc
from bot.domain.when import Day, Moment, Span, read

ASKED_AFTER = (timedelta(days=1), timedelta(days=4))
"""The host is asked on the morning after the meeting, and once more three days later."""
ASKED_AT = time(9)
NUDGES = (timedelta(days=3), timedelta(0))
NUDGED_AT = time(17)
LONGEST = 300
MOST = 10
_MENTION = re.compile(r"<@!?(\d{15,20})>")


def asked_at(ended_at: datetime, asked: int, zone: ZoneInfo) -> datetime:
    """Return when to ask the host of a meeting for its report, after asking `asked` times before (0 or 1)."""
    return to_utc(ended_at.astimezone(zone).date() + ASKED_AFTER[asked], ASKED_AT, zone)


@dataclass(frozen=True, slots=True)
class GoalWords:
    """A goal as typed: what, who (a member's id or a name, or neither), and by which day."""

    words: str
    owner_id: int | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of goals whose day could not be read."""

    line: str
    day: str


def read_goals(text: str, *, now: datetime, zone: ZoneInfo) -> list[GoalWords] | Unread:
    """Read goals, one a line: 'what; who; by when', the last two optional and in either order."""
    goals: list[GoalWords] = []
    for line in text.splitlines():
        parts = [part.strip(" -*\t") for part in line.split(";")]
        parts = [part for part in parts if part]
        if not parts:
            continue
        owner_id, owner, due = None, "", None
        for part in parts[1:]:
            mention = _MENTION.fullmatch(part)
            day = None if mention else _day(part, now, zone)
            if mention:
                owner_id = int(mention[1])
            elif day is not None and due is None:
                due = day
            elif not owner and owner_id is None and len(part) <= 80 and _is_name(part):
                owner = part
            else:
                return Unread(parts[0][:80], part[:60])
        goals.append(GoalWords(parts[0][:LONGEST], owner_id, owner, due))
    return goals[:MOST]


def _day(words: str, now: datetime, zone: ZoneInfo) -> date | None:
    match read(re.sub(r"^(by|until|before)\s+", "", words, flags=re.IGNORECASE), now=now, zone=zone):
        case Day(on):
            return on
        case Moment(at):
            return at.date()
        case Span(start):
            return start.at.date()
        case _:
            return None


def nudges(due_on: date, *, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when to nudge the owner of a goal: in the late afternoon some days before, and on the day."""
    times = [to_utc(due_on - before, NUDGED_AT, zone) for before in NUDGES]
    return [moment for moment in times if moment > now]


def _is_name(part: str) -> bool:
    """Whether words can be somebody's name: digits only after letters, as in 'amina_87'."""
    return not re.search(r"(?<![\w.-])\d|(?<![^\W\d])[-.:/]\d", part)
