"""The planning sheet: its card, the forms of its steps, and the buttons that lead through it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.plans import LENGTHS, NEEDED, STEPS
from bot.domain.reports import GoalWords
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, plain_lines
from cogs.common.base import IN_SERVER, Action, Card, Form, fitting, line, reply, row
from cogs.common.context import Here, here
from cogs.common.report import Problem
from cogs.groups.actions import MyActions
from cogs.groups.lines import action_line, as_typed, clipped, review_words, share
from cogs.groups.members import must_be_in
from cogs.groups.reading import actions_of
from db import drafts
from db import groups as plans
from db.groups.models import Plan, WorkingGroup

PARTS = ("aim", "decides", "affected", "actions_words", "resources", "worked")
_FORM = re.compile(r"(?P<plan>\d{1,9})\.(?P<step>aim|actions|worked)")
LISTED = "actions_words"
# Of the card's 4,000 characters; the rest is for what stands around what was typed.
ROOM = 3_000


class OpenPlan(Action, template=r"plan:open:(?P<group>\d{1,9})"):
    """'The plan' under the card of a group."""

    audience = IN_SERVER

    def __init__(self, group_id: int, texts: Texts) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(f"plan:open:{group_id}", texts("plans.open.button"), style=style)

    def read(self, match: re.Match[str]) -> None:
        """Take the group out of the custom_id."""
        self.group_id = int(match["group"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the member's draft, or the group's plans."""
        at = await here(interaction)
        group = await bot.store.read(plans.find_group, self.group_id, guild_id=at.guild.id)
        if group is None:
            raise UserError("plans.group.gone")
        await show_plans(interaction, bot, at, group)


class PlanButton(
    Action, template=r"plan:(?P<do>aim|actions|worked|post|drop|dropped|close|show|new):(?P<plan>\d{1,9})"
):
    """A step of the sheet, posting it, throwing a draft away, closing a plan, showing one, or beginning another."""

    audience = IN_SERVER

    def __init__(self, do: str, plan_id: int, texts: Texts, *, strong: bool = False) -> None:
        styles = {"post": discord.ButtonStyle.success, "dropped": discord.ButtonStyle.danger}
        style = styles.get(do) or (discord.ButtonStyle.primary if strong else discord.ButtonStyle.secondary)
        super().__init__(f"plan:{do}:{plan_id}", texts(f"plans.do_{do}.button"), style=style)

    def read(self, match: re.Match[str]) -> None:
        """Take the plan and what is wanted out of the custom_id; of 'new' the number is the group's."""
        self.do, self.plan_id = match["do"], int(match["plan"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Do it, if the presser may."""
        at, texts = await here(interaction), bot.texts
        if self.do == "new":
            await _begin(interaction, bot, at, self.plan_id)
            return
        plan = await the_plan(interaction, bot, at, self.plan_id)
        if self.do in STEPS:
            typed = written(plan, today_of(bot, at))
            await interaction.response.send_modal(StepForm(texts, f"{plan.id}.{self.do}", typed))
        elif self.do == "show":
            await reply(interaction, sheet_card(plan, texts, private=True))
        elif self.do == "post":
            await _post(interaction, bot, at, plan)
        elif self.do == "close":
            plan = await bot.store.write(
                plans.close, plan.id, guild=at.guild, by=interaction.user.id, now=bot.clock.now()
            )
            await reply(interaction, Card(texts("plans.closed", name=plan.group.name)))
        elif plan.state != "draft":
            raise UserError("plans.posted_already")
        elif self.do == "drop":
            sure = row(PlanButton("dropped", plan.id, texts), PlanButton("show", plan.id, texts))
            await reply(interaction, Card(texts("plans.drop_ask"), sure))
        else:
            await bot.store.write(plans.discard, plan)
            await reply(interaction, Card(texts("plans.dropped")))


async def the_plan(interaction: discord.Interaction[Any], bot: Bot, at: Here, plan_id: int) -> Plan:
    """Return a plan that the presser may change: their own draft, or one of a group that they are in.

    Raises:
        UserError: it is gone, or they are not in its group.
        Refused: it is somebody else's draft.
    """
    plan = await bot.store.read(plans.find, plan_id, guild_id=at.guild.id)
    await must_be_in(bot, plan.group, interaction.user.id)
    if plan.state == "draft" and plan.author_id != interaction.user.id:
        raise Refused("plans.not_yours")
    return plan


async def show_plans(interaction: discord.Interaction[Any], bot: Bot, at: Here, group: WorkingGroup) -> None:
    """Show the member's draft as they left it; else the group's plans; else begin one."""
    user_id = interaction.user.id
    await must_be_in(bot, group, user_id)

    def load(session: Session) -> tuple[Plan | None, Sequence[Plan]]:
        return plans.draft_of(session, group.id, user_id), plans.active(session, group.id)

    draft, present = await bot.store.read(load)
    if draft is not None:
        await reply(interaction, sheet_card(draft, bot.texts, private=True))
    elif present:
        buttons = row(PlanButton("new", group.id, bot.texts))
        if len(present) == 1:
            await reply(interaction, sheet_card(present[0], bot.texts, private=True, more=buttons))
        else:
            await reply(interaction, several_card(group, present, bot.texts, buttons))
    else:
        await _begin(interaction, bot, at, group.id)


async def _begin(interaction: discord.Interaction[Any], bot: Bot, at: Here, group_id: int) -> None:
    group = await bot.store.read(plans.find_group, group_id, guild_id=at.guild.id)
    if group is None:
        raise UserError("plans.group.gone")
    await must_be_in(bot, group, interaction.user.id)
    plan = await bot.store.write(
        plans.begin, group.id, interaction.user.id, guild_id=at.guild.id, now=bot.clock.now()
    )
    await reply(interaction, sheet_card(plan, bot.texts, private=True))


async def _post(interaction: discord.Interaction[Any], bot: Bot, at: Here, plan: Plan) -> None:
    texts = bot.texts
    missing = [name for name in NEEDED if not getattr(plan, name)]
    if missing:
        step = next(step for step, fields in STEPS.items() if missing[0] in fields)
        parts = Markup(", ".join(texts(f"plans.part.{name}") for name in missing))
        raise Problem("plans.not_yet", PlanButton(step, plan.id, texts, strong=True), parts=parts)
    try:
        actions = await actions_of(bot, at, plan, plan.actions_words)
    except UserError as error:
        again = PlanButton("actions", plan.id, texts, strong=True)
        raise Problem(error.key, again, **error.fields) from error
    now = bot.clock.now()

    def work(session: Session) -> tuple[Plan, bool]:
        posted = plans.post(session, plan.id, actions, guild=at.guild, by=interaction.user.id, now=now)
        meeting = plans.put_on_agendas(
            session,
            posted.group.region_id,
            guild=at.guild,
            by=bot.user.id if bot.user else 0,
            words=review_words(texts),
            now=now,
        )
        return posted, meeting is not None

    posted, reviewed = await bot.store.write(work)
    said = texts("plans.posted", name=posted.group.name)
    review = texts("plans.review.soon" if reviewed else "plans.review.later")
    await reply(interaction, Card(said, review))


class StepForm(Form):
    """One step of the sheet, filled in with what was typed before."""

    audience = IN_SERVER

    name = "plan"

    def __init__(self, texts: Texts, state: str, typed: Mapping[str, str] | None = None) -> None:
        step = state.partition(".")[2]
        super().__init__(texts(f"plans.step_{step}.modal"), state)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        for part in STEPS[step]:
            self.inputs[part] = self.ask(
                part,
                texts(f"plans.ask_{part}.label"),
                texts(f"plans.ask_{part}.hint"),
                most=LENGTHS[part],
                required=False,
                long=True,
                typed=(typed or {}).get(part),
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "StepForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        if _FORM.fullmatch(state) is None:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store what was typed, whether the sheet is complete or not, and show it."""
        number, _, step = self.state.partition(".")
        at, now, texts = await here(interaction), bot.clock.now(), bot.texts
        plan = await the_plan(interaction, bot, at, int(number))
        typed = {part: item.value for part, item in self.inputs.items()}
        if plan.state == "closed":
            raise UserError("plans.not_active")
        actions: list[GoalWords] | None = None
        try:
            _must_be_whole(plan, typed)
            if step == "actions":
                actions = await actions_of(bot, at, plan, typed["actions_words"])
        except UserError as error:
            again = await _kept(interaction, bot, at, plan, step, typed)
            raise Problem(error.key, again, **error.fields) from error

        def work(session: Session) -> Plan:
            filled = plans.fill(session, plan.id, typed, guild_id=at.guild.id, now=now)
            if filled.state == "active" and actions is not None:
                plans.set_actions(session, filled, actions, guild=at.guild, by=interaction.user.id, now=now)
            return plans.find(session, plan.id, guild_id=at.guild.id)

        await reply(interaction, sheet_card(await bot.store.write(work), texts, private=True))


def _must_be_whole(plan: Plan, typed: Mapping[str, str]) -> None:
    if plan.state == "active" and any(part in NEEDED and not typed[part].strip() for part in typed):
        raise UserError("plans.needed")


async def _kept(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, plan: Plan, step: str, typed: dict[str, str]
) -> ui.Item[Any]:
    """Keep what was typed and could not be carried out; returns the button that brings the form back with it."""
    now = bot.clock.now()
    if plan.state == "draft":
        await bot.store.write(plans.fill, plan.id, typed, guild_id=at.guild.id, now=now)
        return PlanButton(step, plan.id, bot.texts, strong=True)
    draft = await bot.store.write(
        drafts.keep,
        guild_id=at.guild.id,
        user_id=interaction.user.id,
        form=StepForm.name,
        fields=typed,
        now=now,
    )
    return Redo(plan.id, step, draft.id, bot.texts)


class Redo(Action, template=r"plan:redo:(?P<plan>\d{1,9}):(?P<step>aim|actions|worked):(?P<draft>\d{1,9})"):
    """A step of a posted plan again, with what was typed and could not be carried out."""

    audience = IN_SERVER

    def __init__(self, plan_id: int, step: str, draft_id: int, texts: Texts) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(
            f"plan:redo:{plan_id}:{step}:{draft_id}", texts(f"plans.do_{step}.button"), style=style
        )

    def read(self, match: re.Match[str]) -> None:
        """Take plan, step and draft out of the custom_id."""
        self.plan_id, self.step, self.draft_id = int(match["plan"]), match["step"], int(match["draft"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        at = await here(interaction)
        plan = await the_plan(interaction, bot, at, self.plan_id)
        draft = await bot.store.read(drafts.find, self.draft_id, user_id=interaction.user.id)
        kept = draft.fields if draft is not None and draft.form == StepForm.name else {}
        typed = written(plan, today_of(bot, at)) | kept
        await interaction.response.send_modal(StepForm(bot.texts, f"{plan.id}.{self.step}", typed))


def today_of(bot: Bot, at: Here) -> date:
    """Return the day that it is in a server."""
    return bot.clock.now().astimezone(at.zone).date()


def written(plan: Plan, today: date) -> dict[str, str]:
    """Return a sheet as it stands, as somebody would type it."""
    found: dict[str, str] = {part: getattr(plan, part) for part in PARTS}
    if plan.state != "draft":
        found[LISTED] = as_typed(plan.actions, today)
    return found


def sheet_card(
    plan: Plan, texts: Texts, *, private: bool = False, more: ui.ActionRow[Any] | None = None
) -> Card:
    """Return the sheet: in the group's thread, or (`private`) for somebody who is at work on it."""
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
        title,
        *parts,
        _foot(plan, texts, private=private),
        *_rows(plan, texts, private=private),
        more,
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
    if not private:
        return [row(MyActions(plan.id, texts), PlanButton("show", plan.id, texts))]
    following = next((step for step in STEPS if not getattr(plan, STEPS[step][0])), None)
    steps = [PlanButton(step, plan.id, texts, strong=step == following) for step in STEPS]
    if plan.state == "draft":
        return [row(*steps), row(PlanButton("post", plan.id, texts), PlanButton("drop", plan.id, texts))]
    return [row(*steps), row(MyActions(plan.id, texts), PlanButton("close", plan.id, texts))]


def several_card(group: WorkingGroup, present: Sequence[Plan], texts: Texts, more: ui.ActionRow[Any]) -> Card:
    """Return the plans of a group to choose from."""
    lines = [
        texts("plans.several.entry", number=number, aim=plan.aim[:100])
        for number, plan in enumerate(present[:4], 1)
    ]
    shown = [ShowPlan(plan.id, number, texts) for number, plan in enumerate(present[:4], 1)]
    return Card(texts("plans.several.title", name=group.name), line(*lines), row(*shown), more)


class ShowPlan(Action, template=r"plan:look:(?P<plan>\d{1,9}):(?P<number>\d)"):
    """'Plan 2' among several."""

    audience = IN_SERVER

    def __init__(self, plan_id: int, number: int, texts: Texts) -> None:
        super().__init__(f"plan:look:{plan_id}:{number}", texts("plans.look.button", number=number))

    def read(self, match: re.Match[str]) -> None:
        """Take the plan out of the custom_id."""
        self.plan_id = int(match["plan"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show it."""
        plan = await the_plan(interaction, bot, await here(interaction), self.plan_id)
        await reply(interaction, sheet_card(plan, bot.texts, private=True))
