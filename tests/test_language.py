"""A language is a folder: its plurals, days, months and times come from CLDR, whatever the code knows."""

import re
import shutil
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton

from bot.cli.content import main as content_check
from bot.domain.when import Choice, Day, Days, Moment, Refusal, Series, Span, describe
from bot.texts import CONTENT, ContentError, Text, Texts, When
from bot.texts.language import language_of

LONDON = ZoneInfo("Europe/London")
SIX = datetime(2026, 11, 26, 18, 0, tzinfo=LONDON)
DOGS = {
    "zero": "{count} cŵn",
    "one": "{count} ci",
    "two": "{count} gi",
    "few": "{count} chi",
    "many": "{count} chi!",
    "other": "{count} ci.",
}

FORMS = ("zero", "two", "few", "many")


def text(words: str) -> Text:
    return Text(words, "a.toml", 1)


def in_words(locale: str) -> Texts:
    dogs = {f"a.dogs.{form}": text(words) for form, words in DOGS.items()}
    return Texts(dogs | {"a.when": text("Ar {when}")}, locale)


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 cŵn"), (1, "1 ci"), (2, "2 gi"), (3, "3 chi"), (6, "6 chi!"), (4, "4 ci."), (21, "21 ci.")],
)
def test_welsh_has_six_forms(number: int, said: str) -> None:
    assert in_words("cy-GB").count("a.dogs", number) == said


@pytest.mark.parametrize(
    ("locale", "number", "form"),
    [
        ("pl", 1, "one"),
        ("pl", 3, "few"),
        ("pl", 5, "many"),
        ("pl", 22, "few"),
        ("ja", 1, "other"),
        ("fr", 0, "one"),
    ],
)
def test_each_language_counts_in_its_own_way(locale: str, number: int, form: str) -> None:
    assert language_of(locale).plural(number) == form
    assert form in language_of(locale).plurals


def test_english_is_what_cldr_says() -> None:
    english, cldr = language_of("en-GB"), Locale.parse("en_GB")
    assert {*english.plurals} == cldr.plural_form.tags | {"other"}
    assert all(english.plural(number) == cldr.plural_form(number) for number in range(1_200))
    assert [*english.weekdays] == [cldr.days["stand-alone"]["wide"][day] for day in range(7)]
    assert [*english.months] == [cldr.months["stand-alone"]["wide"][month] for month in range(1, 13)]
    for month in range(1, 13):
        first = date(2026, month, 1)
        assert english.month(2026, month) == format_skeleton("yMMMM", first, locale=cldr)
        assert english.when(Day(first)) == format_date(first, "full", locale=cldr).replace(",", "")


READINGS = [
    SIX,
    Moment(SIX),
    Day(SIX.date()),
    Days(SIX.date(), date(2026, 12, 1)),
    Span(Moment(SIX), Moment(SIX.replace(hour=20))),
    Series("FREQ=WEEKLY;BYDAY=TH", Moment(SIX)),
    Choice((Day(SIX.date()), Day(date(2026, 12, 1)))),
    Refusal("dates.refused.unread"),
]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: type(reading).__name__)
def test_english_times_are_those_that_the_grammar_writes(reading: object) -> None:
    assert language_of("en-GB").when(reading) == describe(reading)  # pyright: ignore[reportArgumentType]
    assert in_words("en-GB")("a.when", when=When(reading)) == f"Ar {describe(reading)}"  # pyright: ignore[reportArgumentType]


def test_a_time_is_written_in_the_language_of_the_text_it_stands_in() -> None:
    when = When(SIX, " (<t:1795716000:R>)")
    assert when == "Thursday 26 November 2026, 6pm (UK time, GMT) (<t:1795716000:R>)"
    said = in_words("cy-GB")("a.when", when=when)
    assert said.startswith("Ar Dydd Iau, 26 Tachwedd 2026, 18:00 (Amser Y Deyrnas Unedig, GMT")
    assert said.endswith(" (<t:1795716000:R>)")


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (READINGS[2], "Dydd Iau, 26 Tachwedd 2026"),
        (READINGS[3], "Dydd Iau, 26 Tachwedd 2026 – Dydd Mawrth, 1 Rhagfyr 2026"),
        (READINGS[4], "Dydd Iau, 26 Tachwedd 2026, 18:00–20:00 (Amser Y Deyrnas Unedig, GMT+00:00)"),
        (READINGS[6], "Dydd Iau, 26 Tachwedd 2026 neu Dydd Mawrth, 1 Rhagfyr 2026"),
        (READINGS[7], ""),
    ],
    ids=["day", "days", "span", "choice", "refusal"],
)
def test_days_and_months_have_their_names_in_welsh(reading: Day | Days | Span, words: str) -> None:
    assert language_of("cy-GB").when(reading) == words


def test_days_and_months_alone_have_their_names_too() -> None:
    welsh = language_of("cy-GB")
    assert welsh.weekdays[:2] == ("Dydd Llun", "Dydd Mawrth")
    assert welsh.month(2026, 3) == "Mawrth 2026"


def welsh(folder: Path, *, forms: bool) -> Path:
    """Make a Welsh folder of the English words, with all forms of what is counted, or with the English two."""
    shutil.copytree(CONTENT / "en-GB", folder / "cy-GB")
    if forms:
        for path in (folder / "cy-GB").rglob("*.toml"):
            more = "".join(rf"\g<lead>{form} = \g<words>\n" for form in FORMS)
            counted = r"(?m)^(?P<lead>[\w.]*)one = .*\n(?P=lead)other = (?P<words>.*)\n"
            words = re.sub(counted, rf"\g<0>{more}", path.read_text("utf-8"))
            more = "".join(rf", {form} = \2" for form in FORMS)
            words = re.sub(r'(one = "[^"]*", other = ("[^"]*"))', rf"\1{more}", words)
            path.write_text(words, "utf-8")
    return folder


def test_a_folder_with_every_form_is_a_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert content_check(welsh(tmp_path, forms=True)) == 0, capsys.readouterr().out
    texts = Texts.load("cy-GB", tmp_path)
    assert texts.count("cards.more", 2) == "And 2 more."


def test_forms_that_the_language_needs_and_lacks_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert content_check(welsh(tmp_path, forms=False)) == 1
    said = capsys.readouterr().out
    for form in FORMS:
        assert f"'cards.more.{form}' is missing: add it, as en-GB has it" in said
    assert "cards.more.one" not in said


def test_a_folder_that_names_no_language_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    welsh(tmp_path, forms=False).joinpath("cy-GB").rename(tmp_path / "xx-YY")
    assert content_check(tmp_path) == 1
    assert "xx-YY/" in capsys.readouterr().out
    with pytest.raises(ContentError, match="no such language is known"):
        Texts.load("xx-YY", tmp_path)


def test_english_loads_nothing_of_babel() -> None:
    import subprocess
    import sys

    code = "import sys; from bot.texts import Texts; Texts.load(); sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
