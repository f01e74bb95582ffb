"""What a lock screen shows of a meeting: one sentence with what, when and where."""

from zoneinfo import ZoneInfo

from bot.texts import Markup, Texts
from cogs.common.times import short
from db.meetings.models import Meeting

MOST = 150
"""Characters that a lock screen shows of a message, with some to spare."""
SHORTER = ((100, 200), (100, 40), (60, 30), (40, 20), (20, 10))
"""How much is left of title and place, step by step, until the sentence fits."""


def push(key: str, meeting: Meeting, texts: Texts, **fields: object) -> Markup:
    """Return the sentence `meetings.push.KEY`; title and place are cut where it would be too long."""
    when = short(meeting.starts_at, ZoneInfo(meeting.zone), texts)
    title, said = str(fields.pop("title", meeting.title)), Markup("")
    for longest_title, longest_place in SHORTER:
        said = texts(
            f"meetings.push.{key}",
            title=cut(title, longest_title),
            region=meeting.region.name,
            when=when,
            where=cut(meeting.venue, longest_place) if meeting.venue else _elsewhere(meeting, texts),
            **fields,
        )
        if len(said) <= MOST:
            break
    return said


def told(key: str, meeting: Meeting, texts: Texts) -> Markup:
    """Return when and where a meeting is, as `meetings.KEY.facts` says it."""
    return push(f"{key}.facts", meeting, texts)


def cut(words: str, most: int) -> str:
    """Return words that are cut where they are longer than `most` characters."""
    return words if len(words) <= most else words[: most - 1].rstrip(" ,.") + "…"


def _elsewhere(meeting: Meeting, texts: Texts) -> Markup:
    return texts("meetings.push.online" if meeting.online else "meetings.push.nowhere")


def announced(meeting: Meeting, texts: Texts, *, over: bool = False) -> Markup:
    """Return the sentence of a meeting's announcement, as it stands now, or once the meeting is `over`."""
    key = "over" if over else "announce"
    return push(key if meeting.cancelled_at is None else "called_off", meeting, texts)
