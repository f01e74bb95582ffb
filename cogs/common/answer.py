"""Private answers, and updates of the pressed message."""

from typing import Any

import discord
from discord import ui

from bot.delivery.message import plain
from bot.delivery.naming import Names


async def reply(interaction: discord.Interaction[Any], card: ui.LayoutView) -> None:
    """Answer privately, replacing the private card that was pressed or whose form was sent."""
    message = interaction.message
    if message is not None and message.flags.ephemeral and not interaction.response.is_done():
        await interaction.response.edit_message(view=card)
    elif interaction.response.is_done():
        await interaction.followup.send(view=card, ephemeral=True)
    else:
        await interaction.response.send_message(view=card, ephemeral=interaction.guild_id is not None)


async def replace(
    interaction: discord.Interaction[Any], card: ui.LayoutView, names: Names | None = None
) -> None:
    """Replace the pressed message with a card, in that message's format; `names` are those of mentioned members."""
    message = interaction.message
    if message is None or message.flags.components_v2:
        await interaction.response.edit_message(view=card)
    else:
        shown = plain(card, private=interaction.guild_id is None, names=names).shown
        await interaction.response.edit_message(**shown)
