"""What organisers do with campaigns. Part of the `/campaign` group."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup
from cogs.campaigns import finding, forms
from cogs.campaigns.options import CampaignName, Switched
from cogs.common.base import Card, line, reply
from cogs.common.context import here
from cogs.setup.checks import missing_permissions
from db import campaigns


class OrganisingCommands(commands.Cog):
    """Posting, adding, changing, switching, ordering."""

    bot: Bot

    @app_commands.command()
    async def prompt(
        self,
        interaction: discord.Interaction[Any],
        campaign: CampaignName,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Post a prompt in a channel now."""
        at, texts = await here(interaction), self.bot.texts
        channel_id = channel.id if channel else interaction.channel_id
        region = next((one for one in at.guild.regions if one.channel_id == channel_id), None)
        if channel is None and region is None:
            region = at.region  # in a thread of its channel
        if region is not None:
            at.must_organise(region)
        else:
            finding.must_organise_all(at)
        found = await finding.the_campaign(self.bot, at.guild.id, campaign)
        if not found.actions:
            raise UserError("campaigns.prompt.empty", title=found.title)
        where = Markup(f"<#{channel_id}>")
        target = channel or interaction.channel
        if isinstance(target, discord.TextChannel) and (missing := missing_permissions(target)):
            named = ", ".join(texts(f"permissions.{name}") for name in missing)
            raise UserError("campaigns.prompt.channel", channel=where, permission=named)
        mine = (
            channel.permissions_for(interaction.user)
            if channel and isinstance(interaction.user, discord.Member)
            else None
        )
        if mine is not None and not (mine.view_channel and mine.send_messages):
            raise UserError("campaigns.prompt.not_yours", channel=where)
        await self.bot.store.write(
            campaigns.post_now,
            guild_id=at.guild.id,
            region_id=region.id if region else None,
            channel_id=channel_id or 0,
            campaign=found,
            by=interaction.user.id,
            now=self.bot.clock.now(),
        )
        await reply(interaction, Card(texts("campaigns.prompt.posted", channel=where)))

    @app_commands.command()
    async def add(self, interaction: discord.Interaction[Any]) -> None:
        """Add a campaign of the server's own."""
        finding.must_organise_all(await here(interaction))
        await interaction.response.send_modal(forms.CampaignForm(self.bot.texts))

    @app_commands.command()
    async def edit(
        self, interaction: discord.Interaction[Any], campaign: CampaignName, original: bool = False
    ) -> None:
        """Change the words of a campaign."""
        at, texts = await here(interaction), self.bot.texts
        finding.must_organise_all(at)
        found = await finding.the_campaign(self.bot, at.guild.id, campaign)
        if not original:
            form = forms.CampaignForm(texts, found.id, forms.typed_of(found, texts))
            await interaction.response.send_modal(form)
            return
        if found.own:
            edit = self.bot.mention("campaign edit")
            raise UserError("campaigns.form.restored_own", title=found.title, edit=edit)
        by, now = interaction.user.id, self.bot.clock.now()
        await self.bot.store.write(campaigns.restore, at.guild.id, found.id, by=by, now=now)
        self.bot.facts.forget(at.guild.id)
        restored = await finding.the_campaign(self.bot, at.guild.id, found.id)
        await reply(interaction, Card(texts("campaigns.form.restored", title=restored.title)))

    @app_commands.command()
    async def switch(
        self, interaction: discord.Interaction[Any], campaign: CampaignName, to: Switched
    ) -> None:
        """Switch a campaign on or off in this server."""
        at, texts = await here(interaction), self.bot.texts
        finding.must_organise_all(at)
        found = await finding.the_campaign(self.bot, at.guild.id, campaign)
        await self.bot.store.write(
            campaigns.switch,
            at.guild.id,
            found.id,
            on=to == "on",
            by=interaction.user.id,
            now=self.bot.clock.now(),
        )
        self.bot.facts.forget(at.guild.id)
        left = [one for one in await finding.all_campaigns(self.bot, at.guild.id) if one.enabled]
        key = (
            "campaigns.switch.on"
            if to == "on"
            else "campaigns.switch.off"
            if left
            else "campaigns.switch.off_last"
        )
        await reply(interaction, Card(texts(key, title=found.title)))

    @app_commands.command()
    async def order(
        self,
        interaction: discord.Interaction[Any],
        campaign: CampaignName,
        place: app_commands.Range[int, 1, 50],
    ) -> None:
        """Put a campaign at another place in the list."""
        at, texts = await here(interaction), self.bot.texts
        finding.must_organise_all(at)
        everything = await finding.all_campaigns(self.bot, at.guild.id)
        found = finding.find(everything, campaign, texts)
        # Places are counted as the list shows them: those that are switched off come last.
        ordered = [one for one in everything if one.enabled] + [one for one in everything if not one.enabled]
        ordered.remove(found)
        ordered.insert(place - 1, found)
        await self.bot.store.write(
            campaigns.order,
            at.guild.id,
            [one.id for one in ordered],
            by=interaction.user.id,
            now=self.bot.clock.now(),
        )
        self.bot.facts.forget(at.guild.id)
        entries = [
            texts("campaigns.order.entry", number=number, title=one.title)
            for number, one in enumerate(ordered, 1)
        ]
        await reply(interaction, Card(texts("campaigns.order.done", list=line(*entries))))
