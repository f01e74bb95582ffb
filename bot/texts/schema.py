"""Schemas for pages of the content; a violation is reported with file, line, key and what to do.

    class Story(Page):
        day: Annotated[int, told("give its `day` as a number, such as `day: 5`")]

    STORIES = Pages(Story, "stories")

The remedy that a field is `told` is shown when it is wrong, with `{key}`, `{value}` and `{length}`. A ValueError
raised by a validator is shown as it is.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, cast

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from bot.domain.names import alike, normalize
from bot.texts.catalogue import CONTENT, ContentError, ContentProblem, Text, Texts
from bot.texts.encoding import leniently

MANY = 12
"""Up to so many names are all listed; of more, only the nearest."""
NAME, BELOW = "(name)", "(below)"
"""The keys for the file's name and the words below the front matter: no real key has these names."""

Place = tuple[str | int, ...]


class Schema(BaseModel):
    """The fields of a page or of a list's entry."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, protected_namespaces=())


Shown = TypeVar("Shown", bound=Schema)


def told(remedy: str, least: int | None = None, most: int | None = None, **more: Any) -> Any:
    """Return a field's length limits, and the remedy where it is missing or wrong."""
    return Field(description=remedy, min_length=least, max_length=most, **more)


def listed(value: Any) -> Any:
    """Wrap a single thing in a list, so that 'source: own' and 'source: [own]' are the same."""
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType] - YAML


def one_of(names: str) -> AfterValidator:
    """Return a validator for the name of a page in another folder of the content."""

    def check(value: str, info: ValidationInfo) -> str:
        known = cast("dict[str, Collection[str]]", info.context)[names]
        if value in known:
            return value
        near = alike(value, known, least=0.5)
        which = f"like '{near[0]}'" if near and len(known) > MANY else f"one of {', '.join(sorted(known))}"
        raise ValueError(f"'{info.field_name}' must be {which}, and is '{value}'")

    return AfterValidator(check)


def _only_once(value: str, info: ValidationInfo) -> str:
    seen = cast("dict[str, set[tuple[str | None, str]]]", info.context)["seen"]
    if (info.field_name, value) in seen:
        raise ValueError(
            f"'{value}' is the '{info.field_name}' of another one on this page: each needs its own"
        )
    seen.add((info.field_name, value))
    return value


ONLY_ONCE = AfterValidator(_only_once)
"""For values that no two entries of a page may share."""
Sources = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    BeforeValidator(listed),
    told(
        "say where it comes from: `source: Organising toolkit > Cuba`, or `source: own` where it is the bot's",
        1,
    ),
]


class Page(Schema):
    """The fields of every page: its title, and its source."""

    name: Annotated[str, Field(alias=NAME)]
    title: Annotated[str, told("give a `title` of at most 80 characters", 1, 80)]
    source: Sources
    below: Annotated[str, told("write what the page says below its closing line ---", 1, alias=BELOW)]


OnePage = TypeVar("OnePage", bound=Page)


class Pages(Generic[OnePage]):
    """The pages in one folder of the content, such as 'campaigns', and their schema."""

    def __init__(self, schema: type[OnePage], under: str) -> None:
        self._schema, self._under = schema, under

    def of(self, texts: Texts, root: Path = CONTENT) -> dict[str, OnePage]:
        """Return the pages by name.

        Raises:
            ContentError: a page is invalid; names file and line.
        """
        return texts.once(("pages", self._under, root), lambda: self._kept(texts, root))

    def _kept(self, texts: Texts, root: Path) -> dict[str, OnePage]:
        pages, faults = self._read(dict(texts.items()), root / texts.locale)
        if faults:
            raise ContentError(faults)
        return pages

    def faults(self, entries: Mapping[str, Text], folder: Path) -> list[ContentProblem]:
        """Return the faults in the pages of a locale's folder, given its texts."""
        return self._read(entries, folder)[1]

    def _read(
        self, entries: Mapping[str, Text], folder: Path
    ) -> tuple[dict[str, OnePage], list[ContentProblem]]:
        pages: dict[str, OnePage] = {}
        faults: list[ContentProblem] = []
        titles: dict[str, str] = {}
        names: dict[str, set[str]] = {}
        for key, text in entries.items():
            if text.path.endswith(".md"):
                names.setdefault(key.partition(".")[0], set()).add(key.partition(".")[2])
        for name in sorted(names.get(self._under, ())):
            text = entries[f"{self._under}.{name}"]
            if not text.meta:
                message = "begin the file with front matter, as the other files have it"
                faults.append(ContentProblem(text.path, 1, message))
                continue
            given = {**text.meta, NAME: name, BELOW: text.words}
            page, wrong = read(
                self._schema, given, text.path, lambda text=text: _lines(text, folder), **names
            )
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
        return schema.model_validate(given, context=known | {"seen": set[Any]()}), []
    except ValidationError as error:
        return None, [*dict.fromkeys(_explained(error, schema, path, lines()))]


def _explained(
    error: ValidationError, schema: type[Schema], path: str, lines: Mapping[Place, int]
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


def _nodes(schema: type[Schema], place: Sequence[str | int]) -> Iterator[dict[str, Any]]:
    """Yield the JSON Schema nodes on the way to a location; a description there is a field's remedy."""
    document = schema.model_json_schema()
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
