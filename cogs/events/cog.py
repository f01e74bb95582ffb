"""`/events`: what is coming up, who is going, and what organisers do with an event, with a preview."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.events import KINDS, Dates, read_dates
from bot.domain.free_text import one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.names import normalize
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, When
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button, Id, ask_first
from cogs.common.context import Context, Used
from cogs.common.doing import typed_instead
from cogs.common.forms import Form, Line, OneOf
from cogs.common.options import Autocomplete, Offers
from cogs.common.report import way_back
from cogs.common.times import the_day, unread
from cogs.events import cards
from db import drafts, events
from db.events.models import Event
from db.models import Guild, Region


class EventOption(Autocomplete):
    """An event of this server: picked from the list, or its number, or the beginning of its title."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Event:
        """Return the event. Raises UserError: it is unknown here; names the nearest."""
        return await cards.the_event(cast("Bot", interaction.client), interaction.guild_id or 0, value)

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the upcoming events."""
        found = await bot.store.read(events.upcoming, interaction.guild_id or 0, now=bot.clock.now())
        sought = normalize(typed)
        offers = [(cards.summary(one), str(one.id)) for one in found]
        return [(name, value) for name, value in offers if not sought or sought in normalize(name)]


EventArgument = app_commands.Transform[Event, EventOption]


class Events(commands.GroupCog, group_name="events"):
    """Training and events."""

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List what is coming up, for this channel's region and for everybody."""
        ctx = await Context.of(interaction)
        region_id = ctx.region.id if ctx.region else None
        found = await ctx.read(events.upcoming, ctx.guild_id, region_id=region_id)
        mine = await ctx.read(events.gone_to, ctx.guild_id, ctx.user_id)
        more = typed_instead(ctx.bot, "events show", len(found))
        await ctx.reply(cards.list_card(found, mine, ctx.texts, more))

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Show one event; organisers can change or remove it there."""
        await show(await Context.of(interaction), event)

    @app_commands.command()
    async def add(self, interaction: discord.Interaction[Any]) -> None:
        """Add an event: for this channel's region, or for everybody."""
        await open_form(await Context.of(interaction))

    @app_commands.command()
    async def going(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Say that you are going, or no longer are."""
        ctx = await Context.of(interaction)
        await cards.show(ctx, await ctx.read(events.ahead, event.id))


DRAFT = "event"
SHORT, LONG, WHEN = 100, 500, 160


class EventForm(Form, name="event", words="events.form"):
    """The two-page form for an event; `draft` holds what was typed, `event` is the one to change, 0 for a new one."""

    page: Literal["first", "more"]
    event: Id = 0
    draft: Id = 0

    def lines(self) -> Iterable[Line | OneOf]:
        """Return the fields of the page."""
        if self.page == "more":
            yield Line(LONG, long=True, required=False, name="about")
            yield Line(LONGEST_LINK, required=False, name="link")
            return
        yield Line(SHORT, name="title")
        yield OneOf(*KINDS, name="kind")
        yield Line(WHEN, name="when")
        yield Line(SHORT, required=False, name="place")
        yield Line(SHORT, required=False, name="apply")

    async def send(self, ctx: Context) -> None:
        """Show a preview of what was typed."""
        fields = await _kept(ctx, self.draft) if self.draft else await _blank(ctx, self.event)
        await _preview(ctx, fields | self.typed, self.draft)


async def open_form(ctx: Context, event: Event | None = None) -> None:
    """Open the form, for a new event or filled in with one."""
    ctx.must_organise_for(event.region if event is not None else ctx.region)
    typed = _typed(event) if event is not None else None
    await ctx.open(EventForm(ctx.texts, page="first", event=event.id if event else 0, typed=typed))


def _typed(event: Event) -> dict[str, str]:
    """Return an event as filled in on the form."""
    return {
        "title": event.title,
        "kind": event.kind,
        "when": cards.days_of(event),
        "place": event.place,
        "apply": When(Day(date.fromisoformat(event.apply_by))) if event.apply_by else "",
        "about": event.about,
        "link": event.link,
    }


async def _blank(ctx: Context, event_id: int) -> dict[str, Any]:
    here = ctx.region.id if ctx.region is not None else None
    if not event_id:
        return {"event": 0, "about": "", "link": "", "region": here, "home": here}
    event = await ctx.read(events.find, event_id)
    return _typed(event) | {"event": event.id, "region": event.region_id, "home": event.region_id}


async def _kept(ctx: Context, draft_id: int) -> dict[str, Any]:
    return await ctx.read(drafts.fields_of, draft_id, user_id=ctx.user_id, form=DRAFT)


async def _meant(ctx: Context, fields: Mapping[str, Any]) -> tuple[Event | None, Region | None]:
    """Return the event to change (None for a new one) and its region, for an organiser of that region."""
    event = await ctx.read(events.ahead, fields["event"]) if fields["event"] else None
    region = event.region if event is not None else ctx.region_of(fields["region"])
    if fields["region"] is not None and region is None:
        raise UserError("errors.not_here")
    ctx.must_organise_for(region)
    return event, region


def _days(ctx: Context, event: Event | None, fields: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the days of an event to store; unchanged words are not read again."""
    before = _typed(event) if event is not None else {}
    if event is not None and fields["when"] == before["when"]:
        found = {name: getattr(event, name) for name in ("first_on", "last_on", "clock", "end_clock")}
    else:
        words, languages = fields["when"], ctx.languages
        dates = read_dates(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms, languages=languages)
        if not isinstance(dates, Dates):
            raise unread(dates, ctx.texts)
        first, last = dates.first.isoformat(), dates.last.isoformat()
        found = {"first_on": first, "last_on": last, "clock": dates.clock, "end_clock": dates.end_clock}
    if event is not None and fields["apply"] == before["apply"]:
        apply_by = event.apply_by
    else:
        apply_by = _day(fields["apply"], ctx).isoformat() if fields["apply"].strip() else None
    if apply_by is not None and apply_by > found["last_on"]:
        raise UserError("events.add.apply_after")
    return found | {"apply_by": apply_by}


def _words(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return an event's texts to store. Raises UserError: its link is not a web address."""
    link = read_link(fields["link"]) if fields["link"].strip() else ""
    if link is None:
        raise UserError("events.add.link", link=fields["link"])
    said = {name: one_line(fields[name]) for name in ("title", "about", "place")}
    return said | {"kind": fields["kind"], "link": link}


def _day(words: str, ctx: Context) -> date:
    day = the_day(ctx, words)
    if day < ctx.today:
        raise UserError("events.when.past")
    return day


async def _preview(ctx: Context, fields: dict[str, Any], before: int) -> None:
    """Show an event as it was read, with what can still be added."""
    event, region = await _meant(ctx, fields)
    # Store what was shown, even if 'tomorrow' is another day by then.
    fields = fields | {"days": _days(ctx, event, fields)}
    shown = Event(
        zone=event.zone if event is not None else ctx.guild.zone,
        region=region,
        **fields["days"],
        **_words(fields),
    )
    changed = event is None or not _typed(event).items() <= fields.items()
    kept = {"form": DRAFT, "fields": fields, "instead_of": before}
    draft = await ctx.write(drafts.keep, user_id=ctx.user_id, **kept)
    do: list[Doing] = ["save", "first", "more"] if changed else ["first", "more"]
    if event is None and fields["home"] is not None:
        do.append("everywhere" if region is not None else "here")
    what = "change" if event is not None else "add"
    buttons = [
        EventDraft(
            label=ctx.text(f"events.{what}.save.button" if each == "save" else f"events.form.{each}.button"),
            style=discord.ButtonStyle.primary if each == "save" else discord.ButtonStyle.secondary,
            do=each,
            draft=draft.id,
        )
        for each in do
    ]
    kind = ctx.text(f"events.kinds.{shown.kind}.name")
    title = ctx.text(f"events.{what}.preview", title=shown.title, kind=kind)
    hear = ctx.text(f"events.{what}.hear" if changed else "events.change.nothing")
    await ctx.reply(Card(line(title, cards.facts(shown, ctx.texts)), hear, row(*buttons)))


Doing = Literal["save", "first", "more", "everywhere", "here"]


class EventDraft(Button, name="event:draft"):
    """The buttons under a preview: add or change the event, open a page of its form, or choose its regions."""

    do: Doing
    draft: Id

    async def press(self, ctx: Context) -> None:
        """Store it, open a page, or show it for other regions."""
        fields = await _kept(ctx, self.draft)
        if self.do == "first" or self.do == "more":
            number = int(fields["event"])
            await ctx.open(EventForm(ctx.texts, page=self.do, event=number, draft=self.draft, typed=fields))
        elif self.do == "save":
            label = ctx.text("events.form.first.button")
            with way_back(EventDraft(label=label, do="first", draft=self.draft)):
                await self._save(ctx, fields)
        else:
            region = fields["home"] if self.do == "here" else None
            await _preview(ctx, fields | {"region": region}, self.draft)

    async def _save(self, ctx: Context, fields: Mapping[str, Any]) -> None:
        event, _ = await _meant(ctx, fields)
        if fields["days"]["last_on"] < ctx.today.isoformat():
            raise UserError("events.when.past")
        read = _words(fields) | fields["days"]

        def store(session: Session, *, guild: Guild, actor_id: int, now: datetime) -> Event:
            drafts.drop(session, self.draft)
            if event is not None:
                return events.change(session, event.id, guild=guild, actor_id=actor_id, now=now, **read)
            new = Event(region_id=fields["region"], **read)
            return events.add(session, new, guild=guild, actor_id=actor_id, now=now)

        stored = await ctx.write(store)
        key = "events.add.done_apply" if stored.apply_by else "events.add.done"
        key = key if event is None else "events.change.done"
        await show(ctx, stored, ctx.text(key, title=stored.title))


async def show(ctx: Context, event: Event, said: Markup | None = None) -> None:
    """Show one event: to say whether one is going and, for organisers, to change or remove it."""
    texts = ctx.texts
    over = events.ends_at(event) <= ctx.now
    goer = await ctx.read(events.goer_of, event.id, ctx.user_id)
    changes = all(map(ctx.may_organise, [event.region] if event.region is not None else ctx.guild.regions))
    do: list[Literal["change", "remove"]] = ["remove"] if over else ["change", "remove"]
    buttons: list[Button] = []
    if not over:
        label = texts("events.show.going.button" if goer is not None else "events.going.ask.button")
        buttons.append(cards.going(event, "ask", label))
    if changes:
        buttons += [EventPanel(label=texts(f"events.{each}.button"), do=each, event=event.id) for each in do]
    kind = texts(f"events.kinds.{event.kind}.name")
    title = texts("events.list.title", number=event.id, title=event.title, kind=kind)
    mine = texts("events.list.mine") if goer is not None else None
    await ctx.reply(Card(said, line(title, cards.facts(event, texts), mine), row(*buttons)))


class EventPanel(Button, name="event:panel"):
    """'Change it' and 'Take it off the list' on the card of an event; the latter asks first."""

    do: Literal["show", "change", "remove", "sure"]
    event: Id

    async def press(self, ctx: Context) -> None:
        """Open the form, ask for confirmation, or remove it."""
        event = await ctx.read(events.find, self.event)
        if self.do == "show":
            await show(ctx, event)
            return
        ctx.must_organise_for(event.region)
        if self.do == "change":
            await open_form(ctx, await ctx.read(events.ahead, event.id))
        elif self.do == "remove":
            sure, keep = self.but(do="sure"), self.but(do="show")
            await ask_first(ctx, "events.remove.ask", sure, keep, title=event.title)
        else:
            gone = await ctx.write(events.remove, event.id)
            await ctx.reply(Card(ctx.text("events.remove.done", title=gone.title)))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Events())
