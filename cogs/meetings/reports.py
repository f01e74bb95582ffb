"""The report of a meeting: its host writes it, members read it, and districts and branches get a file."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.free_text import one_line
from bot.domain.reports import ASKED_AFTER, Unread, read_goals
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row, with_files
from cogs.common.buttons import Id
from cogs.common.context import Context
from cogs.common.forms import Line
from cogs.common.notice import Sending, notice
from cogs.common.people import host_of, members_with
from cogs.common.permissions import must_host
from cogs.common.report import Problem
from cogs.meetings.agenda import day_of, goals_in, with_owners
from cogs.meetings.options import MEETING, HeldMeeting
from cogs.meetings.subjects import FormOfMeeting, MeetingButton, OfMeeting, Why, starting
from db import drafts, guilds, meetings, people
from db.meetings import reports
from db.meetings.models import Goal, Meeting, Report
from db.meetings.reminding import ASK_REPORT
from db.models import Guild

DRAFT = "report"


class WriteReport(MeetingButton, name="report"):
    """'Write the report': opens the form, filled in with what was typed before."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        draft = await ctx.read(drafts.find, self.draft, user_id=ctx.user_id)
        typed = draft.fields if draft is not None and draft.form == DRAFT else {}
        await ctx.open(ReportForm(ctx.texts, meeting=self.meeting, typed=typed))


class ReportForm(FormOfMeeting, name="report", words="report.form"):
    """The form for how many came, what was decided, goals, and when the next meeting is."""

    attendance = Line(6)
    decided = Line(2_000, long=True)
    goals = Line(2_000, required=False, long=True)
    next = Line(200, required=False)

    async def send(self, ctx: Context) -> None:
        """Store the report, or say what is wrong and keep what was typed."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_host(ctx, meeting)
        try:
            await _close(ctx, meeting, self.typed)
        except UserError as error:
            draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=DRAFT, fields=self.typed)
            again = write(meeting, ctx.text("meetings.redo.button"), draft.id)
            raise Problem(error.key, again, **error.fields) from error


class NoReport(MeetingButton, name="noreport"):
    """'No report needed': nobody is asked for it any more."""

    async def press(self, ctx: Context) -> None:
        """Store it, and say how to write one all the same."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_host(ctx, meeting)
        await ctx.write(reports.decline, meeting.id)
        done = ctx.text("report.not_needed.done", title=meeting.title)
        await ctx.replace(Card(done, row(write(meeting, ctx.text("report.write.button")))))


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


def report_card(meeting: Meeting, report: Report, goals: Sequence[Goal], texts: Texts) -> Card:
    """Return the report of a meeting."""
    return Card(
        texts("report.title", title=meeting.title, region=meeting.region.name),
        line(texts("report.when", when=starting(meeting)), texts.count("report.came", report.attendance)),
        texts("report.decided", words=report.decided),
        goals_in(goals, texts, "report.goals") if goals else None,
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

    What members typed is shown literally: in Markdown it can't format, link or become HTML.
    """
    shown = _literal if markdown else str

    def heading(level: int, words: str) -> str:
        return f"{'#' * level} {words}" if markdown else f"{words}\n{'-' * len(words)}"

    parts = [
        heading(1, shown(meeting.title)),
        f"{shown(meeting.region.name)}, {starting(meeting)}",
        str(texts.count("report.came", report.attendance)).replace("**", ""),
        heading(2, texts("report.export.decided")),
        shown(report.decided),
    ]
    if goals:
        parts.append(heading(2, texts("report.export.goals")))
        for goal in goals:
            # Whose name is not known is still somebody.
            unnamed = texts("cards.somebody" if (goal.owner_id or 0) > 0 else "report.goal.nobody")
            owner = shown(names.get(goal.owner_id or 0) or goal.owner or unnamed)
            status = texts(f"report.export.{goal.status}")
            parts.append(f"- {shown(goal.words)} ({owner}, {day_of(goal, texts)}): {status}")
    if report.next_words:
        parts += [heading(2, texts("report.export.next")), shown(report.next_words)]
    return "\n\n".join(parts) + "\n"


def _literal(text: str) -> str:
    """Return text that Markdown (CommonMark 0.31, 2.4 and 4) shows literally, line by line."""
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
    members = await members_with(ctx.bot, meeting.guild_id, [goal.owner_id or 0 for goal in goals])
    names = {member.id: one_line(member.display_name) for member in members}
    files: list[discord.File] = []
    for ending in ("md", "txt"):
        words = exported(meeting, found, goals, ctx.texts, names, markdown=ending == "md")
        files.append(discord.File(io.BytesIO(words.encode()), f"report-{meeting.id}.{ending}"))
    card = report_card(meeting, found, goals, ctx.texts)
    card = with_files(card, ctx.text("report.export.here"), files)
    await interaction.response.send_message(view=card, files=files, ephemeral=True)


@notice(ASK_REPORT)
class ReportAsked(OfMeeting):
    """The request for a report, to the host, or to the organisers if the host can't be asked or has `left`."""

    asked: int
    left: bool = False

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask the present host, or the organisers."""
        meeting, texts = await self.find(ctx), ctx.texts
        if (await ctx.read(reports.report_of, meeting.id))[0] is not None:
            raise Skip(Why.REPORTED)
        if meeting.no_report:
            raise Skip(Why.REPORT_NOT_NEEDED)
        if not await ctx.read(reports.wanted, meeting):
            raise Skip(Why.NOBODY_ANSWERED)
        if ctx.private:
            person = await ctx.read(people.person, ctx.member)
            if ctx.member != meeting.host_id or (person is not None and not person.dms):
                await ctx.write(self._elsewhere, ctx.member)
                raise Skip(Why.HOSTS_CHANGED if ctx.member != meeting.host_id else Why.DMS_UNWANTED)
        asked = ("again" if self.asked else "host") if ctx.private else "left" if self.left else "organisers"
        when = starting(meeting)
        words = texts(f"report.ask.{asked}", title=meeting.title, when=when, host=host_of(meeting, texts))
        key = {"again": "asked_again", "organisers": "unasked"}.get(asked, "asked")
        none = NoReport(label=texts("report.not_needed.button"), meeting=meeting.id)
        card = Card(words, row(write(meeting, texts("report.write.button")), none))
        return Outgoing(card, push=await self.push(ctx, key, meeting))

    def _elsewhere(self, session: Session, member_id: int, *, guild: Guild, now: datetime) -> None:
        """Enqueue the question for whoever should get it now."""
        meeting = meetings.find(session, self.meeting, guild_id=guild.id)
        asked = len(ASKED_AFTER) if member_id == meeting.host_id else self.asked
        reports.ask_again(session, meeting, asked, guild=guild, now=now)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Enqueue the next question."""
        guild = guilds.load(session, ctx.guild_id)
        if guild is not None and ctx.private and self.asked + 1 < len(ASKED_AFTER):
            meeting = meetings.find(session, self.meeting, guild_id=guild.id)
            reports.ask_again(session, meeting, self.asked + 1, guild=guild, now=ctx.now)


@notice(reports.POSTED)
class ReportPosted(OfMeeting):
    """The report of a meeting, in the region's channel."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the report."""
        meeting = await self.find(ctx)
        report, goals = await ctx.read(reports.report_of, meeting.id)
        if report is None:
            raise Skip(Why.REPORT_GONE)
        words = await self.push(ctx, "reported", meeting)
        return Outgoing(report_card(meeting, report, goals, ctx.texts), push=words)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Enqueue the meeting's card with the link to its report."""
        meeting = meetings.find(session, self.meeting, guild_id=ctx.guild_id)
        meetings.refresh(session, meeting, ctx.now)
