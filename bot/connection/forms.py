"""A form that was sent, brought to its code without the library having kept it in memory."""

import asyncio
from typing import Any, cast

import discord
from discord import ui


def submit(form: ui.Modal, interaction: discord.Interaction[Any]) -> asyncio.Task[None]:
    """Fill `form` with what was sent and run its `on_submit`, the way the library does it with a kept form."""
    data = cast("dict[str, Any]", interaction.data)
    return form._dispatch_submit(  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no public way
        interaction, data["components"], data.get("resolved", {})
    )
