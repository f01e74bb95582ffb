"""Loads packages without their docstrings, which nobody reads in a running bot and which stay in memory."""

import inspect
import sys
import typing
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from typing_extensions import override

PACKAGES = frozenset(
    {
        "aiohttp",
        "asyncio",
        "attr",
        "bot",
        "cogs",
        "db",
        "discord",
        "email",
        "http",
        "logging",
        "sqlalchemy",
        "urllib",
    }
)
LEFT_OUT = "Left out while the bot runs."
"""Their replacement: libraries process some of theirs, and rely on having one."""
SHORT = 40
"""Characters up to which a docstring stays: one that short may also be a constant of the code."""
_NO_FUNCTION = "<"
"""The prefix of the names of lambdas and comprehensions, whose first constant is not a docstring."""
_BEGINNING = (
    *("__name__", "__module__", "__qualname__"),
    *(("__firstlineno__",) if sys.version_info >= (3, 13) else ()),
    "__doc__",
)
"""How the body of a class with a docstring begins; its name and maybe its line are earlier constants."""


def leave_out() -> None:
    """Import these packages without docstrings from now on, where their code has the known form."""
    if sys.version_info < (3, 14):
        sys.meta_path.insert(0, _Finder())


def without(code: CodeType) -> CodeType:
    """Return the code of a module without the docstrings of its functions and classes."""
    found: list[Any] = [without(each) if isinstance(each, CodeType) else each for each in code.co_consts]
    at = _docstring(code)
    words = None if at is None else found[at]
    if at is not None and isinstance(words, str) and len(words) > SHORT:
        found[at] = LEFT_OUT
    changed = any(new is not old for new, old in zip(found, code.co_consts, strict=True))
    return code.replace(co_consts=tuple(found)) if changed else code


def _docstring(code: CodeType) -> int | None:
    """Return which constant is the docstring, None where that is not certain."""
    if code.co_flags & inspect.CO_NEWLOCALS:  # a function's first constant is its docstring, or None
        return 0 if code.co_consts and not code.co_name.startswith(_NO_FUNCTION) else None
    return len(_BEGINNING) - 3 if code.co_names[: len(_BEGINNING)] == _BEGINNING else None


class _Loader(SourceFileLoader):
    @override
    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        return None if code is None else without(code)

    @override
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        typing.clear_overloads()  # Python keeps each in case it is needed: it is not, and it takes 0.5 MiB


class _Finder:
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec
