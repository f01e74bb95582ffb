"""The list of what is coming up, as it stands in a region's channel."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.texts import Markup, Texts
from bot.ui.base import GREY, Card, fitting
from bot.ui.times import spoken
from db.models import Meeting, Region


def board_card(region: Region, meetings: Sequence[Meeting], texts: Texts) -> Card:
    """Return what is coming up in a region; nobody is named, and no answers are counted."""
    title = texts("upcoming.title", region=region.name)
    if not meetings:
        return Card(title, texts("upcoming.none"), texts("upcoming.kept"), colour=GREY)
    return Card(
        title,
        fitting([_entry(one, texts) for one in meetings], texts, between="\n\n"),
        texts("upcoming.kept"),
    )


def _entry(meeting: Meeting, texts: Texts) -> Markup:
    link = Markup("")
    if meeting.message_id is not None:
        address = f"https://discord.com/channels/{meeting.guild_id}/{meeting.channel_id}/{meeting.message_id}"
        link = texts("upcoming.link", address=Markup(address))
    return texts(
        "upcoming.entry",
        title=meeting.title,
        when=spoken(meeting.starts_at, ZoneInfo(meeting.zone)),
        where=meeting.venue or meeting.online or texts("meetings.list.nowhere"),
        number=meeting.id,
        link=link,
    )


def no_pin_card(texts: Texts) -> Card:
    """Return the news that the bot may not pin."""
    return Card(texts("upcoming.no_pin"))
