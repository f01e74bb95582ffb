"""Every word a member reads: loaded from `bot/content/<locale>/`, checked, filled in and escaped.

A key is the file's stem and the dotted path in it: `meetings.card.going` is `going` in the table
`[card]` of `meetings.toml`. Words of a feature that others show (its commands, its notices, what it keeps of
members) stand in its file too, in tables with their whole names, such as `[commands.events.list]` (`SHARED` in
`bot/texts/reading.py`). A Markdown file `guidance/promises.md` has the key `guidance.promises`;
its front matter is kept as fields. Code calls `texts("meetings.card.going", count=3)`.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.free_text import one_line
from bot.domain.when import Reading, describe
from bot.texts.english import Language
from bot.texts.entries import PLACEHOLDER, ContentError, ContentProblem, Packed, Text
from bot.texts.language import language_of
from bot.texts.speaking import Facts, home, spoken

Made = TypeVar("Made")

CONTENT = Path(__file__).parents[1] / "content"

NO_LANGUAGE = "no such language is known: name the folder by language and country, such as en-GB or cy-GB"

_COMMAND = re.compile(r"`/([a-z]+(?: [a-z]+){0,2})`")
_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&+,;=%]+")
_SPECIAL = re.compile(r"([\\`*_~|<>\[\]#]|^-)")
_NUMBERED = re.compile(r"^(\d+)\.(?=\s|$)")
# What Discord links, with a user name before the host: it leads somewhere else than it appears to.
_MASQUERADE = re.compile(r"(https?)(?=://[^\s/?#<]*@)", re.IGNORECASE)
_LINK = re.compile(r"(https?)(?=://)", re.IGNORECASE)
_SHOUT = re.compile(r"@(?=everyone|here)")


class Markup(str):
    """Text that is already safe to show as Discord Markdown."""

    __slots__ = ()


class When(Markup):
    """A time in words: English by default, and in a text's language where it fills one in.

    `beside` is what follows it, such as Discord's own timestamp.
    """

    __slots__ = ("beside", "reading")

    def __new__(cls, reading: Reading | datetime, beside: str = "") -> "When":
        """Make it from a reading, or from an instant (aware)."""
        made = super().__new__(cls, describe(reading, home()) + beside)
        made.reading, made.beside = reading, beside
        return made

    reading: Reading | datetime
    beside: str


def plain(text: str, *, links: bool = True) -> Markup:
    r"""Escape `text` so that Discord shows it literally: no formatting, no mention, no masked link.

    URLs that begin with http(s) stay as they are, since Discord does not format inside them; one with a user name
    before its host does not stay a link, nor does any without `links`, as in what people call themselves. Line breaks
    become spaces: quotes, lists and headings need their own line.
    """
    text = one_line(text)
    if not links:
        return Markup(_LINK.sub(r"\1\\", _escape(text)))
    parts: list[str] = []
    at = 0
    for url in _URL.finditer(text):
        if _MASQUERADE.match(text, url.start()):
            continue
        parts += [_escape(text[at : url.start()]), url.group()]
        at = url.end()
    return Markup("".join([*parts, _escape(text[at:])]))


def plain_lines(text: str) -> Markup:
    """Escape `text` like `plain`, keeping its line breaks."""
    return Markup("\n".join(plain(line) for line in text.splitlines()))


def _escape(text: str) -> str:
    # A zero-width space after @ stops @everyone from looking like a mention where a card is quoted.
    escaped = _MASQUERADE.sub(r"\1\\", _NUMBERED.sub(r"\1\\.", _SPECIAL.sub(r"\\\1", text)))
    return _SHOUT.sub("@\u200b", escaped)


class Texts:
    """The words of one locale, by key.

    Once `command_ids` are known, a command named in a text (`/meeting list` in backticks) is clickable.
    """

    def __init__(self, entries: Mapping[str, Text], locale: str, language: Language | None = None) -> None:
        self.locale = locale
        self.language = language or language_of(locale)
        self.command_ids: dict[str, int] = {}
        self._entries = dict(entries)
        self._made: dict[Hashable, Any] = {}

    @classmethod
    def load(cls, locale: str = "en-GB", root: Path = CONTENT) -> "Texts":
        """Read every file of `root/locale`.

        Raises:
            ContentError: a file can't be read or a text is too long; names file and line.
        """
        from bot.texts.reading import (
            read_folder,  # it loads the YAML library, which a bot that was given its texts does not need
        )

        entries, faults = read_folder(root / locale)
        if faults:
            raise ContentError(faults)
        try:
            return cls(entries, locale)
        except ValueError:
            raise ContentError([ContentProblem(locale, 0, NO_LANGUAGE)]) from None

    def again(self) -> "Texts":
        """Return the same words for another bot, whose commands have other ids."""
        other = Texts({}, self.locale, self.language)
        other._entries, other._made = self._entries, self._made
        return other

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made from these words under `name`, making it only the first time."""
        found = self._made.get(name)
        if found is None or isinstance(found, Packed):
            found = self._made[name] = make() if found is None else found.unpacked()
        return found

    def packed(self) -> "Texts":
        """Return the same texts with what was made from them packed until it is needed."""
        entries = {key: replace(text, meta={}) if text.meta else text for key, text in self.items()}
        other = Texts(entries, self.locale, self.language)
        other._made = {name: Packed.of(made) for name, made in self._made.items()}
        return other

    def __call__(self, key: str, /, **fields: object) -> Markup:
        """Return the text of `key` with its placeholders filled in, escaping fields unless they are `Markup`.

        Raises:
            KeyError: no such text, or a placeholder without a field.
        """
        entry = self._entries[key]
        words = self.filled(entry.words) if entry.facts else entry.words
        words = self.to_press(words)
        if not fields:
            return Markup(words)
        shown = {name: self._shown(value) for name, value in fields.items()}
        return Markup(PLACEHOLDER.sub(lambda match: shown[match[1]], words))

    def _shown(self, value: object) -> str:
        if isinstance(value, When):
            return self.language.when(value.reading, home()) + value.beside
        if isinstance(value, Markup):
            return value
        return str(value) if type(value) is int else plain(str(value))

    @property
    def facts(self) -> Facts | None:
        """The changed facts of the current server; None when nothing was changed."""
        return spoken()

    def default(self, name: str) -> str:
        """Return a fact as the content has it."""
        return self._entries[f"facts.{name}.value"].words

    def fact(self, name: str) -> str:
        """Return a fact as the current server has it; "" where it is left out."""
        return self.facts.changed.get(name, self.default(name)) if self.facts else self.default(name)

    def is_checked(self, name: str) -> bool:
        """Whether an admin of the current server has checked a fact."""
        return self.facts is not None and name in self.facts.checked

    def is_off(self, campaign: str) -> bool:
        """Whether a campaign is switched off in the current server."""
        return self.facts is not None and campaign in self.facts.off

    def filled(self, words: str) -> Markup:
        """Fill the facts that words name into them; leave other placeholders."""
        return Markup(
            PLACEHOLDER.sub(
                lambda found: (
                    plain(self.fact(found[1])) if f"facts.{found[1]}.value" in self._entries else found[0]
                ),
                words,
            )
        )

    def to_press(self, words: str) -> Markup:
        """Return words of the content with their commands clickable, once their ids are known."""
        if self.command_ids and "`/" in words:
            words = _COMMAND.sub(self._pressable, words)
        return Markup(words)

    def _pressable(self, found: re.Match[str]) -> str:
        command_id = self.command_ids.get(found[1].partition(" ")[0])
        return f"</{found[1]}:{command_id}>" if command_id else found[0]

    def count(self, key: str, number: int, /, **fields: object) -> Markup:
        """Return the plural form of `key` for `number`, which fills `{count}`: `key.one`, `key.other` ..."""
        return self(f"{key}.{self.language.plural(number)}", count=number, **fields)

    def under(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with `prefix.`, in file order."""
        found = self.once(("under", prefix), lambda: [key for key in self if key.startswith(prefix + ".")])
        return iter(found)

    def get(self, key: str) -> Text | None:
        """Return the entry of `key`, or None."""
        return self._entries.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def items(self) -> Iterator[tuple[str, Text]]:
        """Yield every key with its entry."""
        return iter(self._entries.items())
