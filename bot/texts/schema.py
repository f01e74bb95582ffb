"""Schemas for pages of the content; a violation is reported with file, line, key and what to do.

    @shape
    class Story(Page):
        day: Annotated[int, told("give its `day` as a number, such as `day: 5`")]

    STORIES = Pages(Story, "stories")

The remedy that a part is `told` is shown when it is wrong, with `{key}`, `{value}` and `{length}`. A ValueError
raised by a check is shown as it is. `bot.texts.checking` does that, where something is read.
"""

from collections.abc import Collection
from typing import Annotated, Any, cast

from bot.domain.names import alike
from bot.shapes import Check, rules, shape, told

__all__ = ["BELOW", "LISTED", "NAME", "ONLY_ONCE", "Page", "Place", "Sources", "one_of", "shape", "told"]

MANY = 12
"""Up to so many names are all listed; of more, only the nearest."""
NAME, BELOW = "(name)", "(below)"
"""The keys for the file's name and the words below the front matter: no real key has these names."""

Place = tuple[str | int, ...]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType] - YAML


LISTED = Check(_listed, before=True)
"""For a single thing or a list of them: 'source: own' and 'source: [own]' are the same."""


def one_of(names: str) -> Check:
    """Return a check for the name of a page in another folder of the content."""

    def check(value: str, info: Any) -> str:
        known = cast("dict[str, Collection[str]]", info.context)[names]
        if value in known:
            return value
        near = alike(value, known, least=0.5)
        which = f"like '{near[0]}'" if near and len(known) > MANY else f"one of {', '.join(sorted(known))}"
        raise ValueError(f"'{info.field_name}' must be {which}, and is '{value}'")

    return Check(check)


def _only_once(value: str, info: Any) -> str:
    seen = cast("dict[str, set[tuple[str | None, str]]]", info.context)["seen"]
    if (info.field_name, value) in seen:
        raise ValueError(
            f"'{value}' is the '{info.field_name}' of another one on this page: each needs its own"
        )
    seen.add((info.field_name, value))
    return value


ONLY_ONCE = Check(_only_once)
"""For values that no two entries of a page may share."""
Sources = Annotated[
    list[Annotated[str, rules(min_length=1)]],
    LISTED,
    told(
        "say where it comes from: `source: Organising toolkit > Cuba`, or `source: own` where it is the bot's",
        1,
    ),
]


@shape
class Page:
    """The fields of every page: its title, and its source."""

    name: Annotated[str, rules(alias=NAME)]
    title: Annotated[str, told("give a `title` of at most 80 characters", 1, 80)]
    source: Sources
    below: Annotated[str, told("write what the page says below its closing line ---", 1, alias=BELOW)]
