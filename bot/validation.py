"""Validates data against its shape: pydantic models are made from the dataclasses of `bot.shapes`."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from bot.shapes import Check, Rules, Secret

__all__ = ["ValidationError", "model_of", "validated"]

Made = TypeVar("Made")
CONFIG = ConfigDict(extra="forbid", protected_namespaces=())
_made_of: dict[type[BaseModel], type[Any]] = {}


def validated(
    cls: type[Made], given: object, known: Mapping[str, Any] | None = None, *, strict: bool = False
) -> Made:
    """Return data parsed by its shape.

    Args:
        cls: a class of `bot.shapes.shape`.
        given: tables and lists.
        known: context for the checks.
        strict: whether values of another type are faults even if convertible.

    Raises:
        ValidationError: the data does not have this shape.
    """
    return _built(model_of(cls).model_validate(given, context=known, strict=strict))


@cache
def model_of(cls: type[Any]) -> type[BaseModel]:
    """Return the pydantic model of a shape."""
    hints = get_type_hints(cls, include_extras=True)
    parts: dict[str, Any] = {}
    for part in fields(cls):
        kind = _translated(hints[part.name])
        parts[part.name] = kind if part.default is MISSING else (kind, part.default)
    model = create_model(cls.__name__, __config__=CONFIG, **parts)
    _made_of[model] = cls
    return model


def _translated(hint: Any) -> Any:
    if hint is Secret:
        return Annotated[str, AfterValidator(Secret)]
    if isinstance(hint, Rules):
        return Field(**hint.words)
    if isinstance(hint, Check):
        return (BeforeValidator if hint.before else AfterValidator)(hint.function)
    if is_dataclass(hint) and isinstance(hint, type):
        return model_of(hint)
    generic: Any = get_origin(hint)
    if generic in (Annotated, list, dict):
        return generic[tuple(map(_translated, get_args(hint)))]  # pyright: ignore[reportInvalidTypeArguments] - any of them
    return hint


def _built(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _made_of[type(value)](**{name: _built(part) for name, part in value})
    return [*map(_built, cast("list[Any]", value))] if isinstance(value, list) else value
