"""What a lock screen shows of a meeting: one sentence with what, when and where."""

from zoneinfo import ZoneInfo

from bot.delivery.lock_screen import sentence
from bot.texts import Markup, Texts
from cogs.common.times import short
from db.meetings.models import Meeting


def push(key: str, meeting: Meeting, texts: Texts, **fields: object) -> Markup:
    """Return the sentence `meetings.push.KEY`, cut if too long; `fields` override the meeting's own."""
    said: dict[str, object] = {
        "title": meeting.title,
        "region": meeting.region.name,
        "when": short(meeting.starts_at, ZoneInfo(meeting.zone), texts),
        "where": meeting.venue or _elsewhere(meeting, texts),
    }
    return sentence(texts, f"meetings.push.{key}", **(said | fields))


def known(meeting: Meeting) -> tuple[object, ...]:
    """Return everything that a meeting's sentences depend on."""
    where = (meeting.region.name, meeting.zone, meeting.venue, meeting.online)
    return (meeting.id, meeting.title, meeting.starts_at, *where)


def told(key: str, meeting: Meeting, texts: Texts) -> Markup:
    """Return when and where a meeting is, in the words of `meetings.KEY.facts`."""
    return push(f"{key}.facts", meeting, texts)


def _elsewhere(meeting: Meeting, texts: Texts) -> Markup:
    return texts("meetings.push.online" if meeting.online else "meetings.push.nowhere")


def announced(meeting: Meeting, texts: Texts, *, over: bool = False) -> Markup:
    """Return the sentence of a meeting's announcement, in its present state or once `over`."""
    key = "over" if over else "announce"
    return push(key if meeting.cancelled_at is None else "called_off", meeting, texts)
