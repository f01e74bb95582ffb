"""What stood in a form or command that is refused unseen: it goes back with the refusal, and is not kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.discord_client.forms import sent_fields
from bot.discord_client.typed_command import COMMAND, command_line

FORM = 5
ROOM = 5_500
"""Characters of all embeds of a message; Discord takes 6,000 (https://docs.discord.com/developers/resources/message)."""
FENCE, THREE_QUOTES = "```", "'''"
PART = 4_000
"""Characters of one embed; Discord takes 4,096 with the fences."""


def given_back(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return embeds with what somebody typed into a form or command (a gateway payload), to be copied; none for others.

    An embed has room for a whole field, which the text of a message has not.
    """
    embeds: list[dict[str, str]] = []
    room = ROOM
    for words in _typed(data):
        for begin in range(0, min(len(words), room), PART):
            part = words[begin : min(begin + PART, room)]
            if part.strip():
                embeds.append({"description": fenced(part)})
        room -= min(len(words), room)
    return embeds


def _typed(data: Mapping[str, Any]) -> Iterator[str]:
    sent: Mapping[str, Any] = data.get("data") or {}
    if data.get("type") == COMMAND:
        yield command_line(sent)
    elif data.get("type") == FORM:
        for field in sent_fields(sent.get("components")):
            if isinstance(words := field.get("value"), str):
                yield words


def fenced(words: str) -> str:
    """Return words as a block that can be copied; a fence of their own would end it."""
    return f"{FENCE}\n{words.replace(FENCE, THREE_QUOTES)}\n{FENCE}"
