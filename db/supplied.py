"""The parameters that callers supply to verbs by name."""

import inspect
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

NAMES = frozenset({"guild", "guild_id", "actor_id", "now"})


def supplied(verb: Callable[..., Any]) -> frozenset[str]:
    """Return which of these names are parameters that a verb takes by name."""
    return _of(inspect.unwrap(verb).__code__)


@cache
def _of(code: CodeType) -> frozenset[str]:
    # Cached by code object, which outlives closures.
    by_name = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return frozenset(by_name) & NAMES
