"""The one gentle question to members who have not answered. Part of the `/meeting` group."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.errors import Refused
from bot.ui.base import reply
from bot.ui.meetings.chasing import ask_card, state_card
from bot.ui.meetings.checklist import may_organise
from bot.ui.who import who
from cogs.features import Switch
from cogs.looking import the_meeting
from cogs.options import MeetingArgument
from db import chores, meetings
from db.meetings import chasing
from db.models import Delivery

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import Bot


class ChasingCommands(commands.Cog):
    """What `/meeting` says of asking again."""

    bot: "Bot"

    @app_commands.command()
    async def chase(
        self, interaction: discord.Interaction[Any], meeting: MeetingArgument, ask: Switch | None = None
    ) -> None:
        """Have network members who have not answered be asked once, in private; or not."""
        bot, now, user_id = self.bot, self.bot.clock.now(), interaction.user.id
        if not await may_organise(interaction, self.bot, meeting):
            raise Refused("chasing.not_yours", host=who(meeting.host_id, bot.texts))

        def choose(session: Session) -> "tuple[bool, datetime | None]":
            found = meetings.changeable(session, meeting.id, guild_id=meeting.guild_id, now=now)
            if ask is not None:
                chasing.choose(session, found, ask == "on", by=user_id, now=now)
            return chasing.wanted(session, found), chasing.due(found, now=now)

        on, at = await bot.store.write(choose)
        await reply(interaction, state_card(meeting, bot.texts, on=on, at=at))


def register_chasing(bot: "Bot") -> None:
    """Register what is done and sent."""

    async def run(delivery: Delivery) -> Skip:
        guild = await bot.guild_record(delivery.guild_id)
        if guild is not None and not isinstance(await the_meeting(bot, delivery), Skip):

            def owe(session: Session) -> None:
                meeting = meetings.find(session, int(delivery.data["meeting"]), guild_id=guild.id)
                chasing.run(session, meeting, guild=guild, now=bot.clock.now())

            await bot.store.write(owe)
        return Skip(chores.DONE)

    async def ask(delivery: Delivery) -> Outgoing | Skip:
        meeting = await the_meeting(bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        if not await bot.store.read(chasing.still_silent, meeting, delivery.target_id):
            return Skip("answered")
        return Outgoing(ask_card(meeting, bot.texts))

    bot.sender.kind(chasing.RUN, run)
    bot.sender.kind(chasing.ASK, ask)
