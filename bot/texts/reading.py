"""Reading the files of the content: TOML for short texts, Markdown with front matter for pages."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import yaml

from bot.texts.encoding import NotUtf8, decoded, hint, leniently
from bot.texts.entries import LIMITS, PLACEHOLDER, ContentProblem, Text

SHARED = ("commands", "deliveries", "privacy")
"""What each feature has words for: a table whose name begins so, in a feature's file, is no part of its own words."""
_STRAY_BRACE = re.compile(r"[{}]")


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
        faults += [
            ContentProblem(text.path, text.line, f"'{key}' stands in {entries[key].path} as well: keep one")
            for key, text in found.items()
            if key in entries
        ]
        entries |= found
    names = {key.split(".")[1] for key in entries if key.startswith("facts.") and key.endswith(".value")}
    for key, text in entries.items():
        if named := text.fields & names:
            entries[key] = text = replace(text, facts=named)
        limit = LIMITS.get(key.rpartition(".")[2], text.limit)
        if len(text.words) > limit:
            faults.append(
                ContentProblem(
                    text.path,
                    text.line,
                    f"'{key}' has {len(text.words)} characters, Discord shows {limit} at most",
                )
            )
        if _STRAY_BRACE.search(PLACEHOLDER.sub("", text.words)):
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
            area, inside, _ = dotted.partition(".")
            shared = inside and area in SHARED and path.parent == folder
            entries[dotted if shared else f"{stem}.{dotted}"] = Text(value, name, line)
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
    return {key: Text(words, name, line, meta)}
