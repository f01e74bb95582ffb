"""Returns what was typed into a refused form or command together with the refusal; nothing is kept."""

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
    """Return embeds to copy what somebody typed into a form or command (a gateway payload); none for other kinds.

    An embed has room for a whole field; the text of a message does not.
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
    """Return words as a code block to copy; neutralise fences in them, which would end it."""
    return f"{FENCE}\n{words.replace(FENCE, THREE_QUOTES)}\n{FENCE}"
