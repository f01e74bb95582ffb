"""What `iso-bot content check` says of facts: each stands in `facts.toml` alone, and texts name it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.domain.facts import LONGEST, NAMES
from bot.texts import Fault, Text

FILE = "facts.toml"
# A number or name is looked for as a whole; what a helpline's fact says around it may be said elsewhere.
_NUMBER = re.compile(r"[\w.+-]+@[\w.-]+\w|\b\d(?:[\d ]*\d)?\b")


def faults_of(folder: Path, entries: Mapping[str, Text]) -> Iterator[Fault]:
    """Yield facts that are missing or too long, and texts of a locale that say one themselves."""
    spelt: dict[str, str] = {}
    for name in NAMES:
        entry = entries.get(f"facts.{name}.value")
        if entry is None:
            yield Fault(FILE, 1, f"'{name}' is missing: add it, as en-GB has it")
            continue
        if not 0 < len(entry.words) <= LONGEST:
            yield Fault(FILE, entry.line, f"'{name}' has {len(entry.words)} characters: 1 to {LONGEST} fit")
        for said in [*_NUMBER.findall(entry.words), entry.words]:
            spelt.setdefault(said.casefold(), name)
    if not spelt:
        return
    literal = re.compile(
        r"(?<![\w/])(" + "|".join(map(re.escape, sorted(spelt, key=len, reverse=True))) + r")(?!\w)"
    )
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".toml", ".md") or path.name in (FILE, "README.md"):
            continue
        lines = path.read_text("utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if not line.lstrip().startswith("#") or path.suffix == ".md":
                for found in literal.finditer(line.casefold()):
                    name = spelt[found[1]]
                    yield Fault(
                        str(path.relative_to(folder)),
                        number,
                        f"'{found[1]}' is a fact that ages: write {{{name}}}, which stands in {FILE}",
                    )
