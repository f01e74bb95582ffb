"""Polls for a date, and suggestions. Part of the `/meeting` group."""

from collections.abc import Iterable
from typing import Any, cast

import discord
from discord import app_commands
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.mentions import Occasion
from bot.domain.names import normalize
from bot.domain.terms import terms_of
from bot.errors import UserError
from cogs.common import notice
from cogs.common.autocomplete import Autocomplete, FreeTextAutocomplete
from cogs.common.context import Context
from cogs.common.notice import Job, job
from cogs.common.options import RegionName, When, typed
from cogs.common.pick import pick
from cogs.meetings import suggesting
from cogs.meetings.group import MEETING
from cogs.meetings.polls import cards
from cogs.meetings.polls.asking import ask, echo
from cogs.meetings.polls.cards import open_vote, show_manage
from cogs.meetings.push import push
from cogs.meetings.scheduling import POLL, Drafts
from cogs.meetings.subjects import load_meeting
from db import meetings
from db.meetings import polls
from db.meetings.polls.models import Poll
from db.models import Delivery


class PollOption(Autocomplete):
    """A poll of this server that no meeting has come of: picked from the list, or its number."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Poll:
        """Return the poll. Raises UserError: there is none such here, or several; names the nearest."""
        bot = cast("Bot", interaction.client)
        number = value.strip().lstrip("#")
        guild_id = interaction.guild_id or 0
        if number.isdecimal() and len(number) < 10:
            return await bot.store.read(polls.find, int(number), guild_id=guild_id)
        return pick(value, await bot.store.read(polls.running, guild_id), bot.texts, "poll")

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the polls that no meeting has come of yet."""
        found = await bot.store.read(polls.running, interaction.guild_id or 0)
        sought = normalize(typed)
        return [
            (f"{poll.title}, {poll.region.name}", str(poll.id))
            for poll in found
            if not sought or sought in normalize(poll.title)
        ]


class TimesOption(FreeTextAutocomplete):
    """Several times in words; how they are read is echoed while they are typed."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Echo the times that are typed so far; what is picked is what was typed."""
        if not typed.strip() or len(typed) > 100:
            return []
        guild = await bot.guild_record(interaction.guild_id or 0)
        shown = echo(
            typed,
            now=bot.clock.now(),
            zone=bot.zone_of(guild),
            terms=terms_of(guild.terms) if guild else None,
            texts=bot.texts,
        )
        return [(shown, typed)] if shown else []


PollArgument = app_commands.Transform[Poll, PollOption]
Times = app_commands.Transform[str, TimesOption]


@MEETING.command()
async def poll(
    interaction: discord.Interaction[Any],
    title: str,
    options: Times,
    duration: str | None = None,
    closes: When | None = None,
    venue: str | None = None,
    online: str | None = None,
    region: RegionName | None = None,
) -> None:
    """Ask which of several times suits people."""
    fields = typed(locals())
    await ask(await Context.of(interaction), fields)


@MEETING.command()
async def vote(interaction: discord.Interaction[Any], poll: PollArgument) -> None:
    """Say which times suit you, or see the result."""
    ctx = await Context.of(interaction)
    if poll.closed_at is not None:
        await show_manage(ctx, poll)
    else:
        await open_vote(ctx, poll.id)


@MEETING.command()
async def suggest(interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
    """Suggest dates that share the burden of travel."""
    await suggesting.show(await Context.of(interaction), region)


def register_polls(bot: Bot) -> None:
    """Register what polls send and the buttons under it."""
    sending = Sending(bot)
    bot.part(Drafts).carriers[POLL] = ask
    bot.sender.kind(polls.ANNOUNCE, sending.announce, sending.announced, occasion=Occasion.POLL)
    bot.sender.kind(polls.CARD, sending.card)
    bot.sender.kind(polls.REMIND, sending.remind, occasion=Occasion.REMINDER)
    bot.sender.kind(polls.RESULT, sending.result)
    bot.sender.kind(polls.CHOSEN, sending.chosen)


class Sending:
    """What is sent about polls."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def find(self, delivery: Delivery) -> Poll | Skip:
        """Return the poll that a delivery is about."""
        try:
            return await self.bot.store.read(
                polls.find, int(delivery.data["poll"]), guild_id=delivery.guild_id
            )
        except UserError:
            return Skip("poll_gone")

    async def announce(self, delivery: Delivery) -> Outgoing | Skip:
        """Post the card."""
        poll = await self.find(delivery)
        if isinstance(poll, Skip):
            return poll
        if poll.withdrawn_at is not None:
            return Skip("poll_withdrawn")
        now = self.bot.clock.now()
        return Outgoing(
            cards.poll_card(poll, self.bot.texts, now=now), push=cards.poll_push(poll, self.bot.texts)
        )

    def announced(self, session: Session, delivery: Delivery, message_id: int | None) -> None:
        """Keep which message it is."""
        if message_id is not None:
            polls.announced(
                session,
                int(delivery.data["poll"]),
                message_id,
                now=self.bot.clock.now(),
                channel_id=delivery.target_id,
            )

    async def card(self, delivery: Delivery) -> Outgoing | Skip:
        """Bring the card up to date."""
        poll = await self.find(delivery)
        if isinstance(poll, Skip):
            return poll
        if poll.message_id is None:
            return Skip("card_unposted")
        return Outgoing(
            cards.poll_card(poll, self.bot.texts, now=self.bot.clock.now()),
            edit=poll.message_id,
            push=cards.poll_push(poll, self.bot.texts),
        )

    async def remind(self, delivery: Delivery) -> Outgoing | Skip:
        """Remind the channel that it closes before long."""
        poll = await self.find(delivery)
        if isinstance(poll, Skip):
            return poll
        if (over := _over(poll)) is not None:
            return Skip(over)
        return Outgoing(cards.reminder_card(poll, self.bot.texts), push=cards.poll_push(poll, self.bot.texts))

    async def result(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell its author that the answers are in."""
        poll = await self.find(delivery)
        if isinstance(poll, Skip):
            return poll
        if (over := _over(poll)) != "poll_closed":
            return Skip(over or "poll_reopened")
        missing = await self.bot.store.read_in_thread(polls.missing, poll, now=self.bot.clock.now())
        return Outgoing(cards.result_card(poll, self.bot.texts, missing=missing, now=self.bot.clock.now()))

    async def chosen(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell somebody who could come that it is on; what they have answered meanwhile stays."""
        meeting = await load_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        if await self.bot.store.read(meetings.choice_of, meeting.id, delivery.target_id) is not None:
            return Skip("answered")
        return Outgoing(
            cards.chosen_card(meeting, self.bot.texts), push=push("chosen", meeting, self.bot.texts)
        )


@job(polls.JOB)
class CheckPoll(Job):
    """Close a poll, or show that one of its times has passed."""

    poll: int
    do: str

    @override
    async def run(self, ctx: notice.Sending) -> None:
        await ctx.write(polls.attend, self.poll, self.do)


def _over(poll: Poll) -> str | None:
    """Return why a poll takes no more answers, None while it does."""
    if poll.withdrawn_at is not None:
        return "poll_withdrawn"
    if poll.meeting_id is not None:
        return "poll_settled"
    return "poll_closed" if poll.closed_at is not None else None
