"""A poll is put, voted in, closed by hand or when its time has come, and comes to a meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.deliveries import after_quiet
from bot.domain.local_time import local_time_of
from bot.domain.polls import Choice, subject
from bot.errors import UserError
from db import deliveries, meetings, people
from db.audit import note
from db.deliveries import NewDelivery
from db.meetings.details import MeetingDetails
from db.meetings.hosts import host_now
from db.meetings.models import Meeting
from db.meetings.polls.models import Poll, PollOption, PollVote
from db.meetings.polls.outbox import ANNOUNCE, CHOSEN, REMIND, RESULT, arm, job, new_delivery, refresh
from db.meetings.polls.queries import WHOLE, find, time_chosen
from db.models import Guild, Person, Region


@dataclass(frozen=True, slots=True)
class Time:
    """One time that is offered: the instant it begins (aware) and its length."""

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
    )
    poll.region = region
    poll.options = [
        PollOption(
            number=number,
            wall=local_time_of(time.starts_at, zone),
            starts_at=time.starts_at,
            minutes=time.minutes,
            votes=[],
        )
        for number, time in enumerate(sorted(times, key=lambda one: one.starts_at), 1)
    ]
    session.add(poll)
    session.flush()
    last = poll.options[-1].starts_at
    deliveries.enqueue(
        session, [new_delivery(poll, ANNOUNCE, f"{subject(poll.id)}:announce", now, expires_at=last)]
    )
    for option in poll.options:
        job(session, poll, "passed", f"passed:{option.number}", option.starts_at)
    arm(session, poll, now)
    note(session, guild.id, actor_id, "poll.put", subject(poll.id), now)
    return poll


def _open(session: Session, poll_id: int, guild_id: int, now: datetime) -> Poll:
    poll = find(session, poll_id, guild_id=guild_id)
    if poll.withdrawn_at is not None:
        raise UserError("polls.withdrawn", title=poll.title)
    if poll.closed_at is not None or poll.closes_at <= now:
        raise UserError("polls.closed", title=poll.title)
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
    """Store what a member says to some times of a poll, by number; what they said to others stays.

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
    # The card shows no counts yet, and a card that is edited with each vote would tell of it.
    session.flush()
    return poll


def close(session: Session, poll: Poll, *, guild: Guild, actor_id: int | None, now: datetime) -> None:
    """Close a poll: its card shows the result, and its author is told."""
    if poll.closed_at is not None or poll.withdrawn_at is not None:
        return
    poll.closed_at = now
    deliveries.cancel(session, subject(poll.id), reason="poll_closed", now=now, kinds=[REMIND])
    refresh(session, poll, now)
    person = session.get(Person, poll.by_id)
    private = poll.by_id > 0 and (person is None or person.dms) and actor_id is None
    target = poll.by_id if private else guild.organisers_channel_id
    if target is not None and actor_id is None:
        due = after_quiet(now, people.zone_of(person, guild), people.quiet_of(person)) if private else now
        key = f"{subject(poll.id)}:result:{int(now.timestamp())}"
        deliveries.enqueue(session, [new_delivery(poll, RESULT, key, due, target_id=target, private=private)])
    if actor_id is not None:
        note(session, guild.id, actor_id, "poll.close", subject(poll.id), now)


def end(session: Session, poll_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Poll:
    """Close a poll early. Raises UserError: there is no such poll, or it is closed."""
    poll = _open(session, poll_id, guild.id, now)
    close(session, poll, guild=guild, actor_id=actor_id, now=now)
    return poll


def reopen(
    session: Session, poll_id: int, *, guild: Guild, actor_id: int, closes_at: datetime, now: datetime
) -> Poll:
    """Have a poll that was closed or taken back go on until `closes_at`.

    Raises:
        UserError: there is no such poll, it came to a meeting, or its times have passed.
    """
    poll = find(session, poll_id, guild_id=guild.id)
    if time_chosen(session, poll):
        raise UserError("polls.scheduled", title=poll.title)
    if closes_at <= now:
        raise UserError("polls.passed")
    poll.closed_at = poll.withdrawn_at = poll.meeting_id = None
    poll.closes_at = closes_at
    arm(session, poll, now)
    refresh(session, poll, now)
    note(session, guild.id, actor_id, "poll.reopen", subject(poll.id), now)
    return poll


def withdraw(session: Session, poll_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Poll:
    """Take a poll back: nothing more is asked or reminded of.

    Raises:
        UserError: there is no such poll, or it came to a meeting.
    """
    poll = find(session, poll_id, guild_id=guild.id)
    if time_chosen(session, poll):
        raise UserError("polls.scheduled", title=poll.title)
    poll.withdrawn_at = poll.closed_at = now
    deliveries.cancel(session, subject(poll.id), reason="poll_withdrawn", now=now, kinds=[REMIND, RESULT])
    refresh(session, poll, now)
    note(session, guild.id, actor_id, "poll.withdraw", subject(poll.id), now)
    return poll


def attend(session: Session, poll_id: int, do: str, *, guild: Guild, now: datetime) -> None:
    """Do what a job of a poll says: close it, or show that a time has passed."""
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
    """Keep which message shows the poll, and in which channel; what was said meanwhile is added to it."""
    poll = session.get(Poll, poll_id)
    if poll is None:
        return
    poll.message_id = message_id
    poll.card_channel_id = None if channel_id == poll.channel_id else channel_id
    query = (
        select(func.count())
        .join(PollOption, PollOption.id == PollVote.option_id)
        .where(PollOption.poll_id == poll_id)
    )
    if session.scalar(query.select_from(PollVote)) or poll.closed_at is not None:
        refresh(session, poll, now)


def schedule(
    session: Session, poll_id: int, number: int, *, guild: Guild, actor_id: int, now: datetime
) -> Meeting:
    """Make a meeting of one time of a poll, and ask those who could come whether they are going.

    Nobody is put down as going: what they said was about a possibility, and is theirs to confirm.

    Raises:
        UserError: there is no such poll or time, the time has passed, or it came to a meeting already.
    """
    poll = find(session, poll_id, guild_id=guild.id)
    option = next((one for one in poll.options if one.number == number), None)
    if option is None or option.starts_at <= now:
        raise UserError("polls.passed")
    if time_chosen(session, poll):
        raise UserError("polls.scheduled", title=poll.title)
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
    if poll.closed_at is None:
        poll.closed_at = now
    deliveries.cancel(session, subject(poll.id), reason="poll_settled", now=now, kinds=[REMIND, RESULT])
    refresh(session, poll, now)
    _ask_voters(session, poll, option, meeting, guild, now)
    note(session, guild.id, actor_id, "poll.schedule", subject(poll.id), now)
    return meeting


def _ask_voters(
    session: Session, poll: Poll, option: PollOption, meeting: Meeting, guild: Guild, now: datetime
) -> None:
    new_deliveries: list[NewDelivery] = []
    for said in option.votes:
        person = session.get(Person, said.user_id)
        if said.choice == "no" or (person is not None and not person.dms):
            continue
        due = after_quiet(
            now, people.zone_of(person, guild), people.quiet_of(person), before=meeting.starts_at
        )
        key = f"{subject(poll.id)}:chosen:{meeting.id}:user:{said.user_id}"
        data = {"poll": poll.id, "meeting": meeting.id}
        new_deliveries.append(
            new_delivery(
                poll,
                CHOSEN,
                key,
                due,
                target_id=said.user_id,
                private=True,
                expires_at=meeting.starts_at,
                data=data,
            )
        )
    deliveries.enqueue(session, new_deliveries)
