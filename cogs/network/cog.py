"""The cog of /network: listing, joining, contacts, the way to a new network, and what is sent because of them."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.texts import Facts
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.networks import all_networks
from cogs.network import cards, contacts, inviting, joining, roadmap, twinning
from cogs.network.regions import RegionName, the_network
from db import meetings
from db.meetings.models import Meeting
from db.network import networks


class Networks(commands.GroupCog, group_name="network"):
    """Networks of regions."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Have texts name the established networks."""
        self.bot.facts.follow(self._firm)

    def _firm(self, session: Session, guild_id: int, found: Facts) -> Facts:
        names = networks.established(session, guild_id)
        if names is None:
            return found
        return found.also({"firm": ", ".join(names) or str(self.bot.texts("network.no_firm"))})

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List the networks, how they stand, and when they meet next."""
        ctx = await Context.of(interaction)
        found = await all_networks(self.bot, ctx.guild)
        mine = await ctx.read(networks.joined, ctx.user_id)
        following: dict[int, Meeting] = {}
        for meeting in await ctx.read(meetings.upcoming, ctx.guild_id, limit=100):
            following.setdefault(meeting.region_id, meeting)
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
        await inviting.invited(await Context.of(interaction), region)

    @app_commands.command(name="next")
    async def next_(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Show the next meetings of your networks."""
        ctx = await Context.personal(interaction)
        asked = [] if region is not None else list(await ctx.read(networks.joined, ctx.user_id))
        if region is not None or (not asked and ctx.region is not None):
            asked = [await the_network(ctx, region)]
        if not asked:
            words = ctx.text("network.next.no_network", join=self.bot.mention("network join"))
            await ctx.reply(Card(ctx.text("network.next.title"), words))
            return
        coming: list[Meeting] = []
        without: list[str] = []
        for network in asked:
            # No region has the id 0: a network without a channel has no meetings.
            found = await ctx.read(meetings.upcoming, ctx.guild_id, region_id=network.region_id or 0, limit=1)
            coming += found
            if not found:
                without.append(network.name)
        coming.sort(key=lambda meeting: meeting.starts_at)
        title = (
            ctx.text("network.next.title_of", region=asked[0].name)
            if len(asked) == 1
            else ctx.text("network.next.title")
        )
        await ctx.reply(cards.next_card(ctx, coming, without, title=title))

    @app_commands.command()
    async def contacts(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Show whom to ask in a region."""
        await contacts.show(await Context.of(interaction), region)

    @app_commands.command()
    async def start(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Show the way to a network, before it is begun and then how far it is."""
        ctx = await Context.of(interaction)
        await roadmap.show(ctx, await the_network(ctx, region))

    @app_commands.command()
    async def twinning(self, interaction: discord.Interaction[Any]) -> None:
        """Show who looks for a partner."""
        await twinning.show(await Context.of(interaction))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Networks(bot))
