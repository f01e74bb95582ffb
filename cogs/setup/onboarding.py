"""What a server's Onboarding in Discord says about its channels, to fill in the set-up."""

import asyncio
from collections.abc import Mapping

import discord

from bot.discord_client.errors import REQUEST_FAILED

ASKED_WITHIN = 1.0
"""Seconds: a form has to open within three."""
LONGEST = 80


async def channels_offered(guild: discord.Guild | None) -> Mapping[int, str]:
    """Return the channels that newcomers choose in Discord's Onboarding, with the choices' names.

    Return nothing if it is off, if several choices lead to one channel, or if Discord does not answer in time.
    """
    if guild is None:
        return {}
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            found = await guild.onboarding()
    except (*REQUEST_FAILED, TimeoutError):
        return {}
    if not found.enabled:
        return {}
    titles: dict[int, set[str]] = {}
    for prompt in found.prompts:
        for option in prompt.options:
            for channel_id in option.channel_ids - found.default_channel_ids:
                titles.setdefault(channel_id, set()).add(" ".join(option.title.split())[:LONGEST])
    return {channel_id: names.pop() for channel_id, names in titles.items() if len(names) == 1}
