"""`/setup`: where organisers talk, which channels are regions, who organises, when reminders come."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.leads import read_leads
from bot.errors import UserError
from bot.texts import Markup
from cogs.campaigns.setup import CampaignSetup
from cogs.common.base import Card, reply
from cogs.common.context import here
from cogs.common.options import RegionOption
from cogs.common.permissions import must_manage
from cogs.meetings.proposal_commands import ProposalSetup
from cogs.setup import facts
from cogs.setup.change import ChangeCommand
from cogs.setup.checks import checked, leads_in_words, missing_permissions
from cogs.setup.facts import FactCommands
from cogs.setup.features import FeatureCommands
from cogs.setup.form import SetUp, SetupForm, open_form
from cogs.setup.terms import TermsForm, keep, open_terms, read_file
from db import guilds, meetings
from db.models import Region
from db.setup import regions

RegionName = app_commands.Transform[str, RegionOption]
NAME_LENGTH = 80


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Setup(
    ChangeCommand,
    FactCommands,
    FeatureCommands,
    CampaignSetup,
    ProposalSetup,
    commands.GroupCog,
    group_name="setup",
):
    """Setting the bot up in a server; for admins."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the button and the form."""
        self.bot.add_dynamic_items(SetUp)
        self.bot.forms.add(SetupForm)
        self.bot.forms.add(TermsForm)
        facts.register(self.bot)

    @app_commands.command()
    async def start(self, interaction: discord.Interaction[Any]) -> None:
        """Open the set-up form."""
        await open_form(interaction, self.bot)

    @app_commands.command()
    async def region(
        self, interaction: discord.Interaction[Any], name: RegionName, channel: discord.TextChannel
    ) -> None:
        """Name the region that meets in a channel."""
        guild_id = must_manage(interaction)
        clean = " ".join(name.split())
        if not 0 < len(clean) <= NAME_LENGTH:
            raise UserError("setup.region.length", most=NAME_LENGTH)
        missing = missing_permissions(channel)
        if missing:
            raise UserError(
                "meetings.channel.permission",
                channel=Markup(channel.mention),
                permission=", ".join(self.bot.texts(f"permissions.{found}") for found in missing),
            )
        now, actor = self.bot.clock.now(), interaction.user.id

        def store(session: Session) -> Region:
            guilds.ensure(session, guild_id, zone=self.bot.settings.language.zone, now=now, admin_id=actor)
            guilds.change(session, guild_id, actor_id=actor, now=now)
            return regions.set_region(
                session, guild_id, name=clean, channel_id=channel.id, actor_id=actor, now=now
            )

        region = await self.bot.store.write(store)
        self.bot.forget_guild(guild_id)
        await reply(
            interaction,
            Card(self.bot.texts("setup.region.done", name=region.name, channel=Markup(channel.mention))),
        )

    @app_commands.command()
    async def organisers(
        self, interaction: discord.Interaction[Any], role: discord.Role, region: RegionName | None = None
    ) -> None:
        """Say which role organises a region, or the whole server."""
        guild_id = must_manage(interaction)
        if role.is_default():
            raise UserError("setup.organisers.everyone")
        now, actor = self.bot.clock.now(), interaction.user.id
        chosen = (await here(interaction)).the_region(region) if region else None

        def store(session: Session) -> None:
            guilds.ensure(session, guild_id, zone=self.bot.settings.language.zone, now=now, admin_id=actor)
            guilds.change(session, guild_id, actor_id=actor, now=now)
            guilds.set_organisers(
                session,
                guild_id,
                role_ids=[role.id],
                region_id=chosen.id if chosen else None,
                actor_id=actor,
                now=now,
            )

        await self.bot.store.write(store)
        self.bot.forget_guild(guild_id)
        where = chosen.name if chosen else self.bot.texts("setup.organisers.all")
        await reply(
            interaction, Card(self.bot.texts("setup.organisers.done", role=Markup(role.mention), where=where))
        )

    @app_commands.command()
    async def reminders(self, interaction: discord.Interaction[Any], before: str) -> None:
        """Choose when reminders come in this server."""
        guild_id = must_manage(interaction)
        try:
            leads = read_leads(before)
        except ValueError:
            raise UserError("reminders.unread", words=before[:80]) from None
        now, actor = self.bot.clock.now(), interaction.user.id

        def store(session: Session) -> int:
            guilds.ensure(session, guild_id, zone=self.bot.settings.language.zone, now=now, admin_id=actor)
            guilds.change(session, guild_id, actor_id=actor, now=now, leads=leads)
            return meetings.rearm_all(session, guild_id, now=now)

        coming = await self.bot.store.write(store)
        self.bot.forget_guild(guild_id)
        await reply(
            interaction,
            Card(
                self.bot.texts.count(
                    "setup.reminders.done", coming, leads=leads_in_words(leads, self.bot.texts)
                )
            ),
        )

    @app_commands.command()
    async def terms(
        self, interaction: discord.Interaction[Any], file: discord.Attachment | None = None
    ) -> None:
        """Give the school terms, so that 'after half term' means a day."""
        must_manage(interaction)
        if file is None:
            await open_terms(interaction, self.bot)
        else:
            words = await read_file(file)
            if not words.strip():
                raise UserError("setup.terms.empty_file")
            await keep(interaction, self.bot, words)

    @app_commands.command()
    async def channels(self, interaction: discord.Interaction[Any]) -> None:
        """Change which channels the bot uses."""
        await open_form(interaction, self.bot)

    @app_commands.command()
    async def check(self, interaction: discord.Interaction[Any]) -> None:
        """Show how the bot is set up here, and what is wrong."""
        guild_id = must_manage(interaction)
        await reply(interaction, await checked(self.bot, guild_id, self.bot.texts("setup.check.title")))


async def setup(bot: Bot) -> None:
    """Add the cog, and offer the way to set a server up."""
    bot.hooks.setup_buttons.append(lambda: SetUp(bot.texts))
    await bot.add_cog(Setup(bot))
