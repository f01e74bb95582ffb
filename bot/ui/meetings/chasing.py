"""The one gentle question to members who have not answered, and what hosts see of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.texts import Texts
from bot.ui.base import Card
from bot.ui.meetings.cards import answering, facts
from bot.ui.times import written
from db.models import Meeting


def ask_card(meeting: Meeting, texts: Texts) -> Card:
    """Return the question."""
    return Card(
        texts("chasing.ask", title=meeting.title, region=meeting.region.name),
        facts(meeting, texts),
        answering(meeting, texts),
        texts("chasing.once"),
    )


def state_card(meeting: Meeting, texts: Texts, *, on: bool, at: datetime | None) -> Card:
    """Return whether members are asked about a meeting, and when; how many or who is said to nobody."""
    title = texts("chasing.title", title=meeting.title)
    if not on:
        return Card(title, texts("chasing.off"))
    if at is None:
        return Card(title, texts("chasing.too_late"))
    return Card(title, texts("chasing.on", when=written(at, ZoneInfo(meeting.zone))))
