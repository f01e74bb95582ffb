"""Clashes: what falls on a time, held against the package's own calendars and by properties."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clashes import NEAR, Other, bank_holiday_name, clashes, notice_for
from bot.domain.observances import Observance, load
from bot.domain.when import Term, Terms

LONDON = ZoneInfo("Europe/London")
FAR = timedelta(days=400)
TERMS = Terms(
    (
        Term("Autumn term", date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)),
        Term("Spring term", date(2027, 1, 4), date(2027, 3, 25)),
    )
)
times = st.datetimes(datetime(2025, 1, 1), datetime(2034, 12, 1), timezones=st.just(LONDON))  # noqa: DTZ001 - hypothesis adds the zone
lengths = st.integers(5, 600)


def kinds(at: datetime, minutes: int = 60, **more: object) -> list[str]:
    given_: dict[str, object] = {"zone": LONDON, "now": at - FAR, **more}
    return [clash.kind for clash in clashes(at, minutes, **given_)]  # pyright: ignore[reportArgumentType] - what a test gives


def wall(year: int, month: int, day: int, hour: int = 18) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LONDON)


def on(name: str, year: int) -> Observance:
    return next(one for one in load(year) if one.name == name)


@given(times, lengths)
def test_a_bank_holiday_is_one_by_the_packages_calendar_too(at: datetime, minutes: int) -> None:
    end = (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(LONDON)
    calendar = holidays.country_holidays("GB", subdiv="ENG", years=[at.year, end.year])
    last = (end - timedelta(minutes=1)).date()
    banked = any(day in calendar for day in {at.date(), last} if day.weekday() < 5)
    assert any(kind.startswith("bank_holiday") for kind in kinds(at, minutes)) is banked


@given(times, lengths, st.lists(st.tuples(st.integers(-3_000, 3_000), lengths), max_size=4), st.randoms())
def test_other_meetings_clash_when_they_are_near_and_in_any_order(
    at: datetime, minutes: int, near: list[tuple[int, int]], shuffler: Random
) -> None:
    start = at.astimezone(UTC)
    end = start + timedelta(minutes=minutes)
    others = [
        Other(str(number), start + timedelta(minutes=gap), start + timedelta(minutes=gap + length))
        for number, (gap, length) in enumerate(near)
    ]
    found = clashes(at, minutes, zone=LONDON, now=at - FAR, others=others)
    shuffler.shuffle(others)
    again = clashes(at, minutes, zone=LONDON, now=at - FAR, others=others)
    assert {clash.name for clash in found} == {clash.name for clash in again}
    told = {clash.name for clash in found if clash.kind == "meeting"}
    for other in others:
        overlap = other.starts_at < end and other.ends_at > start
        far = other.starts_at - end >= timedelta(days=1) or start - other.ends_at >= timedelta(days=1)
        assert not overlap or other.title in told
        assert not far or other.title not in told
        if other.ends_at <= start and start - other.ends_at < NEAR:
            assert other.title in told


@given(times, lengths)
def test_an_observance_is_told_on_its_days_and_never_two_days_off(at: datetime, minutes: int) -> None:
    end = (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(LONDON)
    kept = [*load(at.year), *load(at.year + 1)]
    told = clashes(at, minutes, zone=LONDON, now=at - FAR, observances=kept)
    names = {(clash.name, clash.days) for clash in told}
    for one in kept:
        days = (one.first, one.last)
        if one.first <= at.date() <= one.last:
            assert (one.name, days) in names
        if end.date() < one.first - timedelta(days=1) or at.date() > one.last + timedelta(days=1):
            assert (one.name, days) not in names


@given(times, st.integers(0, 500), st.integers(0, 60 * 24 * 40))
def test_more_notice_is_never_worse_and_more_people_never_need_less(
    at: datetime, size: int, ahead: int
) -> None:
    now = at.astimezone(UTC) - timedelta(minutes=ahead)
    short = "short" in " ".join(kinds(at, now=now, size=size))
    assert short is (timedelta(minutes=ahead) < notice_for(size))
    assert notice_for(size) <= notice_for(size + 1)


@given(times, lengths)
def test_a_plain_weekday_has_nothing_to_say(at: datetime, minutes: int) -> None:
    for kind in kinds(at, minutes, terms=TERMS):
        assert kind in {
            "bank_holiday",
            "bank_holiday_moved",
            "half_term",
            "school_holiday",
            "clocks_forward",
            "clocks_back",
        }
    assert kinds(wall(2026, 11, 26), terms=TERMS, observances=load(2026), size=40) == []


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (wall(2026, 3, 28, 23), "clocks_forward"),
        (wall(2026, 3, 29, 10), "clocks_forward"),
        (wall(2026, 10, 24, 22), "clocks_back"),
        (wall(2026, 10, 25, 9), "clocks_back"),
    ],
)
def test_the_night_of_the_clock_change_is_told(at: datetime, kind: str) -> None:
    assert kinds(at) == [kind]


@pytest.mark.parametrize("at", [wall(2026, 3, 28, 18), wall(2026, 3, 29, 14), wall(2026, 3, 27, 23)])
def test_the_days_around_the_clock_change_are_as_any_other(at: datetime) -> None:
    assert kinds(at) == []


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (wall(2026, 10, 28), "half_term"),
        (wall(2026, 12, 21), "school_holiday"),
        (wall(2027, 1, 3), "school_holiday"),
    ],
)
def test_school_holidays_are_told_where_terms_are_known(at: datetime, kind: str) -> None:
    assert kinds(at, terms=TERMS)[-1] == kind
    assert kind not in kinds(at)


def test_before_and_after_the_terms_that_are_known_nothing_is_guessed() -> None:
    assert kinds(wall(2026, 8, 20), terms=TERMS) == []
    assert kinds(wall(2027, 4, 7), terms=TERMS) == []


def test_the_dates_of_the_package_are_told_as_it_has_them() -> None:
    assert on("Diwali", 2026).first == date(2026, 11, 8)
    assert on("Yom Kippur", 2027).first == date(2027, 10, 11)
    assert on("Vaisakhi", 2027).first == date(2027, 4, 14)
    assert on("Vesak", 2026).first == date(2026, 5, 31)
    assert on("Rosh Hashanah", 2026).last == date(2026, 9, 13)
    assert on("Easter Sunday", 2027).first == date(2027, 3, 28)
    names = {one.name for one in load(2028)}
    assert names >= {
        "Eid al-Fitr",
        "Eid al-Adha",
        "Good Friday",
        "Christmas Day",
        "Holi",
        "Passover (Pesach)",
    }


@pytest.mark.parametrize("year", range(2025, 2036))
def test_days_that_hang_on_the_moon_are_about_and_ramadan_ends_at_eid(year: int) -> None:
    kept = load(year)
    moon = [one for one in kept if one.name in {"Eid al-Fitr", "Eid al-Adha", "Ramadan", "Ashura"}]
    assert len(moon) >= 3
    assert all(one.about for one in moon)
    for month in (one for one in kept if one.name == "Ramadan"):
        assert 28 <= (month.last - month.first).days + 1 <= 31


def test_a_jewish_day_begins_on_the_evening_before() -> None:
    kippur = on("Yom Kippur", 2027)
    told = [
        clash.kind
        for clash in clashes(wall(2027, 10, 10), 60, zone=LONDON, now=wall(2027, 1, 1), observances=[kippur])
    ]
    assert told == ["observance_eve"]
    assert kinds(wall(2027, 10, 10, 10), observances=[kippur]) == []


def test_a_bank_holiday_that_is_a_feast_is_told_once() -> None:
    assert kinds(wall(2027, 3, 26), observances=load(2027)) == ["bank_holiday"]
    assert bank_holiday_name(date(2027, 3, 26)) == "Good Friday"
    assert bank_holiday_name(date(2026, 5, 25)) == "Spring bank holiday"
    assert bank_holiday_name(date(2027, 12, 27)) == ""


@pytest.mark.parametrize(("size", "days"), [(0, 3), (19, 3), (20, 14), (49, 14), (50, 21), (400, 21)])
def test_how_much_notice_so_many_people_need(size: int, days: int) -> None:
    at = wall(2026, 11, 26)
    assert kinds(at, now=at - timedelta(days=days), size=size) == []
    (told,) = clashes(at, 60, zone=LONDON, now=at - timedelta(days=days, seconds=-1), size=size)
    assert told.fields["days"] == days
