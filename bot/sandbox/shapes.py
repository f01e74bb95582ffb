"""Reads JSON of unknown shape."""

from typing import Any, cast

from bot.sandbox.world.events import Payload


def obj(value: object) -> Payload:
    """Return a JSON object as it is, and anything else as an empty one."""
    return cast("Payload", value) if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return a JSON array as it is, and anything else as an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []
