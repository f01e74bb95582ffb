"""What is sent about a meeting: its announcement, reminders, and news of changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery import Outgoing, Skip
from bot.domain import news as rules
from bot.domain.deliveries import LATE_AFTER, OVERTAKEN, Outcome
from bot.domain.meetings import key_prefix, subject
from bot.domain.mentions import CHANGES, Occasion
from bot.errors import NotKnownYet
from bot.texts import Markup
from cogs.common.base import GREY, Card
from cogs.common.notice import Job, Sending, job, notice
from cogs.common.people import how
from cogs.common.times import short, written
from cogs.meetings import cards, news
from cogs.meetings.own_answers import in_a_row
from cogs.meetings.subjects import OfMeeting, Why, announced, link_to
from db import deliveries, meetings, people
from db.meetings import chasing, needs, places, reminding
from db.meetings.change_notices import began, facts_of, hosts_of
from db.meetings.models import Meeting
from db.meetings.reports import POSTED
from db.models import Guild


@notice(meetings.ANNOUNCE, occasion=Occasion.MEETING)
class MeetingAnnounced(OfMeeting):
    """The meeting's card, as posted."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the card."""
        meeting = await self.find(ctx)
        return cards.announcement(meeting, ctx.texts)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Store the message's id."""
        if message_id is not None:
            channel_id = ctx.delivery.target_id
            meetings.announced(session, self.meeting, message_id, now=ctx.now, channel_id=channel_id)


@notice(meetings.CARD)
class MeetingCard(OfMeeting):
    """The meeting's card, brought up to date."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the updated card; once the meeting is over, a deleted card is no error."""
        meeting = await self.find(ctx, cancelled=True)
        if meeting.message_id is None:
            raise Skip(Why.CARD_UNPOSTED)
        if meeting.cancelled_at is not None or ctx.now < meeting.ends_at:
            return replace(cards.announcement(meeting, ctx.texts), edit=meeting.message_id)
        report = await ctx.read(deliveries.latest, subject(meeting.id), POSTED)
        link = None
        if report is not None:
            address = link_to(report.guild_id, report.target_id, report.message_id)
            link = ctx.texts("meetings.card.report", link=address)
        card = cards.over_card(meeting, ctx.texts, link)
        words = announced(meeting, ctx.texts, over=True)
        return Outgoing(card, edit=meeting.message_id, if_there=True, push=words)


@job(meetings.CLOSE)
class CloseMeeting(Job):
    """Close what the channel shows about a past meeting."""

    meeting: int

    @override
    async def run(self, ctx: Sending) -> None:
        """Do nothing: everything happens when it is recorded."""

    @override
    def done(self, session: Session, ctx: Sending) -> None:
        meetings.close(session, self.meeting, now=ctx.now)


@notice(meetings.REMIND, occasion=Occasion.REMINDER)
class MeetingReminder(OfMeeting):
    """A reminder in the channel, or to somebody who is coming."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the reminder or, if one was cancelled in flight, its correction."""
        delivery, answer, person = ctx.delivery, None, None
        if ctx.private:
            regions = (await ctx.guild()).regions
            meeting, answer, person = await ctx.read(
                meetings.find_for, self.meeting, ctx.member, regions=regions
            )
        else:
            meeting = await self.find(ctx, cancelled=True)
        said, answered_at = (answer.choice, answer.answered_at) if answer is not None else (None, None)
        still_then = delivery.key.startswith(f"{key_prefix(meeting.id, meeting.sequence)}:")
        if delivery.reason == OVERTAKEN and (meeting.cancelled_at or not still_then):
            return await corrected(self, ctx, meeting)
        if meeting.cancelled_at is not None:
            raise Skip(Why.CANCELLED)
        if not still_then:
            raise Skip(Why.MOVED)  # while this one was being rendered; the new time has its own reminders
        if ctx.private and said not in ("going", "maybe"):
            raise Skip(Why.NOT_COMING)
        # The channel gets only the last one; an earlier version also enqueued the others.
        by = ctx.now if ctx.private else None
        late = ctx.now - delivery.due_at > LATE_AFTER
        if (late or by is None) and await ctx.read(deliveries.overtaken, delivery, by=by):
            raise Skip(Why.OVERTAKEN)
        ahead, note = meeting.starts_at - ctx.now, meeting.note
        if note and await ctx.read(reminding.heard, meeting, delivery.target_id, answered_at):
            note = ""
        there = delivery.target_id == (meeting.card_channel_id or meeting.channel_id)
        maybe = said == "maybe"
        when = ctx.when_for(person, meeting.starts_at, meeting.zone)
        return Outgoing(
            cards.reminder_card(meeting, ctx.texts, ahead=ahead, private=ctx.private, maybe=maybe, note=note),
            short=True,
            reply_to=meeting.message_id if there else None,
            push=await self.push(ctx, "remind", meeting, when=when, ahead=cards.in_words(ahead, ctx.texts)),
        )


async def _answered(
    notice: OfMeeting, ctx: Sending, meeting: Meeting, mine: Collection[str], *more: Markup
) -> Outgoing:
    """Return a member's answer to a meeting (`mine`, see `news.ROLES`), with the buttons to change it."""
    said = next((one for one in ("going", "offered", "waiting", "maybe") if one in mine), "cant")
    words = await notice.push(ctx, f"answered.{said}", meeting)
    return Outgoing(Card(words, *more, cards.answering(meeting, ctx.texts)), push=words)


@notice(meetings.RECEIPT)
class MeetingReceipt(OfMeeting):
    """The first direct message to somebody: their answer to a meeting, and when they are reminded."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Confirm the answer, and say what reminders are like."""
        meeting = await self.find(ctx)
        mine = await ctx.read(meetings.roles_of, meeting.id, ctx.member)
        if mine <= {"cant", "host"}:
            raise Skip(Why.NOT_COMING)
        return await _answered(self, ctx, meeting, mine, await _reached(ctx, meeting, mine), how(ctx.bot))


async def _reached(ctx: Sending, meeting: Meeting, mine: Collection[str]) -> Markup:
    """Return when a member is reminded of a meeting."""
    guild, person = await ctx.guild(), await ctx.read(people.person, ctx.member)
    zone = people.zone_of(person, guild)
    coming = meetings.private_reminders(meeting, ctx.member, person, guild, ctx.now)
    times = [short(one.due_at, zone, ctx.texts) for one in coming]
    if "waiting" in mine or not times:
        return ctx.texts(f"meetings.receipt.{'waiting' if 'waiting' in mine else 'none'}")
    return ctx.texts("meetings.receipt.reminders", times=in_a_row(times, ctx.texts))


@notice(meetings.CHANGED, occasion=Occasion.CHANGE)
class MeetingChanged(OfMeeting):
    """News of what has changed since people were last told; an earlier version stored a new time as a move."""

    former = (meetings.MOVED,)

    was: Mapping[str, Any] | str

    async def render(self, ctx: Sending) -> Outgoing:
        """Say what has changed, if anything has that concerns the recipient."""
        meeting = await self.find(ctx)
        was = self.was
        if isinstance(was, str):  # from an earlier version, which only reported a new time
            was = facts_of(meeting) | {"start": f"{was} {meeting.zone}"}
        differing = rules.changes(was, facts_of(meeting))
        if not differing:
            raise Skip(Why.UNDONE)
        words = await self.push(ctx, "moved" if "start" in differing else "changed", meeting)
        mine, rings = set[str](), not CHANGES.isdisjoint(differing)
        if ctx.private:
            mine = await ctx.read(meetings.roles_of, meeting.id, ctx.member)
            if not mine & rules.hear(differing):
                raise Skip(Why.TOLD_IN_TIME)
        card = news.changed_card(meeting, was, differing, ctx.texts, mine=mine)
        return Outgoing(card, rings=rings, push=words)


@notice(meetings.CANCELLED, occasion=Occasion.CANCELLATION)
class MeetingCancelled(OfMeeting):
    """News that a meeting does not take place."""

    was: Mapping[str, Any] | None = None
    """What people knew about it."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Name it by the time and title that people know."""
        meeting = await self.find(ctx, cancelled=True)
        zone, at, when, title = meeting.zone, meeting.starts_at, None, None
        if self.was:
            when, title = news.when_of(self.was), self.was.get("title")
            at, zone = began(self.was), str(self.was["start"]).partition(" ")[2]
        was = await ctx.when(at, zone)
        words = await self.push(ctx, "cancelled", meeting, was=was, title=title or meeting.title)
        return Outgoing(cards.cancelled_card(meeting, ctx.texts, when, title), push=words)


@notice(meetings.RESTORED, occasion=Occasion.CANCELLATION)
class MeetingRestored(OfMeeting):
    """News that a cancelled meeting takes place after all."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, with all its details."""
        meeting = await self.find(ctx)
        card = cards.facts_card(meeting, ctx.texts, ctx.texts("meetings.back.news", title=meeting.title))
        return Outgoing(card, push=await self.push(ctx, "restored", meeting))


@notice(meetings.HOSTING)
class MeetingHosting(OfMeeting):
    """News to a member that they now host a meeting, or no longer do."""

    hosted: bool
    """Whether they hosted it before."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say which, if it has changed for them."""
        meeting = await self.find(ctx)
        hosts = await ctx.read(hosts_of, meeting)
        mine = ctx.member in hosts
        if mine is self.hosted:
            raise Skip(Why.UNDONE)
        needed = mine and any(one.user_id != ctx.member for one in await ctx.read(needs.needs_of, meeting.id))
        words = await self.push(ctx, "yours" if mine else "not_yours", meeting)
        card = news.hosting_card(meeting, hosts, ctx.member, ctx.texts, needed=needed)
        return Outgoing(card, push=words)


@notice(meetings.CORRECT)
class ReminderCorrected(OfMeeting):
    """A sent reminder, brought up to date."""

    message: int | None = None
    own: bool = False
    """Whether it depends on the recipient's answer."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the message's replacement."""
        meeting = await self.find(ctx, cancelled=True)
        message_id = self.message or await self._sent(ctx)
        mine = set[str]()
        if self.own and ctx.private and ctx.now < meeting.ends_at and meeting.cancelled_at is None:
            mine = await ctx.read(meetings.roles_of, meeting.id, ctx.member) - {"host"}
        if mine:
            coming = mine & {"going", "maybe"} and ctx.now < meeting.starts_at
            said = [await _reached(ctx, meeting, mine)] if coming else []
            shown = await _answered(self, ctx, meeting, mine, *said)
        else:
            shown = await corrected(self, ctx, meeting)
        return replace(shown, edit=message_id, if_there=True)

    async def _sent(self, ctx: Sending) -> int:
        """Return the message of a reminder that was in flight when its meeting changed.

        Raises:
            NotKnownYet: another process is still sending it.
            Skip: there is none.
        """
        reminder = await ctx.read(deliveries.find, int(ctx.delivery.data["of"]))
        if reminder is not None and reminder.status not in set(Outcome):
            raise NotKnownYet
        if reminder is None or reminder.message_id is None:
            raise Skip(Why.REMINDER_UNSENT)
        return reminder.message_id


async def corrected(notice: OfMeeting, ctx: Sending, meeting: Meeting) -> Outgoing:
    """Return the replacement for a reminder that is outdated, or whose meeting is over."""
    if meeting.cancelled_at is None and ctx.now >= meeting.ends_at:
        words = await notice.push(ctx, "over", meeting)
        return Outgoing(Card(words, colour=GREY), push=words, short=True)
    words = await notice.push(ctx, "corrected_cancelled" if meeting.cancelled_at else "corrected", meeting)
    return Outgoing(news.corrected_card(meeting, ctx.texts, private=ctx.private), push=words, short=True)


@dataclass(frozen=True, kw_only=True)
class OnMeeting(Job):
    """The base of jobs on a meeting that is neither gone nor cancelled."""

    meeting: int

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(self._run)

    def _run(self, session: Session, *, guild: Guild, now: datetime) -> None:
        meeting = session.get(Meeting, self.meeting)
        if meeting is not None and meeting.cancelled_at is None:
            type(self).verb(session, meeting, guild=guild, now=now)


@job(places.JOB)
class LapsePlaces(OnMeeting):
    """Offer places to the next in line that nobody took in time."""

    verb = places.lapse


@notice(places.OFFER, told=True)
class PlaceOffered(OfMeeting):
    """The offer of a free place."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the offer, while it is open."""
        meeting = await self.find(ctx)
        until = await ctx.write(places.told, meeting, ctx.member)
        if not until:
            raise Skip(Why.PLACE_NOT_KEPT)
        by = written(until, ZoneInfo(meeting.zone))
        card = cards.facts_card(
            meeting, ctx.texts, ctx.texts("answering.offer", title=meeting.title, until=by)
        )
        until = await ctx.when(until, meeting.zone)
        return Outgoing(card, push=await self.push(ctx, "offer", meeting, until=until))

    @override
    def unsent(self, session: Session, ctx: Sending) -> None:
        """Offer the place to the next."""
        meeting, guild = session.get(Meeting, self.meeting), session.get(Guild, ctx.guild_id)
        if meeting is not None and guild is not None:
            places.unreached(session, meeting, ctx.member, guild=guild, now=ctx.now)


@job(chasing.RUN)
class AskTheSilent(OnMeeting):
    """Store the questions to those who have not answered."""

    verb = chasing.run


@notice(chasing.ASK)
class CanYouCome(OfMeeting):
    """The one question to a member who has not answered."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, unless they have answered."""
        meeting, texts = await self.find(ctx), ctx.texts
        if not await ctx.read(chasing.still_silent, meeting, ctx.member):
            raise Skip(Why.ANSWERED)
        card = Card(
            texts("chasing.ask", title=meeting.title, region=meeting.region.name),
            cards.facts(meeting, texts),
            cards.answering(meeting, texts),
            texts("chasing.once"),
        )
        return Outgoing(card, push=await self.push(ctx, "can_you", meeting))
