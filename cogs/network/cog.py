"""The cog of /network: listing, joining, contacts, the way to a new network, and what is sent because of them."""

from datetime import date
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.network import STATUSES, over, vacant
from bot.domain.when import Day
from bot.texts import Facts, Markup, When
from cogs.common.base import Card, row
from cogs.common.context import Context
from cogs.common.networks import all_networks
from cogs.common.permissions import must_organise_network
from cogs.network import cards, inviting, joining, lists, roadmap, twinning
from cogs.network.cards import term, today_of
from cogs.network.lists import Districts, Representatives
from cogs.network.regions import RegionName, the_network
from db import meetings
from db.meetings.models import Meeting
from db.models import Delivery
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
        """Register the kinds of delivery."""
        self.bot.facts.follow(self._firm)
        sender = self.bot.sender
        sender.kind(contacts.VACANCY, self._vacancy)
        sender.kind(contacts.ENDING, self._ending)
        sender.kind(contacts.LISTED, self._listed, needs_guild=True)
        sender.kind(roadmaps.NUDGE, self._nudge, self._nudged)
        sender.kind(roadmaps.STARTED, self._plan)
        sender.kind(roadmaps.STALLED, self._plan)
        sender.kind(roadmaps.FINISHED, self._plan)

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

    async def _vacancy(self, delivery: Delivery) -> Outgoing | Skip:
        network = await self.bot.store.read(
            networks.find, int(delivery.data["network"]), guild_id=delivery.guild_id
        )
        if network is None:
            return Skip("network_gone")
        listed = await self.bot.store.read(contacts.of_network, network.id, kind="representative")
        record = await self.bot.guild_record(delivery.guild_id)
        today = today_of(self.bot.clock.now(), self.bot.zone_of(record))
        free = vacant(network.seats, [term(each) for each in listed], today)
        if not free:
            return Skip("seat_taken")
        texts = self.bot.texts
        words = texts("network.vacancy.title", region=network.name, count=free, seats=network.seats)
        return Outgoing(Card(words, texts("network.vacancy.how")))

    async def _ending(self, delivery: Delivery) -> Outgoing | Skip:
        found = await self.bot.store.read(
            contacts.find, int(delivery.data["contact"]), guild_id=delivery.guild_id
        )
        if found is None or found[0].ends is None:
            return Skip("contact_removed" if found is None else "term_open")
        contact, network = found
        record = await self.bot.guild_record(delivery.guild_id)
        if over(term(contact), today_of(self.bot.clock.now(), self.bot.zone_of(record))):
            return Skip("term_over")
        day = When(Day(date.fromisoformat(contact.ends or "")))
        return Outgoing(Card(self.bot.texts("network.term.title", region=network.name, day=day)))

    async def _listed(self, delivery: Delivery) -> Outgoing | Skip:
        found = await self.bot.store.read(
            contacts.find, int(delivery.data["contact"]), guild_id=delivery.guild_id
        )
        if found is None:
            return Skip("contact_removed")
        contact, network = found
        guild, texts = self.bot.known.server(delivery.guild_id), self.bot.texts
        words = texts(
            "network.contact.listed",
            server=guild.name,
            region=network.name,
            duty=texts(f"network.contact.{contact.kind}", district=contact.district),
        )
        return Outgoing(
            Card(words, row(lists.TakeMeOff(label=texts("network.contact.off.button"), contact=contact.id)))
        )

    async def _of(self, delivery: Delivery) -> Roadmap | None:
        return await self.bot.store.read(roadmaps.find, int(delivery.data["roadmap"]))

    async def _nudge(self, delivery: Delivery) -> Outgoing | Skip:
        plan = await self._of(delivery)
        step = roadmaps.current(plan) if plan is not None else None
        if plan is None:
            return Skip("roadmap_gone")
        if step is None or step.number != delivery.data["step"]:
            return Skip("step_done")
        if delivery.target_id != (step.owner_id or plan.started_by):
            return Skip("step_not_theirs")
        return Outgoing(roadmap.nudge_card(self.bot, plan, step))

    def _nudged(self, session: Session, delivery: Delivery, _message_id: int | None) -> None:
        now = self.bot.clock.now()
        roadmaps.nudged(session, int(delivery.data["roadmap"]), int(delivery.data["step"]), now=now)

    async def _plan(self, delivery: Delivery) -> Outgoing | Skip:
        plan = await self._of(delivery)
        if plan is None:
            return Skip("roadmap_gone")
        texts, step, what = self.bot.texts, roadmaps.current(plan), delivery.kind.partition(".")[2]
        if delivery.kind == roadmaps.STALLED and step is None:
            return Skip("step_done")
        title = texts(f"network.steps.{step.name}.title") if step is not None else Markup()
        words = texts(
            f"network.{what}.words",
            region=plan.network.name,
            number=step.number if step is not None else 0,
            title=title,
        )
        return Outgoing(Card(words))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Networks(bot))
