"""`/setup`: the organisers' channel, the regions' channels, organisers; and how to begin."""

from collections.abc import Callable, Coroutine, Mapping
from enum import auto
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import UserError
from bot.patience import patiently
from bot.texts import Markup
from cogs.common.base import Card, row
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.options import RegionName
from cogs.common.permissions import must_be_usable
from cogs.setup.campaigns import show_plan
from cogs.setup.channels import show_channels
from cogs.setup.checks import checked
from cogs.setup.facts import facts_card, register
from cogs.setup.features import features_card, open_reminders, open_welcome, proposals_card
from cogs.setup.form import SetUp, open_form
from cogs.setup.pings import pings_card
from cogs.setup.terms import open_terms
from db import guilds
from db.setup import mentions


class Why(Reason):
    """Why nothing is posted."""

    SET_UP_ALREADY = auto()


@notice(mentions.HELLO)
class HowToBegin(Notice):
    """One message in the system channel of a server that has just installed the bot; no member is messaged."""

    @override
    async def render(self, ctx: Sending) -> Outgoing:
        record = await ctx.bot.guild_record(ctx.guild_id)
        if record is not None and record.set_up_at is not None:
            raise Skip(Why.SET_UP_ALREADY)
        texts = ctx.texts
        return Outgoing(
            Card(
                texts("setup.hello.title"),
                texts("setup.hello.body"),
                row(SetUp(label=texts("setup.start.button"))),
            )
        )


class Beginning(commands.Cog):
    """Listens for new servers."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Post how to begin in the system channel, if the server has one."""
        channel, now = guild.system_channel, self.bot.clock.now()
        if channel is None:
            return
        await self.bot.inbox.drained()
        await patiently(self.bot.store, None, mentions.say_hello, guild.id, channel.id, now=now)


NAME_LENGTH = 80
Section = Literal[
    "reminders", "features", "terms", "channels", "campaigns", "proposals", "pings", "facts", "welcome"
]


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
        """Name the region of a channel."""
        ctx = await Context.anywhere(interaction)
        guild_id, clean = ctx.must_manage(), " ".join(name.split())
        if not 0 < len(clean) <= NAME_LENGTH:
            raise UserError("setup.region.length", most=NAME_LENGTH)
        must_be_usable(ctx, channel)
        region = await ctx.set_up(mentions.set_region, guild_id, name=clean, channel_id=channel.id)
        words = ctx.text("setup.region.done", name=region.name, channel=Markup(channel.mention))
        await ctx.reply(Card(words))

    @app_commands.command()
    async def organisers(
        self, interaction: discord.Interaction[Any], role: discord.Role, region: RegionName | None = None
    ) -> None:
        """Set the role that organises a region, or the whole server."""
        ctx = await Context.anywhere(interaction)
        guild_id = ctx.must_manage()
        if role.is_default():
            raise UserError("setup.organisers.everyone")
        chosen = ctx.the_region(region) if region else None
        region_id = chosen.id if chosen else None
        await ctx.set_up(guilds.set_organisers, guild_id, role_ids=[role.id], region_id=region_id)
        where = chosen.name if chosen else ctx.text("setup.organisers.all")
        await ctx.reply(Card(ctx.text("setup.organisers.done", role=Markup(role.mention), where=where)))

    @app_commands.command()
    async def check(self, interaction: discord.Interaction[Any]) -> None:
        """Show how the bot is set up here, and any faults."""
        ctx = await Context.anywhere(interaction)
        await ctx.reply(await checked(ctx.bot, ctx.must_manage(), ctx.text("setup.check.title")))

    @app_commands.command()
    async def change(self, interaction: discord.Interaction[Any], section: Section) -> None:
        """Show and change one section of the set-up."""
        await SECTIONS[section](await Context.anywhere(interaction))


async def _features(ctx: Context) -> None:
    await ctx.reply(await features_card(ctx.bot, ctx.must_manage()))


async def _proposals(ctx: Context) -> None:
    ctx.must_manage()
    await ctx.reply(proposals_card(ctx.texts, on=ctx.record is not None and ctx.record.proposals))


async def _pings(ctx: Context) -> None:
    await ctx.reply(await pings_card(ctx.bot, ctx.must_manage()))


async def _facts(ctx: Context) -> None:
    await ctx.reply(await facts_card(ctx.bot, ctx.must_manage()))


SECTIONS: Mapping[Section, Callable[[Context], Coroutine[Any, Any, None]]] = {
    "reminders": open_reminders,
    "features": _features,
    "terms": open_terms,
    "channels": show_channels,
    "campaigns": show_plan,
    "proposals": _proposals,
    "pings": _pings,
    "facts": _facts,
    "welcome": open_welcome,
}
"""The function that shows or opens each section."""


async def setup(bot: Bot) -> None:
    """Add the cog, and register the buttons to set up a server."""
    bot.hooks.setup_buttons.append(lambda: SetUp(label=bot.texts("setup.start.button")))
    await bot.add_cog(Setup(bot))
    await bot.add_cog(Beginning(bot))
