"""`/settings mine`: a member's own zone, lead times, quiet hours and whether they want DMs; and their receipt."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing
from bot.domain.lead_times import read_lead_times
from bot.domain.names import alike
from bot.domain.quiet import read_quiet
from bot.domain.when.zones import ABBREVIATIONS
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import ONESELF, Card, line, row
from cogs.common.buttons import Button, Menu, named
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Notice, Sending, notice
from cogs.common.people import closed, how
from cogs.common.times import clock, lead_times_in_words
from db import digest, meetings, people, receipts
from db.digest.models import Digest
from db.models import Person

DMS = ("on", "bare", "off")
LONGEST = 100
NONE = "none"


class Dms(Menu, name="settings:dms"):
    """The choice of whether the bot may send its presser DMs, and what their phone may show of them."""

    audience = ONESELF

    async def press(self, ctx: Context) -> None:
        """Store the choice."""
        if len(self.chosen) != 1 or self.chosen[0] not in DMS:
            raise UserError("errors.button_gone")
        dms = self.chosen[0]
        await choose(ctx, {"dms": dms != "off", "discreet": dms == "bare", "dms_closed_at": None})


class Times(Button, name="settings:times"):
    """'Change times'."""

    audience = ONESELF
    style = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with the present choices."""
        person = await ctx.read(people.person, ctx.user_id)
        await ctx.open(TimesForm(ctx.texts, typed=as_typed(person, ctx.texts) if person is not None else {}))


class TimesForm(Form, name="settings", words="settings.form"):
    """The form for lead times, quiet hours and zone; empty fields mean the defaults."""

    audience = ONESELF

    reminders = Line(LONGEST, required=False)
    quiet = Line(LONGEST, required=False)
    zone = Line(LONGEST, required=False)

    async def send(self, ctx: Context) -> None:
        """Store everything, if all of it can be read."""
        reminders, quiet, zone = (self.typed[name].strip() for name in ("reminders", "quiet", "zone"))
        begins, ends = _quiet(quiet) if quiet else (None, None)
        await choose(
            ctx,
            {
                "leads": _leads(reminders) if reminders else None,
                "quiet_from": begins,
                "quiet_until": ends,
                "zone": _zone(zone) if zone else None,
            },
        )


def as_typed(person: Person, texts: Texts) -> dict[str, str]:
    """Return somebody's chosen times as they would type them; empty where they did not choose."""
    hours = people.quiet_of(person)
    return {
        "reminders": ""
        if person.leads is None
        else lead_times_in_words(person.leads, texts)
        if person.leads
        else NONE,
        "quiet": ""
        if person.quiet_from is None
        else texts("settings.quiet_typed", begins=clock(hours.begins, texts), ends=clock(hours.ends, texts))
        if hours.begins != hours.ends
        else NONE,
        "zone": person.zone or "",
    }


async def choose(ctx: Context, changes: Mapping[str, Any]) -> None:
    """Store somebody's choices (fields of `Person`), update their reminders, and show the choices."""

    def store(session: Session, *, now: datetime) -> Person:
        person = people.choose(session, ctx.user_id, **changes)
        people.keep_quiet(session, ctx.user_id, now=now)
        meetings.rearm(session, ctx.user_id, now=now)
        digest.replan(session, ctx.user_id, now=now)
        return person

    await show(ctx, await ctx.write(store), "settings.saved")


async def show(ctx: Context, person: Person, title: str) -> None:
    """Show how the bot messages somebody; in a direct message also what they chose for the server meant there."""
    if not ctx.in_server:
        with suppress(UserError):  # they share none, or several: what holds in all of them is shown
            ctx = await Context.personal(ctx.interaction)
    chosen = await ctx.read(digest.digest_of, ctx.user_id) if ctx.record else None
    await ctx.reply(mine_card(ctx, person, title, chosen))


def mine_card(ctx: Context, person: Person, title: str, chosen: Digest | None) -> Card:
    """Return how the bot messages somebody, and the buttons to change it."""
    texts = ctx.texts
    leads = person.leads if person.leads is not None else (ctx.record.leads if ctx.record else None)
    hours = people.quiet_of(person)
    dms = "off" if not person.dms else "bare" if person.discreet else "on"
    options = [
        discord.SelectOption(
            label=texts(f"settings.dms.{one}.choice"),
            value=one,
            description=texts(f"settings.dms.{one}.hint"),
            default=one == dms,
        )
        for one in DMS
    ]
    return Card(
        texts(title),
        line(
            closed(person, texts) or texts(f"settings.dms_{dms}"),
            texts("settings.reminders", leads=lead_times_in_words(leads, texts))
            if leads is not None
            else texts("settings.reminders_of_server"),
            texts("settings.quiet", begins=clock(hours.begins, texts), ends=clock(hours.ends, texts))
            if hours.begins != hours.ends
            else texts("settings.quiet_none"),
            texts("settings.zone", zone=person.zone) if person.zone else None,
            texts(
                "settings.digest",
                day=texts.language.weekdays[chosen.weekday],
                hour=clock(time(chosen.hour), texts),
            )
            if chosen
            else None,
        ),
        row(Dms(label=texts("settings.dms.label"), options=options)),
        row(
            Times(label=texts("settings.times.button")),
            named("digest", label=texts("digest.settings.button"), guild=ctx.record.id)
            if ctx.record
            else None,
        ),
    )


class Settings(commands.GroupCog, group_name="settings"):
    """A member's own settings."""

    @app_commands.command()
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        """Show how the bot messages you, and change it."""
        ctx = await Context.anywhere(interaction)
        person = await ctx.read(people.person, ctx.user_id) or Person(id=ctx.user_id, dms=True)
        await show(ctx, person, "settings.title")


def _leads(words: str) -> list[int] | None:
    if words.strip().casefold() in {"default", "usual"}:
        return None
    try:
        return read_lead_times(words)
    except ValueError:
        raise UserError("reminders.unread", words=words[:80]) from None


def _quiet(words: str) -> tuple[str | None, str | None]:
    if words.strip().casefold() in {"none", "off", "never"}:
        return "00:00", "00:00"
    if words.strip().casefold() in {"default", "usual"}:
        return None, None
    try:
        hours = read_quiet(words)
    except ValueError:
        raise UserError("settings.quiet_unread", words=words[:60]) from None
    return f"{hours.begins:%H:%M}", f"{hours.ends:%H:%M}"


def _zone(words: str) -> str:
    # 'GMT' and 'EST' are zones to a computer, without summer time: an hour off for half the year.
    zones = {zone.casefold(): zone for zone in available_timezones() if "/" in zone or zone == "UTC"}
    sought = words.strip().casefold().replace(" ", "_")
    if sought in zones:
        return zones[sought]
    cities = {zone.rpartition("/")[2]: name for zone, name in zones.items()}
    if sought in cities:
        return cities[sought]
    _, meant = ABBREVIATIONS.get(sought, (0, ""))
    if meant:
        raise UserError("settings.zone_place", words=words[:60], example=meant)
    near = alike(sought, [*zones, *cities])
    example = zones.get(near[0]) or cities.get(near[0]) if near else "Europe/London"
    raise UserError("settings.zone_unread", words=words[:60], example=str(example))


@notice(receipts.RECEIPT)
class Receipt(Notice):
    """The receipt that something was recorded, and when the next message comes."""

    about: str
    next: str | None = None

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, in words that reveal nothing on a locked phone."""
        said = ctx.texts(f"receipts.{self.about}")
        if self.next is not None:
            guild = await ctx.guild()
            at = await ctx.when(datetime.fromisoformat(self.next), ZoneInfo(guild.zone).key)
            said = Markup(f"{said} {ctx.texts('receipts.next', when=at)}")
        return Outgoing(Card(said, how(ctx.bot)), push=said)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Settings())
