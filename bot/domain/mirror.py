"""Rules of mirroring: what to do so that Discord's scheduled events show a server's meetings.

Limits and the transitions between statuses: https://docs.discord.com/developers/resources/guild-scheduled-event
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
"""How many of a server's 100 events are left to its members."""
OF_A_SERIES = 3
SOONEST = timedelta(minutes=1)
"""An event must still begin in the future when the request arrives."""

_MARK = re.compile(r"#iso-bot-(\d{1,9})\s*$")


def mark(meeting_id: int) -> str:
    """Return the last line of an event's description, by which it is found again after a crash."""
    return f"#iso-bot-{meeting_id}"


def marked(description: str | None) -> int | None:
    """Return the id of the meeting that an event shows, None when it carries no mark."""
    found = _MARK.search(description or "")
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What an event shows of a meeting."""

    name: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A meeting as the store has it; `wanted` says whether it should be among the events at all."""

    meeting_id: int
    event_id: int | None
    shown: Shown
    cancelled: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Present:
    """One of our events as Discord has it, scheduled or active."""

    event_id: int
    meeting_id: int
    shown: Shown
    status: int


@dataclass(frozen=True, slots=True)
class Step:
    """One request: create (no `event_id`), change, or (`delete`) delete; `meeting_id` where one is linked."""

    meeting_id: int | None
    event_id: int | None
    fields: Mapping[str, Any]
    delete: bool = False
    ends: bool = False
    """It ends the event: the meeting is no longer linked to any."""


def next_of_series(meetings: Iterable[tuple[int, int | None]]) -> set[int]:
    """Return which of (id, series), in order of time, to show: of each series only the next few."""
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
) -> tuple[list[Step], dict[int, int | None]]:
    """Return the steps, those that free space first, and the meetings whose links differ from the store's.

    Args:
        known: the meetings that are or were shown, in order of time.
        present: our events.
        others: how many of the server's events are not ours.
        now: the time.
    """
    ours: dict[int, dict[int, Present]] = {}
    for event in present:
        ours.setdefault(event.meeting_id, {})[event.event_id] = event
    room = max(0, MOST - KEPT_FREE - others)
    steps: list[Step] = []
    links: dict[int, int | None] = {}
    for meeting in known:
        marked_so = ours.get(meeting.meeting_id, {})
        event = marked_so.pop(meeting.event_id or 0, None)
        if event is None and marked_so:
            event = marked_so.pop(min(marked_so))
        present_id = event.event_id if event is not None else None
        if present_id != meeting.event_id:
            links[meeting.meeting_id] = present_id
        wanted = meeting.wanted and meeting.shown.ends_at > now and not meeting.cancelled and room > 0
        if wanted and (event is not None or meeting.shown.starts_at > now + SOONEST):
            room -= 1
        steps += _steps(meeting, event, wanted=wanted, now=now)
    spare = [event_id for events in ours.values() for event_id in events]
    steps += [Step(None, event_id, {}, delete=True) for event_id in spare]
    steps.sort(key=lambda step: step.event_id is None)
    return steps, links


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
    delete = Step(number, event.event_id, {}, delete=True)
    change = _change(number, event, shown, but=("scheduled_start_time",))
    fits = event.shown.starts_at < shown.ends_at  # Discord checks the new end against the start that it knows
    if shown.starts_at > now:
        if not active:
            return _change(number, event, shown)
        if event.shown.starts_at == shown.starts_at:
            return change  # somebody started it a little early
        # An event that has begun can't be postponed: it ends, and another one takes its place.
        return [complete, create] if shown.starts_at > now + SOONEST else [complete]
    if active:
        return change if fits else [complete]
    return [*change, start] if fits else [delete]


def _change(number: int, event: Present, shown: Shown, but: Collection[str] = ()) -> list[Step]:
    was, wanted = _fields(event.shown), _fields(shown)
    differ = {name: value for name, value in wanted.items() if value != was[name] and name not in but}
    if {"scheduled_start_time", "scheduled_end_time"} & differ.keys():
        # Discord checks the end against the start: send both, unless the start is past.
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
    """Cut `text` to `most` characters, with an ellipsis if something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
