"""Rules for school words: 'end of term', 'Thursday after half term', 'first week back', 'week 3 of term'."""

from typing import Final

from bot.domain.when.context import DateExpr
from bot.domain.when.days import Coming, InWeek, Shifted, WeekRef
from bot.domain.when.joined_series import Until
from bot.domain.when.lexer import Token
from bot.domain.when.months import ANY_DAY, Nth
from bot.domain.when.nth_weekday import NthWeekday
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.school import SEASONS, BackRef, HalfTermRef, SchoolDay, TermRef
from bot.domain.when.tokens import Note
from bot.domain.when.words import kind, number, piece, token

_AFTER: Final = {"easter": "easter", "christmas": "christmas", "xmas": "christmas", "summer": "summer"}


def _term(match: Match) -> TermRef | Note | None:
    season, word = token(match, "season"), token(match, "term")
    if season is not None and season.name not in SEASONS:
        return None
    if word is None or word.name == "time":
        return Note("dates.refused.terms", "every Thursday at 6pm")
    return TermRef("" if season is None else season.name, following=kind(match, "which") == "NEXT")


def _half_term(_: Match) -> HalfTermRef:
    return HalfTermRef()


def _after(match: Match) -> str:
    item = match.get("after")
    if not isinstance(item, Token):
        return ""
    return "half" if item.kind == "HALFTERM" else _AFTER.get(item.name, "?")


def _back(match: Match) -> BackRef | None:
    after = _after(match)
    return None if after == "?" else BackRef(after)


def _week_back(match: Match) -> WeekRef | None:
    after, weeks = _after(match), number(match, "n") - 1
    return None if after == "?" else WeekRef(of=Shifted(SchoolDay("back", after=after), 7 * weeks))


def _week_of_term(match: Match) -> WeekRef | None:
    season = token(match, "season")
    if season is not None and season.name not in SEASONS:
        return None
    name = "" if season is None else season.name
    following = kind(match, "which") == "NEXT"
    if kind(match, "n") == "LAST":
        return WeekRef(of=SchoolDay("end", name, following))
    return WeekRef(of=Shifted(SchoolDay("start", name, following), 7 * (number(match, "n") - 1)))


def _day_of_week(match: Match) -> InWeek | None:
    week = _week_of_term(match)
    return None if week is None else InWeek(number(match, "day"), week)


def _half_term_week(_: Match) -> WeekRef:
    return WeekRef(of=SchoolDay("half_start"))


def _edge(match: Match) -> SchoolDay | None:
    term = piece(match, "term", TermRef)
    return None if term is None else term.edge("end" if kind(match, "edge") == "END" else "start")


def _nth(match: Match) -> DateExpr | None:
    """'First Monday of term', 'last day of term', 'first Thursday back'."""
    nth, term, back = piece(match, "nth", Nth), piece(match, "term", TermRef), piece(match, "back", BackRef)
    if nth is None or len(nth.numbers) != 1:
        return None
    count = nth.numbers[0]
    first = term.edge("start") if term is not None else SchoolDay("back", after=back.after if back else "")
    if count > 0:
        return first if (count, nth.what) == (1, ANY_DAY) else NthWeekday(count, nth.what, Shifted(first, -1))
    if term is None:
        return None
    last = term.edge("end")
    return last if nth.what == ANY_DAY else NthWeekday(-1, nth.what, Shifted(last, 1))


def _beside_half_term(match: Match) -> DateExpr | None:
    before = kind(match, "side") == "BEFORE"
    base = SchoolDay("half_start" if before else "half_end")
    day, nth = piece(match, "day", Coming), piece(match, "nth", Nth)
    if day is not None:
        return NthWeekday(-1 if before else 1, day.weekday, base)
    if nth is None or len(nth.numbers) != 1 or (nth.numbers[0] < 0) != before:
        return None
    return NthWeekday(nth.numbers[0], nth.what, base)


def _in_half_term(match: Match) -> InWeek | None:
    day = piece(match, "day", Coming)
    return None if day is None else InWeek(day.weekday, WeekRef(of=SchoolDay("half_start")))


def _after_half_term(_: Match) -> WeekRef:
    return WeekRef(of=SchoolDay("back", after="half"))


def _until_half_term(_: Match) -> Until:
    return Until(Shifted(SchoolDay("half_start"), -1))


RULES: Final[tuple[Rule, ...]] = (
    Rule("which=(THIS | NEXT)? season=VAGUE? term=TERMW", _term),
    Rule("HALFTERM", _half_term),
    Rule("HALFTERM WEEK", _half_term_week),
    Rule("n=ORD WEEK BACK", _week_back),
    Rule("n=ORD WEEK BACK AFTER after=(HALFTERM | FEAST | VAGUE)", _week_back),
    Rule("n=(ORD | LAST) WEEK (OF | IN)? which=(THIS | NEXT)? season=VAGUE? TERMW", _week_of_term),
    Rule("WEEK n=(N12 | W12) OF? which=(THIS | NEXT)? season=VAGUE? TERMW", _week_of_term),
    Rule("day=WEEKDAY WEEK n=(N12 | W12) OF? which=(THIS | NEXT)? season=VAGUE? TERMW", _day_of_week),
    Rule("BACK AFTER after=(HALFTERM | FEAST | VAGUE)", _back),
)
JOINED: Final[tuple[Rule, ...]] = (
    Rule("edge=(START | STARTING | END) OF? term=TERM", _edge),
    Rule("nth=NTH (OF | IN)? term=TERM", _nth),
    Rule("nth=NTH back=(BACKREF | BACK)", _nth),
    Rule("day=DATE side=(AFTER | BEFORE) HALFT", _beside_half_term),
    Rule("nth=NTH side=(AFTER | BEFORE) HALFT", _beside_half_term),
    Rule("day=DATE (OF | IN)? HALFT", _in_half_term),
    Rule("AFTER HALFT", _after_half_term),
    Rule("TIL HALFT", _until_half_term),
)
