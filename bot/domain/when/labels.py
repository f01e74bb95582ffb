"""Words of the school year that are merely a label next to a whole date: 'INSET day Monday 4 January'.

'Christmas social Friday 11 December 6pm' contains its date, so its name does not decide when it is. The
reading without that name is offered as a question that quotes the name; it is never used unasked.
"""

from collections.abc import Sequence
from typing import Final

from bot.domain.when.context import Context
from bot.domain.when.grammar import taken_apart
from bot.domain.when.lexer import Token
from bot.domain.when.readings import Choice, Reading, Refusal
from bot.domain.when.resolve import resolve
from bot.domain.when.wordlists import words

_NAMES: Final = frozenset(
    words(
        "inset twilight break bank holiday holidays season spring summer autumn winter ramadan eid diwali hanukkah "
        "passover early late mid payday playtime breaktime lunchbreak annual"
    )
)
_SCHOOL: Final = frozenset(words("TERMW HALFTERM FEAST HOLIDAY NAMED WEEKENDW NEW"))
_NUMBERS: Final = frozenset(words("N12 N23 N31 LEAD ORD"))
_LINKS: Final = frozenset(
    words(
        "AFTER BEFORE TIL FROM EVERY FOR BY THIS NEXT LAST EXCEPT START STARTING ENDING BACK IN ON OF WITHIN COMING "
        "FOLLOWING N12 N23 W12 COUPLE FEW BARRED DURING"
    )
)
_BEHIND: Final = frozenset(words("AFTER BEFORE FROM OF ON IN AGO BACK COMMENCING AND"))
_SERIES: Final = frozenset(
    words("EVERY FREQ WEEKDAYS ALTERNATE WEEKDAYW ONCE TWICE TIMES EXCEPT BARRED MOVE")
)
_CLOCKS: Final = frozenset(words("TIME TIMEH DOTTIME HHMM NOON"))


def without_label(tokens: Sequence[Token], context: Context) -> Reading | None:
    """Return the question with the phrase read without its label, None where there is no label."""
    dated = _is_dated(tokens)
    timed = any(token.kind in _CLOCKS for token in tokens) and any(
        token.kind == "WEEKDAY" for token in tokens
    )
    out: list[Token] = []
    label = ""
    at = 0
    while at < len(tokens):
        end = _label_end(tokens, at, out, dated=dated, timed=timed)
        if end == at:
            out.append(tokens[at])
            at += 1
            continue
        name = " ".join(token.text for token in tokens[at:end])
        label = label or name
        out.append(Token("UNKNOWN", name, name=name.lower()))
        at = end
    if not label:
        return None
    if any(token.kind in _SERIES for token in out):
        return None
    reading = resolve(taken_apart(out).items, context)
    match reading:
        case Refusal():
            return None
        case Choice():
            return reading
        case _:
            return Choice((reading,), "dates.ask.word", {"word": label[:40]})


def _is_dated(tokens: Sequence[Token]) -> bool:
    """Whether a day and its month are given."""
    if any(token.kind in ("NUMDATE", "SLASH", "ISO") for token in tokens):
        return True
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        before = tokens[at - 2] if before is not None and before.kind == "OF" and at > 1 else before
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind == "MONTH" and any(one is not None and one.kind in _NUMBERS for one in (before, after)):
            return True
    return False


def _label_end(tokens: Sequence[Token], at: int, out: Sequence[Token], *, dated: bool, timed: bool) -> int:
    """Return the position after the label that begins at `at`; `at` where none does."""
    if out and out[-1].kind in _LINKS:
        return at
    kinds = [token.kind for token in tokens[at : at + 4]]
    if dated:
        if kinds[:3] == ["END", "OF", "TERMW"] or kinds[:3] == ["START", "OF", "TERMW"]:
            return at + 3
        if kinds[:3] == ["LAST", "DAYW", "OF"] and kinds[3:] == ["TERMW"]:
            return at + 4
        if kinds[:2] in (["TERMW", "ENDING"], ["TERMW", "STARTING"], ["WEEKENDW", "OF"]):
            return at + 2
        if _is_name(tokens[at]) or kinds[0] in _SCHOOL:
            end = at + 1
            while end < len(tokens) and (
                _is_name(tokens[end]) or tokens[end].kind in (*_SCHOOL, "DAYW", "WEEK")
            ):
                end += 1
            return end
        if kinds[:2] == ["FREQ", "EVENT"]:
            return at + 1  # 'Monthly meeting: Tuesday 8 December 5pm'
        if kinds[0] == "ORD" and len(kinds) > 1 and tokens[at + 1].name in ("anniversary", "birthday"):
            return at + 2
        titled = kinds[1:2] == ["EVENT"] or bool(out and out[-1].kind == "EVENT")
        if kinds[0] in ("YEAR", "YH") and tokens[at].number >= 2000 and titled:
            return at + 1  # '2026 AGM Thursday 10 December'
        named = kinds[0] == "UNKNOWN" and len(kinds) > 1 and kinds[1] in ("DAYW", "WEEK", "MONTHW")
        if named and (len(kinds) < 3 or kinds[2] not in _BEHIND):
            return at + 2
    return at + 1 if timed and tokens[at].name == "break" else at


def _is_name(token: Token) -> bool:
    return token.name in _NAMES or (token.kind == "VAGUE" and token.name == "may day")
