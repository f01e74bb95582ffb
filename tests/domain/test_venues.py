"""Which venue words mean, and when what is known of one has gone stale."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.venues import DETAILS, STEPS, clean_name, meant, stale

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
