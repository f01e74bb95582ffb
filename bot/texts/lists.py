"""Lists in the content that anybody may extend, with their checks."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from bot.domain.names import normalize
from bot.texts import ContentProblem, Text
from bot.texts.checking import read
from bot.texts.entries import stems
from bot.texts.schema import NAME, Place, shape, told

LONGEST_NAME = 80


@shape
class Organisation:
    """An entry of `affiliations.organisations`."""

    key: Annotated[
        str,
        told("'{value}' is too long for a name of the list: 30 letters at most", most=30, alias=NAME),
    ]
    name: Annotated[
        str, told(f"`{{key}}` must have 1 to {LONGEST_NAME} characters, and has {{length}}", 1, LONGEST_NAME)
    ]
    about: Annotated[str, told('add a line {key} = "..."')]


LISTS: Mapping[str, type[Any]] = {"affiliations.organisations": Organisation}


def faults_of(entries: Mapping[str, Text]) -> Iterator[ContentProblem]:
    """Yield the faults in these lists, with file, line and remedy."""
    for prefix, schema in LISTS.items():
        names: dict[str, str] = {}
        for stem in stems(prefix, iter(entries)):
            parts = {
                key.removeprefix(stem + "."): text
                for key, text in entries.items()
                if key.startswith(stem + ".")
            }
            first = next(iter(parts.values()))
            given = {part: text.words for part, text in parts.items()} | {NAME: stem.rpartition(".")[2]}
            lines: dict[Place, int] = {(): first.line, **{(part,): text.line for part, text in parts.items()}}
            yield from read(schema, given, first.path, lambda lines=lines: lines)[1]
            name = parts.get("name", first)
            if (other := names.setdefault(normalize(name.words), stem)) != stem:
                yield ContentProblem(
                    name.path, name.line, f"'{stem}' has the name of '{other}': choose another"
                )
