"""The buttons and selects of a poll. All that they need is in their custom_id, so they outlive restarts."""

import re
from datetime import datetime
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.app import Bot
from bot.domain.polls import CHOICES, Choice, closes_at, ranked
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.audience import the_server
from cogs.common.base import GUILD, MEMBERS, Action, Card, Pressed, line, reply, row
from cogs.common.permissions import may_organise, must_organise
from cogs.common.times import spoken, written
from cogs.meetings import cards, clashes, scheduling
from cogs.meetings.polls.words import number_of, result, times, when_of
from db.meetings import polls
from db.meetings.polls.models import Poll
from db.models import Guild

_POLL = GUILD + r":(?P<poll>\d{1,9})"


class _OfPoll(Action, template=r"(?!)"):
    """A button of a poll; those for organisers are also pressed in a direct message."""

    audience = MEMBERS

    guild_id: int
    poll_id: int

    def read(self, match: re.Match[str]) -> None:
        """Take server and poll out of the custom_id."""
        self.guild_id, self.poll_id = int(match["guild"]), int(match["poll"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Find the poll and do it."""
        guild = await the_server(interaction, bot)
        await self.carry_out(interaction, bot, guild)

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Do what the button says."""
        raise NotImplementedError

    async def for_organisers(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> Poll:
        """Return the poll, for whoever organises its region at present; that they put it does not suffice."""
        poll = await bot.store.read(polls.find, self.poll_id, guild_id=guild.id)
        await must_organise(interaction, bot, guild, poll.region)
        return poll


def _id(name: str, poll: Poll) -> str:
    return f"poll-{name}:{poll.guild_id}:{poll.id}"


class Vote(_OfPoll, template=rf"poll-vote:{_POLL}"):
    """'Say what suits you': every time with a select, for the member alone."""

    def __init__(self, poll: Poll, texts: Texts) -> None:
        super().__init__(_id("vote", poll), texts("polls.vote.button"), style=discord.ButtonStyle.success)

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Open it."""
        await open_vote(interaction, bot, guild, self.poll_id)


async def open_vote(interaction: discord.Interaction[Any], bot: Bot, guild: Guild, poll_id: int) -> None:
    """Show a member what they said to a poll, to be changed.

    Raises:
        UserError: there is no such poll, or it is closed.
    """
    poll = await bot.store.read(polls.find, poll_id, guild_id=guild.id)
    now = bot.clock.now()
    if poll.closed_at is not None:
        raise UserError("polls.closed", title=poll.title)
    await reply(interaction, vote_card(poll, interaction.user.id, bot.texts, now=now))


async def _store(
    interaction: discord.Interaction[Any], bot: Bot, guild: Guild, poll_id: int, said: dict[int, Choice]
) -> None:
    now = bot.clock.now()
    user_id = interaction.user.id
    poll = await bot.store.write(polls.vote, poll_id, guild_id=guild.id, user_id=user_id, said=said, now=now)
    await reply(interaction, vote_card(poll, user_id, bot.texts, now=now))


class VoteOn(Pressed, ui.DynamicItem[ui.Select[Any]], template=rf"poll-on:{_POLL}:(?P<number>\d{{1,2}})"):
    """What a member says to one time."""

    audience = MEMBERS

    def __init__(self, poll: Poll, number: int, mine: str | None, texts: Texts) -> None:
        options = [
            discord.SelectOption(label=texts(f"polls.choices.{one}.label"), value=one, default=one == mine)
            for one in CHOICES
        ]
        super().__init__(
            ui.Select[Any](
                custom_id=f"{_id('on', poll)}:{number}",
                placeholder=texts("polls.vote.placeholder"),
                options=options,
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build the select again from its custom_id."""
        self = cls.__new__(cls)
        ui.DynamicItem.__init__(self, ui.Select[Any](custom_id=match.string))  # pyright: ignore[reportUnknownMemberType] - generic in the library
        self.guild_id, self.poll_id, self.number = (
            int(match["guild"]),
            int(match["poll"]),
            int(match["number"]),
        )
        return self

    guild_id: int
    poll_id: int
    number: int

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store what was chosen."""
        guild = await the_server(interaction, bot)
        await _store(interaction, bot, guild, self.poll_id, {self.number: _chosen(interaction)})


def _chosen(interaction: discord.Interaction[Any]) -> Choice:
    """Return what was chosen in a select.

    Raises:
        UserError: it is none of ours.
    """
    values = cast("list[str]", cast("dict[str, Any]", interaction.data or {}).get("values") or [])
    for choice in CHOICES:
        if values == [choice]:
            return choice
    raise UserError("errors.button_gone")


class VoteAll(_OfPoll, template=rf"poll-all:{_POLL}:(?P<choice>yes|no)"):
    """'All of them suit me' or 'None of them does'."""

    choice: Choice

    def __init__(self, poll: Poll, choice: Choice, texts: Texts) -> None:
        super().__init__(f"{_id('all', poll)}:{choice}", texts(f"polls.vote.all_{choice}.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take poll and choice out of the custom_id."""
        super().read(match)
        self.choice = cast("Choice", match["choice"])

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Store it for every time that is ahead."""
        poll = await bot.store.read(polls.find, self.poll_id, guild_id=guild.id)
        said: dict[int, Choice] = {option.number: self.choice for option in poll.options}
        await _store(interaction, bot, guild, self.poll_id, said)


class Manage(_OfPoll, template=rf"poll-manage:{_POLL}"):
    """'Result': how it stands in words; organisers settle, close or take it back from there."""

    def __init__(self, poll: Poll, texts: Texts) -> None:
        super().__init__(_id("manage", poll), texts("polls.manage.button"))

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Open it."""
        poll = await bot.store.read(polls.find, self.poll_id, guild_id=guild.id)
        await show_manage(interaction, bot, guild, poll)


async def show_manage(interaction: discord.Interaction[Any], bot: Bot, guild: Guild, poll: Poll) -> None:
    """Show how a poll stands, with the buttons that the person may press."""
    now = bot.clock.now()
    organiser = await may_organise(interaction, bot, guild, poll.region)
    missing = await bot.store.scan(polls.missing, poll, now=now)
    over = poll.withdrawn_at is not None or await bot.store.read(polls.settled, poll)
    card = manage_card(
        poll, bot.texts, organiser=organiser and not over, exact=organiser, missing=missing, now=now
    )
    await reply(interaction, card)


class Settle(_OfPoll, template=rf"poll-settle:{_POLL}:(?P<number>\d{{1,2}})"):
    """'Schedule: Thursday 5 March ...': a meeting is made of one time, in one click."""

    number: int

    def __init__(self, poll: Poll, number: int, texts: Texts) -> None:
        option = next(one for one in poll.options if one.number == number)
        when = written(option.starts_at, ZoneInfo(poll.zone))
        super().__init__(
            f"{_id('settle', poll)}:{number}",
            Markup(texts("polls.settle.button", when=Markup(when.partition(" (")[0]))[:80]),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take poll and time out of the custom_id."""
        super().read(match)
        self.number = int(match["number"])

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Schedule the meeting; those who could come are asked whether they are."""
        poll = await self.for_organisers(interaction, bot, guild)
        await scheduling.check_channel(bot, poll.region)
        now = bot.clock.now()
        meeting = await bot.store.write(
            polls.schedule, poll.id, self.number, guild=guild, by=interaction.user.id, now=now
        )
        texts = bot.texts
        await reply(
            interaction,
            Card(
                texts(
                    "meetings.schedule.done",
                    title=meeting.title,
                    when=written(meeting.starts_at, ZoneInfo(meeting.zone)),
                ),
                cards.facts(meeting, texts),
                await clashes.of_meeting(bot, meeting, scheduling.terms_in(guild)),
                line(texts("polls.settle.asked"), texts("meetings.schedule.number", number=meeting.id)),
                row(scheduling.undo(meeting, texts)) if interaction.guild_id is not None else None,
            ),
        )


class Close(_OfPoll, template=rf"poll-close:{_POLL}"):
    """'Close it now'."""

    def __init__(self, poll: Poll, texts: Texts) -> None:
        super().__init__(_id("close", poll), texts("polls.close.button"))

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Close it, and show the result."""
        poll = await self.for_organisers(interaction, bot, guild)
        poll = await bot.store.write(
            polls.end, poll.id, guild=guild, by=interaction.user.id, now=bot.clock.now()
        )
        await show_manage(interaction, bot, guild, poll)


class Reopen(_OfPoll, template=rf"poll-open:{_POLL}"):
    """'Let it go on': for as long as a new one would."""

    def __init__(self, poll: Poll, texts: Texts) -> None:
        super().__init__(_id("open", poll), texts("polls.reopen.button"))

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Open it again."""
        poll = await self.for_organisers(interaction, bot, guild)
        now = bot.clock.now()
        poll = await bot.store.write(
            polls.reopen,
            poll.id,
            guild=guild,
            by=interaction.user.id,
            closes_at=closing(poll, now),
            now=now,
        )
        await show_manage(interaction, bot, guild, poll)


def closing(poll: Poll, now: datetime) -> datetime:
    """Return when a poll that goes on closes.

    Raises:
        UserError: all its times have passed.
    """
    ahead = [option.starts_at for option in poll.options if option.starts_at > now]
    if not ahead:
        raise UserError("polls.passed")
    return closes_at(now, ahead)


class Withdraw(_OfPoll, template=rf"poll-withdraw:{_POLL}"):
    """'Take it back': nothing more is asked."""

    def __init__(self, poll: Poll, texts: Texts, key: str = "polls.withdraw.button") -> None:
        super().__init__(_id("withdraw", poll), texts(key))

    async def carry_out(self, interaction: discord.Interaction[Any], bot: Bot, guild: Guild) -> None:
        """Take it back."""
        poll = await self.for_organisers(interaction, bot, guild)
        poll = await bot.store.write(
            polls.withdraw, poll.id, guild=guild, by=interaction.user.id, now=bot.clock.now()
        )
        await reply(
            interaction,
            Card(bot.texts("polls.withdraw.done", title=poll.title), row(Reopen(poll, bot.texts))),
        )


def vote_card(poll: Poll, user_id: int, texts: Texts, *, now: datetime) -> Card:
    """Return what a member said to each time, to be changed; for that member alone."""
    zone = ZoneInfo(poll.zone)
    blocks: list[Markup | None] = [texts("polls.vote.title", title=poll.title)]
    parts: list[object] = []
    for option in poll.options:
        if option.starts_at <= now:
            continue
        mine = next((vote.choice for vote in option.votes if vote.user_id == user_id), None)
        when = when_of(option, zone, texts)
        parts.append(texts("polls.vote.time", when=when))
        parts.append(row(VoteOn(poll, option.number, mine, texts)))
    said = any(vote.user_id == user_id for option in poll.options for vote in option.votes)
    return Card(
        *blocks,
        texts("polls.vote.kept") if said else texts("polls.vote.how"),
        *parts,  # pyright: ignore[reportArgumentType] - texts and rows
        row(VoteAll(poll, "yes", texts), VoteAll(poll, "no", texts)),
    )


def manage_card(
    poll: Poll, texts: Texts, *, organiser: bool, exact: bool, missing: int, now: datetime
) -> Card:
    """Return the result so far, to others once it is closed; whoever may settle it finds the buttons under it.

    `exact` is whether this person sees the counts of a poll that is open: they organise it.
    """
    counted = polls.tallies(poll)
    ahead = [one for one in ranked(counted) if one.starts_at > now]
    settle = [Settle(poll, number_of(poll, one), texts) for one in ahead[:5]]
    waiting = poll.closed_at is None
    closes = texts("polls.card.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))) if waiting else None
    title = texts("polls.manage.title", title=poll.title)
    if waiting and not exact:
        return Card(title, texts("polls.manage.later"), times(poll, None, texts, now), closes)
    return Card(
        title,
        result(poll, counted, texts, now),
        times(poll, counted, texts, now),
        line(
            texts.count("polls.card.voted", len(polls.voters(poll))),
            texts.count("polls.card.missing", missing) if missing and exact else None,
            closes,
            None if organiser else texts("polls.manage.organisers"),
        ),
        row(*settle) if organiser and settle else None,
        row(Close(poll, texts) if waiting else Reopen(poll, texts), Withdraw(poll, texts))
        if organiser
        else None,
    )


ACTIONS = (Vote, VoteOn, VoteAll, Manage, Settle, Close, Reopen, Withdraw)
