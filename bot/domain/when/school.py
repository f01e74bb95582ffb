"""School words against the guild's term dates; without them they are refused, and the refusal says so."""

from collections.abc import Sequence
from typing import Final

from bot.domain.when.context import Context
from bot.domain.when.lexer import Token
from bot.domain.when.readings import Days, Refusal

NO_TERMS: Final = Refusal("dates.refused.terms", {"example": "Thursday 7 January, 6pm"})


def period_of_term(tokens: Sequence[Token], context: Context) -> Days | Refusal:
    """Return the days of 'this term', 'next term' or 'half term'."""
    return NO_TERMS
