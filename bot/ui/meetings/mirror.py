"""A meeting as an event of Discord's: plain words within Discord's limits."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.mirror import DESCRIPTION, LOCATION, NAME, Shown, cut, mark
from bot.texts import Markup, Texts
from bot.ui.base import Card, line
from bot.ui.times import written
from db.models import Meeting


def shown(meeting: Meeting, texts: Texts, *, guild_id: int) -> Shown:
    """Return what the event of a meeting says; no member is named."""
    link = f"https://discord.com/channels/{guild_id}/{meeting.channel_id}"
    words = line(
        texts("mirror.of", region=_as_it_is(meeting.region.name)),
        written(meeting.starts_at, ZoneInfo(meeting.zone)),
        texts("mirror.online", online=_as_it_is(meeting.online)) if meeting.online else None,
        texts("mirror.access", access=_as_it_is(meeting.access)) if meeting.access else None,
        texts("mirror.answer", link=Markup(link)),
    )
    end = f"\n{mark(meeting.id)}"
    return Shown(
        name=cut(meeting.title, NAME),
        description=cut(words, DESCRIPTION - len(end)) + end,
        location=cut(meeting.venue or meeting.online or texts("mirror.nowhere"), LOCATION),
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(minutes=meeting.minutes),
    )


def _as_it_is(text: str) -> Markup:
    # Nobody is pinged by an event, and not every client formats its text: signs before signs would be seen.
    return Markup(" ".join(text.split()))


def blocked_card(texts: Texts) -> Card:
    """Return the news that the bot may not make events."""
    return Card(texts("mirror.blocked"))
