"""Cleans what people type of invisible characters and of those that reverse the text direction.

What belongs to a script or an emoji stays: joiners between letters of Persian or Hindi, accents, the parts of
an emoji, the flags of the nations of Britain.

Source of the invisible ones: Default_Ignorable_Code_Point in Unicode's DerivedCoreProperties.txt
"""

import re
import unicodedata
from collections.abc import Iterator

ZWNJ, ZWJ, TEXT_STYLE, PICTURE_STYLE, KEYCAP = "\u200c", "\u200d", "\ufe0e", "\ufe0f", "\u20e3"
MOST_MARKS = 8
"""Most accents on one letter; more only spill over the lines above and below."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffc\U00016fe4\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# England, Scotland and Wales: a black flag, letters used only in flags, and an end mark.
_FLAG = re.compile(
    "\U0001f3f4\U000e0067\U000e0062"
    "(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)"
    "\U000e007f"
)
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SPACE = re.compile("[\t\x0b\x0c\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]")
_MANY_BREAKS = re.compile(r"\n[ ]*(?:\n[ ]*){2,}")
# Signs that Arabic and others write around a number: format characters by category, but visible.
_NUMBER_SIGNS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# The first letter of a script whose letters join: earlier ones never need a joiner.
_FIRST_JOINING = 0x0600
# Signs that Unicode allows as emoji but does not class as symbols.
_ALSO_PICTURES = frozenset("‼⁉〰〽↔↕↩↪⤴⤵▪▫▶◀◻◼◽◾⬅⬆⬇")


def clean(words: str) -> str:
    """Remove characters that are invisible or reverse the text direction.

    Every kind of space becomes a space, every kind of line break a newline, and several empty lines one.
    """
    if words.isascii() and words.isprintable():
        return words.strip()
    words = _SPACE.sub(" ", _BREAK.sub("\n", words))
    parts: list[str] = []
    at = 0
    for flag in _FLAG.finditer(words):
        parts += [_cleaned(words[at : flag.start()]), flag.group()]
        at = flag.end()
    kept = "".join([*parts, _cleaned(words[at:])])
    lines = "\n".join(line.rstrip() for line in kept.split("\n"))
    lines = _MANY_BREAKS.sub("\n\n", lines).strip()
    return lines if any(map(_is_seen, lines)) else ""


def one_line(words: str) -> str:
    """Put cleaned words on one line, with single spaces."""
    return " ".join(clean(words).split())


def _cleaned(words: str) -> str:
    if words.isascii() and words.replace("\n", "").isprintable():
        return words
    words = "".join(_shown(_INVISIBLE.sub("", words)))
    kept: list[str] = []
    for at, letter in enumerate(words):
        before, after = kept[-1] if kept else "", words[at + 1 : at + 2]
        if letter in (ZWJ, ZWNJ):
            stays = _joins(letter, before, after)
        elif letter in (TEXT_STYLE, PICTURE_STYLE):
            stays = bool(before) and _is_styled(before, after)
        else:
            stays = True
        if stays:
            kept.append(letter)
    return "".join(kept)


def _shown(words: str) -> Iterator[str]:
    marks = 0
    for letter in words:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if letter in (ZWJ, ZWNJ, "\n"):
            yield letter
        elif category == "Cf":
            if letter in _NUMBER_SIGNS:
                yield letter
        elif category not in ("Cc", "Cs", "Co") and marks <= MOST_MARKS and not _is_no_character(letter):
            yield letter


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" or _is_picture(letter)


def _is_no_character(letter: str) -> bool:
    return ord(letter) & 0xFFFE == 0xFFFE or "\ufdd0" <= letter <= "\ufdef"


def _joins(joiner: str, before: str, after: str) -> bool:
    """Whether a joiner has an effect between these two: it joins emoji, and shapes letters of some scripts."""
    if not before or not after:
        return False
    if joiner == ZWJ and (before in (PICTURE_STYLE, "\U000e007f") or _is_picture(before)):
        return _is_picture(after)
    return all(
        ord(one) >= _FIRST_JOINING
        and unicodedata.category(one)[0] in "LM"
        and one not in (TEXT_STYLE, PICTURE_STYLE)
        for one in (before, after)
    )


def _is_styled(before: str, after: str) -> bool:
    return _is_picture(before) or (before in "0123456789#*" and after == KEYCAP)


def _is_picture(letter: str) -> bool:
    # Emoji newer than this Python have no category yet.
    return (
        unicodedata.category(letter) in ("So", "Sk")
        or letter in _ALSO_PICTURES
        or "\U0001f000" <= letter <= "\U0001faff"
    )
