"""The roadmap to a new network: its steps, their owners, and their buttons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.network import NEEDS_GROUPS, STEPS, names_of_groups
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, members_of, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Notice, Sending, notice
from cogs.common.people import who
from cogs.common.permissions import may_organise_network
from cogs.common.times import spoken
from cogs.network.lists import Why
from db.meetings.models import Meeting
from db.membership.models import Network
from db.network import networks, roadmaps
from db.network.models import Roadmap, RoadmapStep

GROUPS_LENGTH = 500


class Begin(Button, name="network:begin"):
    """'Begin this network'."""

    network: Id
    style: discord.ButtonStyle = discord.ButtonStyle.success

    async def press(self, ctx: Context) -> None:
        """Begin it, and show the first step or, if somebody else began it, how far along it is."""

        def store(
            session: Session, *, guild_id: int, actor_id: int, now: datetime
        ) -> tuple[Roadmap, Meeting | None, bool]:
            networks.find(session, self.network, guild_id=guild_id)
            present = roadmaps.running(session, self.network)
            plan = present or roadmaps.start(session, self.network, actor_id, guild_id=guild_id, now=now)
            return plan, roadmaps.first_meeting(session, plan), present is None

        plan, meeting, fresh = await ctx.write(store)
        await ctx.reply(roadmap_card(ctx.bot, plan, meeting, fresh=fresh))


async def show(ctx: Context, network: Network) -> None:
    """Show how far along a roadmap is or, before it is begun, the steps, who hears of it, and the button.

    Raises:
        UserError: the region has an established network.
    """

    def load(session: Session) -> tuple[Roadmap | None, Meeting | None]:
        plan = roadmaps.running(session, network.id)
        return plan, roadmaps.first_meeting(session, plan) if plan is not None else None

    plan, meeting = await ctx.read(load)
    if plan is not None:
        await ctx.reply(roadmap_card(ctx.bot, plan, meeting))
        return
    if network.status == "established":
        raise UserError("network.start.established", region=network.name)
    texts = ctx.texts
    steps = [
        texts("network.start.step", number=number, title=texts(f"network.steps.{name}.title"))
        for number, name in enumerate(STEPS, 1)
    ]
    await ctx.reply(
        Card(
            texts("network.start.title", region=network.name),
            line(texts("network.start.before"), *steps),
            texts("network.start.hear"),
            row(Begin(label=texts("network.start.begin.button"), network=network.id)),
        )
    )


StepAction = Literal["show", "take", "back", "done", "more"]
STYLES: dict[StepAction, discord.ButtonStyle] = {
    "done": discord.ButtonStyle.success,
    "take": discord.ButtonStyle.primary,
}


class Step(Button, name="roadmap"):
    """'I'll do it', 'It's done', 'Still on it', 'Give it back', and 'Step 3' to show one."""

    audience = members_of(Roadmap, "roadmap")

    roadmap: Id
    step: Annotated[int, r"\d"]
    do: StepAction

    async def press(self, ctx: Context) -> None:
        """Do it, if the presser may, and show the roadmap."""
        roadmap = await ctx.read(roadmaps.open_roadmap, self.roadmap)
        step = roadmaps.step_of(roadmap, self.step)
        if self.do in ("done", "back", "more"):
            _must_be_theirs(ctx, roadmap, step)
        if self.do == "done" and step.name == NEEDS_GROUPS and step.state == "open":
            await ctx.open(GroupsForm(ctx.texts, roadmap=self.roadmap, step=self.step))
            return
        await carry_out(ctx, self.roadmap, self.step, self.do)


def steps(roadmap: Roadmap, pairs: Iterable[tuple[int, StepAction]], texts: Texts) -> ui.ActionRow[Any]:
    """Return a row of buttons for steps."""
    return row(
        *[
            Step(
                label=texts(
                    f"network.step.{do}.button",
                    number=number,
                    title=texts(f"network.steps.{STEPS[number - 1]}.title"),
                ),
                style=STYLES.get(do, discord.ButtonStyle.secondary),
                roadmap=roadmap.id,
                step=number,
                do=do,
            )
            for number, do in pairs
        ]
    )


async def carry_out(ctx: Context, roadmap_id: int, number: int, do: StepAction, *, words: str = "") -> None:
    """Store what somebody does with a step, and show the roadmap."""
    guild_id, user_id, now = ctx.guild_id, ctx.user_id, ctx.now

    def store(session: Session) -> tuple[Roadmap, Meeting | None]:
        roadmap = roadmaps.open_roadmap(session, roadmap_id, guild_id=guild_id)
        if do == "take":
            roadmap = roadmaps.take(session, roadmap, number, user_id, now=now)
        elif do == "back":
            roadmap = roadmaps.give_back(session, roadmap, number, now=now)
        elif do == "more":
            roadmap = roadmaps.still_on_it(session, roadmap, number, now=now)
        elif do == "done":
            roadmap = roadmaps.done(session, roadmap, number, user_id, words=words, now=now)
        return roadmap, roadmaps.first_meeting(session, roadmap)

    roadmap, meeting = await ctx.write(store)
    await ctx.replace(roadmap_card(ctx.bot, roadmap, meeting, focus=number if do != "done" else None))


def _must_be_theirs(ctx: Context, roadmap: Roadmap, step: RoadmapStep) -> None:
    """Let the owner and the region's organisers act; anybody may act on an unowned step.

    Raises:
        Refused: it is somebody else's.
    """
    if step.owner_id not in (None, ctx.user_id) and not may_organise_network(ctx, roadmap.network):
        raise Refused("network.roadmap.not_yours")


class GroupsForm(Form, name="groups", words="network.groups"):
    """The form for the groups that were formed."""

    audience = members_of(Roadmap, "roadmap")

    roadmap: Id
    step: Annotated[int, r"\d"]
    groups = Line(GROUPS_LENGTH, long=True)

    async def send(self, ctx: Context) -> None:
        """Record the groups, and so that the step is done."""
        roadmap = await ctx.read(roadmaps.open_roadmap, self.roadmap)
        _must_be_theirs(ctx, roadmap, roadmaps.step_of(roadmap, self.step))
        words = ", ".join(names_of_groups(self.groups.value))[:GROUPS_LENGTH]
        await carry_out(ctx, self.roadmap, self.step, "done", words=words)


def roadmap_card(
    bot: Bot, roadmap: Roadmap, meeting: Meeting | None, *, focus: int | None = None, fresh: bool = False
) -> Card:
    """Return how far along a roadmap is, with one step's help and buttons."""
    texts, region = bot.texts, roadmap.network.name
    present = roadmaps.current(roadmap)
    if present is None:
        return _end_card(roadmap, meeting, texts)
    shown = roadmaps.step_of(roadmap, focus) if focus is not None else present
    others = [step for step in roadmap.steps if step.state == "open" and step is not shown]
    return Card(
        texts("network.start.title", region=region),
        texts("network.start.begun") if fresh else texts("network.start.intro"),
        line(*[_line(step, texts) for step in roadmap.steps]),
        texts(
            "network.roadmap.focus",
            number=shown.number,
            title=texts(f"network.steps.{shown.name}.title"),
            help=_help(shown, bot),
        ),
        buttons(roadmap, shown, texts) if shown.state == "open" else None,
        steps(roadmap, [(step.number, "show") for step in others], texts) if others else None,
    )


def buttons(roadmap: Roadmap, step: RoadmapStep, texts: Texts) -> ui.ActionRow[Any]:
    """Return the buttons for a step."""
    actions: tuple[StepAction, ...] = (
        ("done", "more", "back") if step.owner_id is not None else ("take", "done")
    )
    return steps(roadmap, [(step.number, action) for action in actions], texts)


def _line(step: RoadmapStep, texts: Texts) -> Markup:
    if step.state == "done":
        state = texts("network.roadmap.done")
    elif step.owner_id is not None:
        state = texts("network.roadmap.taken", who=who(step.owner_id, texts))
    else:
        state = texts("network.roadmap.open")
    return texts(
        "network.roadmap.step",
        number=step.number,
        title=texts(f"network.steps.{step.name}.title"),
        state=state,
    )


def _help(step: RoadmapStep, bot: Bot) -> Markup:
    return bot.texts(f"network.steps.{step.name}.help", command=bot.mention("network contacts"))


def _end_card(roadmap: Roadmap, meeting: Meeting | None, texts: Texts) -> Card:
    groups = next((step.note for step in roadmap.steps if step.name == NEEDS_GROUPS), "")
    return Card(
        texts("network.roadmap.end", region=roadmap.network.name),
        line(
            texts(
                "network.roadmap.meeting",
                title=meeting.title,
                when=spoken(meeting.starts_at, ZoneInfo(meeting.zone)),
            )
            if meeting is not None
            else None,
            texts("network.roadmap.groups", groups=groups) if groups else None,
        )
        or None,
        texts("network.roadmap.how"),
    )


@dataclass(frozen=True, kw_only=True)
class OfRoadmap(Notice):
    """The base of what is sent about a roadmap."""

    roadmap: int

    async def find(self, ctx: Sending) -> tuple[Roadmap, RoadmapStep | None]:
        """Return the roadmap and its current step; None after the last."""
        plan = await ctx.read(roadmaps.find, self.roadmap)
        if plan is None:
            raise Skip(Why.ROADMAP_GONE)
        return plan, roadmaps.current(plan)


@notice(roadmaps.NUDGE)
class StepNudge(OfRoadmap):
    """The friendly question how a step is going, for its owner or whoever began."""

    step: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, if the step is theirs and not done."""
        (plan, step), texts = await self.find(ctx), ctx.texts
        if step is None or step.number != self.step:
            raise Skip(Why.STEP_DONE)
        if ctx.member != (step.owner_id or plan.started_by):
            raise Skip(Why.STEP_NOT_THEIRS)
        about = {"number": step.number, "title": texts(f"network.steps.{step.name}.title")}
        card = Card(
            texts("network.nudge.title", region=plan.network.name),
            texts("network.nudge.words" if step.owner_id is not None else "network.nudge.first", **about),
            texts("network.nudge.again") if step.nudges else None,
            _help(step, ctx.bot),
            buttons(plan, step, texts),
        )
        return Outgoing(card, push=ctx.push("network.push.nudge", region=plan.network.name, **about))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record that it was asked."""
        roadmaps.nudged(session, self.roadmap, self.step, now=ctx.now)


@notice(roadmaps.STARTED)
class NetworkNews(OfRoadmap):
    """News for the organisers that a network was begun."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so."""
        plan, step = await self.find(ctx)
        if step is None and self.kind == roadmaps.STALLED:
            raise Skip(Why.STEP_DONE)
        what, title = self.kind.partition(".")[2], Markup()
        if step is not None:
            title = ctx.texts(f"network.steps.{step.name}.title")
        about = {
            "region": plan.network.name,
            "number": step.number if step is not None else 0,
            "title": title,
        }
        card = Card(ctx.texts(f"network.{what}.words", **about))
        return Outgoing(card, push=ctx.push(f"network.push.{what}", **about))


@notice(roadmaps.STALLED)
class NetworkStalled(NetworkNews):
    """News that a roadmap has stalled."""


@notice(roadmaps.FINISHED)
class NetworkFinished(NetworkNews):
    """News that a network has been founded."""
