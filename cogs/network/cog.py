"""The cog of /network: listing, joining, contacts, starting a network, and what is sent about them."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.texts import Facts
from cogs.common.base import MEMBERS
from cogs.common.buttons import GuildId, PagedMenu
from cogs.common.context import Context
from cogs.common.permissions import all_networks
from cogs.network import cards, contacts, joining, roadmap, twinning
from cogs.network.regions import RegionName, the_network
from db.membership.models import Network
from db.network import networks
from db.network.networks import next_of


class Networks(commands.GroupCog, group_name="network"):
    """Networks of regions."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Let texts name the established networks."""
        self.bot.facts.follow(self._firm)

    def _firm(self, session: Session, guild_id: int, found: Facts) -> Facts:
        names = networks.established(session, guild_id)
        if names is None:
            return found
        return found.also({"firm": ", ".join(names) or str(self.bot.texts("network.no_firm"))})

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List the networks, their status, and their next meetings."""
        ctx = await Context.of(interaction)
        found = await all_networks(self.bot, ctx.guild)
        mine = await ctx.read(networks.joined, ctx.user_id)
        following = await ctx.read(next_of)
        await ctx.reply(cards.list_card(ctx, found, {network.id for network in mine}, following))

    @app_commands.command()
    async def join(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Join the network of a region."""
        await joining.join(await Context.of(interaction), region)

    @app_commands.command()
    async def leave(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Leave the network of a region."""
        await joining.leave(await Context.of(interaction), region)

    @app_commands.command()
    async def invite(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Make a link that brings people into the server with a region's role."""
        await joining.invited(await Context.of(interaction), region)

    @app_commands.command(name="next")
    async def next_(self, interaction: discord.Interaction[Any]) -> None:
        """Show the next meetings of your networks."""
        await show(await Context.personal(interaction))

    @app_commands.command()
    async def contacts(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Show whom to ask in a region."""
        await contacts.show(await Context.of(interaction), region)

    @app_commands.command()
    async def start(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Show the steps to a new network, or how far along it is."""
        ctx = await Context.of(interaction)
        await roadmap.show(ctx, await the_network(ctx, region))

    @app_commands.command()
    async def twinning(self, interaction: discord.Interaction[Any]) -> None:
        """Show who is looking for a partner."""
        await twinning.show(await Context.of(interaction))


async def show(ctx: Context) -> None:
    """Show the next meetings of somebody's networks or, if they have none, of this channel's region."""
    mine = list(await ctx.read(networks.joined, ctx.user_id))
    if not mine and ctx.region is not None:
        mine = [await the_network(ctx, None)]
    await _reply(ctx, mine)


async def _reply(ctx: Context, asked: Sequence[Network]) -> None:
    following = await ctx.read(networks.next_of)
    known = {one.region_id: one for one in await all_networks(ctx.bot, ctx.guild)}
    offers = [(known[one].name, str(known[one].id)) for one in known if one is not None]
    label = ctx.text("network.next.region.label")
    menu = NextIn.rows(label, offers, guild=ctx.guild_id)
    await ctx.reply(cards.next_card(ctx, asked, following, *menu))


class NextIn(PagedMenu, name="network:next"):
    """The menu of regions, for what is next in one of them."""

    audience = MEMBERS

    guild: GuildId

    async def press(self, ctx: Context) -> None:
        """Show it. Raises UserError: there is no such region here."""
        await _reply(ctx, [await ctx.read(networks.find, self.the_number())])


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Networks(bot))
