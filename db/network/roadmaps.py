"""Verbs on roadmaps: six steps to a new network, with kind reminders and no nagging."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.network import NEEDS_GROUPS, NEEDS_MEETING, NUDGE_EVERY, NUDGES, STEPS
from bot.errors import UserError
from db import deliveries, limits, people
from db.audit import note
from db.guilds import organisers_of
from db.meetings.models import Meeting
from db.membership.models import Network
from db.models import Guild
from db.network import networks
from db.network.models import Roadmap, RoadmapStep
from db.outbox import about, send, subject

NUDGE = "network.nudge"
STARTED = "network.started"
STALLED = "network.stalled"
FINISHED = "network.finished"

_WHOLE = select(Roadmap).options(joinedload(Roadmap.network), selectinload(Roadmap.steps))


def running(session: Session, network_id: int) -> Roadmap | None:
    """Return a network's active roadmap, with its steps."""
    query = _WHOLE.where(Roadmap.network_id == network_id, Roadmap.finished_at.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find(session: Session, roadmap_id: int) -> Roadmap | None:
    """Return a roadmap with its network and steps."""
    query = _WHOLE.where(Roadmap.id == roadmap_id).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def start(session: Session, network_id: int, user_id: int, *, guild_id: int, now: datetime) -> Roadmap:
    """Begin the roadmap of a region without a network; whoever begins it joins the network and owns the first step.

    Raises:
        UserError: the region has an established network.
    """
    network = networks.find(session, network_id, guild_id=guild_id)
    if network.status == "established":
        raise UserError("network.start.established", region=network.name)
    present = running(session, network_id)
    if present is not None:
        return present
    limits.use(session, "roadmap", guild_id=guild_id, user_id=user_id, now=now)
    network.status = "developing"
    networks.join(session, network_id, user_id, now=now)
    roadmap = Roadmap(network_id=network_id, started_by=user_id, started_at=now)
    session.add(roadmap)
    session.flush()
    session.add_all(
        RoadmapStep(
            roadmap_id=roadmap.id,
            number=number,
            name=name,
            state="open",
            owner_id=user_id if number == 1 else None,
            turn=0,
            nudges=0,
        )
        for number, name in enumerate(STEPS, 1)
    )
    session.flush()
    roadmap = _again(session, roadmap.id)
    _tell_organisers(session, roadmap, STARTED, now)
    _nudge(session, roadmap, now)
    note(session, guild_id, user_id, "network.start", f"network:{network_id}", now)
    return roadmap


def _again(session: Session, roadmap_id: int) -> Roadmap:
    found = find(session, roadmap_id)
    assert found is not None  # noqa: S101 - flushed before
    return found


def current(roadmap: Roadmap) -> RoadmapStep | None:
    """Return the first step that is not done."""
    return next((step for step in roadmap.steps if step.state == "open"), None)


def step_of(roadmap: Roadmap, number: int) -> RoadmapStep:
    """Return one step. Raises UserError: none has this number."""
    for step in roadmap.steps:
        if step.number == number:
            return step
    raise UserError("network.roadmap.gone")


def open_roadmap(session: Session, roadmap_id: int, *, guild_id: int | None) -> Roadmap:
    """Return an active roadmap, of this server if one is given.

    Raises:
        UserError: it is gone or finished.
    """
    roadmap = find(session, roadmap_id)
    if roadmap is None or (guild_id is not None and roadmap.network.guild_id != guild_id):
        raise UserError("network.roadmap.gone")
    if roadmap.finished_at is not None:
        raise UserError("network.roadmap.finished", region=roadmap.network.name)
    return roadmap


def take(session: Session, roadmap: Roadmap, number: int, user_id: int, *, now: datetime) -> Roadmap:
    """Give a step to a member, who thereby joins the network. Raises UserError: it is somebody else's, or done."""
    step = step_of(roadmap, number)
    if step.state == "done":
        raise UserError("network.step.is_done")
    if step.owner_id is not None and step.owner_id != user_id:
        raise UserError("network.step.taken")
    step.owner_id = user_id
    networks.join(session, roadmap.network_id, user_id, now=now)
    return _replace(session, roadmap, step, "step_taken", now)


def give_back(session: Session, roadmap: Roadmap, number: int, *, now: datetime) -> Roadmap:
    """Make a step unowned again."""
    step = step_of(roadmap, number)
    step.owner_id = None
    return _replace(session, roadmap, step, "step_given_back", now)


def still_on_it(session: Session, roadmap: Roadmap, number: int, *, now: datetime) -> Roadmap:
    """Postpone the nudge about a step that somebody is working on."""
    return _replace(session, roadmap, step_of(roadmap, number), "step_going_on", now)


def done(
    session: Session, roadmap: Roadmap, number: int, user_id: int, *, words: str, now: datetime
) -> Roadmap:
    """Record that a step is done; the last one finishes the roadmap.

    Raises:
        UserError: no meeting is scheduled yet, or no group named, as the step requires.
    """
    step = step_of(roadmap, number)
    if step.state == "done":
        raise UserError("network.step.is_done")
    if step.name == NEEDS_MEETING and first_meeting(session, roadmap) is None:
        key = "network.step.no_meeting" if roadmap.network.region_id else "network.step.no_channel"
        raise UserError(key, region=roadmap.network.name)
    if step.name == NEEDS_GROUPS and not words:
        raise UserError("network.step.no_groups")
    step.state, step.done_at, step.owner_id, step.note = "done", now, step.owner_id or user_id, words
    session.flush()
    deliveries.cancel(session, subject(roadmap), reason="step_done", now=now, kinds=[NUDGE, STALLED])
    if current(roadmap) is None:
        roadmap.finished_at = now
        _tell_organisers(session, roadmap, FINISHED, now)
        note(
            session, roadmap.network.guild_id, user_id, "network.finish", f"network:{roadmap.network_id}", now
        )
    else:
        _nudge(session, roadmap, now)
    session.flush()
    return roadmap


def first_meeting(session: Session, roadmap: Roadmap) -> Meeting | None:
    """Return the region's first meeting scheduled since the roadmap began."""
    if roadmap.network.region_id is None:
        return None
    query = (
        select(Meeting)
        .options(joinedload(Meeting.region))
        .where(
            Meeting.region_id == roadmap.network.region_id,
            Meeting.starts_at > roadmap.started_at,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def nudged(session: Session, roadmap_id: int, number: int, *, now: datetime) -> None:
    """Record that a nudge was sent, and enqueue the next; after two without an answer the organisers are told."""
    roadmap = find(session, roadmap_id)
    if roadmap is None or roadmap.finished_at is not None:
        return
    step = current(roadmap)
    if step is None or step.number != number:
        return
    step.nudges += 1
    session.flush()
    if step.nudges < NUDGES:
        _nudge(session, roadmap, now)
    else:
        _tell_organisers(session, roadmap, STALLED, now + NUDGE_EVERY, turn=step.turn)


def _replace(session: Session, roadmap: Roadmap, step: RoadmapStep, reason: str, now: datetime) -> Roadmap:
    step.nudges = 0
    step.turn += 1
    session.flush()
    deliveries.cancel(session, subject(roadmap), reason=reason, now=now, kinds=[NUDGE, STALLED])
    _nudge(session, roadmap, now)
    return roadmap


def _nudge(session: Session, roadmap: Roadmap, now: datetime) -> None:
    """Enqueue a friendly question about the current step, for its owner, else for whoever began."""
    step = current(roadmap)
    if step is None:
        return
    user_id = step.owner_id or roadmap.started_by
    if user_id is None or not people.takes_messages(session, user_id):
        # Nobody to ask by DM: the organisers hear in the end that it has stalled.
        _tell_organisers(session, roadmap, STALLED, now + NUDGE_EVERY * (NUDGES + 1), turn=step.turn)
        return
    key = f"{subject(roadmap)}:step:{step.number}:{step.turn}:{step.nudges}:user:{user_id}"
    matter, at = about(roadmap, roadmap.network.guild_id), now + NUDGE_EVERY
    send(session, matter, NUDGE, key, (user_id, True), at, quiet=True, step=step.number)


def _tell_organisers(session: Session, roadmap: Roadmap, kind: str, at: datetime, *, turn: int = 0) -> None:
    step, to = current(roadmap), organisers_of(session.get_one(Guild, roadmap.network.guild_id))
    key = f"{subject(roadmap)}:{kind}:{step.number if step else 0}:{turn}"
    send(session, about(roadmap, roadmap.network.guild_id), kind, key, to, at)


def of_guild(session: Session, guild_id: int) -> Sequence[Roadmap]:
    """Return the active roadmaps of a server."""
    query = (
        _WHOLE.join(Network, Network.id == Roadmap.network_id)
        .where(Network.guild_id == guild_id, Roadmap.finished_at.is_(None))
        .order_by(Network.name)
    )
    return session.scalars(query).all()
