"""What has to be done so that Discord's events show the meetings: from any state it ends, and stays ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mirror import (
    ACTIVE,
    CANCELED,
    COMPLETED,
    KEPT_FREE,
    MOST,
    SCHEDULED,
    SOONEST,
    Known,
    Present,
    Shown,
    Step,
    cut,
    mark,
    marked,
    next_of_series,
    plan,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NEXT = {SCHEDULED: (ACTIVE, CANCELED), ACTIVE: (COMPLETED,)}


def shown(name: str, hours: float) -> Shown:
    begins = NOW + timedelta(hours=hours)
    return Shown(name, f"x\n{mark(1)}", "Hall", begins, begins + timedelta(hours=1))


@dataclass
class Discord:
    """A stand-in for Discord's rules: it refuses what Discord refuses."""

    events: dict[int, Present] = field(default_factory=dict[int, Present])
    others: int = 0
    links: dict[int, int | None] = field(default_factory=dict[int, int | None])
    number: int = 1_000

    def do(self, step: Step) -> None:
        if step.delete:
            assert step.event_id is not None
            del self.events[step.event_id]
        elif step.event_id is None:
            assert step.meeting_id is not None
            assert len(self.events) + self.others < MOST
            self.number += 1
            assert step.fields["scheduled_start_time"] > NOW.isoformat()
            self.events[self.number] = Present(
                self.number, step.meeting_id, self.read(step.fields), SCHEDULED
            )
            self.links[step.meeting_id] = self.number
            return
        else:
            self.change(self.events[step.event_id], step)
        if step.delete or step.ends:
            self.links[step.meeting_id or 0] = None

    def change(self, event: Present, step: Step) -> None:
        status = step.fields.get("status", event.status)
        assert status == event.status or status in NEXT[event.status]
        if "scheduled_start_time" in step.fields:
            assert step.fields["scheduled_start_time"] > NOW.isoformat()
            assert event.status == SCHEDULED
        changed = replace(event, status=status, shown=self.read(step.fields, event.shown))
        assert changed.shown.ends_at > changed.shown.starts_at
        if status in (COMPLETED, CANCELED):
            del self.events[event.event_id]
        else:
            self.events[event.event_id] = changed

    def read(self, said: Mapping[str, Any], before: Shown | None = None) -> Shown:
        was = before or shown("", 0)
        return Shown(
            name=said.get("name", was.name),
            description=said.get("description", was.description),
            location=said.get("entity_metadata", {"location": was.location})["location"],
            starts_at=datetime.fromisoformat(said.get("scheduled_start_time", was.starts_at.isoformat())),
            ends_at=datetime.fromisoformat(said.get("scheduled_end_time", was.ends_at.isoformat())),
        )


hours = st.floats(-3, 48).map(lambda number: round(number, 1))
known = st.builds(
    Known,
    meeting_id=st.integers(1, 8),
    event_id=st.none() | st.integers(1, 10),
    shown=st.builds(shown, st.sampled_from("abc"), hours),
    cancelled=st.booleans(),
    wanted=st.booleans(),
)
present = st.builds(
    Present,
    event_id=st.integers(1, 10),
    meeting_id=st.integers(1, 10),
    shown=st.builds(shown, st.sampled_from("abc"), hours),
    status=st.sampled_from([SCHEDULED, ACTIVE]),
)


def unlike(meetings: Iterable[Known]) -> list[Known]:
    """Keep of meetings one for each number, and of links one for each event, as the store does."""
    found: dict[int, Known] = {}
    taken: set[int] = set()
    for one in meetings:
        twice = one.event_id in taken
        taken.add(one.event_id or 0)
        found[one.meeting_id] = replace(one, event_id=None) if twice else one
    return sorted(found.values(), key=lambda one: one.shown.starts_at)


@given(st.lists(known, max_size=8), st.lists(present, max_size=8), st.integers(0, 100))
def test_from_any_state_one_round_comes_to_rest_and_breaks_none_of_discords_rules(
    meetings: Sequence[Known], events: Sequence[Present], others: int
) -> None:
    ours = {event.event_id: event for event in events}
    discord = Discord(dict(ours), min(others, MOST - len(ours)))
    store = unlike(meetings)
    steps, links = plan(store, discord.events.values(), others=discord.others, now=NOW)
    for step in steps:
        discord.do(step)
    linked = {one.meeting_id: links.get(one.meeting_id, one.event_id) for one in store} | discord.links
    after = [
        replace(one, event_id=linked[one.meeting_id] if linked[one.meeting_id] in discord.events else None)
        for one in store
    ]
    again, relinked = plan(after, discord.events.values(), others=discord.others, now=NOW)
    assert again == []
    assert relinked == {}
    assert len(discord.events) <= max(MOST - KEPT_FREE - discord.others, 0)
    for one in after:
        event = discord.events.get(one.event_id or 0)
        over = one.cancelled or not one.wanted or one.shown.ends_at <= NOW
        if over:
            assert event is None
        elif event is not None:
            assert event.status == ACTIVE or one.shown.starts_at > NOW
            assert (event.shown.name, event.shown.ends_at) == (one.shown.name, one.shown.ends_at)
        elif one.shown.starts_at > NOW + SOONEST:
            assert len(discord.events) + discord.others >= MOST - KEPT_FREE


def test_marks_are_found_at_the_end_of_a_description_alone() -> None:
    assert marked(f"Words\n{mark(12)}") == 12
    assert marked(f"{mark(12)} and more") is None
    assert marked("") is marked(None) is None


def test_of_a_series_the_next_three_are_shown_and_of_the_rest_all() -> None:
    meetings = [(1, 7), (2, None), (3, 7), (4, 8), (5, 7), (6, 7), (7, None)]
    assert next_of_series(meetings) == {1, 2, 3, 4, 5, 7}


def test_what_is_too_long_is_cut_with_a_sign() -> None:
    assert cut("x" * 100, 100) == "x" * 100
    assert cut("x" * 101, 100) == "x" * 99 + "…"
