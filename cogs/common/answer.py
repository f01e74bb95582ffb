"""The answer that only the person sees, and the message they pressed, brought up to date."""

from typing import Any

import discord
from discord import ui

from bot.delivery.message import plain
from bot.delivery.naming import Names


async def reply(interaction: discord.Interaction[Any], card: ui.LayoutView) -> None:
    """Answer so that only the person sees it; in place of the private card they pressed or sent a form from."""
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
    """Put a card in the place of the message that was pressed, in that message's form; `names` are whom it mentions."""
    message = interaction.message
    if message is None or message.flags.components_v2:
        await interaction.response.edit_message(view=card)
    else:
        shown = plain(card, private=interaction.guild_id is None, names=names).shown
        await interaction.response.edit_message(**shown)
