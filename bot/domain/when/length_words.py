"""Rules for lengths: an hour and a half, 90 minutes, 1h30, 1.5 hours; and for stretches of days and weeks."""

from typing import Final

from bot.domain.when.patterns import Match, Rule
from bot.domain.when.tokens import Elapsed, Length, Note, Stretch
from bot.domain.when.words import kind, number, text, token

_FRACTIONS: Final = {(1, 2): 30, (1, 4): 15, (3, 4): 45}


def _length(match: Match) -> Length:
    """A number of hours or minutes; 'a' counts as one."""
    each = 60 if kind(match, "unit") == "HOURW" else 1
    return Length(number(match, "n", 1) * each + number(match, "minute"))


def _and_minutes(match: Match) -> Length | None:
    """'1h30', 'one hour thirty': only minutes that people use, so that a day of the month is not taken for minutes."""
    minute = number(match, "minute")
    return Length(number(match, "n", 1) * 60 + minute) if minute in (10, 15, 20, 30, 40, 45, 50) else None


def _and_a_half(match: Match) -> Length:
    return Length(number(match, "n", 1) * 60 + 30)


def _and_a_quarter(match: Match) -> Length:
    return Length(number(match, "n", 1) * 60 + 15)


def _hour_long(match: Match) -> Length | None:
    return Length(60) if text(match, "long") == "long" else None


def _half_hour(_: Match) -> Length:
    return Length(30)


def _quarters(match: Match) -> Length | None:
    quarters = number(match, "n", 1)
    return Length(15 * quarters) if quarters in (1, 3) else None


def _decimal(match: Match) -> Length | None:
    """'1.5 hours'; two decimal places only where they can be nothing else."""
    hours, _, places = text(match, "n").partition(".")
    minutes = {"5": 30, "25": 15, "50": 30, "75": 45, "30": 30, "0": 0}.get(places)
    return None if minutes is None or int(hours) > 23 else Length(int(hours) * 60 + minutes)


def _fraction(match: Match) -> Length | None:
    item = token(match, "part")
    minutes = None if item is None else _FRACTIONS.get((item.numbers[0], item.numbers[1]))
    return None if minutes is None else Length(number(match, "n") * 60 + minutes)


def _couple_of_hours(match: Match) -> Length:
    return Length(2 * (60 if kind(match, "unit") == "HOURW" else 1), doubtful=True)


def _stretch(match: Match) -> Stretch:
    return Stretch(number(match, "n", 1), kind(match, "unit"))


def _couple(match: Match) -> Stretch:
    return Stretch(2, kind(match, "unit"), doubtful=True)


def soon(_: Match) -> Elapsed:
    """'Now', 'in a few minutes': a time has to be in the future, so offer some."""
    return Elapsed(0, doubtful=True)


def _vague(_: Match) -> Note:
    return Note("dates.refused.vague", "in 3 weeks at 6pm")


RULES: Final = (
    Rule("n=(COUNT | A) unit=(HOURW | MINUTE)", _length),
    Rule("n=(COUNT | A) unit=HOURW AND? minute=COUNT MINUTE", _length),
    Rule(
        "n=(COUNT | A) unit=HOURW minute=COUNT !(MONTH | OF | UNIT | HOURW | TO | PAST | ORD | NOUN)",
        _and_minutes,
    ),
    Rule("n=(COUNT | A)? HOURW AND A HALF", _and_a_half),
    Rule("n=(COUNT | A) AND A? HALF HOURW", _and_a_half),
    Rule("n=(COUNT | A) HOURW AND A QUARTER", _and_a_quarter),
    Rule("n=(COUNT | A) AND A? QUARTER HOURW", _and_a_quarter),
    Rule("HOURW long=FILLER", _hour_long),
    Rule("A? HALF (OF? A)? HOURW", _half_hour),
    Rule("A? QUARTER (OF? A)? HOURW", _quarters),
    Rule("n=(N12 | W12) QUARTER OF? A? HOURW", _quarters),
    Rule("n=(DECIMAL | DOTDATE | DOTTIME) HOURW", _decimal),
    Rule("n=(N12 | N23)? part=SLASH (OF? A)? HOURW", _fraction),
    Rule("A? COUPLE OF? unit=(HOURW | MINUTE)", _couple_of_hours),
    Rule("IN A? FEW MINUTE TIMEW?", soon),
    Rule("A? FEW (HOURW | MINUTE | UNIT)", _vague),
    Rule("n=(COUNT | A) unit=UNIT", _stretch),
    Rule("A? COUPLE OF? unit=UNIT", _couple),
    Rule("n=COUNT (WORKING UNIT | SCHOOLDAY | WEEKDAYW)", _vague),
)
