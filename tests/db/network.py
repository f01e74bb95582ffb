"""A small network in a store: a server, its regions, and meetings in them."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.meetings import Choice
from db import guilds, meetings
from db.engine import Store
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting
from db.models import Delivery, Guild
from db.setup import mentions

LONDON = ZoneInfo("Europe/London")
GUILD, OTHER = 100, 200
LONDON_CHANNEL, LEEDS_CHANNEL, ORGANISERS = 101, 102, 103
ADMIN, AMINA, GRACE, TOMASZ = 1, 2, 3, 4
# A Monday at 10:00; the meeting is on the Thursday of the week after.
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
START = datetime(2026, 3, 12, 18, tzinfo=UTC)


class Network:
    """The verbs of meetings with what tests seldom vary filled in."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def guild(self, guild_id: int = GUILD) -> Guild:
        """Return the server as it is stored."""
        found = await self.store.read(guilds.load, guild_id)
        assert found is not None
        return found

    async def schedule(self, guild_id: int = GUILD, **given: Any) -> Meeting:
        """Schedule a meeting of the server's first region."""
        guild = await self.guild(guild_id)
        values: dict[str, Any] = {
            "region": guild.regions[0],
            "starts_at": START,
            "zone": LONDON,
            "actor_id": AMINA,
            "now": NOW,
        }
        said: dict[str, Any] = {"title": "Spring meeting", "minutes": 60, "host_id": AMINA}
        names = {field.name for field in fields(MeetingDetails)}
        said |= {name: given.pop(name) for name in names & given.keys()}
        details = MeetingDetails(**said)
        return await self.store.write(meetings.schedule, details, guild=guild, **(values | given))

    async def announced(self, meeting: Meeting, message_id: int = 900) -> None:
        """Record that the card stands in the channel."""
        await self.store.write(meetings.announced, meeting.id, message_id, now=NOW)

    async def answer(
        self, meeting: Meeting, user_id: int, choice: Choice, now: datetime = NOW, guild_id: int = GUILD
    ) -> Meeting:
        """Answer as a member."""
        guild = await self.guild(guild_id)
        given = await self.store.write(
            meetings.answer,
            meeting.id,
            guild_id=guild_id,
            user_id=user_id,
            choice=choice,
            guild=guild,
            now=now,
        )
        return given.meeting

    async def move(self, meeting: Meeting, starts_at: datetime, now: datetime = NOW, **more: Any) -> Meeting:
        """Move as Amina."""
        return await self.store.write(
            meetings.move,
            meeting.id,
            guild=await self.guild(),
            starts_at=starts_at,
            zone=LONDON,
            actor_id=AMINA,
            now=now,
            **more,
        )

    async def cancel(self, meeting: Meeting, now: datetime = NOW, reason: str = "") -> Meeting:
        """Cancel as Amina."""
        return await self.store.write(
            meetings.cancel, meeting.id, guild=await self.guild(), reason=reason, actor_id=AMINA, now=now
        )

    async def enqueued(self, *kinds: str, status: str | None = None) -> list[Delivery]:
        """Return the deliveries (of these kinds, with this status), by due time."""

        def load(session: Session) -> list[Delivery]:
            query = select(Delivery).order_by(Delivery.due_at, Delivery.id)
            if kinds:
                query = query.where(Delivery.kind.in_(kinds))
            if status is not None:
                query = query.where(Delivery.status == status)
            return list(session.scalars(query))

        return await self.store.read(load)


def _made(session: Session, guild_id: int, channels: dict[str, int]) -> None:
    guilds.ensure(session, guild_id, zone="Europe/London", now=NOW, admin_id=ADMIN)
    guilds.change(session, guild_id, actor_id=ADMIN, now=NOW, organisers_channel_id=ORGANISERS + guild_id)
    for name, channel_id in channels.items():
        mentions.set_region(session, guild_id, name=name, channel_id=channel_id, actor_id=ADMIN, now=NOW)


async def network(store: Store) -> Network:
    """Make two servers: one with the regions Leeds and London, one with Branch."""
    await store.write(_made, GUILD, {"Leeds": LEEDS_CHANNEL, "London": LONDON_CHANNEL})
    await store.write(_made, OTHER, {"Branch": 201})
    return Network(store)


def before(minutes: int) -> datetime:
    """Return so many minutes before the meeting."""
    return START - timedelta(minutes=minutes)
