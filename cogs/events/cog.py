"""`/events`: courses, workshops, conferences and delegations; who goes, and the report-back."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.events import Dates, read_dates
from bot.domain.free_text import one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.names import fold
from bot.errors import UserError
from cogs.common.autocomplete import Offering
from cogs.common.base import Card, reply
from cogs.common.context import Here, here
from cogs.common.options import When
from cogs.common.readings import the_day, unread
from cogs.events import cards as ui
from db import events
from db.events.models import Event
from db.models import Delivery

Kind = Literal["course", "workshop", "conference", "delegation", "other"]


class EventOption(Offering):
    """An event of this server: picked from the list, or its number, or the beginning of its title."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Event:
        """Return the event.

        Raises:
            UserError: there is none such here; names the nearest.
        """
        return await ui.the_event(cast("Bot", interaction.client), interaction.guild_id or 0, value)

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the events ahead."""
        found = await bot.store.read(events.upcoming, interaction.guild_id or 0, now=bot.clock.now())
        sought = fold(typed)
        offers = [(ui.summary(one), str(one.id)) for one in found]
        return [(name, value) for name, value in offers if not sought or sought in fold(name)]


EventArgument = app_commands.Transform[Event, EventOption]


@app_commands.guild_only()
class Events(commands.GroupCog, group_name="events"):
    """Training and events."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the buttons and the kinds of delivery."""
        self.bot.add_dynamic_items(ui.Going, ui.Report)
        kind = self.bot.sender.kind
        kind(events.ANNOUNCE, self._about(self._announce))
        kind(events.DEADLINE, self._about(self._deadline))
        kind(events.EVE, self._about(self._eve))
        kind(events.LINK, self._about(self._link), sensitive=True)
        kind(events.REPORT, self._about(self._report))

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List what is coming up: for this channel's region and for everybody."""
        at, now = await here(interaction), self.bot.clock.now()
        found = await self.bot.store.read(
            events.upcoming, at.guild.id, now=now, region_id=at.region.id if at.region else None
        )
        mine = await self.bot.store.read(events.gone_to, at.guild.id, interaction.user.id)
        await reply(interaction, ui.list_card(found, mine, self.bot.texts))

    @app_commands.command()
    async def add(
        self,
        interaction: discord.Interaction[Any],
        title: app_commands.Range[str, 1, 100],
        kind: Kind,
        when: When,
        apply: str | None = None,
        place: app_commands.Range[str, 1, 100] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
        about: app_commands.Range[str, 1, 500] | None = None,
        *,
        everywhere: bool = False,
    ) -> None:
        """Add an event: for this channel's region, or for everybody."""
        at = await here(interaction)
        region = None if everywhere else at.region
        at.must_organise_for(region)
        event = await self.bot.store.write(
            events.add,
            guild=at.guild,
            region_id=region.id if region else None,
            kind=kind,
            title=_line(title, "events.add.title"),
            about=_line(about) if about else "",
            place=_line(place) if place else "",
            link=_link(link) if link else "",
            dates=self._dates(when, at),
            apply_by=self._day(apply, at) if apply else None,
            by=interaction.user.id,
            now=self.bot.clock.now(),
        )
        texts = self.bot.texts
        await reply(interaction, Card(texts("events.add.done", title=event.title), ui.facts(event, texts)))

    @app_commands.command()
    async def change(
        self,
        interaction: discord.Interaction[Any],
        event: EventArgument,
        when: When | None = None,
        apply: str | None = None,
        title: app_commands.Range[str, 1, 100] | None = None,
        place: app_commands.Range[str, 1, 100] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
        about: app_commands.Range[str, 1, 500] | None = None,
    ) -> None:
        """Change an event; channels and those who go hear of it."""
        at = await here(interaction)
        at.must_organise_for(event.region)
        fields = {
            name: value
            for name, value in (
                ("title", _line(title, "events.add.title") if title else None),
                ("place", _line(place) if place else None),
                ("link", _link(link) if link else None),
                ("about", _line(about) if about else None),
            )
            if value is not None
        }
        if not (fields or when or apply):
            raise UserError("events.change.nothing")
        changed = await self.bot.store.write(
            events.change,
            event.id,
            guild=at.guild,
            by=interaction.user.id,
            now=self.bot.clock.now(),
            dates=self._dates(when, at) if when else None,
            apply_by=self._day(apply, at) if apply else None,
            **fields,
        )
        texts = self.bot.texts
        await reply(
            interaction, Card(texts("events.change.done", title=changed.title), ui.facts(changed, texts))
        )

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Take an event off the list."""
        at = await here(interaction)
        at.must_organise_for(event.region)
        gone = await self.bot.store.write(
            events.remove, event.id, guild_id=at.guild.id, by=interaction.user.id, now=self.bot.clock.now()
        )
        await reply(interaction, Card(self.bot.texts("events.remove.done", title=gone.title)))

    @app_commands.command()
    async def going(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Say that you go, or that you don't any more."""
        at = await here(interaction)
        found = await self.bot.store.read(
            events.ahead, event.id, guild_id=at.guild.id, now=self.bot.clock.now()
        )
        await ui.show(interaction, self.bot, found)

    def _dates(self, words: str, at: Here) -> Dates:
        now = self.bot.clock.now()
        reading = read_dates(words, now=now, zone=at.zone, terms=at.terms, languages=at.languages)
        if not isinstance(reading, Dates):
            raise unread(reading, self.bot.texts)
        return reading

    def _day(self, words: str, at: Here) -> date:
        now = self.bot.clock.now()
        day = the_day(words, at, now=now, texts=self.bot.texts)
        if not ui.is_today_or_later(day, now, at.zone):
            raise UserError("events.when.past")
        return day

    # What is sent.

    def _about(
        self, render: Callable[[Delivery, Event], Awaitable[Outgoing | Skip]]
    ) -> Callable[[Delivery], Awaitable[Outgoing | Skip]]:
        """Find the event of a delivery first; nothing is sent about one that is gone or has changed since."""

        async def rendered(delivery: Delivery) -> Outgoing | Skip:
            try:
                event = await self.bot.store.read(
                    events.find, int(delivery.data["event"]), guild_id=delivery.guild_id
                )
            except UserError:
                return Skip("event_removed")
            if event.turn != delivery.data["turn"] and delivery.kind != events.LINK:
                return Skip("event_changed")
            return await render(delivery, event)

        return rendered

    async def _announce(self, _delivery: Delivery, event: Event) -> Outgoing | Skip:
        return Outgoing(ui.announcement(event, self.bot.texts))

    async def _deadline(self, _delivery: Delivery, event: Event) -> Outgoing | Skip:
        return Outgoing(ui.deadline_card(event, self.bot.texts))

    async def _eve(self, delivery: Delivery, event: Event) -> Outgoing | Skip:
        goer = await self.bot.store.read(events.goer_of, event.id, delivery.target_id)
        return Outgoing(ui.eve_card(event, self.bot.texts)) if goer is not None else Skip("not_going")

    async def _link(self, delivery: Delivery, event: Event) -> Outgoing | Skip:
        others = await self.bot.store.read(events.linked_with, event.id, delivery.target_id)
        return Outgoing(ui.link_card(event, others, self.bot.texts)) if others else Skip("nobody_to_link")

    async def _report(self, delivery: Delivery, event: Event) -> Outgoing | Skip:
        goer = await self.bot.store.read(events.goer_of, event.id, delivery.target_id)
        if goer is None:
            return Skip("not_going")
        if goer.reported_at is not None:
            return Skip("reported")
        return Outgoing(await ui.report_card(self.bot, event))


def _line(words: str, key: str | None = None) -> str:
    clean_words = one_line(words)
    if key is not None and not clean_words:
        raise UserError(key)
    return clean_words


def _link(words: str) -> str:
    address = read_link(words)
    if address is None:
        raise UserError("events.add.link", link=words)
    return address


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Events(bot))
