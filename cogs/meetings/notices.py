"""What is sent of a meeting: its announcement, reminders, and news of what has changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery import DiscordTask, Outgoing, Skip
from bot.delivery.outgoing import edit
from bot.domain import news as rules
from bot.domain.deliveries import LATE_AFTER, OVERTAKEN, Outcome
from bot.domain.local_time import local_to_utc
from bot.domain.meetings import key_prefix, subject
from bot.domain.mentions import CHANGES, Occasion
from bot.errors import NotKnownYet
from bot.texts import Markup, Texts
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice
from cogs.common.receipts import how
from cogs.common.times import short
from cogs.meetings import cards, news
from cogs.meetings.own_answers import in_a_row
from cogs.meetings.push import announced, push
from cogs.meetings.subjects import load_meeting, load_meeting_and_answer
from db import deliveries, meetings, people
from db.meetings import remarks
from db.meetings.change_notices import facts_of, hosts_of
from db.meetings.models import Meeting
from db.meetings.reports import POSTED
from db.models import Delivery

UNKNOWN_MESSAGE = 10008


class Why(Reason):
    """Why nothing is sent of a meeting, besides that it is gone or cancelled."""

    UNPOSTED = "card_unposted"
    MOVED = "moved"
    NOT_COMING = "not_coming"
    OVERTAKEN = "overtaken"
    UNDONE = "undone"
    TOLD_IN_TIME = "told_in_time"
    REMINDER_UNSENT = "reminder_unsent"
    MESSAGE_GONE = "message_gone"


@dataclass(frozen=True, kw_only=True)
class OfMeeting(Notice):
    """The base of what is sent of a meeting."""

    meeting: int

    async def find(self, ctx: Sending, *, cancelled: bool = False) -> Meeting | Skip:
        """Return the meeting; one that is cancelled only if `cancelled` says so.

        What was cut off on its way may be there as it was: tried again under its nonce, it becomes what holds.
        """
        cancelled = cancelled or ctx.delivery.reason == OVERTAKEN
        return await load_meeting(ctx.bot, ctx.delivery, cancelled=cancelled)


@notice(meetings.ANNOUNCE, Why, occasion=Occasion.MEETING)
class MeetingAnnounced(OfMeeting):
    """The meeting's card, as it is posted."""

    async def render(self, ctx: Sending) -> Outgoing | Skip:
        """Return the card."""
        meeting = await self.find(ctx)
        if isinstance(meeting, Skip):
            return meeting
        return Outgoing(cards.meeting_card(meeting, ctx.texts), push=announced(meeting, ctx.texts))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Keep which message it is."""
        if message_id is not None:
            channel_id = ctx.delivery.target_id
            meetings.announced(session, self.meeting, message_id, now=ctx.now, channel_id=channel_id)


@notice(meetings.CARD, Why)
class MeetingCard(OfMeeting):
    """The meeting's card, brought up to date."""

    async def render(self, ctx: Sending) -> Outgoing | DiscordTask | Skip:
        """Return what takes the card's place; once the meeting is over, nobody misses a card that was deleted."""
        meeting = await self.find(ctx, cancelled=True)
        if isinstance(meeting, Skip):
            return meeting
        if meeting.message_id is None:
            return Skip(Why.UNPOSTED)
        card, number = cards.meeting_card(meeting, ctx.texts), meeting.message_id
        if meeting.cancelled_at is not None or ctx.now < meeting.ends_at:
            return Outgoing(card, edit=number, push=announced(meeting, ctx.texts))
        report = await ctx.bot.store.read(deliveries.latest, subject(meeting.id), POSTED)
        card = cards.over_card(meeting, ctx.texts, _link(report, ctx.texts) if report else None)
        words = Outgoing(card, push=announced(meeting, ctx.texts, over=True))
        return DiscordTask(lambda: _replaced(ctx, ctx.delivery.target_id, number, words))


async def _replaced(ctx: Sending, channel_id: int, message_id: int, outgoing: Outgoing) -> int | Skip:
    """Put something in the place of a message that was sent, if it is still there."""
    message = ctx.bot.get_partial_messageable(channel_id).get_partial_message(message_id)
    is_v2 = await ctx.bot.store.read(deliveries.is_v2, message_id)
    nobody = discord.AllowedMentions.none()
    outgoing = replace(outgoing, names=await ctx.bot.naming.of(ctx.guild_id, outgoing.said))
    try:
        await edit(message, outgoing, nobody, private=ctx.private, is_v2=is_v2)
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        return Skip(Why.MESSAGE_GONE)
    return message_id


def _link(report: Delivery, texts: Texts) -> Markup:
    address = f"https://discord.com/channels/{report.guild_id}/{report.target_id}/{report.message_id}"
    return texts("meetings.card.report", link=Markup(address))


@job(meetings.CLOSE)
class CloseMeeting(Job):
    """Close what the channel shows about a meeting that is over."""

    meeting: int

    @override
    async def run(self, ctx: Sending) -> None:
        """Leave it to what is recorded at its end."""

    @override
    def done(self, session: Session, ctx: Sending) -> None:
        meetings.close(session, self.meeting, now=ctx.now)


@notice(meetings.REMIND, Why, occasion=Occasion.REMINDER)
class MeetingReminder(OfMeeting):
    """A reminder in the channel, or to somebody who comes."""

    async def render(self, ctx: Sending) -> Outgoing | Skip:
        """Return the reminder, or in the place of one that was cut off what holds now."""
        delivery, texts = ctx.delivery, ctx.texts
        if delivery.reason == OVERTAKEN:
            changed = await self.find(ctx)
            if isinstance(changed, Meeting) and (changed.cancelled_at or not self._still_at(ctx, changed)):
                return news.corrected(changed, texts, private=ctx.private)
        said = None
        if ctx.private:
            meeting, said = await load_meeting_and_answer(ctx.bot, delivery)
        else:
            meeting = await self.find(ctx)
        if isinstance(meeting, Skip):
            return meeting
        if not self._still_at(ctx, meeting):
            return Skip(Why.MOVED)  # while this one was taken up; the new time has reminders of its own
        if ctx.private and said not in ("going", "maybe"):
            return Skip(Why.NOT_COMING)
        now = ctx.now
        # The channel gets the last one alone; an earlier version enqueued the others as well.
        by = now if ctx.private else None
        late = now - delivery.due_at > LATE_AFTER
        if (late or by is None) and await ctx.bot.store.read(deliveries.overtaken, delivery, by=by):
            return Skip(Why.OVERTAKEN)
        ahead, note = meeting.starts_at - now, meeting.note
        if note and await ctx.read(remarks.heard, meeting, delivery.target_id):
            note = ""
        there = delivery.target_id == (meeting.card_channel_id or meeting.channel_id)
        return Outgoing(
            cards.reminder_card(
                meeting, texts, ahead=ahead, private=ctx.private, maybe=said == "maybe", note=note
            ),
            short=True,
            reply_to=meeting.message_id if there else None,
            push=push("remind", meeting, texts, ahead=cards.in_words(ahead, texts)),
        )

    def _still_at(self, ctx: Sending, meeting: Meeting) -> bool:
        """Whether the meeting is still at the time of which the reminder speaks."""
        return ctx.delivery.key.startswith(f"{key_prefix(meeting.id, meeting.sequence)}:")


@notice(meetings.RECEIPT, Why)
class MeetingReceipt(OfMeeting):
    """The first direct message to somebody: what they said to a meeting, and when they are reminded."""

    async def render(self, ctx: Sending) -> Outgoing | Skip:
        """Say it, and what reminders are like."""
        meeting = await self.find(ctx)
        if isinstance(meeting, Skip):
            return meeting
        mine = await ctx.read(meetings.roles_of, meeting.id, ctx.member)
        if mine <= {"cant", "host"}:
            return Skip(Why.NOT_COMING)
        guild, person = await ctx.guild(), await ctx.read(people.person, ctx.member)
        zone = people.zone_of(person, guild)
        coming = meetings.private_reminders(meeting, ctx.member, person, guild, ctx.now)
        times = [short(one.due_at, zone, ctx.texts) for one in coming]
        if "waiting" in mine or not times:
            said = ctx.texts(f"meetings.receipt.{'waiting' if 'waiting' in mine else 'none'}")
        else:
            said = ctx.texts("meetings.receipt.reminders", times=in_a_row(times, ctx.texts))
        return news.answered(meeting, mine, ctx.texts, said, how(ctx.bot))


@notice(meetings.CHANGED, Why, occasion=Occasion.CHANGE)
class MeetingChanged(OfMeeting):
    """News of what has changed since people last heard."""

    was: Mapping[str, Any] | str

    async def render(self, ctx: Sending) -> Outgoing | Skip:
        """Say what has changed, if anything has and it concerns the one who is written to."""
        meeting = await self.find(ctx)
        if isinstance(meeting, Skip):
            return meeting
        was = self.was
        if isinstance(was, str):  # of an earlier version, which told of another time alone
            was = facts_of(meeting) | {"start": f"{was} {meeting.zone}"}
        differing = rules.changes(was, facts_of(meeting))
        if not differing:
            return Skip(Why.UNDONE)
        words = push("moved" if "start" in differing else "changed", meeting, ctx.texts)
        waiting, rings = False, not CHANGES.isdisjoint(differing)
        if ctx.private:
            mine = await ctx.bot.store.read(meetings.roles_of, meeting.id, ctx.member)
            if not mine & rules.hear(differing):
                return Skip(Why.TOLD_IN_TIME)
            waiting = "waiting" in mine
        card = news.changed_card(meeting, was, differing, ctx.texts, waiting=waiting)
        return Outgoing(card, rings=rings, push=words)


@notice(meetings.MOVED, Why, occasion=Occasion.CHANGE)
class MeetingMoved(MeetingChanged):
    """The same, as an earlier version stored it for another time."""


@notice(meetings.CANCELLED, Why, occasion=Occasion.CANCELLATION)
class MeetingCancelled(OfMeeting):
    """News that a meeting does not take place."""

    was: Mapping[str, Any] | None = None
    """What people knew of it."""

    async def render(self, ctx: Sending) -> Outgoing | Skip:
        """Say it by the time and title that people know."""
        meeting = await self.find(ctx, cancelled=True)
        if isinstance(meeting, Skip):
            return meeting
        zone, at, when, title = ZoneInfo(meeting.zone), meeting.starts_at, None, None
        if self.was:
            when, title = news.when_of(self.was), self.was.get("title")
            wall, _, name = str(self.was["start"]).partition(" ")
            zone = ZoneInfo(name)
            at = local_to_utc(wall, zone)
        words = push(
            "cancelled",
            meeting,
            ctx.texts,
            was=short(at, zone, ctx.texts),
            title=title or meeting.title,
        )
        return Outgoing(cards.cancelled_card(meeting, ctx.texts, when, title), push=words)


@notice(meetings.HOSTING, Why)
class MeetingHosting(OfMeeting):
    """News to a member that they host a meeting now, or do so no more."""

    hosted: bool

    async def render(self, ctx: Sending) -> Outgoing | Skip:
        """Say which of both, if it has changed for them."""
        meeting = await self.find(ctx)
        if isinstance(meeting, Skip):
            return meeting
        hosts = await ctx.bot.store.read(hosts_of, meeting)
        if (ctx.member in hosts) is self.hosted:
            return Skip(Why.UNDONE)
        words = push("yours" if ctx.member in hosts else "not_yours", meeting, ctx.texts)
        return Outgoing(news.hosting_card(meeting, hosts, ctx.member, ctx.texts), push=words)


@notice(meetings.CORRECT, Why)
class ReminderCorrected(OfMeeting):
    """A reminder that was sent, brought up to date."""

    message: int | None = None
    own: bool = False
    """Whether it follows what its receiver answered."""

    async def render(self, ctx: Sending) -> DiscordTask | Skip:
        """Return the change of the message."""
        meeting = await self.find(ctx, cancelled=True)
        return meeting if isinstance(meeting, Skip) else DiscordTask(lambda: self._edit(ctx, meeting))

    async def _edit(self, ctx: Sending, meeting: Meeting) -> int | Skip:
        message_id = self.message or await self._sent(ctx)
        if message_id is None:
            return Skip(Why.REMINDER_UNSENT)
        channel_id = await self._dm(ctx) if ctx.private else ctx.delivery.target_id
        over = ctx.now >= meeting.ends_at
        if self.own and not over and meeting.cancelled_at is None:
            mine = await ctx.read(meetings.roles_of, meeting.id, ctx.member)
            words = news.answered(meeting, mine, ctx.texts)
        else:
            words = news.corrected(meeting, ctx.texts, private=ctx.private, over=over)
        return await _replaced(ctx, channel_id, message_id, words)

    async def _sent(self, ctx: Sending) -> int | None:
        """Return the message of a reminder that was on its way when its meeting changed; None when there is none.

        Raises:
            NotKnownYet: another process is still sending it.
        """
        reminder = await ctx.bot.store.read(deliveries.find, int(ctx.delivery.data["of"]))
        if reminder is not None and reminder.status not in set(Outcome):
            raise NotKnownYet
        return reminder.message_id if reminder is not None else None

    async def _dm(self, ctx: Sending) -> int:
        contact = (await ctx.bot.store.read(people.contacts, {ctx.member})).get(ctx.member)
        if contact is not None and contact.channel_id is not None:
            return contact.channel_id
        opened = await ctx.bot.http.start_private_message(ctx.member)
        return int(opened["id"])
