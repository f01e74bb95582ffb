"""Reports as hosts write them and members read them, and the goals that they set."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.app import Bot
from bot.domain.names import fold
from bot.domain.reports import GoalWords, Unread, read_goals
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.audience import standing_in, the_server
from cogs.common.base import (
    GUILD,
    MEMBERS,
    Action,
    Card,
    Form,
    fitting,
    line,
    members_of,
    number_in,
    reply,
    row,
)
from cogs.common.mention import host_of, who
from cogs.common.report import Problem
from cogs.common.standings import is_member, members_called, members_with
from cogs.common.times import written
from db import drafts, meetings
from db.meetings import reports
from db.meetings.models import Goal, Meeting, Report
from db.models import Guild

FIELDS = {"attendance": 6, "decided": 2_000, "goals": 2_000, "next": 200}
DRAFT = "report"


class WriteReport(Action, template=r"report:(?P<meeting>\d{1,9}):(?P<draft>\d{1,9})"):
    """'Write the report': the form, filled in with what was typed before."""

    audience = members_of(Meeting, "meeting_id")

    def __init__(self, meeting_id: int, draft_id: int, label: Markup) -> None:
        super().__init__(f"report:{meeting_id}:{draft_id}", label, style=discord.ButtonStyle.primary)

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting and the draft out of the custom_id."""
        self.meeting_id, self.draft_id = int(match["meeting"]), int(match["draft"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        draft = await bot.store.read(drafts.find, self.draft_id, user_id=interaction.user.id)
        typed = dict(draft.fields) if draft is not None and draft.form == DRAFT else {}
        await interaction.response.send_modal(ReportForm(bot.texts, str(self.meeting_id), typed))


class ReportForm(Form):
    """How many came, what was decided, goals, and when the next meeting is."""

    audience = members_of(Meeting, "about")

    name = "report"

    def __init__(self, texts: Texts, state: str, typed: dict[str, Any] | None = None) -> None:
        super().__init__(texts("report.form.modal"), state)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        for name, most in FIELDS.items():
            self.inputs[name] = self.ask(
                name,
                texts(f"report.form.{name}.label"),
                texts(f"report.form.{name}.hint"),
                most=most,
                required=name in ("attendance", "decided"),
                long=most > 200,
                typed=str((typed or {}).get(name) or ""),
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "ReportForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the report, or say what is wrong with it and keep what was typed."""
        typed = {name: item.value for name, item in self.inputs.items()}
        meeting_id = int(self.state)
        guild, meeting = await find(interaction, bot, meeting_id)
        try:
            await _close(interaction, bot, guild, meeting, typed)
        except UserError as error:
            draft = await bot.store.write(
                drafts.keep,
                guild_id=guild.id,
                user_id=interaction.user.id,
                form=DRAFT,
                fields=typed,
                now=bot.clock.now(),
            )
            again = WriteReport(meeting_id, draft.id, bot.texts("meetings.redo.button"))
            raise Problem(error.key, again, **error.fields) from error


async def find(interaction: discord.Interaction[Any], bot: Bot, meeting_id: int) -> tuple[Guild, Meeting]:
    """Return a meeting that this person hosts or organises, and its server; also from a DM.

    Raises:
        UserError: there is no such meeting for them.
        Refused: they neither host nor organise it.
    """
    guild = await the_server(interaction, bot)
    meeting = await bot.store.read(meetings.find, meeting_id, guild_id=guild.id)
    hosts = (meeting.host_id, *(one.user_id for one in meeting.co_hosts))
    if interaction.user.id not in hosts:
        (await standing_in(interaction, bot, guild)).must_organise(meeting.region)
    return guild, meeting


async def _close(
    interaction: discord.Interaction[Any], bot: Bot, guild: Guild, meeting: Meeting, typed: dict[str, str]
) -> None:
    if not typed["attendance"].strip().isdecimal():
        raise UserError("report.attendance", words=typed["attendance"])
    if not typed["decided"].strip():
        raise UserError("report.decided_blank")
    now, zone = bot.clock.now(), ZoneInfo(meeting.zone)
    goals = read_goals(typed["goals"], now=now, zone=zone)
    if isinstance(goals, Unread):
        raise UserError("report.goal.unread", line=goals.line, day=goals.day)
    await _must_be_members(bot, meeting.guild_id, goals)
    names = await _owners(bot, meeting, goals)
    await bot.store.write(
        reports.close,
        meeting.id,
        guild=guild,
        attendance=int(typed["attendance"].strip()),
        decided=typed["decided"].strip(),
        next_words=" ".join(typed["next"].split()),
        goals=[_known(goal, names) for goal in goals],
        by=interaction.user.id,
        now=now,
    )
    texts = bot.texts
    following = texts("report.next_how", words=typed["next"].strip()) if typed["next"].strip() else None
    await reply(interaction, Card(texts("report.thanks", title=meeting.title), following))


async def _must_be_members(bot: Bot, guild_id: int, goals: Sequence[GoalWords]) -> None:
    """Refuse goals of somebody who is not in the server: they would be written to.

    Raises:
        UserError: says whose it is.
        NotChecked: Discord did not say in time.
    """
    named = list(dict.fromkeys(goal.owner_id for goal in goals if goal.owner_id))
    here = await asyncio.gather(*(is_member(bot, guild_id, user_id) for user_id in named))
    for user_id, member in zip(named, here, strict=True):
        if not member:
            raise UserError("report.goal.not_a_member", owner=Markup(f"<@{user_id}>"))


async def _owners(bot: Bot, meeting: Meeting, goals: Sequence[GoalWords]) -> dict[str, int]:
    """Return members by the folded names that owners were given, where exactly one has that name."""
    typed = {fold(goal.owner): goal.owner for goal in goals if goal.owner and not goal.owner_id}
    if not typed:
        return {}
    came = await bot.store.read(reports.who_answered, meeting.id)
    found = [
        *await members_with(bot, meeting.guild_id, came),
        *await members_called(bot, meeting.guild_id, list(typed.values())[:10]),
    ]
    having: dict[str, set[int]] = {}
    for member in found:
        for name in {fold(member.display_name), fold(member.name)}:
            having.setdefault(name, set()).add(member.id)
    return {name: next(iter(having[name])) for name in typed if len(having.get(name, ())) == 1}


def _known(goal: GoalWords, names: dict[str, int]) -> GoalWords:
    """Return a goal with its owner's id, where exactly that name is a member's."""
    owner_id = goal.owner_id or (names.get(fold(goal.owner)) if goal.owner else None)
    return GoalWords(goal.words, owner_id, "" if owner_id else goal.owner, goal.due_on)


class GoalButton(Action, template=r"goal:(?P<do>done|dropped|carried):" + GUILD + r":(?P<goal>\d{1,9})"):
    """'Done', 'Dropped' or 'Carry over' under a goal."""

    audience = MEMBERS

    def __init__(self, do: str, goal: Goal, texts: Texts) -> None:
        style = discord.ButtonStyle.success if do == "done" else discord.ButtonStyle.secondary
        super().__init__(
            f"goal:{do}:{goal.guild_id}:{goal.id}", texts(f"report.goal.{do}.button"), style=style
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the goal out of the custom_id."""
        self.do, self.guild_id, self.goal_id = match["do"], int(match["guild"]), int(match["goal"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Follow the goal up, if it is the presser's or they host or organise."""
        goal = await bot.store.read(reports.goal_of, self.goal_id, guild_id=self.guild_id)
        await follow_up(interaction, bot, goal, self.do)


async def follow_up(interaction: discord.Interaction[Any], bot: Bot, goal: Goal, do: str) -> None:
    """Mark a goal done or dropped, or carry it over.

    Raises:
        UserError: it is closed, or neither theirs nor of a meeting that they host or organise.
    """
    if interaction.user.id != goal.owner_id:
        if goal.meeting_id is None:
            raise UserError("report.goal.unknown")
        await find(interaction, bot, goal.meeting_id)
    goal = await bot.store.write(reports.follow_up, goal.id, do, guild_id=goal.guild_id, now=bot.clock.now())
    await reply(interaction, Card(bot.texts(f"report.goal.{do}.thanks", goal=goal.words)))


def goal_line(goal: Goal, texts: Texts) -> Markup:
    """Return a goal with its owner and day, in words."""
    owner = who(goal.owner_id, texts) if goal.owner_id else goal.owner or texts("report.goal.nobody")
    day = When(Day(date.fromisoformat(goal.due_on))) if goal.due_on else texts("report.goal.no_day")
    return texts(f"report.goal.line_{goal.status}", number=goal.id, words=goal.words, owner=owner, day=day)


def ask_card(meeting: Meeting, texts: Texts, asked: Literal["host", "organisers", "left"]) -> Card:
    """Return the question for a report, to the host or to the organisers: in the end, or because the host has left."""
    when = written(meeting.starts_at, ZoneInfo(meeting.zone))
    words = texts(f"report.ask.{asked}", title=meeting.title, when=when, host=host_of(meeting, texts))
    return Card(words, row(WriteReport(meeting.id, 0, texts("report.write.button"))))


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
    )


def nudge_card(goal: Goal, texts: Texts, *, left: bool = False) -> Card:
    """Return the nudge to the owner of a goal, or to the organisers where nobody is left to ask."""
    buttons = row(*[GoalButton(do, goal, texts) for do in ("done", "carried", "dropped")])
    return Card(texts("report.nudge_left" if left else "report.nudge"), goal_line(goal, texts), buttons)


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
