"""What stood in a form that is refused before anybody looks at it: it goes back with the refusal, and is not kept."""

from collections.abc import Mapping
from typing import Any

from bot.discord_client.forms import sent_fields

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
    for field in sent_fields(data.get("data", {}).get("components")):
        if not isinstance(words := field.get("value"), str):
            continue
        # A fence of their own would end the block, and what follows it would be read as formatting.
        shown = words.replace(FENCE, "'''")[:room]
        if shown.strip():
            embeds.append({"description": f"{FENCE}\n{shown}\n{FENCE}"})
            room -= len(shown)
    return embeds
