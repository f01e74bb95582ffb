"""A simulated year over the wire, with a moved clock: four regions, two meetings a month each, everything switched on.

What counts is what people's phones and channels have: nothing is read from what the bot believes it sent, but for the
kind of each message.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Event, Message, membership
from db import campaigns, guilds, keydates
from db.comms import calling
from db.comms.models import Publication
from db.models import Delivery, Guild
from tests.cogs.comms import steps
from tests.cogs.ground import Ground, buttons, says

WEEK = timedelta(days=7)
CHANNELS = ("#london", "#north-west", "#yorkshire", "#wales")
MEETINGS = ("meeting.", "poll.", "series.", "proposal.", "upcoming.", "chase.", "checklist.", "goal.")
"""What the kinds of messages about meetings begin with."""
_CHANGES = re.compile(r"<[^>]*>|\d+ (?:going|maybe)")


@dataclass
class Heard:
    """What one person had in a year."""

    posts: int = 0
    beside_meetings: int = 0
    rings: int = 0
    private: int = 0

    def a_week(self, weeks: int) -> tuple[float, float, float, float]:
        """Return all of it a week: posts seen, those beside meetings, rings, direct messages."""
        return (
            round(self.posts / weeks, 2),
            round(self.beside_meetings / weeks, 2),
            round(self.rings / weeks, 2),
            round(self.private / weeks, 2),
        )


@dataclass
class Year:
    """A server with four regions and what its people hear in so many weeks."""

    ground: Ground
    weeks: int
    log: list[tuple[Channel, Message]] = field(default_factory=list[tuple[Channel, Message]])
    rings: Counter[int] = field(default_factory=Counter[int])
    kinds: dict[int, str] = field(default_factory=dict[int, str])
    """The kind of each message that was sent; the store forgets it after some weeks."""

    @property
    def people(self) -> dict[str, tuple[Person, tuple[str, ...]]]:
        """Who is counted, each with the channels that they read beside the one where newcomers are welcomed."""
        ground = self.ground
        return {
            "a member of one region": (ground.grace, ("#london",)),
            "a member of four regions": (ground.tomasz, CHANNELS),
            "an organiser of all regions": (ground.amina, (*CHANNELS, "#organisers")),
            "a host in one region": (ground.imran, ("#yorkshire",)),
        }

    async def live(self) -> None:
        """Set everything up, and let the weeks pass: people answer, nobody writes a report."""
        ground = self.ground
        ground.sandbox.world.subscribe(self._see)
        await self._set_up()
        for _ in range(self.weeks):
            await self._schedule()
            await ground.go_to(ground.clock.now() + WEEK)
            await self._answer()
            self._count_rings()
            self.kinds |= await self._sent()

    async def _set_up(self) -> None:
        ground = self.ground
        guild = ground.sandbox.guild()
        for role in guild.roles.values():
            if role.name in ("London", "North West", "Yorkshire", "Wales"):
                membership.give(ground.sandbox.world, guild, guild.members[ground.tomasz.id], role.id)
        await ground.set_up(key_dates=True)
        now = ground.clock.now()

        def switch_on(session: Session) -> None:
            if hasattr(Guild, "common_channel_id"):
                session.execute(update(Guild).values(common_channel_id=None))  # where newcomers are welcomed
            campaigns.replan(session, guild.id, actor_id=ground.ruth.id, now=now, enabled=True)

        await ground.running.store.write(switch_on)
        ground.running.forget_guild(guild.id)
        await ground.settled()
        says(await ground.amina.slash("#london", "keydates list"))
        await ground.running.store.write(keydates.plan, guild.id, now=now)
        await self._publications()
        await ground.settled()

    async def _schedule(self) -> None:
        """Schedule a Tuesday and a Thursday meeting in each region, in a week with the first Monday of a month."""
        ground, monday = self.ground, self.ground.clock.now()
        if monday.day > 7:
            return
        hosts = (ground.amina, ground.gareth, ground.imran, ground.cerys)
        for host, place in zip(hosts, CHANNELS, strict=True):
            for title, days in (("Network meeting", 8), ("Film evening", 17)):
                when = f"{monday + timedelta(days=days):%d/%m/%Y} 6pm"
                about = {"title": f"{title} {place[1:]}", "when": when, "host": host.user.name}
                answer = await ground.amina.slash(place, "meeting schedule", **about)
                assert "## Scheduled" in says(answer), answer.text
        await ground.settled()

    async def _publications(self) -> None:
        """Set up two publications: a weekly one and a monthly one, both with calls for contributions."""
        await steps.set_up(self.ground)

        def monthly(session: Session) -> None:
            found = session.scalars(select(Publication).where(Publication.name != steps.MAIL_OUT)).first()
            mail_out = session.scalars(select(Publication).where(Publication.name == steps.MAIL_OUT)).one()
            assert found is not None
            found.used, found.calls, found.call_days = True, mail_out.calls, 5
            found.first, found.zone, found.rule = "2026-03-20T16:00", mail_out.zone, "FREQ=MONTHLY;BYDAY=3FR"

            guild = guilds.load(session, found.guild_id)
            assert guild is not None
            calling.plan(session, found, guild, now=self.ground.clock.now())

        await self.ground.running.store.write(monthly)

    def _see(self, event: Event) -> None:
        world = self.ground.sandbox.world
        if event.name != "MESSAGE_CREATE" or event.data["author"]["id"] != str(world.bot.id):
            return
        channel = world.channels[int(event.data["channel_id"])]
        message = channel.history[int(event.data["id"])]
        if message.interaction_id is None:
            self.log.append((channel, message))

    async def _answer(self) -> None:
        """Answer, for those who are counted, what was announced in their channels."""
        for person, places in self.people.values():
            for place in places:
                channel = self.ground.sandbox.channel(place)
                for message in channel.messages[-6:]:
                    if "Going" in buttons(message) and message.id not in self.rings:
                        await person.press(message, "Going")
        await self.ground.settled()

    def _count_rings(self) -> None:
        for person, _ in self.people.values():
            self.rings[person.id] += len(person.phone.lock_screen)
            person.phone.clear()

    def heard(self) -> dict[str, Heard]:
        """Return what each had."""
        found: dict[str, Heard] = {}
        for name, (person, places) in self.people.items():
            seen = {self.ground.sandbox.channel(place).id for place in (*places, "#welcome")}
            heard = found[name] = Heard(rings=self.rings[person.id])
            for channel, message in self.log:
                if channel.id in seen:
                    heard.posts += 1
                    heard.beside_meetings += not self.kinds.get(message.id, "").startswith(MEETINGS)
                elif person.id in channel.recipients:
                    heard.private += 1
        return found

    async def _sent(self) -> dict[int, str]:
        columns = (Delivery.message_id, Delivery.kind)
        rows = await self.ground.running.store.read(
            lambda session: session.execute(select(*columns).where(Delivery.message_id.is_not(None))).all()
        )
        return {message_id: kind for message_id, kind in rows if message_id is not None}

    def twice(self, places: Iterable[str]) -> list[str]:
        """Return what was posted in the same words, within a day, in more than one of these channels."""
        seen: dict[str, tuple[int, datetime]] = {}
        again: list[str] = []
        ids = {self.ground.sandbox.channel(place).id for place in places}
        for channel, message in self.log:
            if channel.id not in ids:
                continue
            words = _CHANGES.sub("", message.text)
            before = seen.get(words)
            if (
                before is not None
                and before[0] != channel.id
                and message.created_at - before[1] < timedelta(days=1)
            ):
                again.append(words.partition("\n")[0])
            seen[words] = (channel.id, message.created_at)
        return again


def begins() -> datetime:
    """Return when the year begins: a Monday in early March."""
    return datetime(2026, 3, 2, 10, tzinfo=UTC)
