"""Words become a time, a question, or a refusal that says what to type instead; never a guess."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.when.context import Context
from bot.domain.when.grammar import LONGEST, parse
from bot.domain.when.resolve import resolve
from bot.domain.when.readings import Choice, Day, Days, Moment, Reading, Refusal, Series, Settled, Span
from bot.domain.when.terms import Term, Terms

__all__ = [
    "Choice",
    "Day",
    "Days",
    "Moment",
    "Reading",
    "Refusal",
    "Series",
    "Settled",
    "Span",
    "Term",
    "Terms",
    "read",
]


def read(
    words: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    terms: Terms | None = None,
    languages: Sequence[str] = (),
) -> Reading:
    """Read what a member typed.

    `now` is aware; `zone` is the member's or meeting's zone, in which every moment is returned;
    `terms` are the guild's school terms; `languages` are codes such as 'cy' or 'fr', tried after Welsh.
    """
    if len(words) > LONGEST:
        return Refusal("dates.refused.long", {"example": "Thursday 6pm"})
    context = Context(now.astimezone(zone), zone, terms)
    return resolve(parse(words), context)
