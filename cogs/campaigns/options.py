"""Options of /campaign: a campaign, and one of its actions, with autocomplete."""

from collections.abc import Iterable
from typing import Any, Literal

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.campaigns import OTHER
from bot.domain.names import fold
from bot.errors import UserError
from cogs.campaigns import deeds, finding
from cogs.common.autocomplete import AsTyped, closest

Switched = Literal["on", "off"]


class CampaignOption(AsTyped):
    """A campaign of this server: picked from the list, or typed by its name."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the campaigns that match what was typed."""
        found = await finding.all_campaigns(bot, interaction.guild_id or 0)
        return closest(typed, {str(campaign.title): campaign.id for campaign in found})


class ActionOption(AsTyped):
    """An action of the campaign that was typed before it."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the actions of the campaign, and something else."""
        named = str(getattr(interaction.namespace, "campaign", "") or "")
        try:
            campaign = await finding.the_campaign(bot, interaction.guild_id or 0, named)
        except UserError:
            return []
        offers = {str(action.words)[:100]: action.id for action in campaign.actions}
        offers[str(bot.texts("campaigns.done.something"))] = OTHER
        sought = fold(typed)
        return [(words, action) for words, action in offers.items() if not sought or sought in fold(words)]


CampaignName = app_commands.Transform[str, CampaignOption]
ActionName = app_commands.Transform[str, ActionOption]
Note = app_commands.Range[str, 1, deeds.NOTE_LENGTH]
