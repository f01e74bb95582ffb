"""`/campaign mine`: what a member did and put aside, for them alone."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.campaigns import Campaign
from bot.errors import UserError
from bot.texts import Markup
from cogs.campaigns.buttons import completed_row, private_row
from cogs.campaigns.group import CAMPAIGN
from cogs.campaigns.lookup import words_of
from cogs.common.base import Card, fitting
from cogs.common.buttons import PagedMenu
from cogs.common.campaigns import content_of, shown
from cogs.common.context import Context
from cogs.common.times import written
from db import campaigns
from db.campaigns.models import CompletedAction


@CAMPAIGN.command()
async def mine(interaction: discord.Interaction[Any]) -> None:
    """Show a member, privately, what they did and put aside."""
    await _show(await Context.of(interaction))


async def _show(ctx: Context, said: Markup | None = None) -> None:
    content = content_of(ctx.texts)

    def load(session: Session) -> Card:
        return mine_card(
            ctx.guild_id,
            campaigns.completed_actions_of(session, ctx.user_id, guild_id=ctx.guild_id),
            campaigns.dismissals(session, ctx.user_id, guild_id=ctx.guild_id),
            campaigns.campaigns_of(session, ctx.guild_id, content),
            ctx.bot,
            private=campaigns.subscription_of(session, ctx.user_id, guild_id=ctx.guild_id) is not None,
            zone=ctx.zone,
            said=said,
        )

    await ctx.reply(await ctx.read(load))


class TakeBack(PagedMenu, name="aside:back"):
    """'Take back what you put aside'."""

    async def press(self, ctx: Context) -> None:
        """Let it be suggested again."""
        campaign, _, action = self.the_one().partition(" ")
        if not campaign:
            raise UserError("errors.button_gone")
        await ctx.write(campaigns.take_back, ctx.user_id, campaign=campaign, action=action)
        await _show(ctx, ctx.text("campaigns.aside.back"))


def mine_card(
    guild_id: int,
    completed_actions: Sequence[CompletedAction],
    dismissals: Iterable[tuple[str, str]],
    found: Sequence[Campaign],
    bot: Bot,
    *,
    private: bool,
    zone: ZoneInfo,
    said: Markup | None = None,
) -> Card:
    """Return what a member did and put aside, for them alone."""
    texts = bot.texts
    known = {campaign.id: campaign for campaign in found}
    entries = [
        texts(
            "campaigns.mine.entry",
            when=written(completed.done_at.replace(second=0, microsecond=0), zone),
            words=words_of(known.get(completed.campaign), completed.action, texts),
            title=known[completed.campaign].title if completed.campaign in known else completed.campaign,
            note=texts("campaigns.mine.note", note=completed.note) if completed.note else Markup(),
        )
        for completed in completed_actions
    ]
    aside = sorted(key for key in dismissals if key[0] in known)
    left_out = [
        words_of(known[campaign], action, texts) if action else shown(known[campaign].title)
        for campaign, action in aside
    ]
    offers = [
        (_plainly(known[campaign], action), f"{campaign} {action}".strip()) for campaign, action in aside
    ]
    return Card(
        said,
        texts("campaigns.mine.title"),
        fitting(entries, texts, room=2_000)
        if entries
        else texts("campaigns.mine.none", done=bot.mention("campaign done")),
        completed_row(completed_actions[0].id, texts) if completed_actions else None,
        texts("campaigns.mine.asides", words=fitting(left_out, texts, between="; ", room=900))
        if left_out
        else None,
        *TakeBack.rows(texts("campaigns.aside.label"), offers),
        texts(f"campaigns.mine.private_{'on' if private else 'off'}"),
        private_row(guild_id, texts, on=not private),
        texts("campaigns.mine.only_you"),
    )


def _plainly(campaign: Campaign, action_id: str) -> str:
    action = campaign.action(action_id)
    return f"{campaign.title}: {action.words}" if action is not None else str(campaign.title)
