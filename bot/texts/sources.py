"""The sources of facts: a document of the union, by title and section, checked against the known sections."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.domain.names import alike
from bot.texts import ContentProblem
from bot.texts.encoding import leniently

DOCUMENTS = {
    "Organising toolkit": (
        "Organising around international solidarity",
        "Training",
        "Networking",
        "Linking with your local Union structures",
        "Engaging new members",
        "Events, Seminars and Conferences",
        "Priority campaigns",
        "Cuba",
        "Quality Education for All",
        "Human and Trade Union Rights",
        "Communications",
        "Organising Forum (OF)",
        "Partner organisations",
        "Affiliations",
        "Do's and Don'ts as an ISO",
    ),
    "International solidarity officers": (
        "Opening",  # what comes before the first heading
        "What is international solidarity and why does it matter?",
        "How to become an ISO",
        "Getting Started",
    ),
}
"""The union's documents and their sections; the documents themselves are not part of this project."""
OWN = "own"
"""The source of advice that is the bot's own."""
FORM = "write it as: Organising toolkit > Networking (or: own, where the advice is the bot's)"
REFERENCES = frozenset(
    f"{title} > {section}" for title, sections in DOCUMENTS.items() for section in sections
)

_TITLES = "|".join(map(re.escape, DOCUMENTS))
_KNOWN = re.compile("|".join(sorted(map(re.escape, REFERENCES), key=len, reverse=True)) + r"(?![\w'?])")
_BEGUN = re.compile(rf"(?:{_TITLES}) > ?")
_SECTION = re.compile(r"[^;\]\"]*")
_LINES = re.compile(r"[\w-]+\.txt(?::| lines? )\d+")
_QUOTED = re.compile(r"the toolkit, '([^']*)'")
# Pages that need a source for every word; those of key dates may cite documents from elsewhere.
_PAGES = ("guidance", "onboarding", "campaigns")
_LISTS = ("resources:", "partners:", "ask:")
# Texts that state facts about the union: each names its source in a comment, and so does each of their tables.
_TOLD = (
    "affiliations",
    "campaigns",
    "checklist",
    "comms",
    "events",
    "interests",
    "network",
    "plans",
    "venues",
)
_TABLES = re.compile(r"^\[(?:publications|organisations|pillar)\b[^\]]*\]$")


def is_known(reference: object) -> bool:
    """Whether a page's `source` is a section of one of the documents, or the bot's own."""
    return isinstance(reference, str) and (reference == OWN or reference in REFERENCES)


def faults_of(folder: Path) -> Iterator[ContentProblem]:
    """Yield references in a locale's files that are missing, or lead to no section."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".md", ".toml") or path.name == "README.md":
            continue
        name, lines = path.relative_to(folder).as_posix(), leniently(path).splitlines()
        for number, line in enumerate(lines, 1):
            yield from (ContentProblem(name, number, message) for message in _wrong(line))
        if path.suffix == ".md":
            yield from _of_page(name, lines)
        elif path.stem in _TOLD and path.parent == folder:
            yield from _of_texts(name, lines)


def _wrong(line: str) -> Iterator[str]:
    for found in _LINES.finditer(line):
        yield f"'{found[0]}' names a line of a file, which moves: {FORM}"
    for found in _BEGUN.finditer(line):
        if not _KNOWN.match(line, found.start()):
            said = _SECTION.match(line, found.end())
            yield _no_section(said[0].strip() if said else "")
    for found in _QUOTED.finditer(line):
        if found[1] not in DOCUMENTS["Organising toolkit"]:
            yield _no_section(found[1])


def _no_section(said: str) -> str:
    sections = [section for each in DOCUMENTS.values() for section in each]
    near = alike(said, sections, least=0.5)
    return f"'{said}' is no section of the document" + (
        f": did you mean '{near[0]}'?" if near else f": {FORM}"
    )


def _of_page(name: str, lines: list[str]) -> Iterator[ContentProblem]:
    kind = name.partition("/")[0]
    if kind not in _PAGES or not lines or lines[0] != "---" or "---" not in lines[1:]:
        return
    head = lines[1 : lines.index("---", 1)]
    given = next(((at, line) for at, line in enumerate(head, 2) if line.startswith("source:")), None)
    # The schema checks that there is one.
    if given and not _KNOWN.search(given[1]) and given[1].split(":", 1)[1].strip(" []") != OWN:
        yield ContentProblem(name, given[0], f"'source' names no section: {FORM}")
    within = False
    for number, line in enumerate(head, 2):
        within = line.startswith(_LISTS) if not line.startswith(" ") else within
        told = line.startswith("pillar:") or (within and line.startswith("  - "))
        if kind == "campaigns" and told and not _KNOWN.search(line.partition("  #")[2]):
            yield ContentProblem(name, number, f"say behind a # where this is known from: {FORM}")


def _of_texts(name: str, lines: list[str]) -> Iterator[ContentProblem]:
    comments = [line for line in lines if line.startswith("#")]
    if not any(_KNOWN.search(line) for line in comments):
        yield ContentProblem(name, 1, f"say in a comment where its facts are known from: {FORM}")
    for number, line in enumerate(lines, 1):
        beside = " ".join(lines[max(number - 2, 0) : number + 1])
        if _TABLES.match(line) and not _KNOWN.search(beside):
            yield ContentProblem(name, number, f"say in a comment below where this is known from: {FORM}")
