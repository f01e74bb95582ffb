"""Reads a phrase: caps, parses and resolves it; what the grammar can't read is tried in other languages."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.when import welsh
from bot.domain.when.context import Context
from bot.domain.when.doubts import doubted
from bot.domain.when.fresh import fresh
from bot.domain.when.grammar import LONGEST, taken_apart
from bot.domain.when.labels import without_label
from bot.domain.when.lexer import Token, plain, tokens_of
from bot.domain.when.other_languages import read_other
from bot.domain.when.readings import Reading, Refusal
from bot.domain.when.resolve import resolve
from bot.domain.when.school import truly_refused
from bot.domain.when.terms import Terms


def read(
    words: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    terms: Terms | None = None,
    languages: Sequence[str] = (),
) -> Reading:
    """Read what a member typed.

    Args:
        words: what was typed, of any length; more than 300 characters are refused unread.
        now: the instant of speaking, aware.
        zone: the member's or meeting's zone, in which every moment is returned.
        terms: the guild's school terms; without them school words are refused.
        languages: codes of further languages ('fr', 'pt-BR'), tried after Welsh; such readings are always a Choice.

    Returns:
        One of the kinds of reading (see readings.py); never raises, whatever the text.
    """
    reading = _read(words, now, zone, terms, languages)
    if not isinstance(reading, Refusal):
        return reading
    return fresh(truly_refused(reading, terms), now.astimezone(zone).date())


def _read(
    words: str, now: datetime, zone: ZoneInfo, terms: Terms | None, languages: Sequence[str]
) -> Reading:
    if len(words) > LONGEST:
        return Refusal("dates.refused.long", {"example": "Thursday 6pm"})
    context = Context(now.astimezone(zone), zone, terms)
    tokens = tokens_of(plain(words))
    phrase = taken_apart(tokens)
    reading = doubted(phrase, resolve(phrase.items, context), context)
    if isinstance(reading, Refusal) and (named := without_label(tokens, context)) is not None:
        return named
    unknown = {item.name for item in phrase.items if isinstance(item, Token) and item.kind == "UNKNOWN"}
    if unknown and (languages or isinstance(reading, Refusal) or unknown & welsh.SURE):
        other = read_other(words, context, languages, refused=isinstance(reading, Refusal))
        return reading if other is None else other
    return reading
