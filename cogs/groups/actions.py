"""The actions of a plan: in a line, as typed text, and their owners' buttons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import auto
from typing import Any, Literal

import discord
from discord import ui

from bot.delivery import Outgoing, Skip
from bot.domain.names import normalize
from bot.domain.plans import Odd, read_actions
from bot.domain.reports import GoalWords
from bot.domain.when import Day
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, When, plain_lines
from cogs.common.base import MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.people import members_with, who
from db import groups, privacy
from db.groups.models import Plan, PlanAction, WorkingGroup

SHOWN = 4
Doing = Literal["done", "later", "over", "take"]
OWNERS: tuple[Doing, ...] = ("done", "later", "over")
"""What an owner can do with an action."""


def action_line(action: PlanAction, texts: Texts) -> Markup:
    """Return an action with its owner and day: '1. Leaflets (@Grace, Saturday 14 March 2026)'."""
    owner = who(action.owner_id, texts) if action.owner_id else action.owner or texts("plans.action.nobody")
    day = When(Day(date.fromisoformat(action.due_on))) if action.due_on else texts("plans.action.no_day")
    return texts(
        f"plans.action.line_{action.state}", number=action.number, words=action.words, owner=owner, day=day
    )


def as_typed(actions: Sequence[PlanAction], today: date) -> str:
    """Return the actions of a posted plan as somebody would type them now, leaving out past days."""
    lines: list[str] = []
    for action in actions:
        owner = f"<@{action.owner_id}>" if action.owner_id else action.owner
        due = date.fromisoformat(action.due_on) if action.due_on else None
        day = f"{due.day} {due:%B %Y}" if due is not None and due >= today else ""
        lines.append("; ".join(part for part in (action.words, owner, day) if part))
    return "\n".join(lines)


def review_words(texts: Texts) -> Callable[[str], str]:
    """Return the function that turns a group's name into an agenda item."""

    def words(name: str) -> str:
        # Agenda items are escaped when shown.
        return str(texts("plans.review.item", name=Markup(name)))

    return words


def clipped(words: str, most: int) -> Markup:
    """Return what somebody typed, escaped, and cut to the room there is."""
    shown, end = plain_lines(words), len(words)
    while len(shown) > most:
        end = min(end - 1, max(0, end - (len(shown) - most) // 2))
        shown = Markup(f"{plain_lines(words[:end])}…")
    return shown


async def must_be_in(ctx: Context, group: WorkingGroup) -> None:
    """Refuse those who are not in a group, who may not see names. Raises UserError: they are not in it."""
    if ctx.user_id not in await ctx.read(groups.members, group.id):
        raise UserError("plans.members_only", name=group.name, region=group.region.name)


class MyActions(Button, name="plan:mine"):
    """'My actions' under a plan: one's own, and unassigned ones."""

    plan: Id

    async def press(self, ctx: Context) -> None:
        """Show them with their buttons."""
        plan = await ctx.read(groups.find, self.plan, guild_id=ctx.guild.id)
        await must_be_in(ctx, plan.group)
        if plan.state != "active":
            raise UserError("plans.not_active")
        await ctx.reply(mine_card(plan, ctx.user_id, ctx.guild_id, ctx.texts))


def mine_card(plan: Plan, user_id: int, guild_id: int, texts: Texts) -> Card:
    """Return the open actions of a plan that are a member's or unassigned, each with its buttons."""
    title = texts("plans.mine.title", name=plan.group.name)
    found = [
        action
        for action in plan.actions
        if action.state == groups.OPEN and action.owner_id in (None, user_id) and not action.owner
    ]
    if not found:
        return Card(title, texts("plans.mine.nothing"))
    blocks: list[Markup | ui.ActionRow[Any]] = []
    for action in found[:SHOWN]:
        shown = OWNERS if action.owner_id == user_id else ("take", "done")
        blocks += [action_line(action, texts), _buttons(action, guild_id, texts, *shown)]
    left = len(found) - SHOWN
    return Card(title, *blocks, texts.count("cards.more", left) if left > 0 else None)


class PlanAct(Button, name="action"):
    """'Done', 'Later', 'Hand it over' or 'I'll do it', under an action."""

    audience = MEMBERS

    do: Doing
    guild: GuildId
    action: Id

    async def press(self, ctx: Context) -> None:
        """Do it, if the action is the presser's, or unassigned and they are in the group."""
        action, plan = await ctx.read(groups.action_of, self.action)
        if ctx.user_id not in await ctx.read(groups.members, plan.group_id):
            raise UserError("plans.action.gone")
        if action.owner_id not in (None, ctx.user_id):
            raise Refused("plans.action.taken" if self.do == "take" else "plans.action.not_yours")
        action, plan = await ctx.write(groups.act, self.action, self.do, ctx.user_id)
        finished = self.do == "done" and all(one.state == "done" for one in plan.actions)
        after = ctx.text("plans.foot.all_done") if finished else None
        card = Card(ctx.text(f"plans.act_{self.do}.thanks"), action_line(action, ctx.texts), after)
        if not ctx.in_server and ctx.interaction.message is not None:
            # The nudge has done its work, so remove its buttons.
            await ctx.replace(card)
        else:
            await ctx.reply(card)


def _buttons(action: PlanAction, guild_id: int, texts: Texts, *shown: Doing) -> ui.ActionRow[Any]:
    styles = {"done": discord.ButtonStyle.success, "take": discord.ButtonStyle.primary}
    return row(
        *[
            PlanAct(
                label=texts(f"plans.act_{do}.button"),
                style=styles.get(do, discord.ButtonStyle.secondary),
                do=do,
                guild=guild_id,
                action=action.id,
            )
            for do in shown
        ]
    )


def nudge_card(action: PlanAction, plan: Plan, guild_id: int, texts: Texts) -> Card:
    """Return the nudge to the owner of an action."""
    return Card(
        line(
            texts("plans.nudge.title"),
            texts("plans.nudge.words", name=plan.group.name, region=plan.group.region.name),
        ),
        action_line(action, texts),
        _buttons(action, guild_id, texts, *OWNERS),
    )


def handed_card(action: PlanAction, guild_id: int, texts: Texts) -> Card:
    """Return the question in the thread who can take over an action."""
    buttons = _buttons(action, guild_id, texts, "take")
    return Card(texts("plans.handed.title"), action_line(action, texts), buttons)


async def actions_of(ctx: Context, plan: Plan, words: str) -> list[GoalWords]:
    """Read typed actions; owners are members of the group, by mention, "me", or a name.

    Raises:
        UserError: one can't be read; says which, and what works.
    """
    ids = await ctx.read(groups.members, plan.group_id)

    def read_with(names: dict[str, int]) -> list[GoalWords] | Odd:
        author = plan.author_id or 0
        return read_actions(words, author_id=author, members=names, ids=ids, now=ctx.now, zone=ctx.zone)

    read = read_with({})
    if not isinstance(read, Odd) and any(goal.owner for goal in read):
        # Ask Discord only about typed names: an answer is due within three seconds.
        found = await members_with(ctx.bot, ctx.guild_id, ids)
        read = read_with(_names([(member.id, (member.name, member.display_name)) for member in found]))
    if isinstance(read, Odd):
        raise UserError(read.reason, **dict(read.fields))
    return read


def _names(members: Sequence[tuple[int, Sequence[str]]]) -> dict[str, int]:
    """Return members by their folded names, and by unique first names."""
    found = {normalize(name): user_id for user_id, names in members for name in names}
    firsts = [(normalize(names[-1].split()[0]), user_id) for user_id, names in members if names[-1].split()]
    for first, user_id in firsts:
        if [name for name, _ in firsts].count(first) == 1:
            found.setdefault(first, user_id)
    return found


class Why(Reason):
    """Why nothing is sent to groups and their members."""

    ACTION_DONE = auto()
    ACTION_GONE = auto()
    ACTION_NOT_THEIRS = auto()
    ACTION_TAKEN = auto()
    CARD_UNPOSTED = auto()
    CHANNEL_GONE = auto()
    GROUP_GONE = auto()
    LEFT = auto()
    PLAN_GONE = auto()
    THREAD_REPLACED = auto()


@dataclass(frozen=True, kw_only=True)
class OfAction(Notice):
    """The base of what is sent about an action."""

    gone = Why.ACTION_GONE

    action: int

    async def find(self, ctx: Sending) -> tuple[PlanAction, Plan]:
        """Return the action and its plan.

        Raises:
            Skip: it is done.
        """
        action, plan = await ctx.read(groups.action_of, self.action)
        if action.state != groups.OPEN:
            raise Skip(Why.ACTION_DONE)
        return action, await ctx.read(groups.find, plan.id)


@notice(groups.HANDED)
class ActionHanded(OfAction):
    """The question in a group's thread who can take over an action."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, unless somebody has taken it."""
        action, plan = await self.find(ctx)
        if action.owner_id is not None or plan.group.thread_channel_id != ctx.delivery.target_id:
            raise Skip(Why.ACTION_TAKEN if action.owner_id is not None else Why.THREAD_REPLACED)
        return Outgoing(handed_card(action, ctx.guild_id, ctx.texts), silent=True)


@notice(groups.NUDGE, sensitive=True)
class ActionNudge(OfAction):
    """The nudge to the owner of an action."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Nudge them, if it is theirs and they are still a member."""
        action, plan = await self.find(ctx)
        if action.owner_id != ctx.member:
            raise Skip(Why.ACTION_NOT_THEIRS)
        if await ctx.read(privacy.has_left, ctx.member):
            raise Skip(Why.LEFT)
        return Outgoing(nudge_card(action, plan, ctx.guild_id, ctx.texts))
