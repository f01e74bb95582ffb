"""Which names of libraries the product uses that nobody promises to keep, found by walking over its source."""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from tests.uses import ROOT

OURS = frozenset({"bot", "cogs", "db"})
UNDOCUMENTED = frozenset(
    {
        "discord.http",
        "discord.gateway",
        "discord.state",
        "discord.webhook.async_",
        "discord.ui.view.ViewStore",
    }
)
"""Modules and classes of discord.py that its documentation does not name: nothing in them is promised."""
_DOCUMENTED = frozenset({"discord.abc", "discord.app_commands", "discord.ext", "discord.ui", "discord.utils"})
PROMISED = frozenset({"_exit"})
"""What Python's documentation names all the same (https://docs.python.org/3/library/os.html#os._exit)."""
_BY_NAME = frozenset({"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller"})


def sources() -> dict[str, Path]:
    """Return the product's files by the names of their modules."""
    found = [path for part in sorted(OURS) for path in sorted((ROOT / part).rglob("*.py"))]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in found
        if not {"migrations", "__main__.py"} & set(path.parts)
    }


def private(name: str) -> bool:
    """Whether a name says of itself that it is nobody else's business."""
    return name.startswith("_") and not name.endswith("_") and name not in PROMISED


def used(tree: ast.Module, module: ModuleType | None) -> Iterator[tuple[int, str]]:
    """Yield line and name of each private or undocumented name of a library in a file.

    Names that were inherited are whole ('discord.state.ConnectionState._get_guild'); of others the class is not known,
    so only the last part comes ('_keep_alive').
    """
    yield from _imported(tree)
    yield from _of_others(tree)
    for node in ast.walk(tree) if module is not None else ():
        if isinstance(node, ast.ClassDef):
            cls = getattr(module, node.name, None)
            if isinstance(cls, type) and cls.__module__ == cast("ModuleType", module).__name__:
                yield from inherited(node, cls)


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if any(map(private, alias.name.split("."))) or undocumented(alias.name):
                    yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                hidden = node.module.startswith("discord.") and not _documented(node.module)
                if any(map(private, whole.split("."))) or hidden:
                    yield node.lineno, whole


def _documented(module: str) -> bool:
    return module in _DOCUMENTED or module.startswith("discord.ext.")


def undocumented(whole: str) -> bool:
    """Whether a name stands below a module or class of discord.py that its documentation does not name."""
    return any(whole == each or whole.startswith(f"{each}.") for each in UNDOCUMENTED)


def _of_others(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield private attributes of anything but `self`, by whatever way they are reached, and routes of `http`."""
    own: dict[int, frozenset[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own.update(dict.fromkeys(map(id, ast.walk(node)), _attributes(node)))
    for node in ast.walk(tree):
        mine = own.get(id(node), frozenset[str]())
        if isinstance(node, ast.Attribute):
            if node.attr == "__dict__" or (
                private(node.attr) and not _is_self(node.value) and node.attr not in mine
            ):
                yield node.lineno, node.attr
            elif ast.unparse(node.value).rpartition(".")[2] == "http" and _route(node.attr):
                yield node.lineno, f"discord.http.HTTPClient.{node.attr}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _BY_NAME:
            for word in node.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str) and private(word.value):
                    yield node.lineno, word.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("_sa_"):
            yield node.lineno, node.value


def _is_self(node: ast.expr) -> bool:
    """Whether an object is the one whose class is looked at by `inherited`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super":
        return True
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _route(name: str) -> bool:
    from discord.http import HTTPClient

    return name in vars(HTTPClient)


def inherited(node: ast.ClassDef, cls: type) -> Iterator[tuple[int, str]]:
    """Yield what a class uses or overrides of private and undocumented names of the library's classes below it."""
    bases = [
        base
        for base in cls.__mro__
        if base.__module__.partition(".")[0] not in OURS and base not in (object, cls)
    ]
    for name, line in sorted(_touched(node).items()):
        base = next((base for base in bases if name in attributes(base)), None)
        if base is None or name.endswith("__"):
            continue
        whole = f"{base.__module__}.{base.__qualname__}.{name}"
        if private(name) or undocumented(whole):
            yield line, whole


def _touched(node: ast.ClassDef) -> dict[str, int]:
    found: dict[str, int] = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and _is_self(inner.value):
            found.setdefault(inner.attr, inner.lineno)
    for inner in node.body:
        for name in _defined(inner):
            found.setdefault(name, inner.lineno)
    return found


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    targets = (
        [node.target]
        if isinstance(node, ast.AnnAssign)
        else node.targets
        if isinstance(node, ast.Assign)
        else []
    )
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _attributes(node: ast.ClassDef) -> frozenset[str]:
    """Return the names that a class of ours defines or sets."""
    stored = {
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and _is_self(inner.value) and isinstance(inner.ctx, ast.Store)
    }
    return frozenset(stored | {name for inner in node.body for name in _defined(inner)})


@cache
def attributes(cls: type) -> frozenset[str]:
    """Return the names that a library's class itself defines or sets on its objects."""
    return frozenset({*vars(cls), *assigned(cls)})


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module by their names, as they are written; none where it is built in."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        return {}
    found: dict[str, ast.ClassDef] = {}
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        inside, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                found[inside + child.name] = child
                waiting.append((f"{inside}{child.name}.", child))
            elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                waiting.append((inside, child))
    return found


@cache
def assigned(cls: type) -> dict[str, tuple[str, ...]]:
    """Return what a class sets on its objects, with each expression that is put there, as it is written."""
    tree = _classes(cls.__module__).get(cls.__qualname__)
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree) if tree is not None else ():
        targets: list[Any] = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                found.setdefault(target.attr, []).append(ast.unparse(cast("ast.Assign", node).value))
    return {name: tuple(dict.fromkeys(words)) for name, words in found.items()}


def find(whole: str) -> tuple[object, str]:
    """Return what a whole name stands in (a module or class), and its last part.

    Raises:
        LookupError: there is nothing of that name on the way to it.
    """
    parts = whole.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:-1]:
            if not hasattr(found, part):
                raise LookupError(f"{whole}: no {part}")
            found = getattr(found, part)
        return found, parts[-1]
    raise LookupError(f"{whole}: no such module")


def shape(whole: str) -> str:
    """Return what a library's name is, as the list of tests/library_names.py writes it.

    A function: its parameters, those with a default marked '=...'. An attribute of objects: '= ' and each expression
    that is put there. A class: 'class'. Anything else: its value.

    Raises:
        LookupError: there is no such name.
    """
    holder, name = find(whole)
    if isinstance(holder, type):
        kept = assigned(holder)
        mangled = (
            name.removeprefix(f"_{holder.__name__}") if name.startswith(f"_{holder.__name__}__") else name
        )
        if mangled in kept:
            return "= " + " | ".join(kept[mangled])
        if name not in vars(holder) and name in holder.__annotations__:
            return f": {holder.__annotations__[name]}"
        if name not in vars(holder):
            raise LookupError(f"{whole}: not in the class itself")
        thing = inspect.getattr_static(holder, name)
    elif hasattr(holder, name):
        thing = getattr(holder, name)
    else:
        raise LookupError(f"{whole}: there is none")
    if isinstance(thing, property):
        return "property"
    if isinstance(thing, type):
        return "class"
    if inspect.isroutine(thing) or isinstance(thing, staticmethod | classmethod):
        wrapped = isinstance(thing, staticmethod | classmethod)
        return _parameters(inspect.signature(cast("Any", thing).__func__ if wrapped else cast("Any", thing)))
    return repr(cast("object", thing)) if isinstance(thing, str | attrgetter) else f"a {type(thing).__name__}"


def _parameters(signature: inspect.Signature) -> str:
    plain = [
        parameter.replace(
            annotation=parameter.empty,
            default=parameter.empty if parameter.default is parameter.empty else ...,
        )
        for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=plain, return_annotation=signature.empty)).replace(
        "Ellipsis", "..."
    )


@cache
def all_used() -> dict[str, list[str]]:
    """Return every such name with the places where it is used."""
    found: dict[str, list[str]] = {}
    for name, path in sources().items():
        tree = ast.parse(path.read_text("utf-8"))
        module = importlib.import_module(name) if name not in sys.modules else sys.modules[name]
        for line, used_name in used(tree, module):
            found.setdefault(used_name, []).append(f"{path.relative_to(ROOT)}:{line}")
    return found
