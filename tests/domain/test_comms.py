"""The communications desk: deadlines by the wall, calls on weekdays, links, and drafts that show what was written."""

import re
import shutil
import sys
import types
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.cli.content import main as content_check
from bot.domain.comms import CALL_AT, Deadline, Draft, Piece, call_at, called_for, read_deadline
from bot.domain.facts import NAMES
from bot.domain.free_text import clean
from bot.domain.links import read_link
from bot.domain.when import Choice, Moment, Refusal, Term, Terms
from bot.texts import CONTENT, Texts

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, tzinfo=LONDON)
SPRING = Term("Spring", date(2026, 1, 5), date(2026, 3, 27), date(2026, 2, 16), date(2026, 2, 20))
SUMMER = Term("Summer", date(2026, 4, 13), date(2026, 7, 21))
TERMS = Terms((SPRING, SUMMER))
READABLE = 60
LONG = 120


def deadline(words: str) -> Deadline:
    found = read_deadline(words, now=NOW, zone=LONDON, terms=TERMS)
    assert isinstance(found, Deadline)
    return found


def test_a_weekly_deadline_stays_at_its_wall_time_all_year() -> None:
    weekly, after = deadline("every thursday 4pm"), NOW
    seen: list[datetime] = []
    for _ in range(52):
        following = weekly.following(after, None)
        assert following is not None
        seen.append(following.astimezone(LONDON))
        after = following
    assert {(one.weekday(), one.time()) for one in seen} == {(3, time(16))}
    assert {one.utcoffset() for one in seen} == {timedelta(0), timedelta(hours=1)}
    assert {later.date() - one.date() for one, later in pairwise(seen)} == {timedelta(7)}


def test_every_two_months_on_the_first_monday() -> None:
    found, after = deadline("every 2 months on the first monday at 12pm"), NOW
    days: list[str] = []
    for _ in range(4):
        following = found.following(after, None)
        assert following is not None
        days.append(following.astimezone(LONDON).date().isoformat())
        after = following
    assert days == ["2026-03-02", "2026-05-04", "2026-07-06", "2026-09-07"]


def test_the_last_friday_of_the_month_is_this_months_or_asked_about_once_it_has_passed() -> None:
    words = "last Friday of the month 5pm"
    assert deadline(words).first == "2026-03-27T17:00"
    assert deadline("the last friday of every month at 5pm").rule == "FREQ=MONTHLY;BYDAY=-1FR"
    passed = read_deadline(words, now=datetime(2026, 3, 28, 10, tzinfo=UTC), zone=LONDON, terms=TERMS)
    assert isinstance(passed, Choice)
    (next_one,) = passed.readings
    assert isinstance(next_one, Moment)
    assert next_one.at.isoformat() == "2026-04-24T17:00:00+01:00"


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("2 weeks before the end of term at 4pm", ["2026-03-13T16:00", "2026-07-07T16:00"]),
        ("ten days before term ends", ["2026-03-17T17:00", "2026-07-11T17:00"]),
        ("A week before the end of each term, 12 noon", ["2026-03-20T12:00", "2026-07-14T12:00"]),
    ],
)
def test_a_termly_deadline(words: str, ends: list[str]) -> None:
    found = deadline(words)
    first = found.following(NOW, TERMS)
    assert first is not None
    second = found.following(first, TERMS)
    assert second is not None
    assert [one.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M") for one in (first, second)] == ends
    assert found.following(second, TERMS) is None
    assert found.following(NOW, None) is None


def test_a_deadline_that_comes_once() -> None:
    once = deadline("14 december")
    first = once.following(NOW, None)
    assert first is not None
    assert first.astimezone(LONDON).isoformat() == "2026-12-14T17:00:00+00:00"
    assert once.following(first, None) is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("yesterday", Refusal),
        ("every second friday 3pm", Choice),
        ("whenever", Refusal),
        ("99 weeks before the end of term", Refusal),
        ("0 days before the end of term", Refusal),
        ("2 weeks before the end of term at elevenish", Refusal),
        ("", Refusal),
    ],
)
def test_what_is_no_deadline(words: str, kind: type) -> None:
    assert isinstance(read_deadline(words, now=NOW, zone=LONDON, terms=TERMS), kind)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - the zone is put on below
    st.integers(1, 60),
)
def test_a_call_comes_on_a_weekday_at_lunch_before_its_deadline(wall: datetime, days: int) -> None:
    end = wall.replace(tzinfo=LONDON)
    local = call_at(end, days, LONDON).astimezone(LONDON)
    assert local.weekday() < 5
    assert local.time() == CALL_AT
    assert timedelta(days=days - 1) < end - local <= timedelta(days=days + 4)


@pytest.mark.parametrize(
    ("day", "weekly", "termly"),
    [
        (date(2026, 2, 10), True, True),
        (date(2026, 2, 18), False, True),
        (date(2026, 4, 1), False, True),
        (date(2026, 5, 1), True, True),
        (date(2026, 8, 20), False, True),
        (date(2026, 9, 15), True, True),
    ],
)
def test_what_comes_out_every_week_rests_in_the_holidays(day: date, weekly: bool, termly: bool) -> None:
    assert called_for(day, "weekly", TERMS) is weekly
    assert called_for(day, "termly", TERMS) is termly
    assert called_for(day, "weekly", None)


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("https://neu.org.uk/a?b=c#d", "https://neu.org.uk/a?b=c#d"),
        ("neu.org.uk", "https://neu.org.uk"),
        ("neu.org.uk:8080/x", "https://neu.org.uk:8080/x"),
        ("<https://neu.org.uk>", "https://neu.org.uk"),
        ("HTTP://NEU.ORG.UK", "HTTP://NEU.ORG.UK"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//neu.org.uk", None),
        ("https://localhost/", None),
        ("https://127.0.0.1/", None),
        ("https://user:secret@neu.org.uk", None),
        ('https://neu.org.uk/"onclick="x', None),
        ("https://neu.org.uk/a b", None),
        ("https://neu.org.uk/" + "x" * 300, None),
        ("https://neu.org.uk:99999", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_links(words: str, link: str | None) -> None:
    assert read_link(words) == link


@given(st.text(max_size=60))
def test_a_link_is_one_or_none_whatever_is_typed(words: str) -> None:
    found = read_link(words)
    assert found is None or re.fullmatch(r"https?://[^\s\"<>@]+", found, re.IGNORECASE)


def draft(words: str, **more: str) -> Draft:
    return Draft("The Mail-Out", "Draft, made today", (Piece(1, words, **more),), (), "Not for print:")


LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])
MARKS = st.sampled_from(
    ["<b>", "</p>", "<!--", "&lt;", "&#60;", "```", "~~~", "1. ", "2) ", "- ", "+ ", "# ", "> ", "    ", "\n", "\n\n",
     "===", "---", "***", "_a_", "*a*", "[x](y)", "![", "<https://x.uk>", "\\", "|", ":", "  \n", "[x]: /y", "&amp;"]
)  # fmt: skip
TYPED = st.lists(st.one_of(LETTERS, MARKS), max_size=20).map(lambda parts: clean("".join(parts)))


@given(TYPED)
def test_html_has_no_tag_that_a_member_typed(words: str) -> None:
    html = draft(words, credit=words, link="https://neu.org.uk").html()
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {"html", "head", "meta", "title", "body", "h1", "p", "br", "a", "em", "hr"}
    body = html.partition("</h1>")[2]
    shown = unescape(re.sub(r"<[^>]*>", "", body.replace("<br>\n", "\n")))
    for line in words.splitlines():
        assert line in shown


@given(TYPED)
def test_markdown_shows_what_was_written_and_nothing_else(words: str) -> None:
    html = MarkdownIt("commonmark").render(draft(words).markdown())
    piece = html.partition("Draft, made today</p>")[2]
    tags = set(re.findall(r"</?([a-z0-9]+)", piece))
    assert tags <= {"p", "br"}, piece
    shown = re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", piece)))
    assert shown == re.sub(r"\s", "", words)


def test_text_has_what_is_not_for_print_at_the_end() -> None:
    notes = (("Held over", (Piece(2, "Later\nthing", reason="no room"),)), ("Declined", ()))
    text = Draft("Title", "Made", (Piece(1, "First"), Piece(3, "Second")), notes, "Not for print:").text()
    assert text == (
        "Title\n=====\n\nMade\n\nFirst\n\n* * *\n\nSecond\n\n----------\n\nNot for print:\n\n"
        "Held over:\n\n- 2: Later thing (no room)\n"
    )


def test_a_draft_of_nothing_is_still_a_draft() -> None:
    empty = Draft("Title", "Made", (), (), "Not for print:")
    assert empty.text() == "Title\n=====\n\nMade\n"
    assert "<h1>Title</h1>" in empty.html()


# Content.


@pytest.fixture(scope="session")
def reading_ease() -> Callable[[str], float]:
    """Flesch's reading ease by textstat, which still asks for a module that setuptools has dropped."""
    if "pkg_resources" not in sys.modules:
        sys.modules["pkg_resources"] = types.ModuleType("pkg_resources")
    from textstat.textstat import textstatistics

    measure = textstatistics()
    # Commands, addresses and names in bold are not prose.
    spare = re.compile(r"`/[^`]*`|\*\*.*?\*\*|[*`#_]|\S+@\S+|\{\w+\}")
    return lambda text: float(measure.flesch_reading_ease(spare.sub("", text)))


@pytest.mark.parametrize("feature", ["comms", "affiliations", "events"])
def test_every_long_text_is_easy_to_read(feature: str, reading_ease: Callable[[str], float]) -> None:
    eases = {
        key: round(reading_ease(text.words), 1)
        for key, text in Texts.load().items()
        if key.startswith(feature + ".") and len(text.words) >= LONG
    }
    print(eases)
    assert len(eases) >= 5
    assert {key: ease for key, ease in eases.items() if ease < READABLE} == {}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("facts", "Educate: every two months", "Educate: every blue moon", "'educate_about' must be written like"),
        ("facts", 'value = "Educate"', 'value = "Teach"', "'educate' must be the name in 'educate_about': Educate"),
        ("facts", "2 for each region and Wales, 4 for London", "two each, four there", "'forum_seats' must be written"),
        ("affiliations", 'name = "{csc}"', 'name = ""', "must have 1 to 80 characters"),
    ],
)  # fmt: skip
def test_a_broken_list_is_named_with_file_line_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    copy = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    page = copy / "en-GB" / f"{file}.toml"
    words = page.read_text("utf-8")
    assert old in words
    page.write_text(words.replace(old, new, 1), "utf-8")
    assert content_check(copy) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if said in line]
    assert lines
    assert re.match(rf"en-GB/{file}\.toml:\d+: ", lines[0])


def test_every_fact_says_where_it_is_known_from() -> None:
    texts = Texts.load()
    assert [name for name in NAMES if not texts(f"facts.{name}.source").strip()] == []
