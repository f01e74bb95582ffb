"""Agendas, reports and goals. Part of the `/meeting` group."""

import io
from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.reports import ASKED_AFTER
from bot.errors import UserError
from cogs.common.base import Card, fitting, reply, with_files
from cogs.common.context import here
from cogs.common.options import RegionName
from cogs.common.standings import members_with
from cogs.meetings import agenda as agenda_ui
from cogs.meetings import reports as ui
from cogs.meetings.options import MeetingArgument
from cogs.meetings.subjects import the_meeting
from db import guilds, meetings, people
from db.meetings import agenda, reports
from db.meetings.reminding import ASK_REPORT
from db.models import Delivery

GoalChange = Literal["done", "dropped", "carried"]
ItemWords = app_commands.Range[str, 1, agenda_ui.LONGEST]


class AgendaCommands(commands.Cog):
    """What `/meeting` says of agendas, reports and goals."""

    bot: Bot

    @app_commands.command()
    async def agenda(
        self,
        interaction: discord.Interaction[Any],
        meeting: MeetingArgument,
        item: ItemWords | None = None,
        remove: app_commands.Range[int, 1, agenda.MOST] | None = None,
    ) -> None:
        """Show the agenda of a meeting, or add to it."""
        if item is not None:
            await agenda_ui.add(interaction, self.bot, meeting.id, item)
            return
        if remove is not None:
            at = await here(interaction)
            mine = interaction.user.id in (meeting.host_id, *(one.user_id for one in meeting.co_hosts))
            gone = await self.bot.store.write(
                agenda.take_off,
                meeting.id,
                remove,
                by=interaction.user.id,
                any_of_them=mine or at.organises(meeting.region),
            )
            await reply(interaction, Card(self.bot.texts("agenda.removed", words=gone.words)))
            return
        items = await self.bot.store.read(agenda.items, meeting.id)
        goals = await self.bot.store.read(reports.open_goals, [meeting.region_id])
        await reply(interaction, agenda_ui.agenda_card(meeting, items, goals, self.bot.texts))

    @app_commands.command()
    async def report(self, interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
        """Write the report of a meeting, or read it."""
        bot, texts = self.bot, self.bot.texts
        found, goals = await bot.store.read(reports.report_of, meeting.id)
        if found is None:
            await ui.find(interaction, bot, meeting.id)
            if bot.clock.now() < meeting.starts_at:
                raise UserError("report.too_early", title=meeting.title)
            await interaction.response.send_modal(ui.ReportForm(texts, str(meeting.id)))
            return
        owners = [goal.owner_id for goal in goals if goal.owner_id is not None]
        members = await members_with(bot, meeting.guild_id, owners)
        names = {member.id: member.display_name for member in members}
        forms = {
            ending: ui.exported(meeting, found, goals, texts, names, markdown=ending == "md")
            for ending in ("md", "txt")
        }
        files = [
            discord.File(io.BytesIO(words.encode()), f"report-{meeting.id}.{ending}")
            for ending, words in forms.items()
        ]
        card = with_files(ui.report_card(meeting, found, goals, texts), texts("report.export.here"), files)
        await interaction.response.send_message(view=card, files=files, ephemeral=True)

    @app_commands.command()
    async def goals(
        self,
        interaction: discord.Interaction[Any],
        region: RegionName | None = None,
        goal: app_commands.Range[int, 1, 999_999_999] | None = None,
        change: GoalChange | None = None,
    ) -> None:
        """List the open goals of a region, or follow one up."""
        await goals(interaction, self.bot, region=region, goal=goal, change=change)


async def goals(
    interaction: discord.Interaction[Any],
    bot: Bot,
    *,
    region: str | None,
    goal: int | None = None,
    change: str | None = None,
) -> None:
    """List the open goals of a region (this channel's, or all), or follow one up by its number."""
    at = await here(interaction)
    if goal is not None and change is not None:
        found = await bot.store.read(reports.goal_of, goal, guild_id=at.guild.id)
        await ui.follow_up(interaction, bot, found, change)
        return
    chosen = at.the_region(region) if region or at.region else None
    ids = [chosen.id] if chosen else [one.id for one in at.guild.regions]
    still_open = await bot.store.read(reports.open_goals, ids)
    texts = bot.texts
    shown = [ui.goal_line(one, texts) for one in still_open]
    await reply(
        interaction,
        Card(
            texts("report.goals_of", region=chosen.name) if chosen else texts("report.goals_of_all"),
            fitting(shown, texts) if shown else texts("report.goal.none"),
            texts("report.goal.how") if shown else None,
        ),
    )


async def _add_to_agenda(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Put a message on the agenda of the next meeting of this region."""
    bot = cast("Bot", interaction.client)
    at = await here(interaction)
    found = await bot.store.read(
        meetings.upcoming,
        at.guild.id,
        now=bot.clock.now(),
        since=bot.clock.now(),
        region_id=at.region.id if at.region else None,
        limit=1,
    )
    if not found:
        raise UserError("agenda.no_meeting")
    # What somebody else wrote stays where they wrote it: it is theirs to change and to delete.
    mine = message.author.id == interaction.user.id
    words = (message.clean_content if mine else "") or bot.texts("agenda.a_message")
    await agenda_ui.add(interaction, bot, found[0].id, words, message.jump_url)


class Sending:
    """What is sent about reports and goals."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def ask(self, delivery: Delivery) -> Outgoing | Skip:
        """Ask for a report; whoever hosts by now is asked, or the organisers."""
        meeting = await the_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        found, _ = await self.bot.store.read(reports.report_of, meeting.id)
        if found is not None:
            return Skip("reported")
        if delivery.private:
            person = await self.bot.store.read(people.person, delivery.target_id)
            if delivery.target_id != meeting.host_id or (person is not None and not person.dms):
                await self.bot.store.write(self.elsewhere, delivery)
                return Skip("hosts_changed" if delivery.target_id != meeting.host_id else "dms_unwanted")
        asked = "host" if delivery.private else "left" if delivery.data.get("left") else "organisers"
        return Outgoing(ui.ask_card(meeting, self.bot.texts, asked))

    def elsewhere(self, session: Session, delivery: Delivery) -> None:
        """Owe the question to whom it belongs now."""
        meeting = meetings.find(session, int(delivery.data["meeting"]), guild_id=delivery.guild_id)
        guild = guilds.load(session, delivery.guild_id)
        if guild is not None:
            same = delivery.target_id == meeting.host_id
            asked = len(ASKED_AFTER) if same else int(delivery.data["asked"])
            reports.ask_again(session, meeting, asked, guild=guild, now=self.bot.clock.now())

    def asked(self, session: Session, delivery: Delivery, _message_id: int | None) -> None:
        """Owe the next question."""
        guild = guilds.load(session, delivery.guild_id)
        if guild is not None and delivery.private:
            meeting = meetings.find(session, int(delivery.data["meeting"]), guild_id=delivery.guild_id)
            number = int(delivery.data["asked"]) + 1
            reports.ask_again(session, meeting, number, guild=guild, now=self.bot.clock.now())

    async def posted(self, delivery: Delivery) -> Outgoing | Skip:
        """Post a report."""
        meeting = await the_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        found, set_goals = await self.bot.store.read(reports.report_of, meeting.id)
        if found is None:
            return Skip("report_gone")
        return Outgoing(ui.report_card(meeting, found, set_goals, self.bot.texts))

    async def nudge(self, delivery: Delivery) -> Outgoing | Skip:
        """Nudge the owner of a goal."""
        try:
            goal = await self.bot.store.read(
                reports.goal_of, int(delivery.data["goal"]), guild_id=delivery.guild_id
            )
        except UserError:
            return Skip("goal_gone")
        return (
            Outgoing(ui.nudge_card(goal, self.bot.texts, left=not delivery.private))
            if goal.status == reports.OPEN
            else Skip("goal_closed")
        )


def register_agenda(bot: Bot) -> None:
    """Register buttons, forms, the entry in the menu of messages, and what is sent."""
    sending = Sending(bot)
    bot.add_dynamic_items(agenda_ui.AddItem, ui.WriteReport, ui.GoalButton)
    bot.forms.add(agenda_ui.ItemForm)
    bot.forms.add(ui.ReportForm)
    bot.sender.kind(ASK_REPORT, sending.ask, sending.asked)
    bot.sender.kind(reports.POSTED, sending.posted)
    bot.sender.kind(reports.NUDGE, sending.nudge)
    bot.tree.add_command(app_commands.ContextMenu(name="agenda", callback=_add_to_agenda))
