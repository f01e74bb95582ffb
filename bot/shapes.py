"""Dataclasses for data read from files, with the constraints of each field; `bot.validation` checks them.

They are separate since pydantic, which checks them, takes 10 MiB and is loaded only where something is read.

    @shape
    class Story:
        day: Annotated[int, told("give its `day` as a number, such as `day: 5`")]
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform, final

from typing_extensions import override

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def shape(cls: type[Made]) -> type[Made]:
    """Make a class a frozen dataclass for data read from a file, with keyword fields."""
    return dataclass(frozen=True, kw_only=True)(cls)


@dataclass(frozen=True, slots=True)
class Rules:
    """The constraints of a field, as `pydantic.Field` names them."""

    words: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a field: a function that returns the value, changed or not, or raises a ValueError to show.

    It gets the value and, if it takes two arguments, a `pydantic.ValidationInfo`; `before` runs it before type checks.
    """

    function: Callable[..., Any]
    before: bool = False


def rules(**words: Any) -> Rules:
    """Return the constraints of a field, such as `ge=0`."""
    return Rules(words)


def told(remedy: str, least: int | None = None, most: int | None = None, **more: Any) -> Rules:
    """Return a field's length limits, and the remedy where it is missing or wrong."""
    return Rules({"description": remedy, "min_length": least, "max_length": most, **more})


@final
class Secret:
    """Text that is never shown unless explicitly requested."""

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def get_secret_value(self) -> str:
        """Return the words."""
        return self._words

    @override
    def __repr__(self) -> str:
        return f"Secret('{'**********' if self._words else ''}')"

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._words == other._words

    @override
    def __hash__(self) -> int:
        return hash(self._words)
