"""The rules of campaigns: whose turn it is, when prompts come, and which action fits."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.campaigns import (
    OTHER,
    Action,
    Cadence,
    Campaign,
    Turns,
    as_typed,
    fair,
    in_school,
    next_day,
    read_actions,
    read_clock,
    slug_of,
    suggest,
    turn,
)
from bot.domain.when import Term, Terms
from bot.domain.when.holidays import bank_holidays

LONDON = ZoneInfo("Europe/London")
NONE = Turns({}, {})
TERMS = Terms(
    (
        Term("Autumn", date(2026, 9, 2), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)),
        Term("Spring", date(2027, 1, 4), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19)),
        Term("Summer", date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4)),
    )
)


# Turns.


def test_each_comes_in_its_turn_beginning_with_the_first() -> None:
    names, turns, came = ["a", "b", "c"], NONE, list[str]()
    for _ in range(7):
        chosen = turn(names, turns)
        assert chosen is not None
        came.append(chosen)
        turns = turns.then(chosen)
    assert came == ["a", "b", "c", "a", "b", "c", "a"]


def test_with_no_campaign_it_is_nobodys_turn_and_a_single_one_comes_again() -> None:
    assert turn([], NONE) is None
    assert turn(["a"], NONE.then("a")) == "a"


def test_one_that_is_wanted_comes_out_of_its_turn_but_not_twice_in_a_row() -> None:
    names = ["a", "b", "c", "d"]
    assert turn(names, NONE, wanted="c") == "c"
    assert turn(names, NONE.then("c"), wanted="c") == "a"
    assert turn(names, NONE, wanted="gone") == "a"


def test_what_was_switched_off_and_on_does_not_catch_up() -> None:
    # Counted from when the set changed, the one that came back begins like the others.
    turns = Turns({}, {}, last="b")
    assert turn(["a", "b", "c"], turns) == "a"
    # And the one that came last before does not begin.
    assert turn(["a", "b", "c"], Turns({}, {}, last="a")) == "b"


@settings(max_examples=150)
@given(
    names=st.integers(2, 7),
    wishes=st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=1, max_size=80),
)
def test_whatever_is_wanted_all_stay_within_one_of_their_share_and_none_comes_twice_in_a_row(
    names: int, wishes: list[int | None]
) -> None:
    campaigns, last = [str(number) for number in range(names)], "0"
    turns = Turns({}, {}, last=last)
    for wish in wishes:
        wanted = campaigns[wish % names] if wish is not None else None
        chosen = turn(campaigns, turns, wanted=wanted)
        assert chosen is not None
        assert chosen != last
        turns, last = turns.then(chosen), chosen
        assert fair(campaigns, turns), turns.counts


def test_fair_means_within_one_of_the_mean() -> None:
    assert fair(["a", "b"], Turns({"a": 2, "b": 1}, {}))
    assert not fair(["a", "b", "c", "d"], Turns({"a": 2}, {}))


# When.


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 9, 9), True),
        (date(2026, 10, 28), False),  # half term
        (date(2026, 12, 23), False),  # after the term
        (date(2027, 4, 7), False),  # between terms
        (date(2027, 5, 3), False),  # a bank holiday in term
        (date(2027, 9, 1), False),  # the summer after the last term that is known
        (date(2027, 10, 6), True),  # beyond the known terms
        (date(2026, 8, 12), False),  # before the first
        (date(2026, 9, 12), False),  # a Saturday
    ],
)
def test_school_days_by_the_terms(day: date, open_: bool) -> None:
    assert in_school(day, TERMS) is open_


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 3, 4), True),
        (date(2026, 8, 5), False),
        (date(2026, 12, 23), False),
        (date(2027, 1, 1), False),
        (date(2027, 1, 6), True),
        (date(2026, 4, 6), False),  # Easter Monday
    ],
)
def test_without_terms_august_christmas_and_bank_holidays_are_left_out(day: date, open_: bool) -> None:
    assert in_school(day, None) is open_


def test_a_day_without_school_is_left_out_and_the_next_week_comes() -> None:
    weekly = Cadence(weekday=2)
    assert next_day(weekly, TERMS, first=date(2026, 10, 19)) == date(2026, 10, 21)
    assert next_day(weekly, TERMS, first=date(2026, 10, 22), last=date(2026, 10, 21)) == date(2026, 11, 4)
    assert next_day(Cadence(weekday=0), None, first=date(2026, 5, 4)) == date(2026, 5, 11)


def test_every_few_weeks_counts_from_the_last() -> None:
    third = Cadence(weekday=2, every=3)
    last = date(2026, 9, 9)
    assert next_day(third, TERMS, first=date(2026, 9, 10), last=last) == date(2026, 9, 30)
    assert next_day(third, TERMS, first=date(2026, 10, 8), last=date(2026, 10, 7)) == date(2026, 11, 4)


def test_a_prompt_is_at_its_local_time_on_both_sides_of_a_clock_change() -> None:
    cadence = Cadence()
    assert cadence.opens(date(2026, 10, 21), LONDON) == datetime(2026, 10, 21, 11, 30, tzinfo=UTC)
    assert cadence.opens(date(2026, 10, 28), LONDON) == datetime(2026, 10, 28, 12, 30, tzinfo=UTC)
    assert cadence.closes(date(2026, 10, 28), LONDON) == datetime(2026, 10, 28, 14, 30, tzinfo=UTC)


@settings(max_examples=100)
@given(
    first=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    weekday=st.integers(0, 4),
    every=st.integers(1, 6),
    gap=st.integers(0, 40),
)
def test_a_day_is_always_a_school_day_of_the_right_weekday_far_enough_from_the_last(
    first: date, weekday: int, every: int, gap: int
) -> None:
    last = first - timedelta(days=gap + 1)
    day = next_day(Cadence(weekday, time(12, 30), every), TERMS, first=first, last=last)
    assert day is not None
    assert day >= first
    assert day.weekday() == weekday
    assert in_school(day, TERMS)
    assert day not in bank_holidays(day.year)
    assert (day - last).days > 7 * (every - 1)


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("12:30", time(12, 30)),
        ("12 noon", time(12)),
        ("1pm", time(13)),
        ("13.00", time(13)),
        (" 8 AM ", time(8)),
        ("12 pm", time(12)),
        ("3am", None),
        ("22:00", None),
        ("25:00", None),
        ("12:75", None),
        ("13pm", None),
        ("noonish", None),
        ("", None),
    ],
)
def test_times_of_day_are_read_and_nights_are_refused(words: str, clock: time | None) -> None:
    assert read_clock(words) == clock


# Actions.


def action(name: str, how_long: str, *places: str) -> Action:
    return Action(name, f"Do {name}", how_long, places)  # pyright: ignore[reportArgumentType] - names as in the content


CUBA = Campaign(
    "cuba", "Cuba", "Why",
    (action("a", "minutes", "online"), action("b", "hour", "school"), action("c", "term", "branch")),
)  # fmt: skip
RIGHTS = Campaign(
    "rights", "Rights", "Why", (action("a", "minutes", "school"), action("d", "hour", "online"))
)
BOTH = [CUBA, RIGHTS]


def key(found: tuple[Campaign, Action] | None) -> tuple[str, str] | None:
    return (found[0].id, found[1].id) if found is not None else None


def test_what_fits_the_time_comes_first_and_shorter_ones_after_it() -> None:
    assert key(suggest(BOTH, time="hour")) == ("cuba", "b")
    assert key(suggest(BOTH, time="hour", done={("cuba", "b"), ("rights", "d")})) == ("cuba", "a")
    assert key(suggest(BOTH, time="minutes", place="school")) == ("rights", "a")
    assert key(suggest(BOTH, time="minutes", place="branch")) is None


def test_another_is_the_next_and_after_the_last_the_first_comes() -> None:
    seen = [key(suggest(BOTH))]
    for _ in range(5):
        seen.append(key(suggest(BOTH, after=seen[-1])))
    assert seen == [
        ("cuba", "a"), ("rights", "a"), ("cuba", "b"), ("rights", "d"), ("cuba", "c"), ("cuba", "a"),
    ]  # fmt: skip


def test_done_and_put_aside_do_not_come() -> None:
    everything = {(campaign.id, one.id) for campaign in BOTH for one in campaign.actions}
    assert suggest(BOTH, done=everything) is None
    assert key(suggest(BOTH, done=everything - {("cuba", "c")})) == ("cuba", "c")
    assert key(suggest(BOTH, aside={("cuba", "")})) == ("rights", "a")
    assert key(suggest(BOTH, aside={("cuba", "a")})) == ("rights", "a")
    assert suggest([], start=5) is None


def test_the_one_that_was_just_shown_is_no_other_one() -> None:
    assert suggest([CUBA], time="minutes", after=("cuba", "a")) is None


def test_actions_are_read_as_organisers_type_them() -> None:
    read = read_actions(
        "- Write to your MP (5 minutes, online)\n\nHold a stall (a term; in branch or in school)\nTalk (to anybody)\n"
    )
    assert [(one.id, one.words, one.time, tuple(one.places)) for one in read] == [
        ("a1", "Write to your MP", "minutes", ("online",)),
        ("a2", "Hold a stall", "term", ("branch", "school")),
        ("a3", "Talk (to anybody)", "hour", ("school", "branch", "online")),
    ]
    assert [one.words for one in read_actions(as_typed(read))] == [one.words for one in read]


def test_an_action_keeps_its_id_whatever_is_put_before_it() -> None:
    before = read_actions("Write\nCall")
    after = read_actions("Sing\nwrite (5 minutes)", before)
    assert [(one.id, one.words) for one in after] == [("a3", "Sing"), ("a1", "write")]


@pytest.mark.parametrize("line", ["x" * 201, "Go (5 minutes, sideways)"])
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=line[:20].replace("(", r"\(")):
        read_actions("Write\n" + line)
    with pytest.raises(ValueError, match="Do 13"):
        read_actions("\n".join(f"Do {number}" for number in range(1, 20)))


def test_ids_of_own_campaigns_are_their_titles_and_unique() -> None:
    assert slug_of("Climate Justice!", set()) == "climate-justice"
    assert slug_of("Climate justice", {"climate-justice"}) == "climate-justice-2"
    assert slug_of("中文", set()) == "own"
    assert len(slug_of("x" * 80, set())) <= 30
    assert slug_of("Other", {OTHER}) != OTHER
