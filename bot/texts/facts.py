"""What `iso-bot content check` checks of facts: each is in `facts.toml` alone, and texts refer to it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.domain.comms import CADENCES
from bot.domain.facts import (
    FOLLOWING,
    LONGEST,
    NAMES,
    PUBLICATIONS,
    Publication,
    read_publication,
    read_seats,
)
from bot.texts import ContentProblem, Text, Texts
from bot.texts.encoding import leniently

FILE = "facts.toml"
# A number long enough to be a fact's own, such as a telephone number: shorter ones have other uses as well.
SHORTEST_NUMBER = 3
# Fields by which a page is found or that name its sources, not what it says.
UNSAID = frozenset({"asks", "keywords", "source", "see"})
# A number or name is matched as a whole; the words around it in a helpline's fact may appear elsewhere.
_NUMBER = re.compile(r"[\w.+-]+@[\w.-]+\w|\b\d(?:[\d ]*\d)?\b")


def faults_of(folder: Path, entries: Mapping[str, Text]) -> Iterator[ContentProblem]:
    """Yield facts that are missing or too long, and texts of a locale that spell one out."""
    spelt: dict[str, str] = {}
    exact: dict[str, str] = {}
    for name in (*NAMES, *FOLLOWING):
        entry = entries.get(f"facts.{name}.value")
        if entry is None:
            yield ContentProblem(FILE, 1, f"'{name}' is missing: add it, as en-GB has it")
            continue
        if not 0 < len(entry.words) <= LONGEST:
            yield ContentProblem(
                FILE, entry.line, f"'{name}' has {len(entry.words)} characters: 1 to {LONGEST} fit"
            )
        numbers = (said for said in _NUMBER.findall(entry.words) if len(said) >= SHORTEST_NUMBER)
        if name in PUBLICATIONS:
            exact.setdefault(entry.words, name)  # "educate" may be used of anything
        else:
            for said in [*numbers, entry.words]:
                spelt.setdefault(said.casefold(), name)
        if (also := entries.get(f"facts.{name}.said")) is not None:
            exact.update((said.strip(), name) for said in also.words.split("|"))
    yield from _unread(entries)
    if not spelt:
        return
    anywise, asis = _one_of(spelt), _one_of(exact or spelt)
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".toml", ".md") or path.name in (FILE, "README.md"):
            continue
        for number, line in _said(path):
            found = [(each[1], spelt[each[1]]) for each in anywise.finditer(line.casefold())]
            found += [(each[1], exact[each[1]]) for each in asis.finditer(line)]
            for words, name in found:
                yield ContentProblem(
                    str(path.relative_to(folder)),
                    number,
                    f"'{words}' is a fact that ages: write {{{name}}}, which stands in {FILE}",
                )


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = map(re.escape, sorted(words, key=len, reverse=True))
    return re.compile(r"(?<![\w/])(" + "|".join(longest_first) + r")(?!\w)")


def _said(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that members read, with their numbers."""
    lines = leniently(path).splitlines()
    if path.suffix != ".md":
        yield from (
            (number, line) for number, line in enumerate(lines, 1) if not line.lstrip().startswith("#")
        )
        return
    inside = bool(lines) and lines[0] == "---"
    key = ""
    for number, line in enumerate(lines, 1):
        if inside and number > 1:
            inside = line != "---"
            if begun := re.match(r"[\s-]*(\w+):", line):
                key = begun[1]
            if key in UNSAID:
                continue
            line = line.partition("   #")[0]
        yield number, line


def _unread(entries: Mapping[str, Text]) -> Iterator[ContentProblem]:
    """Yield facts that the bot has to parse, and can't."""
    seats = entries.get("facts.forum_seats.value")
    if seats is not None and not read_seats(seats.words):
        yield ContentProblem(
            FILE, seats.line, "'forum_seats' must be written like: 2 for each region, 4 for London"
        )
    rhythms = {
        name: entries[f"comms.cadence.{name}"].words
        for name in CADENCES
        if f"comms.cadence.{name}" in entries
    }
    for name in PUBLICATIONS:
        about, alone = entries.get(f"facts.{name}_about.value"), entries.get(f"facts.{name}.value")
        if about is None or alone is None:
            continue
        said = read_publication(about.words, rhythms)
        if said is None:
            yield ContentProblem(
                FILE,
                about.line,
                f"'{name}_about' must be written like: {alone.words}: every week, for all members",
            )
        elif said.name != alone.words:
            yield ContentProblem(
                FILE, alone.line, f"'{name}' must be the name in '{name}_about': {said.name}"
            )


def rhythms_of(texts: Texts) -> dict[str, str]:
    """Return the words for each rhythm of publication."""
    return {cadence: str(texts(f"comms.cadence.{cadence}")) for cadence in CADENCES}


def published(name: str, texts: Texts) -> Publication:
    """Return the facts about a publication of the union."""
    rhythms, fact = rhythms_of(texts), f"{name}_about"
    said = read_publication(texts.fact(fact), rhythms) or read_publication(texts.default(fact), rhythms)
    assert said is not None  # noqa: S101 - `content check` reads the defaults
    return said
