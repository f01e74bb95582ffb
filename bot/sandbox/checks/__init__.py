"""Checks of Discord's documented limits and formats, without the official document."""

from bot.sandbox.checks import commands, components, embeds, messages
