"""Training and events as members see them: the list, 'I'm going' with its consent, and the report-back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import auto
from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.events import report_times
from bot.domain.local_time import to_utc
from bot.domain.weekly_limit import MOST_A_WEEK
from bot.domain.when import Day, Days, Moment, Span
from bot.domain.when.describe import clock_name
from bot.texts import Markup, Texts, When
from cogs.common.base import MEMBERS, Card, fitting, line, row
from cogs.common.buttons import Button, GuildId, Id, named
from cogs.common.context import Context
from cogs.common.doing import do_with
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.people import who
from cogs.common.pick import pick
from cogs.common.times import short_day, written
from db import comms, events
from db.events.models import Event, EventGoer
from db.network import networks

MOST_BUTTONS = 5
MAIL_OUT = "mail_out"
Answer = Literal["ask", "linked", "alone", "not"]


def days_of(event: Event) -> Markup:
    """Return when an event is, in words: one day or several, with any given times."""
    first, last = date.fromisoformat(event.first_on), date.fromisoformat(event.last_on)
    begins, ends = _at(event, first, event.clock), _at(event, last, event.end_clock)
    if begins is not None and ends is not None:
        return When(Span(Moment(begins), Moment(ends)))
    if first != last:
        return When(Days(first, last))
    if begins is not None:
        return written(begins, ZoneInfo(event.zone))
    return When(Day(first))


def _at(event: Event, day: date, clock: str) -> datetime | None:
    zone = ZoneInfo(event.zone)
    return to_utc(day, time.fromisoformat(clock), zone).astimezone(zone) if clock else None


def summary(event: Event) -> str:
    """Return an event in a line, for lists that Discord shows while somebody types."""
    return f"{event.title} · {days_of(event)}"[:100]


async def the_event(bot: Bot, guild_id: int, words: str) -> Event:
    """Return the event meant: by number (even if it is over), or by title (future ones).

    Raises:
        UserError: there is no such future event; names the nearest.
    """
    number = words.strip().lstrip("#")
    if number.isdecimal() and len(number) < 10:
        return await bot.store.read(events.find, int(number), guild_id=guild_id)
    found = await bot.store.read(events.upcoming, guild_id, now=bot.clock.now())
    return pick(words, found, bot.texts, "event", detail=days_of)


def facts(event: Event, texts: Texts) -> Markup:
    """Return what, when, where and the application deadline."""
    apply_by = Day(date.fromisoformat(event.apply_by)) if event.apply_by else None
    several = event.first_on != event.last_on and not event.end_clock
    begins = _at(event, date.fromisoformat(event.first_on), event.clock) if several else None
    return line(
        texts("events.facts.when", when=days_of(event)),
        texts("events.facts.begins", time=clock_name(begins)) if begins is not None else None,
        texts("events.facts.place", place=event.place) if event.place else None,
        texts("events.facts.apply", day=When(apply_by)) if apply_by else None,
        texts("events.facts.about", about=event.about) if event.about else None,
        texts("events.facts.link", link=event.link) if event.link else None,
        texts("events.facts.region", region=event.region.name) if event.region is not None else None,
    )


def list_card(
    found: Sequence[Event], mine: Collection[int], texts: Texts, more: Markup | None = None
) -> Card:
    """Return the events ahead, what the union offers every year, and how to see `more`."""
    entries = [
        line(
            texts(
                "events.list.title",
                number=one.id,
                title=one.title,
                kind=texts(f"events.kinds.{one.kind}.name"),
            ),
            facts(one, texts),
            texts("events.list.mine") if one.id in mine else None,
        )
        for one in found
    ]
    # Discord does not format buttons, so nothing is escaped there.
    buttons = [
        going(one, "ask", texts("events.going.to.button", title=Markup(one.title)))
        for one in found[:MOST_BUTTONS]
    ]
    offers = [(summary(one), str(one.id)) for one in found]
    see = do_with(texts("events.list.see.label"), "events show", offers) if found else None
    yearly = [texts(f"events.kinds.{kind}.about") for kind in ("course", "workshop", "conference", "other")]
    return Card(
        texts("events.list.head"),
        fitting(entries, texts, between="\n\n", room=2_200) if entries else texts("events.list.none"),
        line(texts("events.list.yearly"), *yearly),
        row(*buttons),
        row(see),
        more,
    )


def announcement(event: Event, texts: Texts) -> Card:
    """Return the card of an event for a channel or, after a change, also for those who are going."""
    kind = texts(f"events.kinds.{event.kind}.name")
    return _facts_card(event, f"events.announce.{'changed' if event.turn else 'title'}", texts, kind=kind)


def deadline_card(event: Event, texts: Texts) -> Card:
    """Return the reminder before the application deadline."""
    return _facts_card(event, "events.deadline", texts)


def _facts_card(event: Event, key: str, texts: Texts, answer: Answer = "ask", **fields: Markup) -> Card:
    button = going(event, answer, texts(f"events.going.{answer}.button"))
    return Card(texts(key, title=event.title, **fields), facts(event, texts), row(button))


class Going(Button, name="event"):
    """'I'm going', then whether others going from the region may be told; or 'Not going any more'."""

    audience = MEMBERS

    answer: Answer
    guild: GuildId
    event: Id

    async def press(self, ctx: Context) -> None:
        """Ask, or store the answer."""
        if self.answer == "not":
            gone = await ctx.write(events.not_going, self.event, ctx.user_id)
            await ctx.reply(Card(ctx.text("events.going.not.done", title=gone.title)))
            return
        event = await ctx.read(events.ahead, self.event)
        if self.answer == "ask":
            await show(ctx, event)
            return
        goer = await ctx.write(
            events.going,
            event.id,
            ctx.user_id,
            region_id=await _region(ctx),
            linked=self.answer == "linked",
            wording=ctx.text("events.going.wording"),
        )
        await ctx.reply(going_card(event, goer, ctx.texts))


def going(event: Event, answer: Answer, label: Markup) -> Going:
    """Return the button that gives an answer, or ('ask') the question."""
    style = discord.ButtonStyle.primary if answer in ("ask", "linked") else discord.ButtonStyle.secondary
    return Going(label=label, style=style, answer=answer, guild=event.guild_id, event=event.id)


async def show(ctx: Context, event: Event) -> None:
    """Show the question to somebody who wants to go, or their previous answer."""
    goer = await ctx.read(events.goer_of, event.id, ctx.user_id)
    await ctx.reply(going_card(event, goer, ctx.texts))


def going_card(event: Event, goer: EventGoer | None, texts: Texts) -> Card:
    """Return the question whether somebody is going, or their answer."""
    wording = texts("events.going.wording")
    yes = going(event, "linked", texts("events.going.linked.button"))
    no = going(event, "alone", texts("events.going.alone.button"))
    if goer is None:
        return Card(
            texts("events.going.question", title=event.title), facts(event, texts), wording, row(yes, no)
        )
    if not goer.linked:
        stands = line(texts("events.going.alone.done"), wording)
    elif goer.region_id is None:
        stands = texts("events.going.no_region")
    else:
        stands = texts("events.going.linked.done")
    return Card(
        line(texts("events.going.thanks", title=event.title), facts(event, texts)),
        stands,
        row(no if goer.linked else yes, going(event, "not", texts("events.going.not.button"))),
    )


async def _region(ctx: Context) -> int | None:
    """Return the region of this channel, else that of the member's network."""
    if ctx.region is not None:
        return ctx.region.id
    joined = await ctx.read(networks.joined, ctx.user_id)
    return next((one.region_id for one in joined if one.region_id is not None), None)


def link_card(event: Event, others: Sequence[int], texts: Texts) -> Card:
    """Return who else from the region is going, for somebody who agreed to that as they did."""
    names = Markup("\n".join(f"- {who(user_id, texts)}" for user_id in others[:20]))
    return Card(
        texts.count("events.link", len(others), title=event.title, names=names),
        row(going(event, "alone", texts("events.going.unlink.button"))),
    )


def eve_card(event: Event, texts: Texts, when: str = "eve") -> Card:
    """Return the reminder on the day before, or "today"."""
    return _facts_card(event, f"events.{when}", texts, "not")


class Report(Button, name="event-report"):
    """'I have reported back' or 'Put it on the next meeting's agenda', under the question how it went."""

    audience = MEMBERS

    do: Literal["done", "agenda"]
    guild: GuildId
    event: Id

    async def press(self, ctx: Context) -> None:
        """Store it, or put it on the agenda."""
        if self.do == "done":
            event = await ctx.write(events.reported, self.event, ctx.user_id)
            await ctx.reply(Card(ctx.text("events.report.done.thanks", title=event.title)))
            return
        event = await ctx.read(events.find, self.event)
        # Agenda items are escaped when shown.
        words = ctx.text("events.report.item", title=Markup(event.title))[:300]
        meeting = await ctx.write(events.put_on_agenda, event.id, ctx.user_id, words=words)
        await ctx.reply(Card(ctx.text("events.report.agenda.done", title=meeting.title)))


async def report_card(bot: Bot, event: Event, *, again: bool) -> Card:
    """Return the question how it went, the first time or `again`, with the ways to report back."""
    texts = bot.texts
    found = await bot.store.read(comms.of_guild, event.guild_id)
    mail_out = next((one for one in found if one.known == MAIL_OUT), None)
    about: dict[str, Any] = {"guild": event.guild_id, "event": event.id}
    label = texts("events.report.write.button")
    return Card(
        texts(f"events.report.{'again' if again else 'title'}", title=event.title),
        texts("events.report.delegation" if event.kind == "delegation" else "events.report.words"),
        row(
            Report(label=texts("events.report.agenda.button"), do="agenda", **about),
            named("comms:write", label=label, publication=mail_out.id) if mail_out is not None else None,
            Report(label=texts("events.report.done.button"), do="done", **about),
        ),
    )


class Why(Reason):
    """Why nothing is sent about an event."""

    EVENT_CHANGED = auto()
    EVENT_REMOVED = auto()
    NOBODY_TO_LINK = auto()
    NOT_GOING = auto()
    REPORTED = auto()


@dataclass(frozen=True, kw_only=True)
class OfEvent(Notice):
    """The base of what is sent about an event, unless it has changed since."""

    gone = Why.EVENT_REMOVED

    event: int
    turn: int

    async def find(self, ctx: Sending) -> Event:
        """Return the event, if unchanged since this was stored."""
        event = await ctx.read(events.find, self.event)
        if event.turn != self.turn:
            raise Skip(Why.EVENT_CHANGED)
        return event

    async def goer(self, ctx: Sending) -> EventGoer:
        """Return the answer of the member who is going."""
        goer = await ctx.read(events.goer_of, self.event, ctx.member)
        if goer is None:
            raise Skip(Why.NOT_GOING)
        return goer

    async def push(self, ctx: Sending, event: Event, key: str, **fields: object) -> Markup:
        """Return the sentence for a lock screen: what, when and where."""
        first = date.fromisoformat(event.first_on)
        begins = _at(event, first, event.clock)
        when = await ctx.when(begins, event.zone) if begins is not None else short_day(first, ctx.texts)
        where = event.place or ctx.texts("events.push.nowhere")
        return ctx.push(f"events.push.{key}", title=event.title, when=when, where=where, **fields)


@notice(events.ANNOUNCE)
class EventAnnounced(OfEvent):
    """The card of an event, new or changed."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the card."""
        event = await self.find(ctx)
        kind = ctx.texts(f"events.kinds.{event.kind}.name")
        push = await self.push(ctx, event, "changed" if event.turn else "new", kind=kind)
        return Outgoing(announcement(event, ctx.texts), push=push)


@notice(events.DEADLINE, paced=MOST_A_WEEK)
class ApplySoon(OfEvent):
    """The reminder before the application deadline."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return it."""
        event = await self.find(ctx)
        day = short_day(date.fromisoformat(event.apply_by or event.first_on), ctx.texts)
        return Outgoing(deadline_card(event, ctx.texts), push=await self.push(ctx, event, "apply", day=day))


@notice(events.EVE)
class EventTomorrow(OfEvent):
    """The reminder on the day before, or on the day itself after quiet hours or an outage."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Remind those who are going."""
        event, _ = await self.find(ctx), await self.goer(ctx)
        today = ctx.now.astimezone(ZoneInfo(event.zone)).date()
        when = "eve" if today < date.fromisoformat(event.first_on) else "today"
        return Outgoing(eve_card(event, ctx.texts, when), push=await self.push(ctx, event, when))


@notice(events.LINK, sensitive=True)
class OthersGo(OfEvent):
    """News of others who are going and agreed to be named."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say who, even if the event has changed."""
        event = await ctx.read(events.find, self.event)
        others = await ctx.read(events.linked_with, event.id, ctx.member)
        if not others:
            raise Skip(Why.NOBODY_TO_LINK)
        return Outgoing(link_card(event, others, ctx.texts))


@notice(events.REPORT)
class HowWasIt(OfEvent):
    """The question how an event went."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask those who went and have not reported back."""
        event, goer = await self.find(ctx), await self.goer(ctx)
        if goer.reported_at is not None:
            raise Skip(Why.REPORTED)
        _, last = report_times(date.fromisoformat(event.last_on), ZoneInfo(event.zone))
        again = ctx.now >= last
        words = await self.push(ctx, event, "report_again" if again else "report")
        return Outgoing(await report_card(ctx.bot, event, again=again), push=words)
