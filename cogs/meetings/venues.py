"""`/venue`: what is known about access to the places where networks meet, and the forms for it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.venues import (
    DETAIL_LENGTH,
    DETAILS,
    KEPT,
    NAME_LENGTH,
    STEPS,
    beside,
    clean_name,
    stale,
    told,
)
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context, Used, server_meant
from cogs.common.doing import Do
from cogs.common.forms import Form, Line
from cogs.common.options import FreeTextAutocomplete, Offers, by_name
from cogs.common.people import host_of, who
from cogs.common.pick import pick
from cogs.common.times import stamp
from db.meetings import venues
from db.meetings.models import Meeting, Venue

VENUE = app_commands.Group(name="venue", description="Places where networks meet.")
FIELDS = 5
"""Most fields in a form."""


def access(meeting: Meeting, texts: Texts) -> Markup:
    """Return what is known and unknown about access to a meeting, in words."""
    if meeting.place is None:
        known = "access" if meeting.access else "access_unknown"
        return texts(f"meetings.card.{known}", access=meeting.access)
    listed = {name: str(getattr(meeting.place, name)) for name in DETAILS}
    words, differing = beside(meeting.access or "", listed)
    unsure = dict.fromkeys(differing, texts("venues.differs", host=host_of(meeting, texts)))
    own = texts("meetings.card.access", access=words) if words else None
    return line(own, details(meeting.place, texts, at=meeting.starts_at, unsure=unsure, told=told(words)))


def details(
    venue: Venue,
    texts: Texts,
    *,
    at: datetime,
    unsure: Mapping[str, Markup] = MappingProxyType({}),
    told: Collection[str] = (),
) -> Markup:
    """Return what is known of a venue, what is unknown, and how recent that is at `at`.

    `unsure`: what to say instead of contradicted details; `told`: details that the meeting itself gives.
    """
    known = [name for name in DETAILS if getattr(venue, name)]
    unknown = [
        texts(f"venues.details.{name}.name")
        for name in DETAILS
        if not getattr(venue, name) and name not in told
    ]
    said = [
        texts(f"venues.details.{name}.known", words=unsure.get(name) or getattr(venue, name).rstrip(". "))
        for name in known
    ]
    checked = texts(
        "venues.checked", when=stamp(venue.checked_at, "D"), who=who(venue.checked_by or 0, texts)
    )
    return line(
        texts("venues.access", name=venue.name),
        *said,
        texts("venues.unknown", names=Markup(", ".join(unknown))) if unknown else None,
        Markup(f"{checked} {texts('venues.stale')}") if stale(venue.checked_at, at) else checked,
    )


class AskVenue(Button, name="venue"):
    """'Ways in and rooms', 'Getting there, food, faith, online', 'All this still holds'."""

    venue: Id
    do: Literal["0", "1", "same"]

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with what is known, or record that nothing has changed."""
        ctx.must_organise(None)
        venue = await ctx.read(venues.find, self.venue)
        if self.do != "same":
            typed, step = {name: str(getattr(venue, name)) for name in KEPT}, int(self.do)
            await ctx.open(VenueForm(ctx.texts, kind="venue", number=venue.id, step=step, typed=typed))
            return
        venue = await ctx.write(venues.keep, venue.name, details={})
        await ctx.reply(venue_card(venue, ctx.texts, at=ctx.now, organiser=True))


class VenueForm(Form, name="venue", words="venues.form"):
    """One step of the form for a venue."""

    kind: Literal["venue"]
    number: Id
    step: Annotated[int, "[01]"]

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"venues.form.{self.step}.modal"

    def lines(self) -> Iterable[Line]:
        """Return the fields of the step."""
        return [Line(DETAIL_LENGTH, required=False, name=name) for name in STEPS[self.step]]

    async def send(self, ctx: Context) -> None:
        """Store the step, and offer the next."""
        ctx.must_organise(None)
        venue = await ctx.read(venues.find, self.number)
        said = {name: " ".join(words.split()) for name, words in self.typed.items()}
        await _kept(ctx, await ctx.write(venues.keep, venue.name, details=said))


class NewVenue(Form, name="new-venue", words="venues.form"):
    """The form for a venue's name and how to get in."""

    @property
    def modal(self) -> str:
        """The key of the title."""
        return "venues.form.new.modal"

    def lines(self) -> Iterable[Line]:
        """Return the fields."""
        yield Line(NAME_LENGTH, name="name")
        for name in STEPS[0][: FIELDS - 1]:
            yield Line(DETAIL_LENGTH, required=False, name=name)

    async def send(self, ctx: Context) -> None:
        """Add it to the list, or update it; empty fields stay as they are."""
        ctx.must_organise(None)
        name = clean_name(self.typed["name"])
        if name is None:
            raise UserError("venues.name")
        said = {name: " ".join(words.split()) for name, words in self.typed.items() if words.strip()}
        del said["name"]
        await _kept(ctx, await ctx.write(venues.keep, name, details=said))


class RemoveVenue(Button, name="venue-off"):
    """'Take it off the list', and then 'Yes'."""

    venue: Id
    sure: Literal["ask", "yes"]

    async def press(self, ctx: Context) -> None:
        """Ask for confirmation, or remove it."""
        ctx.must_organise(None)
        found = await ctx.read(venues.find, self.venue)
        if self.sure == "ask":
            yes = RemoveVenue(label=ctx.text("venues.off.yes.button"), venue=found.id, sure="yes")
            back = Do(label=ctx.text("venues.off.no.button"), command="venue show", value=str(found.id))
            await ctx.reply(Card(ctx.text("venues.off.ask", name=found.name), row(yes, back)))
            return
        told = await ctx.write(venues.remove, found.id)
        heard = ctx.texts.count("venues.told", told) if told else None
        rest = row(Do(label=ctx.text("venues.off.rest.button"), command="venue list"))
        await ctx.reply(Card(ctx.text("venues.removed", name=found.name), heard, rest))


async def _kept(ctx: Context, venue: Venue) -> None:
    """Show an updated venue, and who hears of the change."""
    heard = None
    ahead, people = await ctx.read(venues.told, venue.id)
    if ahead:
        heard = ctx.texts.count("venues.told", people) if people else ctx.text("venues.told.none")
    await ctx.reply(venue_card(venue, ctx.texts, at=ctx.now, organiser=True, heard=heard))


def venue_card(
    venue: Venue, texts: Texts, *, at: datetime, organiser: bool, heard: Markup | None = None
) -> Card:
    """Return everything known of a venue; organisers get the buttons to update it.

    `heard`: who is told about the latest change.
    """
    asking = [
        AskVenue(label=texts(f"venues.do.{do}.button"), venue=venue.id, do=do) for do in ("0", "1", "same")
    ]
    remove = RemoveVenue(label=texts("venues.off.button"), venue=venue.id, sure="ask")
    return Card(
        texts("venues.title", name=venue.name),
        texts("venues.address", address=venue.address) if venue.address else texts("venues.no_address"),
        details(venue, texts, at=at),
        heard,
        row(*asking, remove) if organiser else None,
    )


class VenueOption(FreeTextAutocomplete):
    """A venue in words; known ones are offered."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the known venues."""
        guild_id = await server_meant(interaction)
        names = [venue.name for venue in await bot.store.read(venues.of_guild, guild_id)]
        return by_name(typed, names)


VenueName = app_commands.Transform[str, VenueOption]


@VENUE.command(name="list")
async def list_(interaction: discord.Interaction[Any]) -> None:
    """List the known venues, each with how much of it is unknown."""
    ctx = await Context.of(interaction)
    found, texts = await ctx.read(venues.of_guild, ctx.guild_id), ctx.texts
    entries = [
        texts(
            "venues.list.stale" if stale(venue.checked_at, ctx.now) else "venues.list.entry",
            name=venue.name,
            unknown=sum(not getattr(venue, name) for name in DETAILS),
            of=len(DETAILS),
            when=stamp(venue.checked_at, "D"),
        )
        for venue in found
    ]
    shown = [fitting(entries, texts), texts("venues.list.how")] if found else [texts("venues.list.none")]
    await ctx.reply(Card(texts("venues.list.title"), *shown))


@VENUE.command()
async def show(interaction: discord.Interaction[Any], venue: VenueName) -> None:
    """Show what is known of a venue."""
    ctx = await Context.of(interaction)
    found = pick(venue, await ctx.read(venues.of_guild, ctx.guild_id), ctx.texts, "venue")
    await ctx.reply(venue_card(found, ctx.texts, at=ctx.now, organiser=ctx.may_organise(None)))


@VENUE.command()
async def add(interaction: discord.Interaction[Any]) -> None:
    """Add a venue in a form."""
    ctx = await Context.of(interaction)
    ctx.must_organise(None)
    await ctx.open(NewVenue(ctx.texts))
