"""`/setup`: where organisers talk, which channels are regions, who organises, when reminders come."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.lead_times import read_lead_times
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.options import RegionName, Switch
from cogs.setup.beginning import Beginning
from cogs.setup.campaigns import DAYS, MOST_WEEKS, change_plan, show_plan
from cogs.setup.checks import checked, lead_times_in_words, missing_permissions
from cogs.setup.facts import facts_card, register
from cogs.setup.features import choose, features_card
from cogs.setup.form import SetUp, open_form
from cogs.setup.pings import pings_card
from cogs.setup.terms import keep, open_terms, read_file
from db import guilds, meetings
from db.setup import regions

NAME_LENGTH = 80
Section = Literal["facts", "channels", "features", "terms", "campaigns", "pings"]


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Setup(commands.GroupCog, group_name="setup"):
    """Setting the bot up in a server; for admins."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the question whether the facts are still right."""
        register(self.bot)

    @app_commands.command()
    async def start(self, interaction: discord.Interaction[Any]) -> None:
        """Open the set-up form."""
        await open_form(await Context.anywhere(interaction))

    @app_commands.command()
    async def region(
        self, interaction: discord.Interaction[Any], name: RegionName, channel: discord.TextChannel
    ) -> None:
        """Name the region that meets in a channel."""
        ctx = await Context.anywhere(interaction)
        guild_id, by, now = ctx.must_manage(), ctx.user_id, ctx.now
        clean = " ".join(name.split())
        if not 0 < len(clean) <= NAME_LENGTH:
            raise UserError("setup.region.length", most=NAME_LENGTH)
        missing = missing_permissions(channel)
        if missing:
            raise UserError(
                "meetings.channel.permission",
                channel=Markup(channel.mention),
                permission=", ".join(ctx.text(f"permissions.{found}") for found in missing),
            )
        region = await ctx.set_up(
            lambda session: regions.set_region(
                session, guild_id, name=clean, channel_id=channel.id, actor_id=by, now=now
            )
        )
        words = ctx.text("setup.region.done", name=region.name, channel=Markup(channel.mention))
        await ctx.reply(Card(words))

    @app_commands.command()
    async def organisers(
        self, interaction: discord.Interaction[Any], role: discord.Role, region: RegionName | None = None
    ) -> None:
        """Say which role organises a region, or the whole server."""
        ctx = await Context.anywhere(interaction)
        guild_id, by, now = ctx.must_manage(), ctx.user_id, ctx.now
        if role.is_default():
            raise UserError("setup.organisers.everyone")
        chosen = ctx.the_region(region) if region else None
        await ctx.set_up(
            lambda session: guilds.set_organisers(
                session,
                guild_id,
                role_ids=[role.id],
                region_id=chosen.id if chosen else None,
                actor_id=by,
                now=now,
            )
        )
        where = chosen.name if chosen else ctx.text("setup.organisers.all")
        await ctx.reply(Card(ctx.text("setup.organisers.done", role=Markup(role.mention), where=where)))

    @app_commands.command()
    async def reminders(self, interaction: discord.Interaction[Any], before: str) -> None:
        """Choose when reminders come in this server."""
        ctx = await Context.anywhere(interaction)
        guild_id, now = ctx.must_manage(), ctx.now
        try:
            leads = read_lead_times(before)
        except ValueError:
            raise UserError("reminders.unread", words=before[:80]) from None
        coming = await ctx.set_up(lambda session: meetings.rearm_all(session, guild_id, now=now), leads=leads)
        said = lead_times_in_words(leads, ctx.texts)
        await ctx.reply(Card(ctx.texts.count("setup.reminders.done", coming, leads=said)))

    @app_commands.command()
    async def terms(
        self, interaction: discord.Interaction[Any], file: discord.Attachment | None = None
    ) -> None:
        """Give the school terms, so that 'after half term' means a day."""
        ctx = await Context.anywhere(interaction)
        ctx.must_manage()
        if file is None:
            await open_terms(ctx)
            return
        words = await read_file(file)
        if not words.strip():
            raise UserError("setup.terms.empty_file")
        await keep(ctx, words)

    @app_commands.command()
    async def channels(self, interaction: discord.Interaction[Any]) -> None:
        """Change which channels the bot uses."""
        await open_form(await Context.anywhere(interaction))

    @app_commands.command()
    async def check(self, interaction: discord.Interaction[Any]) -> None:
        """Show how the bot is set up here, and what is wrong."""
        ctx = await Context.anywhere(interaction)
        await ctx.reply(await checked(ctx.bot, ctx.must_manage(), ctx.text("setup.check.title")))

    @app_commands.command()
    async def facts(self, interaction: discord.Interaction[Any]) -> None:
        """Show the facts that texts name, and who checked them."""
        ctx = await Context.anywhere(interaction)
        await ctx.reply(await facts_card(ctx.bot, ctx.must_manage()))

    @app_commands.command()
    async def features(
        self,
        interaction: discord.Interaction[Any],
        events: Switch | None = None,
        upcoming: Switch | None = None,
        chase: Switch | None = None,
    ) -> None:
        """Switch on what shows meetings elsewhere, or see what is on."""
        ctx = await Context.anywhere(interaction)
        guild_id = ctx.must_manage()
        given = {"events": events, "upcoming": upcoming, "chase": chase}
        choices = {name: value == "on" for name, value in given.items() if value is not None}
        if choices:
            await choose(ctx, choices)
        await ctx.reply(await features_card(ctx.bot, guild_id))

    @app_commands.command()
    async def proposals(self, interaction: discord.Interaction[Any], members: Switch) -> None:
        """Say whether members may propose meetings."""
        ctx = await Context.anywhere(interaction)
        await ctx.set_up(lambda _: None, proposals=members == "on")
        await ctx.reply(Card(ctx.text(f"proposals.switched.{members}")))

    @app_commands.command()
    @app_commands.choices(day=[app_commands.Choice(name=name, value=name) for name in DAYS])
    async def campaigns(
        self,
        interaction: discord.Interaction[Any],
        prompts: Switch | None = None,
        day: app_commands.Choice[str] | None = None,
        time: str | None = None,
        every: app_commands.Range[int, 1, MOST_WEEKS] | None = None,
        region: RegionName | None = None,
    ) -> None:
        """Choose when the channels get suggestions, or leave out a region."""
        chosen = DAYS.index(day.value) if day is not None else None
        await change_plan(await Context.anywhere(interaction), prompts, chosen, time, every, region)

    @app_commands.command()
    async def change(self, interaction: discord.Interaction[Any], section: Section) -> None:
        """See and change one part of the set-up."""
        ctx = await Context.anywhere(interaction)
        guild_id = ctx.must_manage()
        if section == "facts":
            await ctx.reply(await facts_card(ctx.bot, guild_id))
        elif section == "features":
            await ctx.reply(await features_card(ctx.bot, guild_id))
        elif section == "pings":
            await ctx.reply(await pings_card(ctx.bot, guild_id))
        elif section == "campaigns":
            await show_plan(ctx)
        elif section == "terms":
            await open_terms(ctx)
        else:
            await open_form(ctx)


async def setup(bot: Bot) -> None:
    """Add the cog, and offer the way to set a server up."""
    bot.hooks.setup_buttons.append(lambda: SetUp(label=bot.texts("setup.start.button")))
    await bot.add_cog(Setup(bot))
    await bot.add_cog(Beginning(bot))
