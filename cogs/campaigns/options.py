"""Options of /campaign: a campaign, and one of its actions, with autocomplete."""

from typing import TYPE_CHECKING, Any, Literal, cast

import discord
from discord import app_commands

from bot.domain.campaigns import OTHER
from bot.domain.names import fold, nearest
from bot.errors import UserError
from bot.ui.campaigns import buttons, finding

if TYPE_CHECKING:
    from bot.app import Bot

MOST = 25
Switched = Literal["on", "off"]


class CampaignOption(app_commands.Transformer):
    """A campaign of this server: picked from the list, or typed by its name."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return it as typed: it is looked up with the rest."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Offer the campaigns that match what was typed."""
        bot = cast("Bot", interaction.client)
        found = await finding.all_campaigns(bot, interaction.guild_id or 0)
        titles = {str(campaign.title): campaign.id for campaign in found}
        shown = nearest(value, titles, most=MOST) if value.strip() else list(titles)[:MOST]
        return [app_commands.Choice(name=title, value=titles[title]) for title in shown]


class ActionOption(app_commands.Transformer):
    """An action of the campaign that was typed before it."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return it as typed: it is looked up with the campaign."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Offer the actions of the campaign, and something else."""
        bot = cast("Bot", interaction.client)
        typed = str(getattr(interaction.namespace, "campaign", "") or "")
        try:
            campaign = await finding.the_campaign(bot, interaction.guild_id or 0, typed)
        except UserError:
            return []
        offers = {str(action.words)[:100]: action.id for action in campaign.actions}
        offers[str(bot.texts("campaigns.done.something"))] = OTHER
        sought = fold(value)
        return [
            app_commands.Choice(name=words, value=action)
            for words, action in offers.items()
            if not sought or sought in fold(words)
        ][:MOST]


CampaignName = app_commands.Transform[str, CampaignOption]
ActionName = app_commands.Transform[str, ActionOption]
Note = app_commands.Range[str, 1, buttons.NOTE_LENGTH]
