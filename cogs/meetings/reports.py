"""The report of a meeting as its host writes it and members read it; for districts and branches as a file."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.reports import ASKED_AFTER, Unread, read_goals
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import Card, fitting, line, members_of, row, with_files
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.mention import host_of
from cogs.common.permissions import must_host
from cogs.common.report import Problem
from cogs.common.standings import members_with
from cogs.common.times import written
from cogs.meetings.goals import goal_line, with_owners
from cogs.meetings.group import MEETING
from cogs.meetings.options import HeldMeeting
from cogs.meetings.subjects import load_meeting
from db import drafts, guilds, meetings, people
from db.meetings import reports
from db.meetings.models import Goal, Meeting, Report
from db.meetings.reminding import ASK_REPORT
from db.models import Delivery

FIELDS = {"attendance": 6, "decided": 2_000, "goals": 2_000, "next": 200}
DRAFT = "report"


class WriteReport(Button, name="report"):
    """'Write the report': the form, filled in with what was typed before."""

    audience = members_of(Meeting, "meeting")

    meeting: Id
    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        draft = await ctx.read(drafts.find, self.draft, user_id=ctx.user_id)
        typed = draft.fields if draft is not None and draft.form == DRAFT else {}
        await ctx.open(ReportForm(ctx.texts, meeting=self.meeting, typed=typed))


class ReportForm(Form, name="report", words="report.form"):
    """How many came, what was decided, goals, and when the next meeting is."""

    audience = members_of(Meeting, "meeting")

    meeting: Id

    def lines(self) -> Iterable[Line]:
        """Return the fields."""
        for name, most in FIELDS.items():
            yield Line(most, required=name in ("attendance", "decided"), long=most > 200, name=name)

    async def send(self, ctx: Context) -> None:
        """Store the report, or say what is wrong with it and keep what was typed."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_host(ctx, meeting)
        try:
            await _close(ctx, meeting, self.typed)
        except UserError as error:
            draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=DRAFT, fields=self.typed)
            again = write(meeting, ctx.text("meetings.redo.button"), draft.id)
            raise Problem(error.key, again, **error.fields) from error


def write(meeting: Meeting, label: Markup, draft_id: int = 0) -> WriteReport:
    """Return the button that opens the form."""
    style = discord.ButtonStyle.primary
    return WriteReport(label=label, style=style, meeting=meeting.id, draft=draft_id)


async def _close(ctx: Context, meeting: Meeting, typed: dict[str, str]) -> None:
    attendance, decided, following = (typed[name].strip() for name in ("attendance", "decided", "next"))
    if not attendance.isdecimal():
        raise UserError("report.attendance", words=typed["attendance"])
    if not decided:
        raise UserError("report.decided_blank")
    goals = read_goals(typed["goals"], now=ctx.now, zone=ZoneInfo(meeting.zone))
    if isinstance(goals, Unread):
        raise UserError("report.goal.unread", line=goals.line, day=goals.day)
    goals = await with_owners(ctx.bot, meeting, goals)
    await ctx.write(
        reports.close,
        meeting.id,
        attendance=int(attendance),
        decided=decided,
        next_words=" ".join(following.split()),
        goals=goals,
    )
    how = ctx.text("report.next_how", words=following) if following else None
    await ctx.reply(Card(ctx.text("report.thanks", title=meeting.title), how))


def ask_card(meeting: Meeting, texts: Texts, asked: Literal["host", "organisers", "left"]) -> Card:
    """Return the question for a report, to the host or to the organisers: in the end, or because the host has left."""
    when = written(meeting.starts_at, ZoneInfo(meeting.zone))
    words = texts(f"report.ask.{asked}", title=meeting.title, when=when, host=host_of(meeting, texts))
    return Card(words, row(write(meeting, texts("report.write.button"))))


def report_card(meeting: Meeting, report: Report, goals: Sequence[Goal], texts: Texts) -> Card:
    """Return the report of a meeting."""
    return Card(
        texts("report.title", title=meeting.title, region=meeting.region.name),
        line(
            texts("report.when", when=written(meeting.starts_at, ZoneInfo(meeting.zone))),
            texts.count("report.came", report.attendance),
        ),
        texts("report.decided", words=report.decided),
        line(texts("report.goals"), fitting([goal_line(goal, texts) for goal in goals], texts, room=1_200))
        if goals
        else None,
        texts("report.next", words=report.next_words) if report.next_words else None,
        texts("meetings.option.number", number=meeting.id),
    )


def exported(
    meeting: Meeting,
    report: Report,
    goals: Sequence[Goal],
    texts: Texts,
    names: dict[int, str],
    *,
    markdown: bool,
) -> str:
    """Return the report for a district or branch, as Markdown or as text: names in place of mentions.

    What members typed is shown as they typed it: in Markdown nothing of it formats, links or is HTML.
    """
    shown = _literal if markdown else str
    parts = [
        _heading(1, shown(meeting.title), markdown=markdown),
        f"{shown(meeting.region.name)}, {written(meeting.starts_at, ZoneInfo(meeting.zone))}",
        str(texts.count("report.came", report.attendance)).replace("**", ""),
        _heading(2, texts("report.export.decided"), markdown=markdown),
        shown(report.decided),
    ]
    if goals:
        parts.append(_heading(2, texts("report.export.goals"), markdown=markdown))
        for goal in goals:
            owner = names.get(goal.owner_id or 0) or goal.owner or texts("report.goal.nobody")
            day = When(Day(date.fromisoformat(goal.due_on))) if goal.due_on else texts("report.goal.no_day")
            parts.append(
                f"- {shown(goal.words)} ({shown(owner)}, {day}): {texts(f'report.export.{goal.status}')}"
            )
    if report.next_words:
        parts += [_heading(2, texts("report.export.next"), markdown=markdown), shown(report.next_words)]
    return "\n\n".join(parts) + "\n"


def _heading(level: int, words: str, *, markdown: bool) -> str:
    return f"{'#' * level} {words}" if markdown else f"{words}\n{'-' * len(words)}"


def _literal(text: str) -> str:
    """Return text that Markdown (CommonMark 0.31, 2.4 and 4) shows as it is, line by line."""
    escaped = re.sub(r"([\\`*_\[\]<>&#|~!$])", r"\\\1", text)
    escaped = re.sub(r"^(\s*)([-+=])", r"\1\\\2", escaped, flags=re.MULTILINE)
    escaped = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", escaped, flags=re.MULTILINE)
    return re.sub(r"^(?: {4,}|\t+)", "", escaped, flags=re.MULTILINE)


@MEETING.command()
async def report(interaction: discord.Interaction[Any], meeting: HeldMeeting) -> None:
    """Write the report of a meeting, or read it."""
    ctx = await Context.of(interaction)
    found, goals = await ctx.read(reports.report_of, meeting.id)
    if found is None:
        must_host(ctx, meeting)
        if ctx.now < meeting.starts_at:
            raise UserError("report.too_early", title=meeting.title)
        await ctx.open(ReportForm(ctx.texts, meeting=meeting.id))
        return
    owners = [goal.owner_id for goal in goals if goal.owner_id is not None]
    members = await members_with(ctx.bot, meeting.guild_id, owners)
    names = {member.id: member.display_name for member in members}
    files: list[discord.File] = []
    for ending in ("md", "txt"):
        words = exported(meeting, found, goals, ctx.texts, names, markdown=ending == "md")
        files.append(discord.File(io.BytesIO(words.encode()), f"report-{meeting.id}.{ending}"))
    card = report_card(meeting, found, goals, ctx.texts)
    card = with_files(card, ctx.text("report.export.here"), files)
    await interaction.response.send_message(view=card, files=files, ephemeral=True)


class Sending:
    """What is sent about reports."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def ask(self, delivery: Delivery) -> Outgoing | Skip:
        """Ask the present host for a report, or the organisers."""
        meeting = await load_meeting(self.bot, delivery)
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
        return Outgoing(ask_card(meeting, self.bot.texts, asked))

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

    def linked(self, session: Session, delivery: Delivery, _message_id: int | None) -> None:
        """Owe the meeting's card the way to its report."""
        meeting = meetings.find(session, int(delivery.data["meeting"]), guild_id=delivery.guild_id)
        meetings.refresh(session, meeting, self.bot.clock.now())

    async def posted(self, delivery: Delivery) -> Outgoing | Skip:
        """Post a report."""
        meeting = await load_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        found, set_goals = await self.bot.store.read(reports.report_of, meeting.id)
        if found is None:
            return Skip("report_gone")
        return Outgoing(report_card(meeting, found, set_goals, self.bot.texts))


def register_reports(bot: Bot) -> None:
    """Register what is sent."""
    sending = Sending(bot)
    bot.sender.kind(ASK_REPORT, sending.ask, sending.asked)
    bot.sender.kind(reports.POSTED, sending.posted, sending.linked)
