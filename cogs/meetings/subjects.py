"""What buttons, forms and notices are about: a meeting; and what a lock screen shows of it."""

from dataclasses import dataclass
from enum import auto
from zoneinfo import ZoneInfo

from bot.delivery import Skip
from bot.delivery.lock_screen import sentence
from bot.domain.deliveries import OVERTAKEN
from bot.texts import Markup, Texts
from cogs.common.base import members_of
from cogs.common.buttons import Button, Id
from cogs.common.forms import Form
from cogs.common.notice import Notice, Reason, Sending
from cogs.common.times import short, written
from db import meetings
from db.meetings.models import Meeting
from db.meetings.poll_models import Proposal


def push(key: str, meeting: Meeting, texts: Texts, **fields: object) -> Markup:
    """Return the sentence `meetings.push.KEY`, cut if too long; `fields` override the meeting's own."""
    said: dict[str, object] = {
        "title": meeting.title,
        "region": meeting.region.name,
        "when": short(meeting.starts_at, ZoneInfo(meeting.zone), texts),
        "where": meeting.venue or texts(f"meetings.push.{'online' if meeting.online else 'nowhere'}"),
    }
    return sentence(texts, f"meetings.push.{key}", **(said | fields))


def starting(about: Meeting | Proposal) -> Markup:
    """Return when a meeting, or a proposed one, begins in its local time, as `written` does."""
    return written(about.starts_at, ZoneInfo(about.zone))


def known(meeting: Meeting) -> tuple[object, ...]:
    """Return everything that a meeting's sentences depend on."""
    where = (meeting.region.name, meeting.zone, meeting.venue, meeting.online)
    return (meeting.id, meeting.title, meeting.starts_at, *where)


def link_to(*numbers: int | None) -> Markup:
    """Return the address of a server's channel, or of a message in it."""
    return Markup(f"https://discord.com/channels/{'/'.join(map(str, numbers))}")


def announced(meeting: Meeting, texts: Texts, *, over: bool = False) -> Markup:
    """Return the sentence of a meeting's announcement, in its present state or once `over`."""
    key = "over" if over else "announce"
    return push(key if meeting.cancelled_at is None else "called_off", meeting, texts)


class MeetingButton(Button):
    """A button of a meeting, for the members of its server."""

    audience = members_of(Meeting, "meeting")

    meeting: Id


class FormOfMeeting(Form):
    """A form about a meeting, for the members of its server."""

    audience = members_of(Meeting, "meeting")

    meeting: Id


class Why(Reason):
    """Why nothing is sent about meetings and what belongs to them."""

    ANSWERED = auto()
    CANCELLED = auto()
    CARD_UNPOSTED = auto()
    CHANNEL_REPLACED = auto()
    DMS_UNWANTED = auto()
    GOAL_CLOSED = auto()
    GOAL_GONE = auto()
    HELD = auto()
    HOSTS_CHANGED = auto()
    MEETING_GONE = auto()
    MOVED = auto()
    NEED_WITHDRAWN = auto()
    NOBODY_ANSWERED = auto()
    NOT_COMING = auto()
    OVERTAKEN = auto()
    PLACE_NOT_KEPT = auto()
    POLL_CLOSED = auto()
    POLL_GONE = auto()
    POLL_REOPENED = auto()
    POLL_SETTLED = auto()
    POLL_WITHDRAWN = auto()
    PROPOSAL_DECIDED = auto()
    PROPOSAL_GONE = auto()
    REMINDER_UNSENT = auto()
    REPORT_GONE = auto()
    REPORT_NOT_NEEDED = auto()
    REPORTED = auto()
    SERIES_ENDED = auto()
    SERIES_GONE = auto()
    SERIES_RESUMED = auto()
    TASK_DONE = auto()
    TASK_GONE = auto()
    TASK_NOT_NEEDED = auto()
    TASK_PASSED_ON = auto()
    TOLD_IN_TIME = auto()
    UNDONE = auto()


@dataclass(frozen=True, kw_only=True)
class OfMeeting(Notice):
    """The base of what is sent about a meeting."""

    gone = Why.MEETING_GONE

    meeting: int

    async def find(self, ctx: Sending, *, cancelled: bool = False) -> Meeting:
        """Return the meeting.

        Discord may have the old version of a message cancelled in flight: retried under its nonce, it is corrected.

        Raises:
            Skip: it is cancelled, unless `cancelled` asks for it anyway.
        """
        meeting = await ctx.read(meetings.find, self.meeting)
        if meeting.cancelled_at is not None and not cancelled and ctx.delivery.reason != OVERTAKEN:
            raise Skip(Why.CANCELLED)
        return meeting

    async def push(self, ctx: Sending, key: str, meeting: Meeting, **fields: object) -> Markup:
        """Return the lock-screen sentence `meetings.push.KEY`, in the reader's local time."""
        if "when" not in fields:
            fields["when"] = await ctx.when(meeting.starts_at, meeting.zone)
        return push(key, meeting, ctx.texts, **fields)
