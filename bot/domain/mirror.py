"""Rules of the mirror: what has to be done so that Discord's scheduled events show a server's meetings.

Limits and the ways between statuses: https://docs.discord.com/developers/resources/guild-scheduled-event
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
NAME, DESCRIPTION, LOCATION = 100, 1_000, 100
MOST = 100
KEPT_FREE = 10
"""So many of a server's 100 events are left to its members."""
OF_A_SERIES = 3
SOONEST = timedelta(minutes=1)
"""An event must begin in the future, also when the request arrives."""

_MARK = re.compile(r"#iso-bot-(\d{1,9})\s*$")


def mark(meeting_id: int) -> str:
    """Return the last line of an event's description, by which it is found again after a crash."""
    return f"#iso-bot-{meeting_id}"


def marked(description: str | None) -> int | None:
    """Return the number of the meeting that an event shows, None when it carries no mark."""
    found = _MARK.search(description or "")
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What an event says of a meeting."""

    name: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A meeting as the store has it; `wanted` says whether it is to be seen among the events at all."""

    meeting_id: int
    event_id: int | None
    shown: Shown
    cancelled: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Present:
    """An event of ours as Discord has it, scheduled or active."""

    event_id: int
    meeting_id: int | None
    shown: Shown
    status: int


@dataclass(frozen=True, slots=True)
class Step:
    """One request: create (no `event_id`), change, or (`delete`) take away; `meeting_id` where one is linked."""

    meeting_id: int | None
    event_id: int | None
    fields: Mapping[str, Any]
    delete: bool = False
    ends: bool = False
    """With it the event is over: the meeting is linked to none any more."""


def next_of_series(meetings: Iterable[tuple[int, int | None]]) -> set[int]:
    """Return which of (id, series), in order of time, are shown: of each series only the next few."""
    counts: dict[int, int] = {}
    chosen: set[int] = set()
    for meeting_id, series_id in meetings:
        if series_id is not None:
            counts[series_id] = counts.get(series_id, 0) + 1
            if counts[series_id] > OF_A_SERIES:
                continue
        chosen.add(meeting_id)
    return chosen


def plan(
    known: Sequence[Known], present: Iterable[Present], *, others: int, now: datetime
) -> tuple[list[Step], dict[int, int]]:
    """Return what has to be done, what makes room first, and the links that Discord has and the store lacks.

    Args:
        known: the meetings that are shown, or were; in order of time.
        present: our events.
        others: how many events of a server are not ours.
        now: the time.
    """
    by_id = {event.event_id: event for event in present}
    by_mark: dict[int, list[Present]] = {}
    for event in by_id.values():
        if event.meeting_id is not None:
            by_mark.setdefault(event.meeting_id, []).append(event)
    room = max(0, MOST - KEPT_FREE - others)
    steps: list[Step] = []
    found: dict[int, int] = {}
    used: set[int] = set()
    for meeting in known:
        event = by_id.get(meeting.event_id or 0) or next(iter(by_mark.get(meeting.meeting_id, ())), None)
        if event is not None:
            used.add(event.event_id)
            if event.event_id != meeting.event_id:
                found[meeting.meeting_id] = event.event_id
        wanted = meeting.wanted and meeting.shown.ends_at > now and not meeting.cancelled and room > 0
        if wanted and (event is not None or meeting.shown.starts_at > now + SOONEST):
            room -= 1
        steps += _steps(meeting, event, wanted=wanted, now=now)
    spare = [
        Step(None, event.event_id, {}, delete=True) for event in by_id.values() if event.event_id not in used
    ]
    steps += spare
    steps.sort(key=lambda step: step.event_id is None)
    return steps, found


def _steps(meeting: Known, event: Present | None, *, wanted: bool, now: datetime) -> list[Step]:
    shown, number = meeting.shown, meeting.meeting_id
    create = Step(number, None, _fields(shown))
    if event is None:
        return [create] if wanted and shown.starts_at > now + SOONEST else []
    complete = Step(number, event.event_id, {"status": COMPLETED}, ends=True)
    start = Step(number, event.event_id, {"status": ACTIVE})
    active = event.status == ACTIVE
    if meeting.cancelled:
        return [complete if active else Step(number, event.event_id, {"status": CANCELED}, ends=True)]
    if shown.ends_at <= now:
        return [complete] if active else [start, complete]
    if not wanted:
        return [Step(number, event.event_id, {}, delete=True)]
    if shown.starts_at > now:
        # What has begun can't be put off: it ends, and another one takes its place.
        return [complete, create] if active else _change(number, event, shown)
    change = _change(number, event, shown, but=("scheduled_start_time",))
    return change if active else [*change, start]


def _change(number: int, event: Present, shown: Shown, but: Collection[str] = ()) -> list[Step]:
    was, wanted = _fields(event.shown), _fields(shown)
    differ = {name: value for name, value in wanted.items() if value != was[name] and name not in but}
    if {"scheduled_start_time", "scheduled_end_time"} & differ.keys():
        # Discord holds the end against the start: both go together, unless the start is past.
        both = ("scheduled_start_time", "scheduled_end_time")
        differ |= {name: wanted[name] for name in both if name not in but}
    return [Step(number, event.event_id, differ)] if differ else []


def _fields(shown: Shown) -> dict[str, Any]:
    return {
        "name": shown.name,
        "description": shown.description,
        "entity_metadata": {"location": shown.location},
        "scheduled_start_time": shown.starts_at.isoformat(),
        "scheduled_end_time": shown.ends_at.isoformat(),
    }


def cut(text: str, most: int) -> str:
    """Return `text` on no more than `most` characters, with a sign that something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
