"""What is stored of a server in random lives: one meeting far ahead, and who answered it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, cast

import discord
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import guilds
from db.meetings.models import Answer, Meeting
from db.models import Region

START = datetime(2026, 3, 2, 4, tzinfo=UTC)
SERVER, OWNER = 1 << 60, 100
MEMBERS = tuple(range(200, 204))


def set_up(
    session: Session,
    members: Collection[int] = MEMBERS,
    *,
    server: int = SERVER,
    owner: int = OWNER,
    channel: int = 5,
) -> int:
    """Have the server, its meeting, and answers of these; returns the meeting's number."""
    guilds.ensure(session, server, zone="Europe/London", now=START, admin_id=owner)
    meeting = session.scalar(select(Meeting).where(Meeting.guild_id == server))
    if meeting is None:
        region = Region(guild_id=server, name="London", folded="london", channel_id=channel)
        session.add(region)
        session.flush()
        meeting = Meeting(
            guild_id=server,
            region_id=region.id,
            title="Far",
            wall=datetime(2099, 1, 1),  # noqa: DTZ001 - a wall time
            zone="Europe/London",
            starts_at=datetime(2099, 1, 1, tzinfo=UTC),
            minutes=60,
            host_id=owner,
            created_by=owner,
            created_at=START,
            channel_id=channel,
        )
        session.add(meeting)
        session.flush()
    for one in members:
        session.execute(delete(Answer).where(Answer.user_id == one))
        session.add(Answer(meeting_id=meeting.id, user_id=one, choice="going", answered_at=START))
    session.flush()
    return meeting.id


class _Response:
    reason = "No"

    def __init__(self, status: int) -> None:
        self.status = status


def refusal(status: int, code: int) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.DiscordServerError)
    return kind(cast("Any", _Response(status)), {"code": code, "message": "No"})
