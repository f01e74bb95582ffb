"""Which venue words mean, and when what is known of one has gone stale."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.venues import DETAILS, STEPS, beside, clean_name, meant, stale, told

NAMES = ["hamilton house", "hamilton", "st mary s hall"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Hamilton House", "hamilton house"),
        ("hamilton-house, 2nd floor", "hamilton house"),
        ("Hamilton", "hamilton"),
        ("Hamiltonian Hall", None),
        ("St. Mary's Hall (back door)", "st mary s hall"),
        ("The Hamilton House", None),
        ("", None),
        ("!!", None),
    ],
)
def test_words_mean_the_longest_name_that_they_begin_with(words: str, name: str | None) -> None:
    assert meant(words, NAMES) == name


def test_what_was_checked_a_year_ago_is_stale() -> None:
    then = datetime(2026, 3, 2, tzinfo=UTC)
    assert not stale(then, then + timedelta(days=365))
    assert stale(then, then + timedelta(days=365, seconds=1))


def test_the_forms_ask_for_every_detail_once() -> None:
    assert sorted([name for step in STEPS for name in step]) == sorted((*DETAILS, "address"))
    assert all(len(step) <= 5 for step in STEPS)


def test_a_name_stands_on_one_line_and_is_not_too_long() -> None:
    assert clean_name("  Hamilton \n House ") == "Hamilton House"
    assert clean_name("x" * 101) is None
    assert clean_name(" ... ") is None


@pytest.mark.parametrize(
    ("words", "listed", "rest", "differing"),
    [
        ("Step-free, hearing loop", {"hearing_loop": "none"}, "Step-free", {"hearing_loop"}),
        (
            "Step-free, hearing loop",
            {"hearing_loop": "in the main hall only"},
            "Step-free, hearing loop",
            set[str](),
        ),
        ("hearing loop", {"hearing_loop": "None."}, "", {"hearing_loop"}),
        (
            "No hearing loop; BSL interpreter booked",
            {"hearing_loop": "yes"},
            "BSL interpreter booked",
            {"hearing_loop"},
        ),
        ("no hearing loop", {"hearing_loop": "none"}, "no hearing loop", set[str]()),
        ("hearing loop", {"hearing_loop": ""}, "hearing loop", set[str]()),
        (
            "There is a lift, quiet room",
            {"step_free": "no, three steps at the door"},
            "Quiet room",
            {"step_free"},
        ),
        ("The lift is broken", {"step_free": "yes, lift to all floors"}, "", {"step_free"}),
        ("No steps at all", {"step_free": "yes, by the side door"}, "No steps at all", set[str]()),
        ("Two steps at the door", {"step_free": "level access"}, "", {"step_free"}),
        ("accessible loo", {"toilets": "none that is accessible"}, "", {"toilets"}),
        ("Blue Badge bays", {"parking": "yes, but not on Saturdays"}, "Blue Badge bays", set[str]()),
        ("Ring the bell", {"hearing_loop": "none"}, "Ring the bell", set[str]()),
    ],
)
def test_what_a_meeting_says_of_access_and_what_is_listed_do_not_deny_each_other(
    words: str, listed: dict[str, str], rest: str, differing: set[str]
) -> None:
    assert beside(words, listed) == (rest, differing)


def test_words_are_known_by_what_they_speak_of() -> None:
    assert told("Step-free, hearing loop, accessible toilet") == {"step_free", "hearing_loop", "toilets"}
    assert told("Ask for Grace at the door") == set[str]()
