"""Who presses Interested on an event: discord.py reports only cached members, and we cache none."""

import logging
from collections.abc import Callable
from typing import Any

import discord

log = logging.getLogger(__name__)

Heard = Callable[[int, int, int, bool], None]
"""Called with server, event, member, and whether they are interested or no longer are."""


def on_interested(client: discord.Client, heard: Heard) -> None:
    """Call `heard` whenever somebody presses Interested on an event or undoes it."""
    parsers: dict[str, Callable[[Any], Any]] = client._connection.parsers  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAssignmentType] - the one place where raw events can be had

    def parser(*, pressed: bool) -> Callable[[Any], None]:
        def parse(data: dict[str, Any]) -> None:
            try:
                ids = (data["guild_id"], data["guild_scheduled_event_id"], data["user_id"])
                guild_id, event_id, user_id = map(int, ids)
            except (KeyError, TypeError, ValueError):
                log.warning("could not read Discord's update of an event")
                return
            heard(guild_id, event_id, user_id, pressed)

        return parse

    parsers["GUILD_SCHEDULED_EVENT_USER_ADD"] = parser(pressed=True)
    parsers["GUILD_SCHEDULED_EVENT_USER_REMOVE"] = parser(pressed=False)
