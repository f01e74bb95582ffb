"""Checklists: what has to be seen to before a meeting. Part of the `/meeting` group."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.checklist import MOST_DAYS, WORDS_LENGTH
from bot.errors import Refused, UserError
from cogs.common.base import Card, reply
from cogs.common.context import here
from cogs.common.mention import host_of
from cogs.common.options import PersonName
from cogs.meetings import checklist as ui
from cogs.meetings.options import MeetingArgument
from db import meetings
from db.meetings import checklist
from db.meetings.models import ChecklistItem, Meeting
from db.models import Delivery

ItemChange = Literal["done", "open", "not_needed"]


class ChecklistCommands(commands.Cog):
    """What `/meeting` says of checklists."""

    bot: Bot

    @app_commands.command()
    async def checklist(
        self,
        interaction: discord.Interaction[Any],
        meeting: MeetingArgument,
        add: app_commands.Range[str, 1, WORDS_LENGTH] | None = None,
        item: app_commands.Range[int, 1, 99] | None = None,
        change: ItemChange | None = None,
        owner: PersonName | None = None,
        days: app_commands.Range[int, 0, MOST_DAYS] | None = None,
    ) -> None:
        """Show what has to be seen to before a meeting, and who sees to it."""
        if add is not None:
            await self._add(interaction, meeting, " ".join(add.split()), owner, days)
        elif item is not None:
            await self._change(interaction, meeting, item, change, owner, days)
        else:
            await ui.show_list(interaction, self.bot, meeting)

    async def _add(
        self,
        interaction: discord.Interaction[Any],
        meeting: Meeting,
        words: str,
        owner: discord.Member | None,
        days: int | None,
    ) -> None:
        at = await here(interaction)
        await self._must_organise(interaction, meeting)
        if not words:
            raise UserError("checklist.empty")

        def store(session: Session) -> ChecklistItem:
            return checklist.add(
                session,
                meetings.find(session, meeting.id, guild_id=at.guild.id),
                words=words,
                days=days,
                owner_id=owner.id if owner is not None else None,
                guild=at.guild,
                by=interaction.user.id,
                now=self.bot.clock.now(),
            )

        made = await self.bot.store.write(store)
        await reply(
            interaction, Card(self.bot.texts("checklist.added", number=made.number, title=made.words))
        )

    async def _change(
        self,
        interaction: discord.Interaction[Any],
        meeting: Meeting,
        number: int,
        change: str | None,
        owner: discord.Member | None,
        days: int | None,
    ) -> None:
        at, bot = await here(interaction), self.bot
        full = await ui.may_organise(interaction, self.bot, meeting)
        user_id, now = interaction.user.id, bot.clock.now()
        present = await bot.store.read(checklist.items, meeting.id)
        mine = any(one.number == number and one.owner_id == user_id for one in present)
        if not full and not (mine and owner is None and days is None and change != "not_needed"):
            raise Refused("checklist.not_yours", host=host_of(meeting, bot.texts))

        def store(session: Session) -> ChecklistItem:
            found = checklist.numbered(session, meeting.id, number)
            _, fresh = checklist.find(session, found.id, guild_id=at.guild.id)
            if days is not None:
                checklist.due_before(session, found, fresh, days, guild=at.guild, by=user_id, now=now)
            if owner is not None:
                checklist.assign(session, found, fresh, owner.id, guild=at.guild, by=user_id, now=now)
            if change is not None:
                checklist.mark(session, found, fresh, change, guild=at.guild, by=user_id, now=now)
            return found

        item = await bot.store.write(store)
        await reply(interaction, ui.item_card(item, meeting, bot.texts, now=now, full=full))

    async def _must_organise(self, interaction: discord.Interaction[Any], meeting: Meeting) -> None:
        if not await ui.may_organise(interaction, self.bot, meeting):
            raise Refused("checklist.not_yours", host=host_of(meeting, self.bot.texts))


def register_checklist(bot: Bot) -> None:
    """Register buttons and selects, and what is sent."""

    async def news(delivery: Delivery) -> Outgoing | Skip:
        try:
            item, meeting = await bot.store.read(
                checklist.find, int(delivery.data["item"]), guild_id=delivery.guild_id
            )
        except UserError:
            return Skip("task_gone")
        if meeting.cancelled_at is not None:
            return Skip("cancelled")
        if item.state != "open":
            return Skip(checklist.REASONS[item.state])
        back = delivery.kind == checklist.BACK
        if (item.owner_id is not None) if back else (item.owner_id != delivery.target_id):
            return Skip("task_passed_on")
        return Outgoing(ui.news_card(item, meeting, delivery.kind, bot.texts, now=bot.clock.now()))

    bot.add_dynamic_items(ui.Item, ui.WholeList, ui.PickItem, ui.HandOver)
    for kind in (checklist.NUDGE, checklist.YOURS, checklist.BACK):
        bot.sender.kind(kind, news)
