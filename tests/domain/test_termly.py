"""'Termly' and 'every half term': by the terms of a server, at the same wall time, never two in one term."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.series import Pattern
from bot.domain.when import Choice, Refusal, Series, Term, Terms, describe, read, read_repeat
from bot.domain.when.termly import APART, days, periods, rules

LONDON = ZoneInfo("Europe/London")
TERMS = Terms(
    (
        Term("Autumn term", date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)),
        Term("Spring term", date(2027, 1, 4), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19)),
        Term("Summer term", date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4)),
    )
)


def start(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 18, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("words", "at", "says", "walls"),
    [
        (
            "termly",
            start(2026, 9, 10),
            "second Thursday of every term",
            ["2026-09-10", "2027-01-14", "2027-04-22"],
        ),
        (
            "once a term",
            start(2026, 12, 17),
            "last Thursday of every term",
            ["2026-12-17", "2027-03-25", "2027-07-15"],
        ),
        (
            "every half term",
            start(2026, 9, 10),
            "second Thursday of each half of every term",
            ["2026-09-10", "2026-11-12", "2027-01-14", "2027-03-04", "2027-04-22", "2027-06-17"],
        ),
        (
            "every term until 30 april 2027",
            start(2026, 9, 1),
            "first Tuesday of every term",
            ["2026-09-01", "2027-01-05", "2027-04-13"],
        ),
    ],
)
def test_what_words_about_terms_mean(words: str, at: datetime, says: str, walls: list[str]) -> None:
    found = read_repeat(words, at, terms=TERMS)
    assert isinstance(found, Series)
    assert describe(found).startswith(says + ", 6pm, from ")
    pattern = Pattern(f"{at:%Y-%m-%dT%H:%M}", LONDON, found.rule, TERMS)
    assert [slot.wall for slot in pattern.slots()] == [f"{day}T18:00" for day in walls]


def test_a_day_that_can_be_counted_from_both_ends_is_asked() -> None:
    short = Terms((Term("Spring term", date(2027, 1, 4), date(2027, 1, 22)),))
    found = read_repeat("termly", start(2027, 1, 14), terms=short)
    assert isinstance(found, Choice)
    assert [describe(one).partition(",")[0] for one in found.readings] == [
        "second Thursday of every term",
        "last but one Thursday of every term",
    ]


@pytest.mark.parametrize(
    ("words", "at", "terms", "reason"),
    [
        ("termly", start(2026, 9, 10), None, "dates.refused.terms"),
        ("every half term", start(2026, 9, 10), Terms(), "dates.refused.terms"),
        ("termly", start(2026, 8, 13), TERMS, "dates.refused.outside_terms"),
        ("every half term", start(2026, 10, 28), TERMS, "dates.refused.outside_terms"),
        ("termly 6 times", start(2026, 9, 10), TERMS, "dates.refused.repeat"),
        ("second thursday of every term", start(2026, 9, 10), TERMS, "dates.refused.each_term"),
        ("second thursday of every term", start(2026, 9, 10), None, "dates.refused.terms"),
    ],
)
def test_what_can_not_be_told_is_refused(words: str, at: datetime, terms: Terms | None, reason: str) -> None:
    found = read_repeat(words, at, terms=terms)
    assert isinstance(found, Refusal)
    assert found.reason == reason


@pytest.mark.parametrize("words", ["second thursday of every term 5pm", "first monday of each term at 6pm"])
def test_terms_that_are_known_are_not_said_to_be_unknown(words: str) -> None:
    for terms, reason in ((TERMS, "dates.refused.each_term"), (None, "dates.refused.terms")):
        found = read(words, now=start(2026, 9, 10), zone=LONDON, terms=terms)
        assert isinstance(found, Refusal)
        assert found.reason == reason


@st.composite
def school_years(draw: st.DrawFn) -> Terms:
    """Some terms in order, each of eight weeks and more, with and without half term."""
    terms: list[Term] = []
    at = date(2026, 9, 1) + timedelta(days=draw(st.integers(0, 20)))
    for number in range(draw(st.integers(1, 7))):
        last = at + timedelta(days=draw(st.integers(70, 110)))
        half = at + timedelta(days=draw(st.integers(30, 45)))
        terms.append(
            Term(f"Term {number}", at, last, half, half + timedelta(days=draw(st.integers(2, 9))))
            if draw(st.booleans())
            else Term(f"Term {number}", at, last)
        )
        at = last + timedelta(days=draw(st.integers(10, 45)))
    return Terms(tuple(terms))


@given(school_years(), st.integers(0, 400), st.sampled_from(["TERMLY", "HALFTERMLY"]))
def test_a_rule_holds_on_its_first_day_and_gives_at_most_one_in_a_term(
    terms: Terms, ahead: int, frequency: str
) -> None:
    day = terms.terms[0].starts + timedelta(days=ahead)
    inside = any(first <= day <= last for first, last in periods(terms, frequency))
    assert bool(rules(day, terms, frequency)) is inside
    for rule in rules(day, terms, frequency):
        found = list(days(rule, terms, day))
        assert found[0] == day
        assert all(one.weekday() == day.weekday() for one in found)
        assert all(later - before >= APART[frequency] for before, later in pairwise(found))
        for first, last in periods(terms, frequency):
            assert sum(first <= one <= last for one in found) <= 1


@given(school_years(), school_years(), st.integers(0, 100))
def test_after_an_edit_no_occurrence_comes_soon_after_one_that_was(
    before: Terms, after: Terms, ahead: int
) -> None:
    day = before.terms[0].starts + timedelta(days=ahead)
    found = rules(day, before, "TERMLY")
    if not found:
        return
    kept = Pattern(f"{day}T18:00", LONDON, found[0], before).first_slots(2)
    for slot in kept:
        for later in Pattern(f"{day}T18:00", LONDON, found[0], after).after(slot.wall):
            apart = date.fromisoformat(later.wall[:10]) - date.fromisoformat(slot.wall[:10])
            assert apart >= APART["TERMLY"]


def test_a_series_by_terms_is_split_and_moved_like_any_other() -> None:
    pattern = Pattern("2026-09-10T18:00", LONDON, "FREQ=TERMLY;BYDAY=2TH", TERMS)
    kept = pattern.up_to("2027-04-22T18:00")
    assert kept is not None
    assert [slot.wall[:10] for slot in kept.slots()] == ["2026-09-10", "2027-01-14"]
    moved = pattern.from_on("2027-01-14T18:00", datetime(2027, 1, 12, 19, tzinfo=LONDON))
    assert moved is not None
    assert [slot.wall for slot in moved.slots()] == ["2027-01-12T19:00", "2027-04-20T19:00"]
    assert pattern.from_on("2027-01-14T18:00", datetime(2027, 4, 1, 19, tzinfo=LONDON)) is None


def test_a_term_that_is_moved_by_a_week_is_not_given_a_second_time() -> None:
    rule = "FREQ=TERMLY;BYDAY=2TH"
    later = Terms(
        tuple(
            Term(one.name, one.starts + timedelta(days=7), one.ends + timedelta(days=7))
            for one in TERMS.terms
        )
    )
    walls = [
        slot.wall[:10] for slot in Pattern("2026-09-10T18:00", LONDON, rule, later).after("2027-01-14T18:00")
    ]
    assert walls == ["2027-04-29"]
