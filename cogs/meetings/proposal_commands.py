"""Meetings that members propose. Part of the `/meeting` and `/setup` groups."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import UserError
from cogs.common.base import Card, reply
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.common.permissions import must_manage
from cogs.common.sealed import ShowIt, show_it
from cogs.meetings import proposals as ui
from cogs.meetings.options import Capacity, MeetingTime, Repeat
from cogs.meetings.scheduling import PROPOSE, Drafts
from db import chores, guilds, meetings
from db.meetings import proposals
from db.meetings.polls.models import Proposal
from db.models import Delivery, Guild

Switch = Literal["on", "off"]


class ProposalCommands(commands.Cog):
    """What `/meeting` says of proposing."""

    bot: Bot

    @app_commands.command()
    async def propose(
        self,
        interaction: discord.Interaction[Any],
        title: str,
        when: MeetingTime,
        duration: str | None = None,
        venue: str | None = None,
        online: str | None = None,
        region: RegionName | None = None,
        repeat: Repeat | None = None,
        access: str | None = None,
        capacity: Capacity | None = None,
    ) -> None:
        """Propose a meeting to the organisers."""
        fields = {
            "title": title,
            "when": when,
            "duration": duration,
            "venue": venue,
            "online": online,
            "region": region,
            "repeat": repeat,
            "access": access,
            "capacity": capacity,
        }
        await ui.propose(await Context.of(interaction), fields)


class ProposalSetup(commands.Cog):
    """What `/setup` says of proposals."""

    bot: Bot

    @app_commands.command()
    async def proposals(self, interaction: discord.Interaction[Any], members: Switch) -> None:
        """Say whether members may propose meetings."""
        guild_id = must_manage(interaction)
        now, actor = self.bot.clock.now(), interaction.user.id

        def store(session: Session) -> None:
            guilds.ensure(session, guild_id, zone=self.bot.settings.language.zone, now=now, admin_id=actor)
            guilds.change(session, guild_id, actor_id=actor, now=now, proposals=members == "on")

        await self.bot.store.write(store)
        self.bot.forget_guild(guild_id)
        await reply(interaction, Card(self.bot.texts(f"proposals.switched.{members}")))


def register_proposals(bot: Bot) -> None:
    """Register what proposals send, their buttons and their form."""
    sending = Sending(bot)
    bot.part(Drafts).carriers[PROPOSE] = ui.propose
    bot.add_dynamic_items(*ui.ACTIONS)
    bot.forms.add(ui.DeclineForm)
    bot.sender.kind(proposals.ASKED, sending.ask, sending.asked)
    bot.sender.kind(proposals.CARD, sending.card)
    bot.sender.kind(proposals.TOLD, sending.told, show=sending.shown)
    bot.sender.kind(proposals.CHORE, sending.chore)


class Sending:
    """What is sent about proposals."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def find(self, delivery: Delivery) -> tuple[Guild, Proposal] | Skip:
        """Return the proposal that a delivery is about, and its server."""
        guild = await self.bot.guild_record(delivery.guild_id)
        try:
            proposal = await self.bot.store.read(
                proposals.find, int(delivery.data["proposal"]), guild_id=delivery.guild_id
            )
        except UserError:
            return Skip("proposal_gone")
        return (guild, proposal) if guild is not None else Skip("server_erased")

    async def ask(self, delivery: Delivery) -> Outgoing | Skip:
        """Show the organisers what is proposed."""
        found = await self.find(delivery)
        if isinstance(found, Skip):
            return found
        guild, proposal = found
        if proposal.state != "open":
            return Skip("proposal_decided")
        return Outgoing(await ui.card(self.bot, guild, proposal))

    def asked(self, session: Session, delivery: Delivery, message_id: int | None) -> None:
        """Keep which message it is; one in private stays as it was sent."""
        if message_id is not None and not delivery.private:
            number = int(delivery.data["proposal"])
            proposals.asked(session, number, delivery.target_id, message_id, now=self.bot.clock.now())

    async def card(self, delivery: Delivery) -> Outgoing | Skip:
        """Bring the organisers' card up to date."""
        found = await self.find(delivery)
        if isinstance(found, Skip):
            return found
        guild, proposal = found
        if proposal.message_id is None:
            return Skip("card_unposted")
        return Outgoing(await ui.card(self.bot, guild, proposal), edit=proposal.message_id)

    async def told(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell whoever proposed it; what the organisers wrote to them is behind a button."""
        return await self.shown(delivery, why=show_it(delivery, self.bot.texts))

    async def shown(self, delivery: Delivery, *, why: ShowIt | None = None) -> Outgoing | Skip:
        """Show whoever proposed it what became of it, with the organisers' reason."""
        found = await self.find(delivery)
        if isinstance(found, Skip):
            return found
        guild, proposal = found
        meeting = None
        if proposal.meeting_id is not None:
            meeting = await self.bot.store.read(meetings.find, proposal.meeting_id, guild_id=guild.id)
            if meeting.cancelled_at is not None:
                return Skip("cancelled")
        return Outgoing(ui.told_card(proposal, meeting, self.bot.texts, why=why))

    async def chore(self, delivery: Delivery) -> Skip:
        """Look after a proposal whose time has come."""
        await self.bot.store.write(proposals.attend, delivery.data, now=self.bot.clock.now())
        return Skip(chores.DONE)
