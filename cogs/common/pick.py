"""How to find what somebody typed: one rule for regions, meetings, campaigns, venues and everything else.

The first of these rules that anything matches decides:

1. its number, with or without `#`, or its short name in lists;
2. its whole name, ignoring case; then ignoring accents and punctuation; or as it was suggested;
3. the beginning of its name;
4. the beginning of a word in its name.

Of several matches none is taken: a question lists them with what distinguishes them. If nothing matches, the names
spelt most like it are suggested, and none is taken either. Every suggestion can be typed as shown.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from bot.domain.names import nearest, normalize
from bot.errors import UserError
from bot.texts import Markup, Texts, plain

Thing = TypeVar("Thing")
Kind = Literal[
    "action",
    "affiliation",
    "campaign",
    "event",
    "interest",
    "key_date",
    "meeting",
    "organisation",
    "poll",
    "publication",
    "region",
    "topic",
    "venue",
]
"""Kinds of objects with words in `bot/content/` (pick.toml)."""


class Unclear(UserError):
    """What was typed is ambiguous, or nearly matches; `offers` are labels, each with what picks it."""

    def __init__(self, key: str, offers: Sequence[tuple[str, str]], **fields: Any) -> None:
        super().__init__(key, **fields)
        self.offers = offers


SHOWN = 10
"""Most matches in a question."""
IN_A_SENTENCE = 3
"""Most matches that the question names if a menu lists them too."""
LISTED = 25
"""Most names listed when nothing is like what was typed."""
QUOTED = 60
"""Most characters quoted of what was typed."""
DIGITS = 18
"""Most digits of an id; ids are below 2**63."""


@dataclass(frozen=True, slots=True)
class _Named(Generic[Thing]):
    thing: Thing
    name: str
    key: str
    label: Markup
    """The name with what distinguishes it, suggested where the name alone is ambiguous."""


def _name_of(thing: Any) -> str:
    return str(thing.name if hasattr(thing, "name") else thing.title)


def _key_of(thing: Any) -> int | str:
    return thing.id


def pick(
    words: str,
    candidates: Iterable[Thing],
    texts: Texts,
    kind: Kind,
    *,
    name: Callable[[Thing], str] = _name_of,
    key: Callable[[Thing], int | str] = _key_of,
    detail: Callable[[Thing], str] | None = None,
    numbered: bool = False,
) -> Thing:
    """Return the one of `candidates` that `words` mean, by this module's rules.

    `name` is by default the `name` or `title` of an object, `key` its `id`. `detail` further distinguishes two with
    one name, such as their day. `numbered` suggests each with its number, even where its name is unambiguous.

    Raises:
        UserError: none or several match; with the matches, the nearest names, or where they are listed.
    """
    named = [_described(one, name(one), key(one), detail, texts) for one in candidates]
    found = _fitting(words, named)
    if len(found) == 1:
        return found[0].thing
    noun, typed = texts(f"pick.kinds.{kind}.noun"), words.strip()[:QUOTED]
    if found:
        either = _either(found[:SHOWN], named, texts, numbered=numbered)
        raise Unclear("pick.several", _offers(found, named), noun=noun, words=typed, near=either)
    # Two names may differ only in punctuation: suggest what is like both once.
    names = dict.fromkeys(map(normalize, nearest(words, [one.name for one in named])))
    alike = [one for name in names for one in named if normalize(one.name) == name]
    if alike:
        either = _either(alike[:SHOWN], named, texts, numbered=numbered)
        raise Unclear("pick.near", _offers(alike, named), noun=noun, words=typed, near=either)
    way = f"pick.kinds.{kind}.way"
    if way in texts:
        raise UserError("pick.none", noun=noun, words=typed, way=texts(way))
    if not named:
        raise UserError("pick.nothing", noun=noun, words=typed)
    shown = ", ".join(one.name for one in named[:LISTED])
    raise UserError("pick.listed", noun=noun, words=typed, names=shown)


def _described(
    thing: Thing, name: str, key: int | str, detail: Callable[[Thing], str] | None, texts: Texts
) -> _Named[Thing]:
    fields = {"name": name, "key": str(key)}
    label = texts("pick.number", **fields) if isinstance(key, int) else texts("pick.code", **fields)
    if detail is not None:
        label = texts("pick.detail", name=label, detail=detail(thing))
    return _Named(thing, name, str(key), label)


def _fitting(words: str, named: Sequence[_Named[Thing]]) -> list[_Named[Thing]]:
    """Return all matches by the first rule that has any."""
    typed = words.strip()
    number, exact, sought = typed.lstrip("#").strip(), typed.casefold(), normalize(typed)
    if number.isdecimal() and len(number) <= DIGITS:
        number = str(int(number))

    def fits(one: _Named[Thing]) -> list[bool]:
        folded = normalize(one.name)
        by_name = [
            sought in (folded, normalize(one.label))
            or (sought == normalize(one.key) and not one.key.isdecimal()),
            folded.startswith(sought),
            f" {sought}" in folded,
        ]
        return [
            number == one.key,
            exact == one.name.strip().casefold(),
            *(bool(sought) and rule for rule in by_name),
        ]

    fitting = [(one, fits(one)) for one in named]
    for rule in range(5):
        if found := [one for one, by in fitting if by[rule]]:
            return found
    return []


def _offers(suggested: Sequence[_Named[Thing]], named: Sequence[_Named[Thing]]) -> list[tuple[str, str]]:
    """Return labels that distinguish equal names, each with what picks it."""
    names = [normalize(one.name) for one in named]
    return [
        (one.name if names.count(normalize(one.name)) == 1 else str(one.label), one.key) for one in suggested
    ]


def _either(
    suggested: Sequence[_Named[Thing]], named: Sequence[_Named[Thing]], texts: Texts, *, numbered: bool
) -> Markup:
    """Join suggestions with 'or': each as its name if typing that finds it, else with what distinguishes it."""

    def typable(one: _Named[Thing]) -> Markup:
        ways = [one.label] if numbered else [plain(one.name), one.label]
        found = (way for way in ways if [other.key for other in _fitting(way, named)] == [one.key])
        return next(found, plain(one.key))

    return Markup(texts("pick.or").join(map(typable, suggested)))
