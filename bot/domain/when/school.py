"""School words, resolved by the guild's term dates; without those they are refused, which the refusal says.

'Back' is the next day on which school resumes after half term or a holiday. Half term is the days
given for it; a return that falls on a weekend is the Monday after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from bot.domain.when.context import Ahead, Context, DateExpr, Options
from bot.domain.when.days import DAY
from bot.domain.when.holidays import holiday
from bot.domain.when.lexer import Token
from bot.domain.when.readings import Days, Refusal
from bot.domain.when.terms import Term, Terms

NO_TERMS: Final = Refusal("dates.refused.terms", {"example": "Thursday 7 January, 6pm"})
_EACH_TERM: Final = Refusal("dates.refused.each_term", {"example": "Thursday 7 January, 6pm"})


def truly_refused(refusal: Refusal, terms: Terms | None) -> Refusal:
    """Return a refusal that does not say that the terms are unknown where they are known."""
    known = terms is not None and bool(terms.terms)
    return _EACH_TERM if known and refusal.reason == NO_TERMS.reason else refusal


NO_SUCH_TERM: Final = Refusal("dates.refused.no_such_term", {"example": "end of the spring term"})
SEASONS: Final = ("autumn", "winter", "spring", "summer")

Edge: TypeAlias = Literal["start", "end", "half_start", "half_end", "back"]


@dataclass(frozen=True, slots=True)
class SchoolDay(DateExpr):
    """A day of the school year: an edge of a term ('' any) or of half term, or the next day back after something."""

    edge: Edge
    season: str = ""
    following: bool = False  # 'next term'
    after: str = ""  # back after 'half', 'christmas', 'easter', 'summer'; '' after whatever comes next

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the next such day, today included."""
        if context.terms is None or not context.terms.terms:
            return NO_TERMS
        found = self._back(context) if self.edge == "back" else self._edges(context)
        coming = [day for day in found if day >= context.today]
        return Options((min(coming),)) if coming else NO_SUCH_TERM

    def _edges(self, context: Context) -> list[date]:
        terms = [term for term in terms_of(context) if self.season in term.name.lower()]
        if self.following:
            terms = [term for term in terms if term.starts > context.today]
        match self.edge:
            case "start":
                return [term.starts for term in terms]
            case "end":
                return [term.ends for term in terms]
            case "half_start":
                return [term.half_term_starts for term in terms if term.half_term_starts]
            case _:
                return [term.half_term_ends for term in terms if term.half_term_ends]

    def _back(self, context: Context) -> list[date]:
        terms = terms_of(context)
        halves = [_school_day(term.half_term_ends + DAY) for term in terms if term.half_term_ends]
        starts = [term.starts for term in terms]
        match self.after:
            case "half":
                return halves
            case "christmas":
                return [day for day in starts if day.month in (12, 1)]
            case "easter":
                return [
                    day
                    for day in starts
                    if abs(day - holiday("easter sunday", day.year)) < timedelta(days=30)
                ]
            case "summer":
                return [day for day in starts if day.month in (8, 9)]
            case _:
                return halves + starts


@dataclass(frozen=True, slots=True)
class TermRef(DateExpr):
    """'Term', 'spring term', 'next term': not a day by itself."""

    season: str = ""
    following: bool = False
    kind = "TERM"

    def edge(self, edge: Edge) -> SchoolDay:
        """Return its first or last day."""
        return SchoolDay(edge, self.season, self.following)

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: a term alone is not a day."""
        return (
            Refusal("dates.refused.week", {"example": "last day of term, 3pm"}) if context.terms else NO_TERMS
        )


@dataclass(frozen=True, slots=True)
class HalfTermRef(DateExpr):
    """'Half term': not a day by itself."""

    kind = "HALFT"

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: half term alone is not a day."""
        return (
            Refusal("dates.refused.week", {"example": "Thursday after half term, 6pm"})
            if context.terms
            else NO_TERMS
        )


@dataclass(frozen=True, slots=True)
class BackRef(DateExpr):
    """'Back after half term': not a day by itself."""

    after: str = ""
    kind = "BACKREF"

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: 'back' alone is not a day."""
        return (
            Refusal("dates.refused.week", {"example": "first Thursday back, 6pm"})
            if context.terms
            else NO_TERMS
        )


def terms_of(context: Context) -> Sequence[Term]:
    """Return the configured terms, if any."""
    return context.terms.terms if context.terms is not None else ()


def _school_day(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def period_of_term(tokens: Sequence[Token], context: Context) -> Days | Refusal:
    """Return the days of 'this term', 'next term', 'the spring term' or 'half term'."""
    terms = [term for term in terms_of(context) if term.ends >= context.today]
    if context.terms is None:
        return NO_TERMS
    kinds = [token.kind for token in tokens]
    seasons = [token.name for token in tokens if token.name in SEASONS]
    if "HALFTERM" in kinds:
        halves = [
            Days(term.half_term_starts, term.half_term_ends)
            for term in terms
            if term.half_term_starts and term.half_term_ends and term.half_term_ends >= context.today
        ]
        return halves[0] if halves else NO_SUCH_TERM
    if seasons:
        terms = [term for term in terms if seasons[0] in term.name.lower()]
    elif "NEXT" in kinds:
        terms = [term for term in terms if term.starts > context.today]
    return Days(terms[0].starts, terms[0].ends) if terms else NO_SUCH_TERM
