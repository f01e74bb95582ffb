"""The cards of campaigns: the list, one page, one thing to do, and what a member did and put aside."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.campaigns import TIMES, Action, Campaign
from bot.errors import UserError
from bot.texts import Markup, Texts, plain_lines
from cogs.campaigns.buttons import (
    Fit,
    Suggested,
    completed_row,
    nothing_about,
    page_rows,
    private_row,
    suggestion_buttons,
)
from cogs.campaigns.lookup import CAMPAIGN, fit_of, of_id, words_of
from cogs.common.base import BLUE, GREY, MEANT, Card, fitting, line, row
from cogs.common.buttons import PagedMenu
from cogs.common.campaigns import content_of, shown
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.interests import name_of
from cogs.common.times import written
from db import campaigns
from db.campaigns.models import CompletedAction

ROOM = 3_900
"""Out of a card's 4,000 characters; the rest is for what a list says about what it left out."""
LISTS = ("resources", "partners", "ask")


class SeeCampaign(PagedMenu, name="campaign:see"):
    """'See a campaign', under the list."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show its page."""
        found = await of_id(ctx, self.the_one())
        await ctx.reply(show_card(found, ctx.bot, *page_rows(ctx, found)))


def list_card(found: Sequence[Campaign], bot: Bot) -> Card:
    """Return the campaigns of a server."""
    texts = bot.texts
    topic = texts("campaigns.list.pillars.topic")
    on = [campaign for campaign in found if campaign.enabled]
    off = [shown(campaign.title) for campaign in found if not campaign.enabled]
    entries = [
        texts(f"campaigns.list.{'own' if campaign.own else 'entry'}", number=number, title=campaign.title)
        for number, campaign in enumerate(on, 1)
    ]
    return Card(
        line(texts("campaigns.list.title"), texts("campaigns.list.intro")),
        fitting(entries, texts, room=1_800) if entries else texts("campaigns.none_on"),
        line(
            texts("campaigns.list.off", titles=Markup(", ".join(off))) if off else None,
            texts("campaigns.list.how", act=bot.mention("campaign act")),
        ),
        *SeeCampaign.rows(texts("campaigns.list.label"), [(str(one.title), one.id) for one in on]),
        row(Do(label=texts("campaigns.list.pillars.button"), command="guidance ask", value=topic)),
    )


def show_card(campaign: Campaign, bot: Bot, *rows: ui.ActionRow[Any], said: Markup | None = None) -> Card:
    """Return a campaign's page with the quickest actions or, below `said`, all of them."""
    texts = bot.texts
    pillar = name_of("pillar", campaign.pillar, texts) if campaign.pillar else None
    before = (
        said,
        texts("campaigns.show.title", title=campaign.title),
        line(
            texts.to_press(texts.filled(campaign.why))
            if isinstance(campaign.why, Markup)
            else plain_lines(campaign.why),
            texts("campaigns.show.pillar", pillar=pillar) if pillar else None,
            texts("campaigns.show.off") if not campaign.enabled else None,
        ),
    )
    after = _people(campaign, bot) if said else ()
    room = ROOM - sum(len(part) for part in (*before, *after) if part)
    return Card(
        *before,
        *[*_by_time(campaign.actions, texts, room)][: None if said else 1],
        *after,
        *rows,
        colour=BLUE if campaign.enabled else GREY,
    )


def _people(campaign: Campaign, bot: Bot) -> tuple[Markup | None, ...]:
    """Return what helps with a campaign, who works on it and whom to ask."""
    texts = bot.texts
    return (
        *(_list(getattr(campaign, one), texts(f"campaigns.show.{one}"), texts) for one in LISTS),
        texts("campaigns.show.how", done=bot.mention("campaign done")),
    )


class Everything(Suggested, name="campaign:all"):
    """'More on this campaign', on its page, which shows the quickest actions."""

    async def press(self, ctx: Context) -> None:
        """Show every action, what helps and whom to ask."""
        campaign, texts = await of_id(ctx, self.campaign), ctx.texts
        back = Do(label=texts("campaigns.show.back.button"), command="campaign show", value=campaign.id)
        title, after = texts("campaigns.show.title", title=campaign.title), _people(campaign, ctx.bot)
        room = ROOM - len(title) - sum(len(part) for part in after if part)
        await ctx.reply(Card(title, *_by_time(campaign.actions, texts, room), *after, row(back)))


def _by_time(actions: Iterable[Action], texts: Texts, room: int) -> Iterator[Markup]:
    """Yield the actions and their places, grouped by how long they take."""
    either = texts("campaigns.or")
    for time in TIMES:
        title = texts(f"campaigns.show.in.{time}")
        words = [
            texts(
                "campaigns.show.action",
                words=one.words,
                where=Markup(either.join(texts(f"campaigns.places.{place}") for place in one.places)),
            )
            for one in actions
            if one.time == time
        ]
        if words:
            yield (said := line(title, fitting(words, texts, room=max(room - len(title), 0))))
            room -= len(said)


def _list(lines: Iterable[str], title: Markup, texts: Texts) -> Markup | None:
    entries = [
        texts(
            "campaigns.show.line",
            words=texts.to_press(texts.filled(words)) if isinstance(words, Markup) else words,
        )
        for words in lines
    ]
    return line(title, fitting(entries, texts, room=400)) if entries else None


def prompt_card(
    guild_id: int, campaign: Campaign, action: Action, texts: Texts, *, near: Markup | None = None
) -> Card:
    """Return the prompt for a channel; `near` is the key date coming up, if any."""
    return Card(
        texts("campaigns.prompt.title", title=campaign.title),
        near,
        shown(action.words),
        fit_of(action, texts),
        row(*suggestion_buttons(guild_id, campaign, action, Fit(), texts)),
        texts("campaigns.prompt.how"),
    )


def private_card(guild_id: int, campaign: Campaign, action: Action, texts: Texts) -> Card:
    """Return the prompt for a member who asked for prompts."""
    return Card(
        texts("campaigns.prompt.title", title=campaign.title),
        shown(action.words),
        fit_of(action, texts),
        row(*suggestion_buttons(guild_id, campaign, action, Fit(), texts)),
        private_row(guild_id, texts, on=False).add_item(nothing_about(guild_id, campaign, texts)),
        texts("campaigns.prompt.private"),
    )


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
