"""Readings that a word casts doubt on become questions: an unplaced word, or one that splits a phrase.

'First house Tuesday of the month' must not mean the first of the month, so a phrase is reread without the noise in
it; if that means something else, the person chooses.
"""

from collections.abc import Sequence
from typing import Final

from bot.domain.when.accounting import unplaced
from bot.domain.when.context import Context, Piece
from bot.domain.when.grammar import Phrase, taken_apart
from bot.domain.when.lexer import Token, joined
from bot.domain.when.readings import Choice, Day, Reading, Refusal, Resolved, Series
from bot.domain.when.resolve import resolve
from bot.domain.when.tokens import Noise
from bot.domain.when.wordlists import words

_DROPPED: Final = frozenset(words("FILLER EVENT VENUE NOUN UNKNOWN NAMED"))
_TITLES: Final = frozenset(words("EVENT VENUE NOUN UNKNOWN NAMED"))
_RANGED: Final = frozenset(words("TO TIL DASH"))
_HOURS: Final = frozenset(words("N12 N23 LEAD"))
_LONGEST_WORD: Final = 40


def doubted(phrase: Phrase, reading: Reading, context: Context) -> Reading:
    """Return `reading`, or the question that its words call for."""
    if isinstance(reading, Refusal | Choice):
        return reading
    if strange := unplaced(phrase):
        return Choice((reading,), "dates.ask.word", {"word": strange[0][:_LONGEST_WORD]})
    if label := _label(phrase, untimed=_is_untimed(reading)):
        return Choice((reading,), "dates.ask.word", {"word": label[:_LONGEST_WORD]})
    others: list[Resolved] = []
    if (bare := without_noise(phrase)) is not None:
        match resolve(taken_apart(bare).items, context):
            case Choice(several):
                others += several
            case Refusal():
                pass
            case other:
                others.append(other)
    for tokens in (_without_events(phrase), _without_titles(phrase)):
        if tokens is not None:
            other = resolve(taken_apart(joined(tokens)).items, context)
            others += [] if isinstance(other, Choice | Refusal) else [other]
    found = tuple(dict.fromkeys((reading, *others)))
    return reading if len(found) == 1 else Choice(found, "dates.ask.which")


def _is_untimed(reading: Resolved) -> bool:
    return isinstance(reading, Day) or (isinstance(reading, Series) and isinstance(reading.first, Day))


def _label(phrase: Phrase, *, untimed: bool) -> str:
    """Return a number with its label ('classroom 7') in the place of a time, or where there is no other time."""
    for item, (start, end) in zip(phrase.items, phrase.spans, strict=True):
        if not isinstance(item, Noise):
            continue
        if phrase.tokens[start].kind != "LABEL":
            if phrase.tokens[start].text.isdigit() and _belongs_before(
                phrase.tokens[:start], phrase.tokens[start]
            ):
                return _words(phrase, start, end)
            continue
        if phrase.tokens[end - 1].kind in ("HHMM", "YH"):
            return _words(phrase, start, end)
        linked = start > 0 and phrase.tokens[start - 1].kind in ("FOR", "TO", "TIL")
        if untimed or linked:
            return _words(phrase, start, end)
    return ""


def _belongs_before(before: Sequence[Token], number: Token) -> bool:
    """Whether a number may belong to what precedes it: '9am-12 speakers', '6,30 chairs', '3 Dec 27 speakers'."""
    kinds = [token.kind for token in before[-2:]]
    if kinds[-1:] == ["MONTH"] and number.kind in ("N31", "N59"):
        return True
    return bool(kinds) and (kinds[-1] in _RANGED or (kinds[-1] == "COMMA" and kinds[0] in _HOURS))


def _words(phrase: Phrase, start: int, end: int) -> str:
    return " ".join(token.text for token in phrase.tokens[start:end])


def _without_titles(phrase: Phrase) -> Sequence[Token] | None:
    """'Good network Friday' may be Good Friday: return the tokens without nouns for events, people and places."""
    kept: list[Token] = []
    for item, (start, end) in zip(phrase.items, phrase.spans, strict=True):
        if item.kind not in _TITLES:
            kept += phrase.tokens[start:end]
    return kept if len(kept) < len(phrase.tokens) else None


def _without_events(phrase: Phrase) -> Sequence[Token] | None:
    """'8th quiz Jan 27' may be the 8th of January: return the tokens with the number and without its noun."""
    kept: list[Token] = []
    dropped = False
    for item, (start, end) in zip(phrase.items, phrase.spans, strict=True):
        if isinstance(item, Noise) and end - start == 2 and phrase.tokens[start].kind == "ORD":
            kept.append(phrase.tokens[start])
            dropped = True
        else:
            kept += phrase.tokens[start:end]
    return kept if dropped else None


def without_noise(phrase: Phrase) -> Sequence[Token] | None:
    """Return the tokens without the noise between the pieces of a time; None where there is none."""
    timed = [
        at for at, item in enumerate(phrase.items) if isinstance(item, Piece) and not isinstance(item, Noise)
    ]
    if len(timed) < 2:
        return None
    kept: list[Token] = []
    dropped = False
    for at, (item, (start, end)) in enumerate(zip(phrase.items, phrase.spans, strict=True)):
        if timed[0] < at < timed[-1] and (isinstance(item, Noise) or item.kind in _DROPPED):
            dropped = True
        else:
            kept += phrase.tokens[start:end]
    return kept if dropped else None
