"""What deadlines cause: calls for contributions, a message to the editor, and then the same for the next one.

For each deadline there are two jobs: one that calls for contributions in the channels that exist by then, and one
that, at the deadline, plans the next. So a server that is away for a month resumes where it left off.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.comms import Deadline, call_at, called_for
from bot.domain.terms import terms_of
from db import guilds, jobs, people
from db.comms.models import Publication
from db.models import Guild
from db.outbox import Target, about, send, subject

CALL = "comms.call"
CLOSING = "comms.closing"
JOB = "comms.deadline"
LOOK_AGAIN = timedelta(days=7)
CLOSING_LIVES = timedelta(days=3)


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
    stem = f"{subject(found)}.{found.turn}"
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
    to, ends = editor_of(session, found, guild), deadline + CLOSING_LIVES
    key = f"{stem}:closing:{mark}:{'user' if to[1] else 'channel'}:{to[0]}"
    send(session, about(found, guild.id, turn=found.turn), CLOSING, key, to, deadline, ends, quiet=True)
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
        subject=subject(found),
        due_at=at,
        publication=found.id,
        turn=found.turn,
        deadline=deadline.isoformat(),
        do=do,
    )


def editor_of(session: Session, found: Publication, guild: Guild) -> Target:
    """Return whom to tell about contributions: the editor by DM if they take messages, else the organisers."""
    editor_id = found.editor_id or 0
    if editor_id > 0 and people.takes_messages(session, editor_id):
        return editor_id, True
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
    key = f"{subject(found)}.{turn}:call:{deadline:%Y%m%dT%H%M}:channel:{channel_id}"
    to, day = (channel_id, False), deadline.isoformat()
    send(session, about(found, guild.id), CALL, key, to, due_at, deadline, turn=turn, deadline=day)


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
