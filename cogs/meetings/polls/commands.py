"""Polls for a date: their commands, and what is sent about them."""

from dataclasses import dataclass
from typing import Any, cast

import discord
from discord import app_commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.mentions import Occasion
from bot.domain.names import normalize
from bot.domain.terms import terms_of
from bot.domain.when import Refusal
from bot.errors import UserError
from cogs.common.context import Context, Used
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.common.options import Autocomplete, FreeTextAutocomplete, Offers
from cogs.common.pick import pick
from cogs.meetings.cards import facts_card
from cogs.meetings.options import MEETING
from cogs.meetings.polls import cards
from cogs.meetings.polls.asking import ask, readings
from cogs.meetings.polls.cards import open_vote, show_manage
from cogs.meetings.reading import resolved
from cogs.meetings.subjects import OfMeeting, Why
from db import meetings
from db.meetings import polls
from db.meetings.poll_models import Poll


class PollOption(Autocomplete):
    """A poll of this server that has not led to a meeting: picked from the list, or its number."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Poll:
        """Return the poll. Raises UserError: it is unknown here or ambiguous; names the nearest."""
        bot = cast("Bot", interaction.client)
        number = value.strip().lstrip("#")
        guild_id = interaction.guild_id or 0
        if number.isdecimal() and len(number) < 10:
            return await bot.store.read(polls.find, int(number), guild_id=guild_id)
        return pick(value, await bot.store.read(polls.running, guild_id), bot.texts, "poll")

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the polls that have not led to a meeting yet."""
        found = await bot.store.read(polls.running, interaction.guild_id or 0)
        sought = normalize(typed)
        return [
            (f"{poll.title}, {poll.region.name}", str(poll.id))
            for poll in found
            if not sought or sought in normalize(poll.title)
        ]


class TimesOption(FreeTextAutocomplete):
    """Several times in words; their readings are echoed while they are typed."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Echo the times typed so far; the choice's value is what was typed."""
        if not typed.strip() or len(typed) > 100:
            return []
        guild, now = await bot.guild_record(interaction.guild_id or 0), bot.clock.now()
        zone, terms = bot.zone_of(guild), terms_of(guild.terms) if guild else None
        offered = readings(typed, now=now, zone=zone, terms=terms)
        if not offered or isinstance(offered[0], Refusal):
            return []
        shown: list[str] = []
        for reading in offered:
            try:
                local = resolved(reading, typed, now=now, zone=zone).starts_at.astimezone(zone)
                shown.append(f"{local:%a} {local.day} {local:%b %H:%M}")
            except UserError:
                shown.append(bot.texts("polls.echo.unclear"))
        return [(f"{bot.texts.count('polls.echo.times', len(shown))}: {', '.join(shown)}", typed)]


PollArgument = app_commands.Transform[Poll, PollOption]
Times = app_commands.Transform[str, TimesOption]


@MEETING.command()
async def poll(interaction: discord.Interaction[Any], title: str, options: Times) -> None:
    """Ask which of several times suits people."""
    await ask(await Context.of(interaction), {"title": title, "options": options})


@MEETING.command()
async def vote(interaction: discord.Interaction[Any], poll: PollArgument) -> None:
    """Say which times suit you, or see the result."""
    ctx = await Context.of(interaction)
    if poll.closed_at is not None:
        await show_manage(ctx, poll)
    else:
        await open_vote(ctx, poll.id)


@job(polls.JOB)
class CheckPoll(Job):
    """Close a poll, or show that one of its times has passed."""

    verb = polls.attend

    poll: int
    do: str


@dataclass(frozen=True, kw_only=True)
class OfPoll(Notice):
    """The base of what is sent about a poll."""

    gone = Why.POLL_GONE

    poll: int

    async def find(self, ctx: Sending, *, closed: bool) -> Poll:
        """Return the poll.

        Raises:
            Skip: it has led to a meeting, or it is not `closed` (or open) as required.
        """
        poll = await ctx.read(polls.find, self.poll)
        if poll.withdrawn_at is not None:
            raise Skip(Why.POLL_WITHDRAWN)
        if poll.meeting_id is not None:
            raise Skip(Why.POLL_SETTLED)
        if (poll.closed_at is not None) is not closed:
            raise Skip(Why.POLL_REOPENED if closed else Why.POLL_CLOSED)
        return poll

    def card(self, ctx: Sending, poll: Poll, *, edit: int | None = None) -> Outgoing:
        """Return the card in its present state."""
        card = cards.poll_card(poll, ctx.texts, now=ctx.now)
        return Outgoing(card, edit=edit, push=cards.poll_push(poll, ctx.texts))


@notice(polls.ANNOUNCE, occasion=Occasion.POLL)
class PollAnnounced(OfPoll):
    """The poll's card, as posted."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the card."""
        poll = await ctx.read(polls.find, self.poll)
        if poll.withdrawn_at is not None:
            raise Skip(Why.POLL_WITHDRAWN)
        return self.card(ctx, poll)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Store the message's id."""
        if message_id is not None:
            channel_id = ctx.delivery.target_id
            polls.announced(session, self.poll, message_id, now=ctx.now, channel_id=channel_id)


@notice(polls.CARD)
class PollCard(OfPoll):
    """The poll's card, brought up to date."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the updated card."""
        poll = await ctx.read(polls.find, self.poll)
        if poll.message_id is None:
            raise Skip(Why.CARD_UNPOSTED)
        return self.card(ctx, poll, edit=poll.message_id)


@notice(polls.REMIND, occasion=Occasion.REMINDER)
class PollReminder(OfPoll):
    """A reminder in the channel that a poll closes soon."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Remind, while the poll is open."""
        poll = await self.find(ctx, closed=False)
        return Outgoing(cards.reminder_card(poll, ctx.texts), push=cards.poll_push(poll, ctx.texts))


@notice(polls.RESULT)
class PollResult(OfPoll):
    """The news to a poll's author, or the organisers, that the answers are in."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return what suits most people, with buttons to schedule a meeting."""
        poll = await self.find(ctx, closed=True)
        missing = await ctx.read_in_thread(polls.missing, poll)
        card = cards.result_card(poll, ctx.texts, missing=missing, now=ctx.now)
        return Outgoing(card, push=ctx.push("polls.push.result", title=poll.title, region=poll.region.name))


@notice(polls.CHOSEN)
class PollSettled(OfMeeting):
    """The news to somebody who could come that the time is settled, and whether they are going."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask; any answer given meanwhile stays."""
        meeting = await self.find(ctx)
        if await ctx.read(meetings.choice_of, meeting.id, ctx.member) is not None:
            raise Skip(Why.ANSWERED)
        card = facts_card(meeting, ctx.texts, ctx.texts("polls.chosen", title=meeting.title))
        return Outgoing(card, push=await self.push(ctx, "chosen", meeting))
