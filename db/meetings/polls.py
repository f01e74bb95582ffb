"""Verbs on polls: creating, voting, closing by hand or on time, and scheduling the meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.local_time import local_time_of
from bot.domain.polls import CHOICES, Choice, Tally, reminded_at
from bot.errors import UserError
from db import deliveries, meetings, people
from db.audit import note
from db.lookup import one_or_raise
from db.meetings import outbox
from db.meetings.details import MeetingDetails
from db.meetings.models import Answer, Meeting
from db.meetings.outbox import host_now, plan_job, refresh_card, to_recipient
from db.meetings.poll_models import Poll, PollOption, PollVote
from db.meetings.scheduling import store
from db.membership.models import Network, NetworkMember
from db.models import Guild, Person, Region


@dataclass(frozen=True, slots=True)
class Time:
    """One offered time: the instant it begins (aware) and its length."""

    starts_at: datetime
    minutes: int


def put(
    session: Session,
    *,
    guild: Guild,
    region: Region,
    title: str,
    times: Sequence[Time],
    zone: ZoneInfo,
    closes_at: datetime,
    venue: str,
    online: str,
    actor_id: int,
    now: datetime,
) -> Poll:
    """Store a poll, and enqueue its card, the reminder before it closes, its end, and a check when each time passes."""
    options = [
        PollOption(
            number=number,
            wall=local_time_of(time.starts_at, zone),
            starts_at=time.starts_at,
            minutes=time.minutes,
            votes=[],
        )
        for number, time in enumerate(sorted(times, key=lambda one: one.starts_at), 1)
    ]
    poll = Poll(
        guild_id=guild.id,
        region_id=region.id,
        title=title,
        zone=zone.key,
        venue=venue,
        online=online,
        by_id=actor_id,
        made_at=now,
        closes_at=closes_at,
        channel_id=region.channel_id,
        options=options,
    )
    store(session, poll, region)
    last = poll.options[-1].starts_at
    outbox.enqueue(session, poll, ANNOUNCE, f"{poll.subject}:announce", now, expires_at=last)
    for option in poll.options:
        key = f"{poll.subject}:passed:{option.number}"
        plan_job(session, poll, JOB, key, option.starts_at, do="passed")
    arm(session, poll, now)
    note(session, guild.id, actor_id, "poll.put", poll.subject, now)
    return poll


def _open(session: Session, poll_id: int, guild_id: int, now: datetime) -> Poll:
    poll = find(session, poll_id, guild_id=guild_id)
    if poll.withdrawn_at is not None:
        raise UserError("polls.withdrawn", title=poll.title)
    if poll.closed_at is not None or poll.closes_at <= now:
        raise UserError("polls.closed", title=poll.title)
    return poll


def _unscheduled(session: Session, poll_id: int, guild_id: int) -> Poll:
    poll = find(session, poll_id, guild_id=guild_id)
    if time_chosen(session, poll):
        raise UserError("polls.scheduled", title=poll.title)
    return poll


def vote(
    session: Session,
    poll_id: int,
    *,
    guild_id: int,
    user_id: int,
    said: Mapping[int, Choice],
    now: datetime,
) -> Poll:
    """Store a member's votes on some times of a poll, by number; others stay.

    Raises:
        UserError: there is no such poll, it is closed, or all those times have passed.
    """
    poll = _open(session, poll_id, guild_id, now)
    changed = False
    for option in poll.options:
        choice = said.get(option.number)
        if choice is None or option.starts_at <= now:
            continue
        mine = next((one for one in option.votes if one.user_id == user_id), None)
        if mine is None:
            mine = PollVote(option_id=option.id, user_id=user_id, choice=choice, voted_at=now)
            option.votes.append(mine)
        mine.choice, mine.voted_at = choice, now
        changed = True
    if not changed:
        raise UserError("polls.passed")
    # The card shows no counts yet, and editing it with each vote would reveal them.
    session.flush()
    return poll


def close(session: Session, poll: Poll, *, guild: Guild, actor_id: int | None, now: datetime) -> None:
    """Close a poll: show the result on its card, and tell its author."""
    if poll.closed_at is not None or poll.withdrawn_at is not None:
        return
    poll.closed_at = now
    outbox.cancel(session, poll, now, REMIND, reason="poll_closed")
    refresh(session, poll, now)
    if actor_id is not None:
        note(session, guild.id, actor_id, "poll.close", poll.subject, now)
        return
    person = session.get(Person, poll.by_id)
    private = poll.by_id > 0 and (person is None or person.dms)
    target = poll.by_id if private else guild.organisers_channel_id
    if target is not None:
        due = people.outside_quiet(now, person, guild) if private else now
        key = f"{poll.subject}:result:{int(now.timestamp())}"
        outbox.enqueue(session, poll, RESULT, key, due, target_id=target, private=private)


def end(session: Session, poll_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Poll:
    """Close a poll early. Raises UserError: there is no such poll, or it is closed."""
    poll = _open(session, poll_id, guild.id, now)
    close(session, poll, guild=guild, actor_id=actor_id, now=now)
    return poll


def reopen(
    session: Session, poll_id: int, *, guild: Guild, actor_id: int, closes_at: datetime, now: datetime
) -> Poll:
    """Reopen a closed or withdrawn poll until `closes_at`.

    Raises:
        UserError: there is no such poll, it has led to a meeting, or its times have passed.
    """
    poll = _unscheduled(session, poll_id, guild.id)
    if closes_at <= now:
        raise UserError("polls.passed")
    poll.closed_at = poll.withdrawn_at = poll.meeting_id = None
    poll.closes_at = closes_at
    arm(session, poll, now)
    refresh(session, poll, now)
    note(session, guild.id, actor_id, "poll.reopen", poll.subject, now)
    return poll


def withdraw(session: Session, poll_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Poll:
    """Withdraw a poll: stop questions and reminders.

    Raises:
        UserError: there is no such poll, or it has led to a meeting.
    """
    poll = _unscheduled(session, poll_id, guild.id)
    poll.withdrawn_at = poll.closed_at = now
    outbox.cancel(session, poll, now, REMIND, RESULT, reason="poll_withdrawn")
    refresh(session, poll, now)
    note(session, guild.id, actor_id, "poll.withdraw", poll.subject, now)
    return poll


def attend(session: Session, poll_id: int, do: str, *, guild: Guild, now: datetime) -> None:
    """Do a poll's job: close it, or show that a time has passed."""
    poll = session.scalars(WHOLE.where(Poll.id == poll_id)).one_or_none()
    if poll is None or poll.withdrawn_at is not None:
        return
    if do == "close":
        if poll.closes_at <= now:
            close(session, poll, guild=guild, actor_id=None, now=now)
    elif poll.meeting_id is None:
        refresh(session, poll, now)


def announced(
    session: Session, poll_id: int, message_id: int, *, now: datetime, channel_id: int | None = None
) -> None:
    """Store where the poll's card is, and update it with later votes."""
    poll = session.get(Poll, poll_id)
    if poll is None:
        return
    poll.posted(message_id, channel_id)
    voted = exists().where(PollOption.poll_id == poll_id, PollVote.option_id == PollOption.id)
    if poll.closed_at is not None or session.scalar(select(voted)):
        refresh(session, poll, now)


def schedule(
    session: Session, poll_id: int, number: int, *, guild: Guild, actor_id: int, now: datetime
) -> Meeting:
    """Turn one time of a poll into a meeting, and ask those who could come whether they are going.

    Nobody is recorded as going: a vote is about a possibility, and is theirs to confirm.

    Raises:
        UserError: there is no such poll or time, the time has passed, or it has already led to a meeting.
    """
    poll = _unscheduled(session, poll_id, guild.id)
    option = next((one for one in poll.options if one.number == number), None)
    if option is None or option.starts_at <= now:
        raise UserError("polls.passed")
    meeting = meetings.schedule(
        session,
        MeetingDetails(
            title=poll.title,
            minutes=option.minutes,
            host_id=host_now(session, guild.id, poll.by_id) or actor_id,
            venue=poll.venue,
            online=poll.online,
        ),
        guild=guild,
        region=poll.region,
        starts_at=option.starts_at,
        zone=ZoneInfo(poll.zone),
        actor_id=actor_id,
        now=now,
    )
    poll.meeting_id = meeting.id
    poll.closed_at = poll.closed_at or now
    outbox.cancel(session, poll, now, REMIND, RESULT, reason="poll_settled")
    refresh(session, poll, now)
    _ask_voters(session, poll, option, meeting, guild, now)
    note(session, guild.id, actor_id, "poll.schedule", poll.subject, now)
    return meeting


def _ask_voters(
    session: Session, poll: Poll, option: PollOption, meeting: Meeting, guild: Guild, now: datetime
) -> None:
    key, about = f"{poll.subject}:chosen:{meeting.id}", {"poll": poll.id, "meeting": meeting.id}
    rest: dict[str, Any] = {"data": about, "expires_at": meeting.starts_at}
    asked = [
        question
        for said in option.votes
        if said.choice != "no"
        for question in to_recipient(session, guild, poll, CHOSEN, {key: now}, (said.user_id, True), **rest)
    ]
    deliveries.enqueue(session, asked)


ANNOUNCE = "poll.announce"
CARD = "poll.card"
REMIND = "poll.remind"
RESULT = "poll.result"
CHOSEN = "poll.chosen"
JOB = "poll.check"


def refresh(session: Session, poll: Poll, now: datetime) -> None:
    """Enqueue an update of the card, unless one is pending."""
    refresh_card(session, poll, CARD, poll.subject, now)


def arm(session: Session, poll: Poll, now: datetime) -> None:
    """Enqueue the reminder and the end of an open poll."""
    stamp = int(poll.closes_at.timestamp())
    reminder = reminded_at(now, poll.closes_at)
    if reminder is not None:
        key = f"{poll.subject}:remind:{stamp}"
        outbox.enqueue(session, poll, REMIND, key, reminder, expires_at=poll.closes_at)
    plan_job(session, poll, JOB, f"{poll.subject}:close:{stamp}", poll.closes_at, do="close")


# People who answered a meeting of the region in this time count as its people.
ACTIVE = timedelta(days=365)

WHOLE = select(Poll).options(
    joinedload(Poll.region, innerjoin=True), selectinload(Poll.options).selectinload(PollOption.votes)
)


def find(session: Session, poll_id: int, *, guild_id: int) -> Poll:
    """Return a poll of this server with its region, times and votes. Raises UserError: none has this id here."""
    return one_or_raise(session, WHOLE.where(Poll.id == poll_id, Poll.guild_id == guild_id), "polls.unknown")


def running(session: Session, guild_id: int, *, region_id: int | None = None) -> Sequence[Poll]:
    """Return the polls of a server or region that have not led to a meeting yet, newest first."""
    query = WHOLE.outerjoin(Meeting, Meeting.id == Poll.meeting_id).where(
        Poll.guild_id == guild_id,
        Poll.withdrawn_at.is_(None),
        or_(Poll.meeting_id.is_(None), Meeting.cancelled_at.is_not(None)),
    )
    if region_id is not None:
        query = query.where(Poll.region_id == region_id)
    return session.scalars(query.order_by(Poll.id.desc()).limit(25)).all()


def of_meeting(session: Session, meeting_id: int) -> Poll | None:
    """Return the poll that led to a meeting, or None."""
    return session.scalars(WHOLE.where(Poll.meeting_id == meeting_id).limit(1)).one_or_none()


def time_chosen(session: Session, poll: Poll) -> bool:
    """Whether a poll has led to a meeting; a cancelled one leaves the poll open to another time."""
    meeting = session.get(Meeting, poll.meeting_id) if poll.meeting_id is not None else None
    return meeting is not None and meeting.cancelled_at is None


def tallies(poll: Poll) -> list[Tally]:
    """Return the votes on each time of a poll, in order of time."""
    said = {option.id: [vote.choice for vote in option.votes] for option in poll.options}
    return [
        Tally(option.id, option.starts_at, *(said[option.id].count(choice) for choice in CHOICES))
        for option in poll.options
    ]


def voters(poll: Poll) -> set[int]:
    """Return who has voted in a poll."""
    return {vote.user_id for option in poll.options for vote in option.votes}


def people_of(session: Session, region_id: int, *, now: datetime) -> set[int]:
    """Return a region's people: members of its network, and those who answered one of its meetings in the last year."""
    joined = (
        select(NetworkMember.user_id)
        .join(Network, Network.id == NetworkMember.network_id)
        .where(Network.region_id == region_id)
    )
    answered = (
        select(Answer.user_id)
        .join(Meeting, Meeting.id == Answer.meeting_id)
        .where(Meeting.region_id == region_id, Meeting.starts_at > now - ACTIVE)
    )
    return {*session.scalars(joined), *session.scalars(answered)}


def missing(session: Session, poll: Poll, *, now: datetime) -> int:
    """Return how many of the region's people have not voted in a poll, without naming them."""
    return len(people_of(session, poll.region_id, now=now) - voters(poll))
