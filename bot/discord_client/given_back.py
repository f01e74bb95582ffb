"""What stood in a form that is refused before anybody looks at it: it goes back with the refusal, and is not kept."""

from collections.abc import Iterator, Mapping
from typing import Any

FORM = 5
ROOM = 5_500
"""Characters of all embeds of a message; Discord takes 6,000 (https://docs.discord.com/developers/resources/message)."""
FENCE = "```"


def given_back(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return embeds with what somebody typed into a form (a gateway payload), ready to be copied; none for others.

    An embed has room for a whole field, which the text of a message has not.
    """
    if data.get("type") != FORM:
        return []
    embeds: list[dict[str, str]] = []
    room = ROOM
    for words in _typed(data.get("data", {}).get("components") or ()):
        # A fence of their own would end the block, and what follows it would be read as formatting.
        shown = words.replace(FENCE, "'''")[:room]
        if shown.strip():
            embeds.append({"description": f"{FENCE}\n{shown}\n{FENCE}"})
            room -= len(shown)
    return embeds


def _typed(parts: Any) -> Iterator[str]:
    for part in parts:
        yield from _typed([part["component"]] if "component" in part else part.get("components") or ())
        if isinstance(words := part.get("value"), str):
            yield words
