"""The rules of key dates: days in words, when they come, when prompts are due; and the pages that come with the bot."""

import re
import shutil
import sys
import types
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.content import main as content_check
from bot.domain.keydates import AHEAD, AT, Unclear, Unread, Yearly, prompts, read_ahead, read_date
from bot.texts import CONTENT
from cogs.keydates.cards import PAGES, known
from db.keydates import when_of
from tests.words import words

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
JULY = "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=11"
JUNE = "FREQ=YEARLY;BYMONTH=6;BYDAY=2FR"
TEXTS = words()
READABLE = 60.0


def when(words: str) -> Yearly | Unclear | Unread:
    return read_date(words, now=NOW, zone=LONDON)


@pytest.mark.parametrize(
    ("words", "rule", "first"),
    [
        ("every 11 July", JULY, date(2026, 7, 11)),
        ("11 July each year", JULY, date(2026, 7, 11)),
        ("second Friday in June every year", JUNE, date(2026, 6, 12)),
        ("every second Friday in June", JUNE, date(2026, 6, 12)),
        ("last Monday in May every year", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", date(2026, 5, 25)),
        ("29 February", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2028, 2, 29)),
        ("11 July 2027", "", date(2027, 7, 11)),
        ("11 July, once", "", date(2026, 7, 11)),
        ("tomorrow", "", date(2026, 3, 3)),
        ("in 3 weeks", "", date(2026, 3, 23)),
    ],
)
def test_days_in_words(words: str, rule: str, first: date) -> None:
    assert when(words) == Yearly(first, rule)


@pytest.mark.parametrize("words", ["11 July", "second Friday in June", "11 July at 5pm", "Monday"])
def test_what_can_mean_two_days_is_a_question(words: str) -> None:
    found = when(words)
    assert isinstance(found, Unclear)
    assert len(found.readings) == 2
    assert found.reason in TEXTS


@pytest.mark.parametrize(
    "words", ["", "asdf", "every Friday", "3-7 October", "31 June", "1 March 2026", "October", "x" * 500]
)
def test_what_is_no_key_date_is_refused_with_a_text_that_has_its_fields(words: str) -> None:
    found = when(words)
    assert isinstance(found, Unread)
    said = TEXTS(found.reason, **dict(found.fields))
    assert "{" not in said


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(words: str) -> None:
    assert isinstance(when(words), Yearly | Unclear | Unread)


def test_when_yearly_days_come() -> None:
    june = Yearly(date(2026, 6, 12), JUNE)
    assert list(june.between(date(2026, 1, 1), date(2029, 1, 1))) == [
        date(2026, 6, 12),
        date(2027, 6, 11),
        date(2028, 6, 9),
    ]
    assert Yearly(date(2026, 5, 25), "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO").in_year(2027) == date(2027, 5, 31)
    leap = Yearly(date(2028, 2, 29), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert leap.on_or_after(date(2028, 3, 1)) == date(2032, 2, 29)
    assert leap.in_year(2027) is None
    once = Yearly(date(2026, 7, 11))
    assert once.on_or_after(date(2026, 7, 12)) is None


@given(st.dates(date(2024, 1, 1), date(2060, 1, 1)), st.sampled_from([JULY, JUNE]))
def test_the_next_one_is_never_before_and_within_a_year(day: date, rule: str) -> None:
    found = Yearly(date(2024, 1, 1), rule).on_or_after(day)
    assert found is not None
    assert timedelta(0) <= found - day <= timedelta(days=371)


def test_prompts_are_due_on_local_days_and_expire_before_the_next() -> None:
    found = list(
        prompts(
            Yearly(date(2026, 4, 12)), AHEAD, at=AT, zone=LONDON, after=NOW, until=NOW + timedelta(days=60)
        )
    )
    # The clocks go forward on the 29th of March: 12:30 is 12:30 before and after.
    assert [(one.ahead, one.due_at.astimezone(LONDON).strftime("%d %B %H:%M")) for one in found] == [
        (14, "29 March 12:30"),
        (0, "12 April 12:30"),
    ]
    assert found[0].expires_at == found[0].due_at + timedelta(days=3)
    assert found[1].expires_at == datetime(2026, 4, 12, 23, tzinfo=UTC)
    (near,) = prompts(
        Yearly(date(2026, 3, 4)), (1,), at=time(8), zone=LONDON, after=NOW, until=NOW + timedelta(days=9)
    )
    assert near.expires_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_times_ahead() -> None:
    assert read_ahead("6 weeks, 2 weeks, on the day") == [42, 14, 0]
    assert read_ahead("10 days and 1 month before") == [28, 10]
    for typed in ("weeks", "soon", "0.5 days", "300 days", "1 d 2 d 3 d 4 d 5 d 6 d"):
        with pytest.raises(ValueError, match=re.escape(typed)):
            read_ahead(typed)


# The pages.


def test_the_dates_that_the_source_names_are_there_and_every_page_says_where_it_is_known_from() -> None:
    dates = {one.page: one for one in known(TEXTS)}
    assert when_of(dates["world-teachers-day"]).in_year(2026) == date(2026, 10, 5)
    assert when_of(dates["srebrenica-memorial-day"]).in_year(2026) == date(2026, 7, 11)
    found = PAGES.of(TEXTS)
    assert set(found) == set(dates)
    for page in found.values():
        assert re.search(r"Organising toolkit > \w|A/RES/", "; ".join(page.source))


@pytest.fixture(scope="session")
def reading_ease() -> Callable[[str], float]:
    """Flesch's reading ease by textstat, which still asks for a module that setuptools has dropped."""
    if "pkg_resources" not in sys.modules:
        sys.modules["pkg_resources"] = types.ModuleType("pkg_resources")
    from textstat.textstat import textstatistics

    measure = textstatistics()
    return lambda text: float(measure.flesch_reading_ease(re.sub(r"[*`#_]", "", text)))


def test_every_page_is_easy_to_read(reading_ease: Callable[[str], float]) -> None:
    eases = {name: round(reading_ease(page.below), 1) for name, page in PAGES.of(TEXTS).items()}
    print(eases)
    assert {name: ease for name, ease in eases.items() if ease < READABLE} == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("day: 5 October", "day: every Friday", ":3: 'day' must be a day of the year such as 5 October"),
        ("day: 5 October\n", "", ":1: 'day' is missing"),
        ("campaign: education", "campaign: ufos", ":4: 'campaign' must be one of"),
        ("campaign: education", "colour: red", ":4: 'colour' is not known"),
        ("title: World Teachers' Day", "title: Human Rights Day", "has the same title"),
    ],
)
def test_a_broken_page_is_named_with_file_line_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    copy = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    page = copy / "en-GB" / "keydates" / "world-teachers-day.md"
    page.write_text(page.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert content_check(copy) == 1
    assert any(said in line and "keydates/" in line for line in capsys.readouterr().out.splitlines())
