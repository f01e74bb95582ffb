"""Discord's documented limits and forms, checked without the official document."""

from bot.sandbox.checks import commands, components, embeds, messages
