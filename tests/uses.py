"""Finds in the source, by its syntax tree, which texts the code asks for and with which fields."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Calls whose first argument is the key of a text. Those of `FIELDS_SECOND` give the fields in a dict after it.
MAKERS = {"texts", "UserError", "Busy", "Refused", "NeedsSetup", "Problem", "WhenProblem", "Refusal"}
FIELDS_SECOND = {"WhenProblem", "Refusal"}


@dataclass(frozen=True)
class Use:
    """One place where a text is asked for; `fields` is None where they are not written out there."""

    key: str
    fields: frozenset[str] | None
    counted: bool
    where: str


@dataclass(frozen=True)
class Uses:
    """What the code asks for: written out, by a pattern (an f-string), and every string that stands in it."""

    exact: list[Use]
    patterns: list[tuple[re.Pattern[str], str]]
    strings: set[str]


def sources(*folders: str) -> list[Path]:
    """Return the Python files of these folders of the project, without the sandbox, which has no words for members."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "sandbox" not in path.parts and "migrations" not in path.parts]


def uses() -> Uses:
    """Read bot/, cogs/ and db/."""
    found = Uses([], [], set())
    for path in sources("bot", "cogs", "db"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.strings.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.patterns.append((_pattern(node), _where(path, node)))
            elif isinstance(node, ast.Call):
                found.exact.extend(_of_call(node, path))
    return found


def _where(path: Path, node: ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _of_call(call: ast.Call, path: Path) -> Iterator[Use]:
    name = _name(call.func)
    counted = name == "count" and isinstance(call.func, ast.Attribute) and _name(call.func.value) == "texts"
    if not call.args or (name not in MAKERS and not counted):
        return
    for key in _literals(call.args[0]):
        yield Use(key, _fields(call, name), counted, _where(path, call))


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _fields(call: ast.Call, name: str) -> frozenset[str] | None:
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    named = {keyword.arg for keyword in call.keywords if keyword.arg}
    if name in FIELDS_SECOND:
        named = set[str]()
        if len(call.args) > 1:
            given = call.args[1]
            if not isinstance(given, ast.Dict):
                return None
            for key in given.keys:
                if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                    return None
                named.add(key.value)
    return frozenset(named)


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    parts = [
        re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else r".+"
        for part in node.values
    ]
    return re.compile("".join(parts))
