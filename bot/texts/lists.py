"""Lists that content holds and anybody may lengthen: publications and organisations, with what may be wrong in them."""

from collections.abc import Iterator, Mapping

from bot.domain.comms import CADENCES
from bot.domain.names import fold
from bot.texts import Fault, Text

LONGEST_NAME = 80
# Each list: the longest key that the store takes, and the texts that an entry needs.
LISTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "affiliations.organisations": (30, ("name", "about")),
}


def stems(prefix: str, keys: Iterator[str]) -> list[str]:
    """Return the entries of a list, such as 'comms.publications.educate', in the order of the file."""
    inside = (
        key.removeprefix(prefix + ".").partition(".")[0] for key in keys if key.startswith(prefix + ".")
    )
    return [f"{prefix}.{name}" for name in dict.fromkeys(inside)]


def faults_of(entries: Mapping[str, Text]) -> Iterator[Fault]:
    """Yield what is wrong in these lists, with file, line and remedy."""
    for prefix, (longest, needed) in LISTS.items():
        names: dict[str, str] = {}
        for stem in stems(prefix, iter(entries)):
            first = next(text for key, text in entries.items() if key.startswith(stem + "."))
            key = stem.rpartition(".")[2]
            if len(key) > longest:
                yield _fault(first, f"'{key}' is too long for a name of the list: {longest} letters at most")
            for part in needed:
                if f"{stem}.{part}" not in entries:
                    yield _fault(first, f"'{stem}.{part}' is missing: add a line {part} = \"...\"")
            name = entries.get(f"{stem}.name")
            if name is not None:
                if not 0 < len(name.words) <= LONGEST_NAME:
                    yield _fault(name, f"'{stem}.name' must have 1 to {LONGEST_NAME} characters")
                if (other := names.setdefault(fold(name.words), stem)) != stem:
                    yield _fault(name, f"'{stem}.name' is the name of '{other}' as well: choose another")
            cadence = entries.get(f"{stem}.cadence")
            if cadence is not None and cadence.words not in CADENCES:
                yield _fault(cadence, f"'{stem}.cadence' must be one of: {', '.join(CADENCES)}")


def _fault(text: Text, message: str) -> Fault:
    return Fault(text.path, text.line, message)
