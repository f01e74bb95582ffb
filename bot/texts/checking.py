"""Checks pages and lists of the content against their schemas: violations name file, line, key and remedy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.domain.names import alike, normalize
from bot.texts.catalogue import Texts
from bot.texts.encoding import leniently
from bot.texts.entries import ContentError, ContentProblem, Text
from bot.texts.schema import BELOW, NAME, Page, Place
from bot.validation import ValidationError, model_of, validated

Shown = TypeVar("Shown")
OnePage = TypeVar("OnePage", bound=Page)


def kept(schema: type[OnePage], under: str, texts: Texts, root: Path) -> dict[str, OnePage]:
    """Return the pages of a folder by name.

    Raises:
        ContentError: one is invalid; names file and line.
    """
    pages, faults = pages_of(schema, under, dict(texts.items()), root / texts.locale)
    if faults:
        raise ContentError(faults)
    return pages


def pages_of(
    schema: type[OnePage], under: str, entries: Mapping[str, Text], folder: Path
) -> tuple[dict[str, OnePage], list[ContentProblem]]:
    """Return the pages of a locale's folder, given its texts, and the faults of others."""
    pages: dict[str, OnePage] = {}
    faults: list[ContentProblem] = []
    titles: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    for key, text in entries.items():
        if text.path.endswith(".md"):
            names.setdefault(key.partition(".")[0], set()).add(key.partition(".")[2])
    for name in sorted(names.get(under, ())):
        text = entries[f"{under}.{name}"]
        if not text.meta:
            message = "begin the file with front matter, as the other files have it"
            faults.append(ContentProblem(text.path, 1, message))
            continue
        given = {**text.meta, NAME: name, BELOW: text.words}
        page, wrong = read(schema, given, text.path, lambda text=text: _lines(text, folder), **names)
        faults += wrong
        if page is not None:
            pages[name] = page
        title = normalize(str(text.meta.get("title", "")))
        if (other := titles.setdefault(title, text.path)) != text.path:
            message = f"{Path(other).name} has the same title: give this one another"
            faults.append(ContentProblem(text.path, _lines(text, folder).get(("title",), 1), message))
    return pages, faults


def read(
    schema: type[Shown],
    given: Mapping[str, Any],
    path: str,
    lines: Callable[[], Mapping[Place, int]],
    **known: Any,
) -> tuple[Shown | None, list[ContentProblem]]:
    """Return data parsed by its schema, or None and the faults; `lines` gives the line of each key."""
    try:
        return validated(schema, given, known | {"seen": set[Any]()}, strict=True), []
    except ValidationError as error:
        return None, [*dict.fromkeys(_explained(error, schema, path, lines()))]


def _explained(
    error: ValidationError, schema: type[Any], path: str, lines: Mapping[Place, int]
) -> Iterator[ContentProblem]:
    for fault in error.errors(include_url=False):
        place = at = fault["loc"]
        while at and at not in lines:
            at = at[:-1]
        key, value = str(place[-1]), fault["input"]
        *around, _ = nodes = [*_nodes(schema, place)]
        remedy = next(
            (node["description"] for node in reversed(nodes) if "description" in node), fault["msg"]
        )
        match fault["type"]:
            case "value_error":
                message = str(fault.get("ctx", {}).get("error"))
            case "missing":
                message = f"'{key}' is missing: {remedy}"
            case "extra_forbidden":
                names = [name for name in around[-1]["properties"] if name not in (NAME, BELOW)]
                near = "".join(f"; did you mean '{name}'?" for name in alike(key, names))
                message = f"'{key}' is not known here: use one of {', '.join(names)}{near}"
            case _:
                message = remedy.replace("{length}", str(len(value) if isinstance(value, str) else 0))
        said = message.replace("{key}", key).replace("{value}", str(value))
        yield ContentProblem(path, lines.get(at, 1), said)


def _nodes(schema: type[Any], place: Sequence[str | int]) -> Iterator[dict[str, Any]]:
    """Yield the JSON Schema nodes on the way to a location; a description there is a field's remedy."""
    document = model_of(schema).model_json_schema()
    node: dict[str, Any] = {"properties": document["properties"]}
    yield node
    for part in place:
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
        if reference := node.get("$ref"):
            node = {"properties": document["$defs"][reference.rpartition("/")[2]]["properties"]}
        yield node


def _lines(text: Text, folder: Path) -> dict[Place, int]:
    """Return the line of each key and item of a page's front matter, and of the words below it."""
    head = leniently(folder / text.path).removeprefix("---\n").partition("\n---\n")[0]
    lines: dict[Place, int] = {(BELOW,): text.line}

    def note(node: Any, place: Place) -> None:
        if node.id == "mapping":
            for key, value in node.value:
                lines[*place, str(key.value)] = key.start_mark.line + 2
                note(value, (*place, str(key.value)))
        elif node.id == "sequence":
            for number, value in enumerate(node.value):
                lines[*place, number] = value.start_mark.line + 2
                note(value, (*place, number))

    note(yaml.compose(head, Loader=yaml.SafeLoader), ())
    return lines
