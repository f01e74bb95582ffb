"""The rules of plans: actions as typed, when owners are nudged, and a sheet that fits whatever was typed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.lock_screen import share
from bot.domain.plans import MOST_ACTIONS, Odd, later, nudges, read_actions
from bot.domain.reports import GoalWords
from cogs.groups.actions import clipped
from tests.words import words

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
GRACE, TOMASZ = 123_456_789_012_345_678, 223_456_789_012_345_678
TEXTS = words()


def actions(text: str) -> list[GoalWords] | Odd:
    return read_actions(
        text, author_id=GRACE, members={"tomasz": TOMASZ}, ids=[GRACE, TOMASZ], now=NOW, zone=LONDON
    )


def test_actions_have_owners_and_days_in_either_order() -> None:
    assert actions(
        f"Leaflets; Tomasz; 20 march\n- Speaker; by 27 March; me\n\nHall; <@{TOMASZ}>\nTea; Rosa"
    ) == [
        GoalWords("Leaflets", TOMASZ, "", date(2026, 3, 20)),
        GoalWords("Speaker", GRACE, "", date(2026, 3, 27)),
        GoalWords("Hall", TOMASZ, "", None),
        GoalWords("Tea", None, "Rosa", None),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n".join(["Tea"] * (MOST_ACTIONS + 1)), "plans.actions.many"),
        ("y" * 301, "plans.actions.long"),
        ("Tea; 35 smarch 2026", "plans.actions.unread"),
        ("Tea; <@323456789012345678>", "plans.actions.outside"),
    ],
)
def test_what_can_not_be_read_has_its_words(text: str, reason: str) -> None:
    found = actions(text)
    assert isinstance(found, Odd)
    assert found.reason == reason
    assert "{" not in TEXTS(found.reason, **dict(found.fields))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = actions(text)
    assert isinstance(found, Odd) or len(found) <= MOST_ACTIONS


def test_owners_are_nudged_before_on_and_after_the_day_by_the_wall() -> None:
    found = [
        at.astimezone(LONDON).strftime("%d %B %H:%M")
        for at in nudges(date(2026, 3, 30), now=NOW, zone=LONDON)
    ]
    # The clocks go forward on the 29th.
    assert found == ["27 March 17:00", "30 March 17:00", "02 April 17:00"]
    assert nudges(date(2026, 2, 1), now=NOW, zone=LONDON) == []


def test_later_is_a_week_from_the_day_or_from_today() -> None:
    today = date(2026, 3, 2)
    assert later(date(2026, 3, 20), today) == date(2026, 3, 27)
    assert later(date(2026, 1, 1), today) == later(None, today) == date(2026, 3, 9)


@given(st.lists(st.integers(0, 4_000), max_size=8), st.integers(100, 4_000))
def test_shares_fit_and_short_texts_are_whole(lengths: list[int], room: int) -> None:
    most = share(lengths, room)
    assert sum(min(length, most) for length in lengths) <= room
    if sum(lengths) <= room:
        assert all(length <= most for length in lengths)


@given(st.text(alphabet="*_ab\n@#[]`", max_size=600), st.integers(10, 400))
def test_what_was_typed_is_clipped_to_its_share_and_never_within_an_escape(words: str, most: int) -> None:
    shown = clipped(words, most)
    assert len(shown) <= most + 1
    assert not shown.endswith("\\…") or shown.endswith("\\\\…")
