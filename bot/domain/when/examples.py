"""The worked examples of dates_examples.toml: /help shows them and the tests run them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase, the group it is shown in, and its readings in words; several make a question."""

    group: str
    phrase: str
    means: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """All the examples, the instant and the zone they are read at, and the title of each group."""

    now: datetime
    zone: ZoneInfo
    titles: Mapping[str, str]
    examples: tuple[Example, ...]


def parse_examples(source: str) -> Examples:
    """Parse the text of a dates_examples.toml.

    Raises:
        ValueError: the file is not valid TOML, or something is missing in it.
    """
    document = cast("dict[str, object]", tomllib.loads(source))
    try:
        rows = cast("list[dict[str, object]]", document["examples"])
        examples = tuple(
            Example(str(row["group"]), str(row["phrase"]), tuple(cast("list[str]", row["means"])))
            for row in rows
        )
        zone = ZoneInfo(str(document["zone"]))
        now = datetime.fromisoformat(str(document["now"])).astimezone(zone)
        return Examples(now, zone, cast("dict[str, str]", document["titles"]), examples)
    except KeyError as error:
        raise ValueError(f"dates_examples.toml has no {error}") from error
