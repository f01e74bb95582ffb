"""Every word a member reads: loaded from `bot/content/<locale>/`, checked, filled in and escaped.

A key is the file's stem and the dotted path in it: `meetings.card.going` is `going` in the table
`[card]` of `meetings.toml`. A Markdown file `guidance/promises.md` has the key `guidance.promises`;
its front matter is kept as fields. Code calls `texts("meetings.card.going", count=3)`.
"""

import re
import tomllib
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from bot.domain.free_text import one_line
from bot.domain.when import Reading, describe
from bot.texts.encoding import NotUtf8, decoded, hint, leniently
from bot.texts.english import Language
from bot.texts.language import language_of
from bot.texts.speaking import Facts, home, spoken

Made = TypeVar("Made")

CONTENT = Path(__file__).parents[1] / "content"

# Discord's limits by the last part of a key (discord-api-docs: application commands, components).
LIMITS = {
    "button": 80,
    "label": 45,
    "modal": 45,
    "hint": 100,
    "placeholder": 100,
    "choice": 100,
    "summary": 100,
}
NO_LANGUAGE = "no such language is known: name the folder by language and country, such as en-GB or cy-GB"
LONGEST = 2_000
LONGEST_PAGE = 3_500

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_COMMAND = re.compile(r"`/([a-z]+(?: [a-z]+){0,2})`")
_STRAY_BRACE = re.compile(r"[{}]")
_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&+,;=%]+")
_SPECIAL = re.compile(r"([\\`*_~|<>\[\]#]|^-)")
_NUMBERED = re.compile(r"^(\d+)\.(?=\s|$)")
# What Discord links, with a user name before the host: it leads somewhere else than it appears to.
_MASQUERADE = re.compile(r"(https?)(?=://[^\s/?#<]*@)", re.IGNORECASE)
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


def plain(text: str) -> Markup:
    r"""Escape `text` so that Discord shows it literally: no formatting, no mention, no masked link.

    URLs that begin with http(s) stay as they are, since Discord does not format inside them; one with a user name
    before its host does not stay a link. Line breaks become spaces: quotes, lists and headings need their own line.
    """
    text = one_line(text)
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


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """One fault in a content file: where it is, and how to fix it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class ContentError(Exception):
    """The content is invalid; `faults` names every file and line."""

    def __init__(self, faults: list[ContentProblem]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its words, where it is, and the placeholders it names."""

    words: str
    path: str
    line: int
    fields: frozenset[str]
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])
    facts: frozenset[str] = frozenset()

    @property
    def limit(self) -> int:
        """The most characters that Discord shows of a text with this kind of key."""
        return LONGEST_PAGE if self.path.endswith(".md") else LONGEST


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
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

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
        return Markup(_PLACEHOLDER.sub(lambda match: shown[match[1]], words))

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
            _PLACEHOLDER.sub(
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
        return (key for key in self._entries if key.startswith(prefix + "."))

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


def read_folder(folder: Path) -> tuple[dict[str, Text], list[ContentProblem]]:
    """Read a locale's folder: its texts by key, and what is wrong with them."""
    entries: dict[str, Text] = {}
    faults: list[ContentProblem] = []
    if not folder.is_dir():
        return entries, [ContentProblem(folder.name, 0, "there is no such content folder")]
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".toml":
            found = _read_toml(path, folder, faults)
        elif path.suffix == ".md" and path.name != "README.md":
            found = _read_page(path, folder, faults)
        else:
            continue
        entries |= found
    names = {key.split(".")[1] for key in entries if key.startswith("facts.") and key.endswith(".value")}
    for key, text in entries.items():
        if named := text.fields & names:
            entries[key] = replace(text, fields=text.fields - named, facts=named)
        limit = LIMITS.get(key.rpartition(".")[2], text.limit)
        if len(text.words) > limit:
            faults.append(
                ContentProblem(
                    text.path,
                    text.line,
                    f"'{key}' has {len(text.words)} characters, Discord shows {limit} at most",
                )
            )
        if _STRAY_BRACE.search(_PLACEHOLDER.sub("", text.words)):
            faults.append(
                ContentProblem(
                    text.path, text.line, f"'{key}' has a {{ or }} that is no placeholder like {{name}}"
                )
            )
    return entries, faults


def _source(path: Path, name: str, faults: list[ContentProblem]) -> str:
    try:
        return decoded(path.read_bytes())
    except NotUtf8 as error:
        faults.append(ContentProblem(name, error.line, f"the file {error}"))
        return leniently(path)


def _read_toml(path: Path, folder: Path, faults: list[ContentProblem]) -> dict[str, Text]:
    name = str(path.relative_to(folder))
    source = _source(path, name, faults)
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        line = int(at[1]) if at else 1
        faults.append(ContentProblem(name, line, f"not valid TOML: {error}{hint(source, line)}"))
        return {}
    stem = ".".join(path.relative_to(folder).with_suffix("").parts)
    lines = _lines_of(source)
    entries: dict[str, Text] = {}
    for dotted, value in _leaves(document):
        line = lines.get(dotted, 1)
        if isinstance(value, str):
            entries[f"{stem}.{dotted}"] = Text(value, name, line, frozenset(_PLACEHOLDER.findall(value)))
        elif not isinstance(value, list | int | bool):
            faults.append(ContentProblem(name, line, f"'{dotted}' must be a text in quotes"))
    return entries


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _leaves(cast("dict[str, Any]", value), dotted + ".")
        else:
            yield dotted, value


def _lines_of(source: str) -> dict[str, int]:
    """Map each dotted path to its line, since tomllib keeps no positions."""
    table, lines = "", dict[str, int]()
    for number, line in enumerate(source.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line):
            table = header[1].strip() + "."
        elif assigned := re.match(r"\s*([A-Za-z0-9_.\-]+|\"[^\"]+\")\s*=", line):
            lines.setdefault(table + assigned[1].strip('"'), number)
    return lines


def _read_page(path: Path, folder: Path, faults: list[ContentProblem]) -> dict[str, Text]:
    name = str(path.relative_to(folder))
    source = _source(path, name, faults)
    key = ".".join(path.relative_to(folder).with_suffix("").parts)
    meta: dict[str, Any] = {}
    body, line = source, 1
    if source.startswith("---\n"):
        head, mark, body = source[4:].partition("\n---\n")
        if not mark:
            faults.append(ContentProblem(name, 1, "the front matter has no closing line ---"))
            return {}
        line = head.count("\n") + 3
        # The parser in C reads a hundred pages in an instant; the one in Python delays the start.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            loaded: object = yaml.load(head, Loader=loader)  # noqa: S506 - both are safe loaders
        except yaml.YAMLError as error:
            problem_line = getattr(getattr(error, "problem_mark", None), "line", 0)
            faults.append(ContentProblem(name, int(problem_line) + 2, "the front matter is not valid YAML"))
            return {}
        if not isinstance(loaded, dict):
            faults.append(ContentProblem(name, 2, "the front matter must be lines such as 'title: ...'"))
            return {}
        meta = cast("dict[str, Any]", loaded)
    words = body.strip()
    return {key: Text(words, name, line, frozenset(_PLACEHOLDER.findall(words)), meta)}
