"""Verbs on polls: put one, vote, close it by hand or when its time has come, and make a meeting of a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.deliveries import after_quiet
from bot.domain.polls import Choice, Tally, reminded_at, subject
from bot.domain.walltime import wall_of
from bot.errors import UserError
from db import chores, deliveries, meetings, people
from db.deliveries import Debt
from db.guilds import note
from db.models import (
    Answer,
    Guild,
    Meeting,
    Network,
    NetworkMember,
    Person,
    Poll,
    PollOption,
    PollVote,
    Region,
)

ANNOUNCE = "poll.announce"
CARD = "poll.card"
REMIND = "poll.remind"
RESULT = "poll.result"
CHOSEN = "poll.chosen"
CHORE = "poll.chore"

# Whoever answered a meeting of the region in this time counts as one of its people.
ACTIVE = timedelta(days=365)

_WHOLE = select(Poll).options(
    joinedload(Poll.region, innerjoin=True), selectinload(Poll.options).selectinload(PollOption.votes)
)


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
    by: int,
    now: datetime,
) -> Poll:
    """Store a poll, and owe its card, the reminder before it closes, its end, and a look when each time passes."""
    poll = Poll(
        guild_id=guild.id,
        region_id=region.id,
        title=title,
        zone=zone.key,
        venue=venue,
        online=online,
        by_id=by,
        made_at=now,
        closes_at=closes_at,
        channel_id=region.channel_id,
    )
    poll.region = region
    poll.options = [
        PollOption(
            number=number,
            wall=wall_of(time.starts_at, zone),
            starts_at=time.starts_at,
            minutes=time.minutes,
            votes=[],
        )
        for number, time in enumerate(sorted(times, key=lambda one: one.starts_at), 1)
    ]
    session.add(poll)
    session.flush()
    last = poll.options[-1].starts_at
    deliveries.owe(session, [_debt(poll, ANNOUNCE, f"{subject(poll.id)}:announce", now, expires_at=last)])
    for option in poll.options:
        _chore(session, poll, "passed", f"passed:{option.number}", option.starts_at)
    _arm(session, poll, now)
    note(session, guild.id, by, "poll.put", subject(poll.id), now)
    return poll


def _arm(session: Session, poll: Poll, now: datetime) -> None:
    """Owe the reminder and the end of a poll that is open."""
    stamp = int(poll.closes_at.timestamp())
    reminder = reminded_at(now, poll.closes_at)
    if reminder is not None:
        key = f"{subject(poll.id)}:remind:{stamp}"
        deliveries.owe(session, [_debt(poll, REMIND, key, reminder, expires_at=poll.closes_at)])
    _chore(session, poll, "close", f"close:{stamp}", poll.closes_at)


def _debt(poll: Poll, kind: str, key: str, due: datetime, **rest: Any) -> Debt:
    values: dict[str, Any] = {
        "target_id": poll.channel_id,
        "private": False,
        "data": {"poll": poll.id},
    } | rest
    return Debt(key=key, kind=kind, guild_id=poll.guild_id, subject=subject(poll.id), due_at=due, **values)


def _chore(session: Session, poll: Poll, do: str, key: str, due: datetime) -> None:
    chores.set_for(
        session,
        CHORE,
        f"{subject(poll.id)}:{key}",
        guild_id=poll.guild_id,
        lane=poll.channel_id,
        subject=subject(poll.id),
        due_at=due,
        poll=poll.id,
        do=do,
    )


def refresh(session: Session, poll: Poll, now: datetime) -> None:
    """Owe the card its new contents, unless it is owed them already."""
    if not deliveries.waits(session, subject(poll.id), CARD):
        key = f"{subject(poll.id)}:card:{now.timestamp():.6f}"
        deliveries.owe(session, [_debt(poll, CARD, key, now)])


def find(session: Session, poll_id: int, *, guild_id: int) -> Poll:
    """Return a poll of this server with its region, its times and what was said to them.

    Raises:
        UserError: there is none of that number here.
    """
    query = _WHOLE.where(Poll.id == poll_id, Poll.guild_id == guild_id)
    poll = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if poll is None:
        raise UserError("polls.unknown")
    return poll


def running(session: Session, guild_id: int, *, region_id: int | None = None) -> Sequence[Poll]:
    """Return the polls of a server or region that no meeting has come of yet, newest first."""
    query = _WHOLE.where(Poll.guild_id == guild_id, Poll.withdrawn_at.is_(None), Poll.meeting_id.is_(None))
    if region_id is not None:
        query = query.where(Poll.region_id == region_id)
    return session.scalars(query.order_by(Poll.id.desc()).limit(25)).all()


def tallies(poll: Poll) -> list[Tally]:
    """Return what was said to each time of a poll, in order of time."""
    counted: list[Tally] = []
    for option in poll.options:
        said = [vote.choice for vote in option.votes]
        counted.append(
            Tally(
                option.id,
                option.starts_at,
                yes=said.count("yes"),
                maybe=said.count("maybe"),
                no=said.count("no"),
            )
        )
    return counted


def voters(poll: Poll) -> set[int]:
    """Return who has said something to a poll."""
    return {vote.user_id for option in poll.options for vote in option.votes}


def people_of(session: Session, region_id: int, *, now: datetime) -> set[int]:
    """Return a region's people: who joined its network, and who answered a meeting of it in the last year."""
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
    """Return how many of the region's people have said nothing to a poll; who they are is nobody's business."""
    return len(people_of(session, poll.region_id, now=now) - voters(poll))


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
    refresh(session, poll, now)
    return poll


def close(session: Session, poll: Poll, *, guild: Guild, by: int | None, now: datetime) -> None:
    """Close a poll: its card shows the result, and whoever put it is told."""
    if poll.closed_at is not None or poll.withdrawn_at is not None:
        return
    poll.closed_at = now
    deliveries.void(session, subject(poll.id), reason="poll_closed", now=now, kinds=[REMIND])
    refresh(session, poll, now)
    person = session.get(Person, poll.by_id)
    private = poll.by_id > 0 and (person is None or person.dms) and by is None
    target = poll.by_id if private else guild.organisers_channel_id
    if target is not None and by is None:
        due = after_quiet(now, people.zone_of(person, guild), people.quiet_of(person)) if private else now
        key = f"{subject(poll.id)}:result:{int(now.timestamp())}"
        deliveries.owe(session, [_debt(poll, RESULT, key, due, target_id=target, private=private)])
    if by is not None:
        note(session, guild.id, by, "poll.close", subject(poll.id), now)


def end(session: Session, poll_id: int, *, guild: Guild, by: int, now: datetime) -> Poll:
    """Close a poll early.

    Raises:
        UserError: there is no such poll, or it is closed.
    """
    poll = _open(session, poll_id, guild.id, now)
    close(session, poll, guild=guild, by=by, now=now)
    return poll


def reopen(
    session: Session, poll_id: int, *, guild: Guild, by: int, closes_at: datetime, now: datetime
) -> Poll:
    """Have a poll that was closed or taken back go on until `closes_at`.

    Raises:
        UserError: there is no such poll, it came to a meeting, or its times have passed.
    """
    poll = find(session, poll_id, guild_id=guild.id)
    if poll.meeting_id is not None:
        raise UserError("polls.scheduled", title=poll.title)
    if closes_at <= now:
        raise UserError("polls.passed")
    poll.closed_at = poll.withdrawn_at = None
    poll.closes_at = closes_at
    _arm(session, poll, now)
    refresh(session, poll, now)
    note(session, guild.id, by, "poll.reopen", subject(poll.id), now)
    return poll


def withdraw(session: Session, poll_id: int, *, guild: Guild, by: int, now: datetime) -> Poll:
    """Take a poll back: nothing more is asked or reminded of.

    Raises:
        UserError: there is no such poll, or it came to a meeting.
    """
    poll = find(session, poll_id, guild_id=guild.id)
    if poll.meeting_id is not None:
        raise UserError("polls.scheduled", title=poll.title)
    poll.withdrawn_at = poll.closed_at = now
    deliveries.void(session, subject(poll.id), reason="poll_closed", now=now, kinds=[REMIND, RESULT])
    refresh(session, poll, now)
    note(session, guild.id, by, "poll.withdraw", subject(poll.id), now)
    return poll


def attend(session: Session, data: Mapping[str, Any], *, guild: Guild, now: datetime) -> None:
    """Do what a chore of a poll says: close it, or show that a time has passed."""
    poll = session.scalars(_WHOLE.where(Poll.id == int(data["poll"]))).one_or_none()
    if poll is None or poll.withdrawn_at is not None:
        return
    if data["do"] == "close":
        if poll.closes_at <= now:
            close(session, poll, guild=guild, by=None, now=now)
    elif poll.meeting_id is None:
        refresh(session, poll, now)


def announced(session: Session, poll_id: int, message_id: int, *, now: datetime) -> None:
    """Keep which message shows the poll; what was said while it was on its way is added to it."""
    poll = session.get(Poll, poll_id)
    if poll is None:
        return
    poll.message_id = message_id
    query = (
        select(func.count())
        .join(PollOption, PollOption.id == PollVote.option_id)
        .where(PollOption.poll_id == poll_id)
    )
    if session.scalar(query.select_from(PollVote)) or poll.closed_at is not None:
        refresh(session, poll, now)


def schedule(session: Session, poll_id: int, number: int, *, guild: Guild, by: int, now: datetime) -> Meeting:
    """Make a meeting of one time of a poll, and owe those who could come the question whether they are going.

    Nobody is put down as going: what they said was about a possibility, and is theirs to confirm.

    Raises:
        UserError: there is no such poll or time, the time has passed, or it came to a meeting already.
    """
    poll = find(session, poll_id, guild_id=guild.id)
    option = next((one for one in poll.options if one.number == number), None)
    if option is None or option.starts_at <= now:
        raise UserError("polls.passed")
    before = session.get(Meeting, poll.meeting_id) if poll.meeting_id is not None else None
    if before is not None and before.cancelled_at is None:
        raise UserError("polls.scheduled", title=poll.title)
    meeting = meetings.schedule(
        session,
        guild=guild,
        region=poll.region,
        title=poll.title,
        starts_at=option.starts_at,
        zone=ZoneInfo(poll.zone),
        minutes=option.minutes,
        venue=poll.venue,
        online=poll.online,
        access="",
        repeat="",
        host_id=poll.by_id if poll.by_id > 0 else by,
        by=by,
        now=now,
    )
    poll.meeting_id = meeting.id
    if poll.closed_at is None:
        poll.closed_at = now
    deliveries.void(session, subject(poll.id), reason="poll_closed", now=now, kinds=[REMIND, RESULT])
    refresh(session, poll, now)
    _ask_voters(session, poll, option, meeting, guild, now)
    note(session, guild.id, by, "poll.schedule", subject(poll.id), now)
    return meeting


def _ask_voters(
    session: Session, poll: Poll, option: PollOption, meeting: Meeting, guild: Guild, now: datetime
) -> None:
    debts: list[Debt] = []
    for said in option.votes:
        person = session.get(Person, said.user_id)
        if said.choice == "no" or (person is not None and not person.dms):
            continue
        due = after_quiet(
            now, people.zone_of(person, guild), people.quiet_of(person), before=meeting.starts_at
        )
        key = f"{subject(poll.id)}:chosen:{meeting.id}:user:{said.user_id}"
        data = {"poll": poll.id, "meeting": meeting.id}
        debts.append(
            _debt(
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
    deliveries.owe(session, debts)


def guild_asked(session: Session, meeting_id: int, user_id: int) -> int | None:
    """Return the server of a meeting that came of a poll in which this member has said something; None otherwise."""
    query = (
        select(Poll.guild_id)
        .join(PollOption, PollOption.poll_id == Poll.id)
        .join(PollVote, PollVote.option_id == PollOption.id)
        .where(Poll.meeting_id == meeting_id, PollVote.user_id == user_id)
        .limit(1)
    )
    return session.scalar(query)
