"""The answer that only the person sees."""

from typing import Any

import discord
from discord import ui


async def reply(interaction: discord.Interaction[Any], card: ui.LayoutView) -> None:
    """Answer so that only the person sees it; in place of the private card they pressed or sent a form from."""
    message = interaction.message
    if message is not None and message.flags.ephemeral and not interaction.response.is_done():
        await interaction.response.edit_message(view=card)
    elif interaction.response.is_done():
        await interaction.followup.send(view=card, ephemeral=True)
    else:
        await interaction.response.send_message(view=card, ephemeral=interaction.guild_id is not None)
