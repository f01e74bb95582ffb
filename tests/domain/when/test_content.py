"""The words around dates: every reason has its text with the fields it names, and every example holds."""

import re
from pathlib import Path

import pytest

from bot.domain.when import Choice, Refusal, Term, Terms, describe, read
from bot.domain.when.examples import Example, parse_examples
from bot.domain.when.suggest import resolved_of
from bot.texts import CONTENT
from tests.domain.when.test_terms import TERMS
from tests.words import words

EXAMPLES = parse_examples((CONTENT / "en-GB" / "dates_examples.toml").read_text("utf-8"))
SOURCE = Path(__file__).parents[3] / "bot" / "domain" / "when"
TEXTS = words()


@pytest.mark.parametrize("example", EXAMPLES.examples, ids=lambda example: example.phrase)
def test_examples(example: Example) -> None:
    reading = read(example.phrase, now=EXAMPLES.now, zone=EXAMPLES.zone, terms=TERMS)
    assert tuple(describe(one) for one in resolved_of(reading)) == example.means
    assert isinstance(reading, Choice) == (example.group == "questions")
    assert example.group in EXAMPLES.titles


def test_reasons_have_texts() -> None:
    used = {
        key
        for path in SOURCE.glob("*.py")
        for key in re.findall(r'"(dates\.[a-z_.]+)"', path.read_text("utf-8"))
    }
    kept = {key for prefix in ("dates.ask", "dates.refused") for key in TEXTS.under(prefix)}
    assert used == kept


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("", "unread"),
        ("hello", "unread"),
        ("yesterday 6pm", "past"),
        ("not Thursday", "negation"),
        ("6pm somewhere", "no_day"),
        ("Thursday's agenda", "no_time"),
        ("next week", "week"),
        ("December", "month"),
        ("30 February 6pm", "no_such_day"),
        ("after half term", "terms"),
        ("by Friday", "bound"),
        ("soon", "vague"),
        ("in a few weeks", "vague"),
        ("Thursday 6pm 42", "leftover"),
        ("at 6 1/2", "leftover"),
        ("Thursday 8pm to 6pm", "backwards"),
        ("Thursday 6pm for 0 minutes", "length"),
        ("first Thursday 6pm", "which_month"),
        ("every week at 6", "which_day"),
        ("twice a week", "which_days"),
        ("every day", "series_time"),
        ("every Thursday 6pm until last week", "past"),
        ("every Thursday 6pm until the end of next week", "series_end"),
        ("1 January 2099 6pm", "far"),
        ("Thursday 6pm Europe/Nowhere", "zone"),
        ("x" * 6000, "long"),
        ("all day Thursday 6pm", "two_times"),
    ],
)
def test_refusals_are_said(phrase: str, reason: str) -> None:
    reading = read(phrase, now=EXAMPLES.now, zone=EXAMPLES.zone)
    assert isinstance(reading, Refusal)
    assert reading.reason == f"dates.refused.{reason}"
    said = TEXTS(reading.reason, **reading.fields)
    assert reading.fields["example"] in said.replace("\\", "")


def test_what_a_refusal_offers_works() -> None:
    """A phrase that a refusal names is read as it stands (school words need terms)."""
    found = {
        match
        for path in SOURCE.glob("*.py")
        for match in re.findall(r'"example": "([^"]+)"', path.read_text("utf-8"))
    }
    terms = Terms((Term("Spring term 2027", EXAMPLES.now.date(), EXAMPLES.now.date().replace(year=2027)),))
    unread = {
        phrase
        for phrase in found
        if isinstance(read(phrase, now=EXAMPLES.now, zone=EXAMPLES.zone, terms=terms), Refusal)
    }
    # these answer for a length, a period, a repeat or a list of terms
    assert unread == {
        "this month", "weekly",
        "Autumn term: 1 September to 18 December 2026", "Thursday after half term, 6pm",
    }  # fmt: skip
