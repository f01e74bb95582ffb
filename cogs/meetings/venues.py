"""`/venue`: what is known about access to the places where networks meet, and the forms that ask."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Bot
from bot.domain.names import nearest
from bot.domain.venues import DETAIL_LENGTH, DETAILS, NAME_LENGTH, STEPS, beside, clean_name, stale, told
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.autocomplete import AsTyped, by_name
from cogs.common.base import IN_SERVER, Action, Card, Form, fitting, line, reply, row
from cogs.common.context import here
from cogs.common.mention import host_of, who
from cogs.common.times import stamp
from db import drafts
from db.meetings import venues
from db.meetings.models import Meeting, Venue
from db.meetings.placing import place_named

DRAFT = "venue"
_STATE = re.compile(r"(venue|draft)\.(\d{1,9})\.([0-1])")


def access(meeting: Meeting, texts: Texts) -> Markup:
    """Return what is known about access to a meeting, and what is not, in words."""
    if meeting.place is None:
        return (
            texts("meetings.card.access", access=meeting.access)
            if meeting.access
            else texts("meetings.card.access_unknown")
        )
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
    """Return what is known of a venue, what is unknown, and how fresh that is at `at`.

    `unsure`: what to say instead of details that somebody contradicts; `told`: details that a meeting tells of itself.
    """
    known = [name for name in DETAILS if getattr(venue, name)]
    unknown = [
        texts(f"venues.details.{name}.name")
        for name in DETAILS
        if not getattr(venue, name) and name not in told
    ]
    said = [
        texts(f"venues.details.{name}.known", words=unsure.get(name) or _sentence(getattr(venue, name)))
        for name in known
    ]
    checked = texts("venues.checked", when=stamp(venue.checked_at, "D"), who=_checker(venue, texts))
    return line(
        texts("venues.access", name=venue.name),
        *said,
        texts("venues.unknown", names=Markup(", ".join(unknown))) if unknown else None,
        Markup(f"{checked} {texts('venues.stale')}") if stale(venue.checked_at, at) else checked,
    )


def _checker(venue: Venue, texts: Texts) -> Markup:
    return who(venue.checked_by, texts) if venue.checked_by is not None else texts("cards.former_member")


def _sentence(words: str) -> str:
    return words.rstrip(". ")


class AskVenue(Action, template=r"venue:(?P<venue>\d{1,9}):(?P<do>[01]|same)"):
    """'Ways in and rooms', 'Getting there, food, faith, online', 'All this still holds'."""

    audience = IN_SERVER

    venue_id: int
    do: str

    def __init__(self, venue_id: int, do: str, texts: Texts) -> None:
        super().__init__(f"venue:{venue_id}:{do}", texts(f"venues.do.{do}.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take venue and deed out of the custom_id."""
        self.venue_id, self.do = int(match["venue"]), match["do"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form, filled in with what is known, or note that all is as it was."""
        at = await here(interaction)
        at.must_organise(None)
        venue = await bot.store.read(venues.find, self.venue_id, guild_id=at.guild.id)
        if self.do != "same":
            state = f"venue.{venue.id}.{self.do}"
            await interaction.response.send_modal(VenueForm(bot.texts, state, venue))
            return
        now = bot.clock.now()
        venue = await bot.store.write(
            venues.keep, venue.name, guild_id=at.guild.id, by=interaction.user.id, now=now, details={}
        )
        await reply(interaction, venue_card(venue, bot.texts, at=now, organiser=True))


class VenueForm(Form):
    """One step of what is asked of a venue."""

    audience = IN_SERVER

    name = "venue"

    def __init__(self, texts: Texts, state: str, venue: Venue | None = None) -> None:
        step = int(state[-1])
        super().__init__(texts(f"venues.form.{step}.modal"), state)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        for name in STEPS[step]:
            self.inputs[name] = self.ask(
                name,
                texts(f"venues.form.{name}.label"),
                texts(f"venues.form.{name}.hint"),
                most=DETAIL_LENGTH,
                required=False,
                typed=str(getattr(venue, name)) if venue is not None else None,
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "VenueForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        if _STATE.fullmatch(state) is None:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the step, and offer the next."""
        at = await here(interaction)
        at.must_organise(None)
        kind, number, _ = self.state.split(".")
        if kind == "venue":
            name = (await bot.store.read(venues.find, int(number), guild_id=at.guild.id)).name
        else:
            draft = await bot.store.read(drafts.find, int(number), user_id=interaction.user.id)
            if draft is None:
                raise UserError("errors.draft_gone")
            name = str(draft.fields["name"])
        now = bot.clock.now()
        said = {name: " ".join(item.value.split()) for name, item in self.inputs.items()}
        venue = await bot.store.write(
            venues.keep, name, guild_id=at.guild.id, by=interaction.user.id, now=now, details=said
        )
        heard = await who_hears(bot, venue, now)
        await reply(interaction, venue_card(venue, bot.texts, at=now, organiser=True, heard=heard))


async def who_hears(bot: "Bot", venue: Venue, now: datetime) -> Markup | None:
    """Return how many hear that the record of a venue has changed; None when no meeting there is ahead."""
    ahead, people = await bot.store.read(venues.told, venue.id, guild_id=venue.guild_id, now=now)
    if not ahead:
        return None
    return bot.texts.count("venues.told", people) if people else bot.texts("venues.told.none")


async def open_form(interaction: discord.Interaction[Any], bot: Bot, words: str) -> None:
    """Open the first form for a venue, known or new.

    Raises:
        Refused: the person organises no region.
        UserError: that is no name.
    """
    at = await here(interaction)
    at.must_organise(None)
    name = clean_name(words)
    if name is None:
        raise UserError("venues.name")
    venue = await bot.store.read(place_named, at.guild.id, name)
    if venue is not None:
        await interaction.response.send_modal(VenueForm(bot.texts, f"venue.{venue.id}.0", venue))
        return
    draft = await bot.store.write(
        drafts.keep,
        guild_id=at.guild.id,
        user_id=interaction.user.id,
        form=DRAFT,
        fields={"name": name},
        now=bot.clock.now(),
    )
    await interaction.response.send_modal(VenueForm(bot.texts, f"draft.{draft.id}.0"))


def venue_card(
    venue: Venue, texts: Texts, *, at: datetime, organiser: bool, heard: Markup | None = None
) -> Card:
    """Return all that is known of a venue; organisers get the buttons to bring it up to date.

    `heard`: who is told of what was changed just now.
    """
    return Card(
        texts("venues.title", name=venue.name),
        texts("venues.address", address=venue.address) if venue.address else texts("venues.no_address"),
        details(venue, texts, at=at),
        heard,
        row(*[AskVenue(venue.id, do, texts) for do in ("0", "1", "same")]) if organiser else None,
    )


def list_card(found: list[Venue], texts: Texts, *, at: datetime) -> Card:
    """Return the venues of a server, each with how much of it is unknown."""
    if not found:
        return Card(texts("venues.list.title"), texts("venues.list.none"))
    entries = [
        texts(
            "venues.list.stale" if stale(venue.checked_at, at) else "venues.list.entry",
            name=venue.name,
            unknown=sum(not getattr(venue, name) for name in DETAILS),
            of=len(DETAILS),
            when=stamp(venue.checked_at, "D"),
        )
        for venue in found
    ]
    return Card(texts("venues.list.title"), fitting(entries, texts), texts("venues.list.how"))


class VenueOption(AsTyped):
    """A venue in words; the known ones are offered."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the venues that are known here."""
        names = [venue.name for venue in await bot.store.read(venues.of_guild, interaction.guild_id or 0)]
        return by_name(typed, names)


VenueName = app_commands.Transform[str, VenueOption]


@app_commands.guild_only()
class Venues(commands.GroupCog, group_name="venue"):
    """Places where networks meet."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the buttons and the form."""
        self.bot.add_dynamic_items(AskVenue)
        self.bot.forms.add(VenueForm)

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List the venues that are known."""
        at = await here(interaction)
        found = await self.bot.store.read(venues.of_guild, at.guild.id)
        await reply(interaction, list_card(list(found), self.bot.texts, at=self.bot.clock.now()))

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any], venue: VenueName) -> None:
        """Show what is known of a venue."""
        at = await here(interaction)
        found = await self._find(at.guild.id, venue)
        card = venue_card(found, self.bot.texts, at=self.bot.clock.now(), organiser=at.organises(None))
        await reply(interaction, card)

    @app_commands.command()
    async def check(self, interaction: discord.Interaction[Any], venue: VenueName) -> None:
        """Add a venue, or bring up to date what is known of it."""
        await open_form(interaction, self.bot, venue)

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], venue: VenueName) -> None:
        """Forget a venue."""
        at = await here(interaction)
        at.must_organise(None)
        found = await self._find(at.guild.id, venue)
        now, actor = self.bot.clock.now(), interaction.user.id
        told = await self.bot.store.write(venues.remove, found.id, guild_id=at.guild.id, by=actor, now=now)
        heard = self.bot.texts.count("venues.told", told) if told else None
        await reply(interaction, Card(self.bot.texts("venues.removed", name=found.name), heard))

    async def _find(self, guild_id: int, words: str) -> Venue:
        found = await self.bot.store.read(place_named, guild_id, words[: 2 * NAME_LENGTH])
        if found is not None:
            return found
        names = [venue.name for venue in await self.bot.store.read(venues.of_guild, guild_id)]
        near = nearest(words, names, most=1)
        if near:
            raise UserError("venues.none_near", name=words[:60], near=near[0])
        raise UserError("venues.none", name=words[:60])


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Venues(bot))
