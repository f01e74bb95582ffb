"""What is read from files as dataclasses, and what each part of them has to be; `bot.validation` holds them to it.

They stand apart since pydantic, which does that, takes 10 MiB, and is loaded where something is read and nowhere else.

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
    """Make a class one that is read from a file: frozen, its parts named."""
    return dataclass(frozen=True, kw_only=True)(cls)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a part has to keep, in the words of `pydantic.Field`."""

    words: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked of a part: a function that returns it, changed or not, or raises a ValueError to be shown.

    It gets the value, and where it takes two arguments a `pydantic.ValidationInfo` too; `before` the type is looked at.
    """

    function: Callable[..., Any]
    before: bool = False


def rules(**words: Any) -> Rules:
    """Return what a part has to keep, such as `ge=0`."""
    return Rules(words)


def told(remedy: str, least: int | None = None, most: int | None = None, **more: Any) -> Rules:
    """Return a part's length limits, and the remedy where it is missing or wrong."""
    return Rules({"description": remedy, "min_length": least, "max_length": most, **more})


@final
class Secret:
    """Words that are shown nowhere, unless they are asked for."""

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
