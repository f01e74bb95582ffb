"""The cog of /network: listing, joining, contacts, the way to a new network, and what is sent because of them."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.network import STATUSES
from bot.texts import Facts, Markup
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.networks import all_networks
from cogs.common.permissions import must_organise_network
from cogs.network import cards, inviting, joining, roadmap, twinning
from cogs.network.cards import today_of
from cogs.network.lists import Districts, Representatives
from cogs.network.regions import RegionName, the_network
from db import meetings
from db.meetings.models import Meeting
from db.network import contacts, networks, roadmaps
from db.network.models import Roadmap


class Networks(commands.GroupCog, group_name="network"):
    """Networks of regions."""

    representative = Representatives()
    district = Districts()
    twinning = twinning.Twinnings()

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
        ctx = await Context.of(interaction)
        today = today_of(ctx.now, ctx.zone)
        if region is None and ctx.region is None:
            found = await all_networks(self.bot, ctx.guild)
            listed = await ctx.read(contacts.of_guild, ctx.guild_id, kind="representative")
            await ctx.reply(cards.all_contacts_card(found, listed, ctx.texts, today=today))
            return
        network = await the_network(ctx, region)
        listed = await ctx.read(contacts.of_network, network.id)
        await ctx.reply(cards.contacts_card(network, listed, ctx.texts, today=today))

    @app_commands.command()
    async def start(self, interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
        """Begin the way to a network, or show how far it is."""
        ctx = await Context.of(interaction)
        network = await the_network(ctx, region)
        guild_id, user_id, now = ctx.guild_id, ctx.user_id, ctx.now

        def store(session: Session) -> tuple[Roadmap, Meeting | None, bool]:
            present = roadmaps.running(session, network.id)
            plan = present or roadmaps.start(session, network.id, user_id, guild_id=guild_id, now=now)
            return plan, roadmaps.first_meeting(session, plan), present is None

        plan, meeting, fresh = await ctx.write(store)
        await ctx.reply(roadmap.roadmap_card(self.bot, plan, meeting, fresh=fresh))

    @app_commands.command()
    @app_commands.choices(status=[app_commands.Choice(name=name, value=name) for name in STATUSES])
    async def status(
        self, interaction: discord.Interaction[Any], region: RegionName, status: app_commands.Choice[str]
    ) -> None:
        """Say how a region's network stands."""
        ctx = await Context.of(interaction)
        network = await the_network(ctx, region)
        must_organise_network(ctx, network)
        await ctx.write(
            networks.change,
            network.id,
            status=status.value,  # pyright: ignore[reportArgumentType] - one of the choices above
        )
        self.bot.facts.forget(ctx.guild_id)
        said = ctx.text(f"network.status.{status.value}")
        await ctx.reply(Card(ctx.text("network.status.done", region=network.name, status=said)))

    @app_commands.command()
    async def role(
        self,
        interaction: discord.Interaction[Any],
        region: RegionName,
        role: discord.Role | None = None,
    ) -> None:
        """Choose the role that members of a network get."""
        ctx = await Context.anywhere(interaction)
        ctx.must_manage()
        network = await the_network(ctx, region)
        if role is not None:
            joining.check_role(role, ctx.guild)
        await ctx.write(networks.change, network.id, role_id=role.id if role is not None else 0)
        words = (
            ctx.text("network.role.done", region=network.name, role=Markup(role.mention))
            if role is not None
            else ctx.text("network.role.none", region=network.name)
        )
        await ctx.reply(Card(words))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Networks(bot))
