"""Rules of the first contact and of the series, and that the steps of content hold together."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Quiet
from bot.domain.onboarding import RAID, Series, Step, due, raiders, slot
from bot.texts import CONTENT
from bot.texts.sources import is_known
from cogs.common.advice import pieces
from cogs.onboarding.cards import series_of
from tests.domain.test_guidance import READABLE, reading_ease
from tests.words import words

__all__ = ["reading_ease"]

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = words()
SERIES = series_of(TEXTS)


def given_out(
    number: int, start: datetime = NOON, apart: timedelta = timedelta(0), an_hour: int = 10
) -> list[datetime]:
    slots: list[datetime] = []
    for index in range(number):
        at = slot(start + index * apart, slots, an_hour=an_hour, zone=LONDON)
        if at is not None:
            slots.append(at)
    return slots


def test_the_first_newcomer_is_greeted_after_two_minutes() -> None:
    assert given_out(1) == [NOON + timedelta(minutes=2)]


def test_greetings_are_a_minute_apart() -> None:
    slots = given_out(5)
    assert [later - earlier for earlier, later in itertools.pairwise(slots)] == [timedelta(minutes=1)] * 4


@given(
    gaps=st.lists(st.integers(0, 600), min_size=1, max_size=200),
    an_hour=st.integers(1, 30),
)
def test_no_hour_ever_has_more_greetings_than_allowed(gaps: list[int], an_hour: int) -> None:
    slots: list[datetime] = []
    now = NOON
    for gap in gaps:
        now += timedelta(seconds=gap)
        at = slot(now, slots, an_hour=an_hour, zone=LONDON)
        if at is not None:
            assert now < at <= now + timedelta(hours=2)
            slots.append(at)
    for start in slots:
        assert sum(start <= at < start + timedelta(hours=1) for at in slots) <= an_hour
    assert slots == sorted(slots)


def test_who_would_wait_longer_than_two_hours_gets_no_slot() -> None:
    assert len(given_out(100)) == 20


def test_nobody_is_greeted_when_the_pace_is_zero() -> None:
    assert given_out(3, an_hour=0) == []


def test_at_night_only_who_has_just_joined_is_greeted() -> None:
    late = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    slots = given_out(30, late)
    assert slots[0] == late + timedelta(minutes=2)
    assert max(slots) <= late + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("number", "within", "raid"), [(RAID, 59, True), (RAID - 1, 59, False), (RAID, 90, False)]
)
def test_so_many_joins_within_a_minute_are_a_raid(number: int, within: int, raid: bool) -> None:
    joins = [NOON + timedelta(seconds=within * index / (number - 1)) for index in range(number)]
    assert raiders(joins) == (set(range(number)) if raid else set())


def test_a_raid_leaves_out_who_came_before_and_after() -> None:
    throng = [NOON + timedelta(seconds=index) for index in range(RAID)]
    joins = [NOON - timedelta(hours=1), *throng, NOON + timedelta(hours=1)]
    assert raiders(joins) == set(range(1, RAID + 1))


def test_steps_come_in_the_order_of_their_days_and_answered_ones_are_left_out() -> None:
    series = Series([Step("c", "C", 9), Step("a", "A", 0), Step("b", "B", 4)])
    assert [step.name for step in series.steps] == ["a", "b", "c"]
    assert series.after("") == series.get("a")
    assert series.after("a", {"b"}) == series.get("c")
    assert series.after("c") is None
    assert series.after("gone") == series.get("a")
    assert (series.place("b"), series.place("gone")) == (2, 0)


def test_a_step_comes_as_many_days_later_as_content_says_after_lessons() -> None:
    first, second = Step("a", "A", 0), Step("b", "B", 4)
    assert due(second, first, NOON, zone=LONDON) == datetime(2026, 3, 6, 16, 30, tzinfo=UTC)


def test_the_hour_stays_across_the_clock_change() -> None:
    shown = datetime(2026, 3, 27, 12, tzinfo=UTC)
    at = due(Step("b", "B", 4), Step("a", "A", 0), shown, zone=LONDON)
    assert at == datetime(2026, 3, 31, 15, 30, tzinfo=UTC)


def test_a_pause_keeps_the_pace_and_a_step_never_comes_on_the_same_day() -> None:
    same = due(Step("b", "B", 4), Step("a", "A", 4), NOON, zone=LONDON)
    assert same == datetime(2026, 3, 3, 16, 30, tzinfo=UTC)


def test_a_members_own_quiet_hours_hold() -> None:
    at = due(Step("b", "B", 1), None, NOON, zone=LONDON, quiet=Quiet(time(15), time(19)))
    assert at == datetime(2026, 3, 3, 19, tzinfo=UTC)


def test_the_series_covers_what_the_source_lists_one_idea_at_a_time() -> None:
    names = [step.name for step in SERIES.steps]
    assert names[:10] == [
        "what-an-iso-is",
        "four-pillars",
        "why-it-matters",
        "your-region",
        "what-moves-you",
        "your-branch",
        "same-issue",
        "your-representatives",
        "first-small-actions",
        "training",
    ]
    assert all(name.startswith("idea-") for name in names[10:])
    assert len(names) == 17


def test_steps_have_days_of_their_own_and_lead_to_advice_that_exists() -> None:
    days = [step.day for step in SERIES.steps]
    assert days[0] == 0
    assert len(set(days)) == len(days)
    assert {step.advice for step in SERIES.steps} <= {piece.name for piece in pieces(TEXTS)}
    assert len(SERIES.steps) == len(list((CONTENT / "en-GB" / "onboarding").glob("*.md")))


@pytest.mark.parametrize("step", SERIES.steps, ids=lambda step: step.name)
def test_every_step_is_short_easy_to_read_and_has_one_thing_to_do(
    reading_ease: Callable[[str], float], step: Step
) -> None:
    text = TEXTS.get(f"onboarding.{step.name}")
    assert text is not None
    assert reading_ease(text.words) >= READABLE
    assert text.words.count("**One thing to do:**") == 1
    assert len(text.words) <= 900
    assert len(step.name) <= 40
    for source in text.meta["source"]:
        assert is_known(source)
