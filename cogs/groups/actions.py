"""The actions of a plan: what their owners press, in the nudge and in the thread."""

import re
from collections.abc import Sequence
from typing import Any

import discord

from bot.app import Bot
from bot.errors import Refused, UserError
from bot.texts import Texts
from cogs.common.audience import the_server
from cogs.common.base import GUILD, IN_SERVER, MEMBERS, Action, Card, line, reply, row
from cogs.common.context import here
from cogs.groups.lines import action_line
from cogs.groups.members import must_be_in
from db import groups as plans
from db.groups.models import Plan, PlanAction

SHOWN = 4


class MyActions(Action, template=r"plan:mine:(?P<plan>\d{1,9})"):
    """'My actions' under a plan: one's own, and those that are nobody's."""

    audience = IN_SERVER

    def __init__(self, plan_id: int, texts: Texts) -> None:
        super().__init__(f"plan:mine:{plan_id}", texts("plans.mine.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the plan out of the custom_id."""
        self.plan_id = int(match["plan"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show them with what can be done."""
        at = await here(interaction)
        plan = await bot.store.read(plans.find, self.plan_id, guild_id=at.guild.id)
        await must_be_in(bot, plan.group, interaction.user.id)
        if plan.state != "active":
            raise UserError("plans.not_active")
        await reply(interaction, mine_card(plan, interaction.user.id, at.guild.id, bot.texts))


def mine_card(plan: Plan, user_id: int, guild_id: int, texts: Texts) -> Card:
    """Return the open actions of a plan that are a member's or nobody's, each with its buttons."""
    found = [
        action
        for action in plan.actions
        if action.state == plans.OPEN and action.owner_id in (None, user_id) and not action.owner
    ]
    if not found:
        return Card(texts("plans.mine.title", name=plan.group.name), texts("plans.mine.nothing"))
    blocks: list[Any] = [texts("plans.mine.title", name=plan.group.name)]
    for action in found[:SHOWN]:
        deeds = ("done", "later", "over") if action.owner_id == user_id else ("take", "done")
        blocks += [
            action_line(action, texts),
            row(*[PlanAct(deed, guild_id, action, texts) for deed in deeds]),
        ]
    left = len(found) - SHOWN
    return Card(*blocks, texts.count("cards.more", left) if left > 0 else None)


class PlanAct(Action, template=r"action:(?P<do>done|later|over|take):" + GUILD + r":(?P<action>\d{1,9})"):
    """'Done', 'Later', 'Hand it over' or 'I'll do it' under an action."""

    audience = MEMBERS

    def __init__(self, do: str, guild_id: int, action: PlanAction, texts: Texts) -> None:
        styles = {"done": discord.ButtonStyle.success, "take": discord.ButtonStyle.primary}
        super().__init__(
            f"action:{do}:{guild_id}:{action.id}",
            texts(f"plans.act_{do}.button"),
            style=styles.get(do, discord.ButtonStyle.secondary),
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the action and what is wanted out of the custom_id."""
        self.do, self.guild_id, self.action_id = match["do"], int(match["guild"]), int(match["action"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Do it, if the action is the presser's, or nobody's and they are in the group."""
        guild = await the_server(interaction, bot)
        action, plan = await bot.store.read(plans.action_of, self.action_id, guild_id=guild.id)
        user_id = interaction.user.id
        members = await bot.store.read(plans.members, plan.group_id)
        if user_id not in members:
            raise UserError("plans.action.gone")
        if action.owner_id not in (None, user_id):
            raise Refused("plans.action.taken" if self.do == "take" else "plans.action.not_yours")
        action, plan = await bot.store.write(
            plans.act, self.action_id, self.do, user_id, guild=guild, now=bot.clock.now()
        )
        texts = bot.texts
        said = texts(f"plans.act_{self.do}.thanks")
        after = texts("plans.foot.all_done") if self.do == "done" and _finished(plan) else None
        card = Card(said, action_line(action, texts), after)
        if interaction.guild_id is None and interaction.message is not None:
            # The nudge has done its work: its buttons go.
            await interaction.response.edit_message(view=card)
        else:
            await reply(interaction, card)


def _finished(plan: Plan) -> bool:
    return all(action.state == "done" for action in plan.actions)


def nudge_card(action: PlanAction, plan: Plan, guild_id: int, texts: Texts) -> Card:
    """Return the nudge to the owner of an action."""
    return Card(
        line(
            texts("plans.nudge.title"),
            texts("plans.nudge.words", name=plan.group.name, region=plan.group.region.name),
        ),
        action_line(action, texts),
        row(*[PlanAct(do, guild_id, action, texts) for do in ("done", "later", "over")]),
    )


def handed_card(action: PlanAction, guild_id: int, texts: Texts) -> Card:
    """Return the question in the thread who takes an action over."""
    deeds: Sequence[str] = ("take",)
    buttons = row(*[PlanAct(do, guild_id, action, texts) for do in deeds])
    return Card(texts("plans.handed.title"), action_line(action, texts), buttons)
