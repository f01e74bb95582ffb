"""What deadlines cause: calls for contributions, a message to the editor, and then the same for the next one.

For each deadline there are two jobs: one that calls for contributions in the channels that exist by then, and one
that, at the deadline, plans the next. So a server that is away for a month resumes where it left off.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.comms import Deadline, call_at, called_for
from bot.domain.terms import terms_of
from db import deliveries, guilds, jobs, people
from db.comms.models import Publication
from db.deliveries import NewDelivery
from db.models import Guild, Person

CALL = "comms.call"
CLOSING = "comms.closing"
JOB = "comms.deadline"
LOOK_AGAIN = timedelta(days=7)
CLOSING_LIVES = timedelta(days=3)


def subject(publication_id: int) -> str:
    """Return the subject of deliveries about a publication: 'publication:5'."""
    return f"publication:{publication_id}"


def next_deadline(found: Publication, guild: Guild, *, now: datetime) -> datetime | None:
    """Return the next deadline of a publication, None when there is none."""
    if not found.first:
        return None
    return Deadline(found.first, ZoneInfo(found.zone), found.rule).following(now, terms_of(guild.terms))


def plan(session: Session, found: Publication, guild: Guild, *, now: datetime) -> None:
    """Enqueue the call before the next deadline, the message to the editor then, and the job that plans the next."""
    if not found.used or not found.first:
        return
    deadline = next_deadline(found, guild, now=now)
    stem = f"{subject(found.id)}.{found.turn}"
    if deadline is None:
        if found.rule:
            # It follows terms, and the next ones are not known yet.
            _plan_job(session, found, f"{stem}:round:{now:%Y%m%d}", now + LOOK_AGAIN, now, "round")
        return
    mark = f"{deadline:%Y%m%dT%H%M}"
    zone = ZoneInfo(found.zone)
    at = call_at(deadline, found.call_days, zone)
    in_term = called_for(at.astimezone(zone).date(), found.cadence, terms_of(guild.terms))
    if found.calls != "off" and in_term and at > now:
        _plan_job(session, found, f"{stem}:call:{mark}", at, deadline, "call")
    target_id, private = editor_of(session, found, guild)
    if target_id is not None:
        due = deadline
        if private:
            due = people.writable_at(session, target_id, guild_id=guild.id, now=deadline, before=None)
        closing = NewDelivery(
            key=f"{stem}:closing:{mark}:{'user' if private else 'channel'}:{target_id}",
            kind=CLOSING,
            guild_id=guild.id,
            target_id=target_id,
            private=private,
            subject=subject(found.id),
            due_at=due,
            expires_at=deadline + CLOSING_LIVES,
            data={"publication": found.id, "turn": found.turn},
        )
        deliveries.enqueue(session, [closing])
    _plan_job(session, found, f"{stem}:round:{mark}", deadline, deadline, "round")


def _plan_job(
    session: Session, found: Publication, key: str, at: datetime, deadline: datetime, do: str
) -> None:
    jobs.enqueue(
        session,
        JOB,
        key,
        guild_id=found.guild_id,
        target_id=found.guild_id,
        subject=subject(found.id),
        due_at=at,
        publication=found.id,
        turn=found.turn,
        deadline=deadline.isoformat(),
        do=do,
    )


def editor_of(session: Session, found: Publication, guild: Guild) -> tuple[int | None, bool]:
    """Return whom to tell about contributions: the editor by DM if they take messages, else the organisers."""
    if found.editor_id is not None and found.editor_id > 0:
        person = session.get(Person, found.editor_id)
        if person is None or person.dms:
            return found.editor_id, True
    return guilds.organisers_of(guild)


def call(session: Session, publication_id: int, turn: int, deadline: datetime, *, due_at: datetime) -> None:
    """Enqueue the call for contributions for its channels, due when planned."""
    found = session.get(Publication, publication_id)
    if found is None or found.turn != turn or not found.used:
        return
    guild = guilds.load(session, found.guild_id)
    if guild is None or guild.absent_since is not None:
        return
    channel_id = found.call_channel_id
    if found.calls != "channel":
        channel_id = guilds.channel_for(guild, found.region_id)
    if channel_id is None:
        return
    made = NewDelivery(
        key=f"{subject(found.id)}.{turn}:call:{deadline:%Y%m%dT%H%M}:channel:{channel_id}",
        kind=CALL,
        guild_id=guild.id,
        target_id=channel_id,
        private=False,
        subject=subject(found.id),
        due_at=due_at,
        expires_at=deadline,
        data={"publication": found.id, "turn": turn, "deadline": deadline.isoformat()},
    )
    deliveries.enqueue(session, [made])


def round_again(
    session: Session, publication_id: int, turn: int, deadline: datetime, *, now: datetime
) -> None:
    """Plan what follows a deadline that has passed."""
    found = session.get(Publication, publication_id)
    guild = session.get(Guild, found.guild_id) if found is not None else None
    if found is not None and guild is not None and found.turn == turn:
        plan(session, found, guild, now=max(now, deadline))


def closing_is_due(found: Publication, turn: int) -> bool:
    """Whether the message to the editor still matches the publication's settings."""
    return found.turn == turn and found.used
