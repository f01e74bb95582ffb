"""The cards of a poll and their buttons and menus. They show counts, never who answered what.

While a poll is open only its organisers see counts: a watching channel could tell whose each vote is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.delivery.lock_screen import sentence
from bot.domain.meetings import DEFAULT_MINUTES
from bot.domain.polls import CHOICES, Choice, Tally, best, closes_at, ranked
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import GREY, MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id, Menu
from cogs.common.context import Context
from cogs.common.times import short, spoken, written
from cogs.meetings import cards, scheduling
from db.meetings import polls
from db.meetings.poll_models import Poll, PollOption

Number = Annotated[int, r"\d{1,2}"]
"""The number of one of a poll's times."""


class OfPoll(Button):
    """A button of a poll; organisers can also press theirs in a direct message."""

    audience = MEMBERS

    words: ClassVar[str] = ""
    """The part of the content with its label."""

    guild: GuildId
    poll: Id

    @classmethod
    def on(cls, poll: Poll, texts: Texts, label: Markup | None = None, **rest: Any) -> Self:
        """Return the button of this poll, with its usual label or this one."""
        label = label or texts(f"polls.{cls.words}.button")
        return cls(guild=poll.guild_id, poll=poll.id, label=label, **rest)

    async def for_organisers(self, ctx: Context) -> Poll:
        """Return the poll, for organisers of its region; having created it is not enough."""
        poll = await ctx.read(polls.find, self.poll)
        ctx.must_organise(poll.region)
        return poll


class Vote(OfPoll, name="poll-vote"):
    """'Say what suits you': every time with a menu, for the member alone."""

    words = "vote"

    async def press(self, ctx: Context) -> None:
        """Open it."""
        await open_vote(ctx, self.poll)


async def open_vote(ctx: Context, poll_id: int) -> None:
    """Show a member their votes in a poll, to change them.

    Raises:
        UserError: there is no such poll, or it is closed.
    """
    poll = await ctx.read(polls.find, poll_id)
    if poll.closed_at is not None:
        raise UserError("polls.closed", title=poll.title)
    await ctx.reply(vote_card(poll, ctx.user_id, ctx.texts, now=ctx.now))


async def _store(ctx: Context, poll_id: int, said: Mapping[int, Choice]) -> None:
    poll = await ctx.write(polls.vote, poll_id, user_id=ctx.user_id, said=said)
    await ctx.reply(vote_card(poll, ctx.user_id, ctx.texts, now=ctx.now))


class VoteOn(Menu, name="poll-on"):
    """The menu for a member's vote on one time."""

    audience = MEMBERS

    guild: GuildId
    poll: Id
    number: Number

    async def press(self, ctx: Context) -> None:
        """Store the choice. Raises UserError: it is not one of ours."""
        said: Choice | None = next((one for one in CHOICES if self.chosen == [one]), None)
        if said is None:
            raise UserError("errors.button_gone")
        await _store(ctx, self.poll, {self.number: said})


class VoteAll(OfPoll, name="poll-all"):
    """'All of them suit me' or 'None of them does'."""

    choice: Literal["yes", "no"]

    async def press(self, ctx: Context) -> None:
        """Store it for every future time."""
        poll = await ctx.read(polls.find, self.poll)
        await _store(ctx, self.poll, {option.number: self.choice for option in poll.options})


class Manage(OfPoll, name="poll-manage"):
    """'Result': the votes so far, in words; organisers choose, close or withdraw from there."""

    words = "manage"

    async def press(self, ctx: Context) -> None:
        """Open it."""
        await show_manage(ctx, await ctx.read(polls.find, self.poll))


async def show_manage(ctx: Context, poll: Poll) -> None:
    """Show a poll's result so far, with the buttons that the person may press."""
    organiser = ctx.may_organise(poll.region)
    missing = await ctx.read_in_thread(polls.missing, poll)
    over = poll.withdrawn_at is not None or await ctx.read(polls.time_chosen, poll)
    card = manage_card(
        poll, ctx.texts, organiser=organiser and not over, exact=organiser, missing=missing, now=ctx.now
    )
    await ctx.reply(card)


class ChooseTime(OfPoll, name="poll-settle"):
    """'Schedule: Thursday 5 March ...': turns one time into a meeting, in one click."""

    style = discord.ButtonStyle.primary

    number: Number

    async def press(self, ctx: Context) -> None:
        """Schedule the meeting, and ask those who could come whether they are coming."""
        poll = await self.for_organisers(ctx)
        await scheduling.check_channel(ctx, poll.region)
        meeting = await ctx.write(polls.schedule, poll.id, self.number)
        await ctx.reply(await scheduling.scheduled_card(ctx, meeting, ctx.text("polls.settle.asked")))


def choose_time(poll: Poll, tally: Tally, texts: Texts) -> ChooseTime:
    """Return the button that turns a tally's time into a meeting."""
    option = next(one for one in poll.options if one.id == tally.option_id)
    when = written(option.starts_at, ZoneInfo(poll.zone))
    label = Markup(texts("polls.settle.button", when=Markup(when.partition(" (")[0]))[:80])
    return ChooseTime.on(poll, texts, label, number=option.number)


class Close(OfPoll, name="poll-close"):
    """'Close it now'."""

    words = "close"

    async def press(self, ctx: Context) -> None:
        """Close it, and show the result."""
        poll = await self.for_organisers(ctx)
        await show_manage(ctx, await ctx.write(polls.end, poll.id))


class Reopen(OfPoll, name="poll-open"):
    """'Let it go on': reopens it, for as long as a new one would last."""

    words = "reopen"

    async def press(self, ctx: Context) -> None:
        """Open it again. Raises UserError: all its times have passed."""
        poll = await self.for_organisers(ctx)
        ahead = [option.starts_at for option in poll.options if option.starts_at > ctx.now]
        if not ahead:
            raise UserError("polls.passed")
        closes = closes_at(ctx.now, ahead, ZoneInfo(poll.zone))
        await show_manage(ctx, await ctx.write(polls.reopen, poll.id, closes_at=closes))


class Withdraw(OfPoll, name="poll-withdraw"):
    """'Take it back': withdraws the poll."""

    words = "withdraw"

    async def press(self, ctx: Context) -> None:
        """Withdraw it."""
        poll = await self.for_organisers(ctx)
        poll = await ctx.write(polls.withdraw, poll.id)
        done = ctx.text("polls.withdraw.done", title=poll.title)
        await ctx.reply(Card(done, row(Reopen.on(poll, ctx.texts))))


def when_of(option: PollOption, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return a time of a poll, with its length if not the usual hour."""
    when = written(option.starts_at, zone)
    if option.minutes == DEFAULT_MINUTES:
        return when
    return texts("polls.card.lasting", when=when, length=cards.length_of(option.minutes, texts))


def times(poll: Poll, counted: Sequence[Tally] | None, texts: Texts, now: datetime) -> Markup:
    """Return the times of a poll, one a line, with how many can come where shown."""
    lines: list[Markup] = []
    for place, option in enumerate(poll.options):
        said: dict[str, Any] = {"number": option.number, "when": when_of(option, ZoneInfo(poll.zone), texts)}
        if counted is None or option.starts_at <= now:
            key = "passed" if option.starts_at <= now else "time_alone"
            lines.append(texts(f"polls.card.{key}", **said))
        else:
            tally = counted[place]
            lines.append(texts("polls.card.time", yes=tally.yes, maybe=tally.maybe, no=tally.no, **said))
    return line(*lines)


def result(poll: Poll, counted: Sequence[Tally], texts: Texts, now: datetime) -> Markup:
    """Return the result of a poll in words: the time that suits most, and other suitable ones."""
    if not any(one.yes + one.maybe + one.no for one in counted):
        return texts("polls.result.nobody")
    if not (first := best(counted, now)):
        return texts("polls.result.none")
    top, zone = first[0], ZoneInfo(poll.zone)
    about = {"when": written(top.starts_at, zone), "yes": texts.count("polls.result.can", top.yes)}
    said = texts("polls.result.best", **about)
    if top.maybe:
        said = texts("polls.result.best_with", **about, maybe=texts.count("polls.result.could", top.maybe))
    equal = [one for one in first[1:] if (one.yes, one.maybe) == (top.yes, top.maybe)]
    others = texts("polls.result.and").join(written(one.starts_at, zone) for one in equal)
    return line(said, texts.count("polls.result.tie", len(equal), when=others) if equal else None)


def vote_card(poll: Poll, user_id: int, texts: Texts, *, now: datetime) -> Card:
    """Return a member's vote on each time, to change it; for that member alone."""
    zone = ZoneInfo(poll.zone)
    mine = {
        option.number: vote.choice
        for option in poll.options
        for vote in option.votes
        if vote.user_id == user_id
    }
    parts: list[Markup | ui.Item[Any]] = []
    for option in poll.options:
        if option.starts_at > now:
            chosen = mine.get(option.number)
            options = [
                discord.SelectOption(
                    label=texts(f"polls.choices.{one}.label"), value=one, default=one == chosen
                )
                for one in CHOICES
            ]
            # A screen reader reads the menus one after the other: each says its time.
            label = texts("polls.vote.placeholder", when=short(option.starts_at, zone, texts))
            about = {"guild": poll.guild_id, "poll": poll.id, "number": option.number}
            parts.append(texts("polls.vote.time", when=when_of(option, zone, texts)))
            parts.append(row(VoteOn(label=label, options=options, **about)))
    every = [
        VoteAll.on(poll, texts, texts(f"polls.vote.all_{choice}.button"), choice=choice)
        for choice in ("yes", "no")
    ]
    return Card(
        texts("polls.vote.title", title=poll.title),
        texts("polls.vote.kept") if mine else texts("polls.vote.how"),
        *parts,
        row(*every),
    )


def manage_card(
    poll: Poll, texts: Texts, *, organiser: bool, exact: bool, missing: int, now: datetime
) -> Card:
    """Return the result so far (for non-organisers, once closed), with buttons for those who may choose.

    `exact` is whether this person, as an organiser, sees the counts of an open poll.
    """
    counted = polls.tallies(poll)
    ahead = [one for one in ranked(counted) if one.starts_at > now]
    waiting = poll.closed_at is None
    closes = texts("polls.card.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))) if waiting else None
    title = texts("polls.manage.title", title=poll.title)
    if waiting and not exact:
        return Card(title, texts("polls.manage.later"), times(poll, None, texts, now), closes)
    shown = [
        title,
        result(poll, counted, texts, now),
        times(poll, counted, texts, now),
        line(
            texts.count("polls.card.voted", len(polls.voters(poll))),
            texts.count("polls.card.missing", missing) if missing and exact else None,
            closes,
            None if organiser else texts("polls.manage.organisers"),
        ),
    ]
    if not organiser:
        return Card(*shown)
    end = Close.on(poll, texts) if waiting else Reopen.on(poll, texts)
    return Card(
        *shown,
        row(*[choose_time(poll, one, texts) for one in ahead[:5]]) if ahead else None,
        row(end, Withdraw.on(poll, texts)),
    )


def poll_card(poll: Poll, texts: Texts, *, now: datetime) -> Card:
    """Return a poll as shown in the channel."""
    title = texts("polls.card.title", title=poll.title, region=poll.region.name)
    if poll.withdrawn_at is not None:
        return Card(title, texts("polls.card.withdrawn"), colour=GREY)
    counted = polls.tallies(poll)
    if poll.meeting_id is not None:
        return Card(title, texts("polls.card.scheduled"), times(poll, counted, texts, now), colour=GREY)
    if poll.closed_at is not None:
        voted = texts.count("polls.card.voted", len(polls.voters(poll)))
        return _closed_card(poll, texts, now, voted, Manage.on(poll, texts))
    return Card(
        title,
        texts("polls.card.ask"),
        times(poll, None, texts, now),
        texts("polls.card.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))),
        row(Vote.on(poll, texts, style=discord.ButtonStyle.success), Manage.on(poll, texts)),
    )


def _closed_card(poll: Poll, texts: Texts, now: datetime, answered: Markup | None, *buttons: OfPoll) -> Card:
    counted = polls.tallies(poll)
    buttons = (*(choose_time(poll, one, texts) for one in best(counted, now)), *buttons)
    return Card(
        texts("polls.closed_news", title=poll.title, region=poll.region.name),
        result(poll, counted, texts, now),
        times(poll, counted, texts, now),
        answered,
        row(*buttons) if buttons else None,
    )


def poll_push(poll: Poll, texts: Texts) -> Markup | None:
    """Return the sentence for a lock screen while a poll is open; later its heading gives the result."""
    if poll.withdrawn_at is not None or poll.meeting_id is not None or poll.closed_at is not None:
        return None
    closes = short(poll.closes_at, ZoneInfo(poll.zone), texts)
    return sentence(texts, "polls.push.open", title=poll.title, closes=closes)


def reminder_card(poll: Poll, texts: Texts) -> Card:
    """Return the reminder that a poll closes soon."""
    return Card(
        texts("polls.remind.title", title=poll.title),
        texts("polls.remind.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))),
        row(Vote.on(poll, texts, style=discord.ButtonStyle.success)),
    )


def result_card(poll: Poll, texts: Texts, *, missing: int, now: datetime) -> Card:
    """Return the news that a poll is closed, for its author or the organisers, with buttons to schedule a meeting."""
    return _closed_card(poll, texts, now, texts.count("polls.card.missing", missing) if missing else None)
