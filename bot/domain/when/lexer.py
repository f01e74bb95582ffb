"""Characters become tokens: numbers by what they could mean, words by the lexicon, attached forms split."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.domain.when.lexicon import TENS, WORDS, Word
from bot.domain.when.phrases import PHRASE_STARTS, PHRASES
from bot.domain.when.typos import corrected
from bot.domain.when.zones import CASED

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("‘’ʼ`´′", "'"),
        "½": " 1/2 ",
        "¼": " 1/4 ",
        "¾": " 3/4 ",
        "⁄": "/",
        "⅓": " 1/3 ",
        "⅔": " 2/3 ",
    }
)
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)

_HEADED: Final = re.compile(r"^\s*(?:when|time|date)\s*:", re.IGNORECASE)
"""What precedes the time in a pasted invitation."""

_D: Final = "[0-9]"
_OFFSET: Final = rf"(?:z|[+-]{_D}{_D}(?::?{_D}{_D})?)"
_NEXT_DAY: Final = "(?:mon|tue|wed|thu|fri|sat|sun|tom|tod|on|every)"
_MONTHS: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# am, a.m., p m, a bare p; 'pm' may have a weekday attached
_HALF: Final = (
    rf"(?:\.?\s?[ap]\s?\.?\s?m(?![a-z])\.?|[ap]m(?={_NEXT_DAY}|ish)|[ap](?![a-z0-9.])|[ap]\.(?![a-z]))"
)
_LATE: Final = "(?:[2-5][0-9]|1[3-9])"  # minutes that could not be an hour of a 12-hour clock

# Ordered alternatives; each is bounded or a single repeat, so lexing is linear in the text.
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<stamp><t:-?{_D}{{1,11}}(?::[a-z])?>)
  | (?P<link>https?://\S*|<[\#@:][^>\s]{{0,80}}>|[a-z0-9.+-]{{1,40}}@[a-z0-9-]{{1,40}}\.[a-z.]{{2,20}})
  | (?P<iso>(?<![0-9])
        (?:{_D}{{4}}-{_D}{_D}-{_D}{_D}t{_D}{_D}:{_D}{_D}(?::{_D}{_D}(?:\.{_D}{{1,9}})?)?\s?{_OFFSET}
          |{_D}{{4}}-{_D}{_D}-{_D}{_D}\ {_D}{_D}:{_D}{_D}(?:
              (?::{_D}{_D})?\s?(?:z|\+{_D}{_D}:?{_D}{_D})
              |:{_D}{_D}-(?:0{_D}|1[0-2]):?(?:00|30)|(?::{_D}{_D})?\s-0{_D}:?(?:00|30))
          |{_D}{{8}}t{_D}{{4}}(?:{_D}{_D})?\s?{_OFFSET})(?:\[[a-z0-9/_+-]{{1,40}}\])?(?![0-9a-z:]))
  | (?P<isolocal>(?:{_D}{{4}}-{_D}{_D}-{_D}{_D}t{_D}{_D}:{_D}{_D}(?::{_D}{_D})?|{_D}{{8}}t{_D}{{4}}(?:{_D}{_D})?)
        (?![0-9a-z:+]))
  | (?P<yearfirst>(?<![0-9.:/-]){_D}{{4}}(?P<s1>[-/.]){_D}{{1,2}}(?P=s1){_D}{{1,2}}(?![0-9]))
  | (?P<dayfirst>(?<![0-9.:/]){_D}{{1,2}}\s?(?P<s2>[-/.])\s?{_D}{{1,2}}\s?(?P=s2)\s?(?:{_D}{{4}}|{_D}{_D})
        (?![0-9]|[:.][0-9]|\s?[ap]\.?m))
  | (?P<arrow>->|=>|→|⇒|➡)
  | (?P<hourmark>(?<![0-9.:]){_D}{_D}h{_D}{_D}(?![0-9a-z]))
  | (?P<ratio>(?<![0-9.:]){_D}:{_D}(?![0-9]))
  | (?P<clock>(?<![0-9.:])(?:{_D}{{1,2}}[:;.]{_D}{_D}(?::{_D}{_D})?|{_D}{{1,2}}(?:-{_LATE}|(?:[:.]?\s|,)(?:{_LATE}|00)))
        {_HALF})
  | (?P<glued>(?<![0-9.:]){_D}{{3,4}}{_HALF}|(?<![0-9.:]){_D}{{3,4}}\s[ap]m(?![a-z]))
  | (?P<hour>(?<![0-9.:]){_D}{{1,2}}{_HALF})
  | (?P<colon>(?<![0-9.:]){_D}{{1,2}}[:;]{_D}{_D}(?::{_D}{_D})?(?![0-9:]))

  | (?P<amount>[£$€\#]\s?{_D}[0-9,.]*(?:k|m|bn|p)?(?![a-z])|{_D}+(?:\.{_D}+)?\s?%)
  | (?P<dotted>(?<![0-9.]){_D}{{1,2}}\.{_D}{{1,2}}(?![0-9]|\.[0-9]))
  | (?P<slash>(?<![0-9/]){_D}{{1,2}}\s?/\s?{_D}{{1,2}}(?![0-9/]))
  | (?P<ordinal>(?<![0-9]){_D}{{1,2}}(?:st|nd|rd|\s?th)(?=[^a-z]|$|{_MONTHS}|of))
  | (?P<offset>(?:utc|gmt)\s?[+-]\s?{_D}{{1,2}}(?::?{_D}{_D})?(?![0-9:.]|\s?[ap]\.?m)
        |(?<![a-z0-9])\+\s?{_D}{_D}:?{_D}{_D}(?![0-9])|(?<=m)\+{_D}{_D}:?{_D}{_D}(?![0-9])
        |(?<=[0-9]\s)-0{_D}:?(?:00|30)(?![0-9]))
  | (?P<zulu>(?<=[0-9])z(?![a-z]))
  | (?P<iana>(?:europe|america|africa|asia|australia|pacific|atlantic|indian)/[a-z_]+(?:/[a-z_]+)?)
  | (?P<weekof>w/[cbeo](?![a-z]))
  | (?P<other>n/a(?![a-z]))
  | (?P<moro>2(?:moro|morrow|mrw|mro|day|nite|night)(?![a-z]))
  | (?P<decimal>{_D}+\.{_D}+)
  | (?P<number>\d+)
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)
  | (?P<hyphen>(?<=[^\W_])[-/](?=[^\W_]))
  | (?P<minus>(?<!\S)-(?=[0-9]))
  | (?P<mark>[,;\n|&+@~/-])
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DAYS_OF_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DIGITS: Final = re.compile(r"[0-9]+")
_MARKS: Final = {
    ",": "COMMA", ";": "SEMICOLON", "\n": "SEMICOLON", "|": "SEMICOLON", "&": "AND", "+": "AND", "@": "AT",
    "~": "APPROX", "/": "SLASHMARK", "-": "DASH",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text as typed, and its numbers, whose meaning depends on the kind.

    TIME and TIMEH: hour, minute, second, half (0 none, 1 am, 2 pm). NUMDATE: day, month, year.
    DOTBOTH, DOTTIME, DOTDATE, SLASH: the two numbers.
    """

    kind: str
    text: str
    number: int = 0
    name: str = ""
    numbers: tuple[int, ...] = ()
    possessive: bool = False
    glued: bool = False


def plain(text: str) -> str:
    """Make typographic dashes, quotes and fractions in `text` plain, and drop invisible characters."""
    text = _HEADED.sub("", text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_PLAIN))).translate(_PLAIN)


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of `text` (already plain), skipping characters without meaning."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or ""
        if group == "space":
            if "\n" in match[0] and found:
                found.append(Token("SEMICOLON", "\n"))
            continue
        if group == "isolocal":
            found += _local(match[0])
            end = match.end()
            continue
        token = _token(group, match[0], glued=match.start() == end and bool(found))
        end = match.end()
        if token is not None:
            found.append(token)
    return joined(found)


def _token(group: str, text: str, *, glued: bool) -> Token | None:
    if group == "word":
        return _word(text, glued=glued)
    if group == "number":
        return _number(text, glued=glued)
    if group == "mark":
        return Token(_MARKS[text], text)
    if group == "hyphen":
        return Token(_MARKS[text], text, glued=True)
    if group == "minus":
        return Token("DASH", text, name="minus")
    if group == "stamp":
        seconds = int(_DIGITS.findall(text)[0])
        return Token("ISO", text, name=text) if "-" in text else Token("ISO", _stamped(seconds), name=text)
    if group == "arrow":
        return Token("MOVE", text, name="->")
    if group in ("link", "amount", "ratio"):
        return Token("AMOUNT", text)
    if group in ("iso", "iana", "offset"):
        return Token({"iso": "ISO", "iana": "ZONEW", "offset": "OFFSET"}[group], text, name=text)
    if group == "zulu":
        return Token("ZONEW", text, name="utc")
    if group in ("weekof", "moro", "other"):
        return _word(text, glued=False)
    return _numeric(group, text, tuple(int(digits) for digits in _DIGITS.findall(text)))


def _stamped(seconds: int) -> str:
    """Return Discord's timestamp ('<t:1796320800:F>') as ISO 8601."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _numeric(group: str, text: str, numbers: tuple[int, ...]) -> Token:
    """Make a token of a time, a date or another form with several numbers."""
    if group in ("clock", "glued", "hour", "colon", "hourmark"):
        return _time(group, text, numbers)
    if group == "yearfirst":
        return Token("NUMDATE", text, numbers=numbers[::-1])
    if group == "dayfirst":
        day, month, year = numbers
        return Token("NUMDATE", text, numbers=(day, month, year + 2000 if year < 100 else year))
    if group == "ordinal":
        return Token("ORD", text, numbers[0]) if 1 <= numbers[0] <= 31 else Token("BADDATE", text)
    if group == "slash":
        day, month = numbers
        return Token("SLASH" if 1 <= day <= 31 and 1 <= month <= 12 else "BADDATE", text, numbers=numbers)
    if group == "dotted":
        return Token(_dotted(text, *numbers), text, numbers=numbers)
    return Token("DECIMAL", text)


def _local(text: str) -> list[Token]:
    """'2026-12-03T18:00' and '20261203T1800' are a date and a time of the 24-hour clock."""
    day, _, clock = text.lower().partition("t")
    digits, figures = day.replace("-", ""), clock.replace(":", "").ljust(6, "0")
    date = (int(digits[6:]), int(digits[4:6]), int(digits[:4]))
    hour, minute, second = int(figures[:2]), int(figures[2:4]), int(figures[4:])
    if hour > 23 or minute > 59 or second > 59:
        return [Token("BADTIME", text)]
    return [Token("NUMDATE", day, numbers=date), Token("TIME", clock, numbers=(hour, minute, second, 3))]


def _time(group: str, text: str, numbers: tuple[int, ...]) -> Token:
    half = 0 if group in ("colon", "hourmark") else 1 if "a" in text.lower() else 2
    if group == "glued":
        numbers = divmod(numbers[0], 100)
    hour, minute, second = (*numbers, 0, 0)[:3]
    if minute > 59 or second > 59 or hour > 23 or (half and not 1 <= hour <= 23):
        return Token("BADTIME", text)
    if half and hour > 12 and (half == 1 or group == "hour"):
        return Token("BADTIME", text)
    if not half and text[0] == "0":
        half = 3
    return Token("TIMEH" if group == "hour" else "TIME", text, numbers=(hour, minute, second, half))


def _dotted(text: str, first: int, second: int) -> str:
    tail = text.rpartition(".")[2]
    could_be_time = len(tail) == 2 and first < 24 and second < 60
    could_be_date = 1 <= first <= 31 and 1 <= second <= 12
    if could_be_time:
        return "DOTBOTH" if could_be_date else "DOTTIME"
    return "DOTDATE" if could_be_date else "DECIMAL"


def _number(text: str, *, glued: bool) -> Token:
    number = int(text) if text.isascii() and len(text) < 9 else -1
    kind = "BIG"
    if len(text) == 8 and number > 0:
        return _eight_figures(text)
    if number < 0:
        pass
    elif len(text) <= 2:
        kind = (
            "LEAD" if text[0] == "0" and number else "ZERO" if not number else "N12" if number <= 12
            else "N23" if number <= 23 else "N31" if number <= 31 else "N59" if number <= 59 else "N999"
        )  # fmt: skip
    elif len(text) == 3 and text[0] != "0":
        kind = "HMM" if number < 1000 and number % 100 < 60 and number % 5 == 0 else "N999"
    elif len(text) == 4:
        clock, year = number < 2400 and number % 100 < 60, 1900 <= number < 2200
        kind = "YH" if clock and year else "YEAR" if year else "HHMM" if clock else "BIG"
    return Token(kind, text, number, glued=glued)


def _eight_figures(text: str) -> Token:
    """20261203 is a date of ISO 8601's basic form; 03122026 looks like one and is refused; others are no dates."""
    for year, month, day in ((text[:4], text[4:6], text[6:]), (text[4:], text[2:4], text[:2])):
        if 1900 <= int(year) < 2200 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            iso = year == text[:4]
            return Token("NUMDATE" if iso else "BADDATE", text, numbers=(int(day), int(month), int(year)))
    return Token("BIG", text)


def _word(text: str, *, glued: bool) -> Token | None:
    lower = text.lower()
    if lower == "the":
        return None
    if glued and lower == "m":
        return Token("MINUTE", text, glued=True)
    if glued and lower in ("w", "d"):
        return Token("WEEK" if lower == "w" else "DAYW", text, name=lower, glued=True)
    word, possessive = WORDS.get(lower), False
    if word is None and "'" in lower:
        if lower.endswith("n't"):
            return Token("BARRED", text)
        base, _, tail = lower.partition("'")
        word, possessive = WORDS.get(base) or corrected(base), tail == "s"
        if word is None or tail not in ("s", "re", "ll", "d", "ve", "m"):
            return Token("UNKNOWN", text)
    word = word or corrected(lower)
    if word is None or (word.kind == "ZONEW" and lower in CASED and not text.isupper()):
        return Token("UNKNOWN", text, name=lower)
    return Token(word.kind, text, word.number, word.name or lower, possessive=possessive, glued=glued)


def joined(tokens: Sequence[Token]) -> list[Token]:
    """Join multi-word units: 'day after tomorrow', 'twenty-five', 'twenty first'; drop hyphens inside words."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.glued and token.kind in ("DASH", "SLASHMARK") and _is_hyphen(tokens, at):
            at += 1
            continue
        phrase = _phrase(tokens, at) if _bare(token) in PHRASE_STARTS else None
        if phrase is not None:
            made, at = phrase
            out.append(made)
            continue
        if out and _is_one_number(out[-1], token):
            kind = "ORD" if token.kind == "ORD" else "W59"
            out[-1] = Token(kind, f"{out[-1].text} {token.text}", out[-1].number + token.number)
        else:
            out.append(token)
        at += 1
    return out


def _is_one_number(before: Token, token: Token) -> bool:
    """'Twenty' and 'five', 'twenty' and 'first'."""
    if before.name not in TENS or before.number % 10 or not 0 < token.number < 10:
        return False
    return token.kind == "W12" or (token.kind == "ORD" and token.text.isalpha())


def _is_hyphen(tokens: Sequence[Token], at: int) -> bool:
    """Whether the dash at `at` only joins words, as in half-past and 3-Dec-2026 but not Mon-Fri or Nov-Dec."""
    if not 0 < at < len(tokens) - 1:
        return True
    before, after = tokens[at - 1], tokens[at + 1]
    if tokens[at].kind == "SLASHMARK":
        return "MONTH" in (before.kind, after.kind) and before.kind != after.kind
    pair = {before.kind, after.kind}
    if before.kind == after.kind and before.kind in ("WEEKDAY", "MONTH"):
        return False
    if tokens[at].kind == "DASH" and before.kind == "MONTH" and after.kind == "WEEKDAY":
        return False  # '26th October-Friday 30th October'
    dated = before.kind == "ORD" and after.kind == "WEEKDAY"  # '9th-Sunday 12th'
    if (
        before.text[-1].isalpha()
        and after.text[0].isalpha()
        and before.kind not in ("NOON", "TIME", "TIMEH")
        and not dated
    ):
        return True
    if "MONTH" in pair:
        third = tokens[at + 2].kind if at + 2 < len(tokens) else ""
        return before.kind != "MONTH" or (after.kind != "ORD" and third != "MONTH")  # not '11 March-18 March'
    return after.kind in ("MINUTE", "HOURW", "DAYW", "WEEK", "MONTHW", "YEARW", "OCLOCK", "ISH")


def _is_feast(word: Word, token: Token) -> bool:
    """Whether 'Good Friday' is written as a name: 'looking good Friday' may be any Friday."""
    return word.kind == "HOLIDAY" and token.text[0].isupper()


def _bare(token: Token) -> str:
    """Return the word as typed, without a possessive 's; a misspelt weekday corrected."""
    lower = token.text.lower()
    if token.kind == "WEEKDAY" and len(lower) > 4 and "'" not in lower:
        return _DAYS_OF_WEEK[token.number]
    return lower.replace("'s", "").replace("'", "") if "'" in lower else lower


def _phrase(tokens: Sequence[Token], at: int) -> tuple[Token, int] | None:
    """Return the longest phrase of the lexicon that begins at `at`, and the position after it."""
    words: list[str] = []
    ends: list[int] = []
    longest = PHRASE_STARTS[_bare(tokens[at])]
    place = at
    while place < len(tokens) and len(words) < longest:
        token = tokens[place]
        if not (token.kind == "DASH" and token.glued):
            words.append(_bare(token))
            ends.append(place + 1)
        place += 1
    for length in range(len(words), 1, -1):
        word: Word | None = PHRASES.get(tuple(words[:length]))
        if word is not None and at and words[0] == "good" and not _is_feast(word, tokens[at]):
            continue  # a greeting comes first
        if word is not None and word.kind == "OVERMORROW" and at and tokens[at - 1].number:
            continue  # 'two days after tomorrow'
        if word is not None:
            return Token(word.kind, " ".join(words[:length]), word.number, word.name), ends[length - 1]
    return None
