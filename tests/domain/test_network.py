"""Rules of networks: names, seats and terms, twinning, groups, days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.network import (
    Sought,
    fit,
    names_of_groups,
    over,
    read_day,
    same_region,
    serving,
    vacant,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Yorkshire", "Yorkshire and the Humber", True),
        ("north-west", "North West", True),
        ("London", "London", True),
        ("North", "North West", True),
        ("North West", "North East", False),
        ("West", "West Midlands", True),
        ("Midlands", "West Midlands", False),
        ("", "London", False),
        ("🌍", "London", False),
    ],
)
def test_two_names_mean_one_region(one: str, other: str, same: bool) -> None:
    assert same_region(one, other) is same_region(other, one) is same


@pytest.mark.parametrize(
    ("begins", "ends", "serves", "ended"),
    [
        (None, None, True, False),
        ("2026-03-02", "2026-03-02", True, False),
        ("2026-03-03", None, False, False),
        (None, "2026-03-01", False, True),
        ("2024-09-01", "2026-08-31", True, False),
    ],
)
def test_a_term_holds_on_both_its_days(
    begins: str | None, ends: str | None, serves: bool, ended: bool
) -> None:
    assert serving((begins, ends), TODAY) is serves
    assert over((begins, ends), TODAY) is ended


def test_seats_are_vacant_that_nobody_serves_on_and_never_fewer_than_none() -> None:
    ended, serving_now, later = (None, "2026-03-01"), (None, None), ("2027-01-01", None)
    assert vacant(2, [ended, serving_now, later], TODAY) == 1
    assert vacant(2, [serving_now] * 3, TODAY) == 0


def test_those_fit_who_seek_the_same_part_of_the_world_or_campaign() -> None:
    branch = Sought("latin_america", ["cuba"], ["Spanish"])
    assert fit(branch, Sought("latin_america", ["cuba"], ["spanish"])) == (
        8,
        ["world:latin_america", "campaign:cuba", "language:Spanish"],
    )
    assert fit(branch, Sought("europe", ["cuba"], []))[0] == 3
    assert fit(branch, Sought("europe", [], ["Spanish"])) == (0, [])


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("Cuba\nPalestine", ["Cuba", "Palestine"]),
        ("- Cuba\n• Cuba\n * cuba; Palestine", ["Cuba", "Palestine"]),
        (" , \n - ", []),
    ],
)
def test_groups_are_named_one_a_line_or_between_commas(words: str, groups: list[str]) -> None:
    assert names_of_groups(words) == groups


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("1 September 2026", date(2026, 9, 1), date(2026, 9, 1)),
        ("1st sept 2026", date(2026, 9, 1), date(2026, 9, 1)),
        ("September 2025", date(2025, 9, 1), date(2025, 9, 30)),
        ("Feb 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("31/8/2027", date(2027, 8, 31), date(2027, 8, 31)),
        ("31.08.2027", date(2027, 8, 31), date(2027, 8, 31)),
        ("2027-08-31", date(2027, 8, 31), date(2027, 8, 31)),
        ("Ju 2027", None, None),
        ("30 February 2027", None, None),
        ("32/1/2027", None, None),
        ("soon", None, None),
        ("20270831", None, None),
        ("", None, None),
    ],
)
def test_the_days_of_a_term_are_read(words: str, first: date | None, last: date | None) -> None:
    assert read_day(words) == first
    assert read_day(words, last=True) == last


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_day_or_none(words: str) -> None:
    assert isinstance(read_day(words), date | None)
