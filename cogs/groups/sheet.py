"""The planning sheet: its card, the forms of its steps, and its buttons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.delivery.lock_screen import share
from bot.domain.plans import LENGTHS, NEEDED, STEPS, Step
from bot.domain.reports import GoalWords
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, plain_lines
from cogs.common.base import IN_SERVER, Card, fitting, line, row
from cogs.common.buttons import Button, Id, ask_first
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Notice, Sending, notice
from cogs.common.report import Problem
from cogs.groups.actions import (
    MyActions,
    Why,
    action_line,
    actions_of,
    as_typed,
    clipped,
    must_be_in,
    review_words,
)
from cogs.groups.threads import opened
from db import drafts, groups
from db.groups.models import Plan, WorkingGroup

PARTS = ("aim", "decides", "affected", "actions_words", "resources", "worked")
LISTED = "actions_words"
Doing = Literal["aim", "actions", "worked", "post", "drop", "dropped", "close", "show", "new"]
# Out of the card's 4,000 characters; the rest is for the text around what was typed.
ROOM = 3_000


class OpenPlan(Button, name="plan:open"):
    """'The plan' under the card of a group."""

    group: Id

    async def press(self, ctx: Context) -> None:
        """Show the member's draft, or the group's plans."""
        await show_plans(ctx, await _the_group(ctx, self.group))


class PlanButton(Button, name="plan"):
    """Opens a step of the sheet, posts it, discards a draft, closes a plan, shows one, or begins another."""

    do: Doing
    plan: Id
    """For 'new', the id of the group."""

    async def press(self, ctx: Context) -> None:
        """Do it, if the presser may."""
        texts = ctx.texts
        if self.do == "new":
            await _begin(ctx, await _the_group(ctx, self.plan))
            return
        plan = await the_plan(ctx, self.plan)
        if self.do in STEPS:
            await ctx.open(StepForm(texts, plan=plan.id, step=self.do, typed=written(plan, ctx.today)))
        elif self.do == "show":
            await ctx.reply(sheet_card(plan, texts, private=True))
        elif self.do == "post":
            await _post(ctx, plan)
        elif self.do == "close":
            plan = await ctx.write(groups.close, plan.id)
            await ctx.reply(Card(texts("plans.closed", name=plan.group.name)))
        elif plan.state != "draft":
            raise UserError("plans.posted_already")
        elif self.do == "drop":
            await ask_first(ctx, "plans.drop.ask", self.but(do="dropped"), self.but(do="show"))
        else:
            await ctx.write(groups.discard, plan)
            await ctx.reply(Card(texts("plans.dropped")))


def plan_button(do: Doing, plan_id: int, texts: Texts, *, strong: bool = False) -> PlanButton:
    """Return the button that does something with a plan."""
    style = discord.ButtonStyle.primary if strong else discord.ButtonStyle.secondary
    style = discord.ButtonStyle.success if do == "post" else style
    return PlanButton(label=texts(f"plans.do_{do}.button"), style=style, do=do, plan=plan_id)


async def the_plan(ctx: Context, plan_id: int) -> Plan:
    """Return a plan that the presser may change: their own draft, or one of their group.

    Raises:
        UserError: it is gone, or they are not in its group.
        Refused: it is somebody else's draft.
    """
    plan = await ctx.read(groups.find, plan_id, guild_id=ctx.guild.id)
    await must_be_in(ctx, plan.group)
    if plan.state == "draft" and plan.author_id != ctx.user_id:
        raise Refused("plans.not_yours")
    return plan


async def _the_group(ctx: Context, group_id: int) -> WorkingGroup:
    group = await ctx.read(groups.find_group, group_id, guild_id=ctx.guild.id)
    if group is None:
        raise UserError("plans.group.gone")
    return group


async def show_plans(ctx: Context, group: WorkingGroup) -> None:
    """Show the member's draft as they left it, else the group's plans, else begin one."""
    await must_be_in(ctx, group)

    def load(session: Session) -> tuple[Plan | None, Sequence[Plan]]:
        return groups.draft_of(session, group.id, ctx.user_id), groups.active(session, group.id)

    draft, present = await ctx.read(load)
    if draft is not None:
        await ctx.reply(sheet_card(draft, ctx.texts, private=True))
    elif present:
        more = row(plan_button("new", group.id, ctx.texts))
        if len(present) == 1:
            await ctx.reply(sheet_card(present[0], ctx.texts, private=True, more=more))
        else:
            await ctx.reply(several_card(group, present, ctx.texts, more))
    else:
        await _begin(ctx, group)


async def _begin(ctx: Context, group: WorkingGroup) -> None:
    await must_be_in(ctx, group)
    plan = await ctx.write(groups.begin, group.id, ctx.user_id)
    await ctx.reply(sheet_card(plan, ctx.texts, private=True))


async def _post(ctx: Context, plan: Plan) -> None:
    texts = ctx.texts
    missing = [name for name in NEEDED if not getattr(plan, name)]
    if missing:
        step: Step = next(one for one, parts in STEPS.items() if missing[0] in parts)
        parts = Markup(", ".join(texts(f"plans.part.{name}") for name in missing))
        raise Problem("plans.not_yet", plan_button(step, plan.id, texts, strong=True), parts=parts)
    try:
        actions = await actions_of(ctx, plan, plan.actions_words)
    except UserError as error:
        again = plan_button("actions", plan.id, texts, strong=True)
        raise Problem(error.key, again, **error.fields) from error

    def work(session: Session) -> tuple[Plan, bool]:
        posted = groups.post(session, plan.id, actions, guild=ctx.guild, actor_id=ctx.user_id, now=ctx.now)
        meeting = groups.put_on_agendas(
            session,
            posted.group.region_id,
            guild=ctx.guild,
            actor_id=ctx.bot.user.id if ctx.bot.user else 0,
            words=review_words(texts),
            now=ctx.now,
        )
        return posted, meeting is not None

    posted, reviewed = await ctx.write(work)
    review = texts("plans.review.soon" if reviewed else "plans.review.later")
    await ctx.reply(Card(texts("plans.posted", name=posted.group.name), review))


class StepForm(Form, name="plan", words="plans"):
    """One step of the sheet, filled in with what was typed before."""

    audience = IN_SERVER

    plan: Id
    step: Step

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"plans.step_{self.step}.modal"

    def lines(self) -> Iterable[Line]:
        """Return the fields of the step."""
        return [Line(LENGTHS[part], required=False, long=True, name=part) for part in STEPS[self.step]]

    def put(self, texts: Texts, name: str, item: ui.Item[Any]) -> None:
        """Add a field with the words of the content."""
        super().put(texts, f"ask_{name}", item)

    async def send(self, ctx: Context) -> None:
        """Store what was typed, complete or not, and show it."""
        plan, typed = await the_plan(ctx, self.plan), self.typed
        if plan.state == "closed":
            raise UserError("plans.not_active")
        actions: list[GoalWords] | None = None
        try:
            _must_be_whole(plan, typed)
            if self.step == "actions":
                actions = await actions_of(ctx, plan, typed["actions_words"])
        except UserError as error:
            again = await _kept(ctx, plan, self.step, typed)
            raise Problem(error.key, again, **error.fields) from error

        def work(session: Session) -> Plan:
            filled = groups.fill(session, plan.id, typed, guild_id=ctx.guild_id, now=ctx.now)
            if filled.state == "active" and actions is not None:
                groups.set_actions(
                    session, filled, actions, guild=ctx.guild, actor_id=ctx.user_id, now=ctx.now
                )
            return groups.find(session, plan.id, guild_id=ctx.guild_id)

        await ctx.reply(sheet_card(await ctx.write(work), ctx.texts, private=True))


def _must_be_whole(plan: Plan, typed: Mapping[str, str]) -> None:
    if plan.state == "active" and any(part in NEEDED and not typed[part].strip() for part in typed):
        raise UserError("plans.needed")


async def _kept(ctx: Context, plan: Plan, step: Step, typed: dict[str, str]) -> ui.Item[Any]:
    """Keep refused input; return the button that reopens the form with it."""
    if plan.state == "draft":
        await ctx.write(groups.fill, plan.id, typed)
        return plan_button(step, plan.id, ctx.texts, strong=True)
    draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=StepForm.name, fields=typed)
    return Redo(
        label=ctx.text(f"plans.do_{step}.button"),
        style=discord.ButtonStyle.primary,
        plan=plan.id,
        step=step,
        draft=draft.id,
    )


class Redo(Button, name="plan:redo"):
    """Reopens a step of a posted plan with refused input."""

    plan: Id
    step: Step
    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        plan = await the_plan(ctx, self.plan)
        draft = await ctx.read(drafts.find, self.draft, user_id=ctx.user_id)
        kept = draft.fields if draft is not None and draft.form == StepForm.name else {}
        typed = written(plan, ctx.today) | kept
        await ctx.open(StepForm(ctx.texts, plan=plan.id, step=self.step, typed=typed))


def written(plan: Plan, today: date) -> dict[str, str]:
    """Return a sheet as somebody would type it."""
    found: dict[str, str] = {part: getattr(plan, part) for part in PARTS}
    if plan.state != "draft":
        found[LISTED] = as_typed(plan.actions, today)
    return found


def sheet_card(
    plan: Plan, texts: Texts, *, private: bool = False, more: ui.ActionRow[Any] | None = None
) -> Card:
    """Return the sheet: for the group's thread or, with `private`, for somebody working on it."""
    title = texts(f"plans.title_{plan.state}", name=plan.group.name, region=plan.group.region.name)
    listed = plan.state != "draft"
    lines = [action_line(action, texts) for action in plan.actions] if listed else []
    words: dict[str, str] = {
        part: getattr(plan, part) for part in PARTS if not (listed and lines and part == LISTED)
    }
    lengths = {part: len(plain_lines(said)) for part, said in words.items()}
    if lines:
        lengths[LISTED] = sum(len(each) + 1 for each in lines)
    most = share(list(lengths.values()), ROOM)
    parts: list[Markup] = []
    for part in PARTS:
        shown = fitting(lines, texts, room=most) if part == LISTED and lines else clipped(words[part], most)
        if shown or not listed:
            parts.append(line(texts(f"plans.part_{part}"), shown or texts("plans.part.open")))
    return Card(
        title, *parts, _foot(plan, texts, private=private), *_rows(plan, texts, private=private), more
    )


def _foot(plan: Plan, texts: Texts, *, private: bool) -> Markup | None:
    if plan.state == "draft":
        return texts("plans.foot.draft")
    if plan.state == "active" and all(action.state == "done" for action in plan.actions):
        return texts("plans.foot.all_done")
    return texts("plans.foot.active") if plan.state == "active" and not private else None


def _rows(plan: Plan, texts: Texts, *, private: bool) -> list[ui.ActionRow[Any]]:
    if plan.state == "closed":
        return []
    mine = MyActions(label=texts("plans.mine.button"), plan=plan.id)
    if not private:
        return [row(mine, plan_button("show", plan.id, texts))]
    following = next((step for step in STEPS if not getattr(plan, STEPS[step][0])), None)
    steps = [plan_button(step, plan.id, texts, strong=step == following) for step in STEPS]
    if plan.state == "draft":
        return [row(*steps), row(plan_button("post", plan.id, texts), plan_button("drop", plan.id, texts))]
    return [row(*steps), row(mine, plan_button("close", plan.id, texts))]


def several_card(group: WorkingGroup, present: Sequence[Plan], texts: Texts, more: ui.ActionRow[Any]) -> Card:
    """Return the plans of a group to choose from."""
    numbered = list(enumerate(present[:4], 1))
    lines = [texts("plans.several.entry", number=number, aim=plan.aim[:100]) for number, plan in numbered]
    shown = [
        ShowPlan(label=texts("plans.look.button", number=number), plan=plan.id, number=number)
        for number, plan in numbered
    ]
    return Card(texts("plans.several.title", name=group.name), line(*lines), row(*shown), more)


class ShowPlan(Button, name="plan:look"):
    """'Plan 2' among several."""

    plan: Id
    number: Annotated[int, r"\d"]

    async def press(self, ctx: Context) -> None:
        """Show it."""
        await ctx.reply(sheet_card(await the_plan(ctx, self.plan), ctx.texts, private=True))


@notice(groups.POSTED, gone=Why.PLAN_GONE)
class PlanPosted(Notice):
    """The plan of a group, in its thread."""

    plan: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the plan."""
        plan = await ctx.read(groups.find, self.plan)
        return Outgoing(sheet_card(plan, ctx.texts), edit=await self.instead(ctx, plan), silent=True)

    async def instead(self, ctx: Sending, plan: Plan) -> int | None:
        """Return the message that it replaces, if any."""
        return None

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Store where the plan was posted."""
        if self.kind != groups.CARD:
            groups.posted(session, self.plan, ctx.delivery.target_id, message_id)


@notice(groups.CARD)
class PlanCard(PlanPosted):
    """The plan of a group, brought up to date."""

    async def instead(self, ctx: Sending, plan: Plan) -> int:
        """Return its message, in an open thread."""
        if plan.message_id is None or plan.channel_id != ctx.delivery.target_id:
            raise Skip(Why.CARD_UNPOSTED if plan.message_id is None else Why.THREAD_REPLACED)
        if not await opened(ctx.bot, ctx.delivery.target_id):
            raise Skip(Why.CHANNEL_GONE)
        return plan.message_id
