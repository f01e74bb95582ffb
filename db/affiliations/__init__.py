"""Verbs on affiliations: a body's status with an organisation, and questions about renewals."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from bot.domain.affiliations import LEAD_WEEKS, a_year_on, nudges
from bot.domain.names import normalize
from bot.errors import UserError
from db import deliveries, limits, meetings, people
from db.affiliations.models import Affiliation, Organisation
from db.audit import note
from db.deliveries import NewDelivery
from db.guilds import organisers_of
from db.lookup import of_server
from db.meetings import agenda
from db.meetings.models import Meeting
from db.models import Guild
from db.outbox import Target, about, subject

NUDGE = "affiliation.nudge"
MOST = 500
"""The most that a server may record, so that lists stay short."""
SHARE = 50
"""The most recorded by one member who does not organise."""
MOST_OWN = 50

DISTINCT = ("guild_id", "known", "folded", "organisation_id", "owner_id")
"""What distinguishes affiliations: the organisation, and the body or member."""


def organisations(session: Session, guild_id: int) -> Sequence[Organisation]:
    """Return the organisations that a server added, by name."""
    query = select(Organisation).where(Organisation.guild_id == guild_id).order_by(Organisation.folded)
    return session.scalars(query).all()


def add_organisation(
    session: Session, *, guild_id: int, name: str, about: str, link: str, actor_id: int, now: datetime
) -> Organisation:
    """Store an organisation. Raises UserError: the name is taken, or there are too many."""
    folded = normalize(name) or name
    there = organisations(session, guild_id)
    if any(one.folded == folded for one in there):
        raise UserError("affiliations.organisation.there", name=name)
    if len(there) >= MOST_OWN:
        raise UserError("affiliations.organisation.enough", most=MOST_OWN)
    added = Organisation(guild_id=guild_id, name=name, folded=folded, about=about, link=link, added_at=now)
    session.add(added)
    session.flush()
    note(session, guild_id, actor_id, "affiliation.organisation.add", f"organisation:{added.id}", now)
    return added


def remove_organisation(
    session: Session, organisation_id: int, *, guild_id: int, actor_id: int, now: datetime
) -> None:
    """Delete an organisation that the server added, with all its affiliations."""
    found = of_server(session, Organisation, organisation_id, guild_id, "affiliations.gone")
    query = select(Affiliation).where(Affiliation.organisation_id == organisation_id)
    for one in session.scalars(query):
        deliveries.cancel(session, subject(one), reason="organisation_removed", now=now)
        session.delete(one)
    session.flush()
    session.delete(found)
    note(
        session, guild_id, actor_id, "affiliation.organisation.remove", f"organisation:{organisation_id}", now
    )


def record(
    session: Session, new: Affiliation, *, guild: Guild, actor_id: int, organises: bool, now: datetime
) -> Affiliation:
    """Store a body's status with an organisation, replacing any earlier one.

    Without a day of renewal, keep the one recorded before.

    Raises:
        UserError: somebody else recorded it and `organises` is false; or there are too many.
    """
    new.guild_id, new.folded = guild.id, normalize(new.body)
    same = (getattr(Affiliation, name) == getattr(new, name) for name in DISTINCT)
    found = session.scalars(select(Affiliation).where(*same).limit(1)).one_or_none()
    if found is None:
        _must_have_room(session, guild.id)
        if not organises:
            _must_have_share(session, guild.id, actor_id)
            limits.use(session, "affiliation", guild_id=guild.id, user_id=actor_id, now=now)
        new.recorded_by, new.lead_weeks, new.turn = actor_id, LEAD_WEEKS, 0
        found = session.merge(new)
    elif new.owner_id is None and found.recorded_by != actor_id:
        if not organises and found.recorded_by is not None:
            raise UserError("affiliations.not_yours", body=found.body)
        found.recorded_by = actor_id
    found.status, found.changed_at = new.status, now
    found.region_id = new.region_id or found.region_id
    found.renews_on = new.renews_on or found.renews_on
    session.flush()
    _plan(session, found, guild, now)
    if found.owner_id is None:
        note(session, guild.id, actor_id, "affiliation.record", subject(found), now)
    return find(session, found.id, guild_id=guild.id)


def _must_have_room(session: Session, guild_id: int) -> None:
    query = select(Affiliation.id).where(Affiliation.guild_id == guild_id).limit(MOST)
    if len(session.scalars(query).all()) >= MOST:
        raise UserError("affiliations.enough", most=MOST)


def _must_have_share(session: Session, guild_id: int, user_id: int) -> None:
    mine = or_(Affiliation.recorded_by == user_id, Affiliation.owner_id == user_id)
    query = select(func.count()).select_from(Affiliation).where(Affiliation.guild_id == guild_id, mine)
    if (session.scalar(query) or 0) >= SHARE:
        raise UserError("affiliations.share", most=SHARE)


def find(session: Session, affiliation_id: int, *, guild_id: int) -> Affiliation:
    """Return an affiliation of this server. Raises UserError: none has this id here."""
    options = [joinedload(Affiliation.organisation)]
    return of_server(session, Affiliation, affiliation_id, guild_id, "affiliations.gone", options=options)


def of_guild(session: Session, guild_id: int, user_id: int) -> Sequence[Affiliation]:
    """Return the affiliations of a server's bodies and this member's own, by body."""
    query = (
        select(Affiliation)
        .where(Affiliation.guild_id == guild_id)
        .where(or_(Affiliation.owner_id.is_(None), Affiliation.owner_id == user_id))
        .options(joinedload(Affiliation.organisation))
        .order_by(Affiliation.folded, Affiliation.id)
    )
    return session.scalars(query).all()


def remove(
    session: Session, affiliation_id: int, *, guild_id: int, actor_id: int, now: datetime
) -> Affiliation:
    """Delete an affiliation."""
    found = find(session, affiliation_id, guild_id=guild_id)
    deliveries.cancel(session, subject(found), reason="affiliation_removed", now=now)
    session.delete(found)
    if found.owner_id is None and found.recorded_by != actor_id:
        note(session, guild_id, actor_id, "affiliation.remove", subject(found), now)
    return found


def renew(
    session: Session, affiliation_id: int, *, guild: Guild, actor_id: int, now: datetime
) -> Affiliation:
    """Record that an affiliation was renewed for a year from its due date.

    Raises:
        UserError: there is none, or it has no due date.
    """
    found = find(session, affiliation_id, guild_id=guild.id)
    if found.renews_on is None:
        raise UserError("affiliations.no_day")
    today = now.astimezone(ZoneInfo(guild.zone)).date()
    due = date.fromisoformat(found.renews_on)
    if found.status == "affiliated" and (due - today).days > 200:
        raise UserError("affiliations.renewed_already")
    due = a_year_on(due)
    while due <= today:
        due = a_year_on(due)
    found.renews_on, found.status, found.changed_at = due.isoformat(), "affiliated", now
    _plan(session, found, guild, now)
    if found.owner_id is None:
        note(session, guild.id, actor_id, "affiliation.record", subject(found), now)
    return found


def plan_renewal(
    session: Session,
    affiliation_id: int,
    *,
    guild: Guild,
    renews_on: date | None,
    lead_weeks: int,
    actor_id: int,
    now: datetime,
) -> Affiliation:
    """Store when an affiliation is next renewed (None: never), and how many weeks before to ask about it."""
    found = find(session, affiliation_id, guild_id=guild.id)
    found.renews_on = renews_on.isoformat() if renews_on is not None else None
    found.lead_weeks, found.changed_at = lead_weeks, now
    _plan(session, found, guild, now)
    if found.owner_id is None:
        note(session, guild.id, actor_id, "affiliation.record", subject(found), now)
    return found


def put_on_agenda(
    session: Session,
    affiliation_id: int,
    *,
    guild: Guild,
    region_id: int | None,
    actor_id: int,
    words: str,
    now: datetime,
) -> Meeting:
    """Put an affiliation on the agenda of the next meeting of its region, else of this one, else of the server.

    Raises:
        UserError: there is no such affiliation or no future meeting, or the agenda is full or already has it.
    """
    found = find(session, affiliation_id, guild_id=guild.id)
    ahead = meetings.upcoming(
        session, guild.id, now=now, since=now, region_id=found.region_id or region_id, limit=1
    )
    if not ahead:
        raise UserError("affiliations.no_meeting")
    if any(item.words == words for item in agenda.items(session, ahead[0].id)):
        raise UserError("affiliations.on_it_already", title=ahead[0].title)
    meeting = agenda.add(session, ahead[0].id, guild=guild, actor_id=actor_id, words=words, link="", now=now)
    if found.status == "idea":
        found.status, found.changed_at = "agenda", now
    return meeting


def _plan(session: Session, found: Affiliation, guild: Guild, now: datetime) -> None:
    """Enqueue the questions about a renewal, for whoever recorded it or else the organisers."""
    found.turn += 1
    session.flush()
    deliveries.cancel(session, subject(found), reason="affiliation_changed", now=now, kinds=[NUDGE])
    if found.renews_on is None or found.status not in ("affiliated", "due"):
        return
    target_id, private = _target(session, found, guild)
    if target_id is None:
        return
    zone = ZoneInfo(guild.zone)
    # Earlier versions reused the ids of deleted rows, so the time keeps keys distinct.
    stem = f"{subject(found)}.{found.turn}.{int(now.timestamp())}"
    matter = about(found, guild.id, turn=found.turn)
    due = nudges(date.fromisoformat(found.renews_on), found.lead_weeks, now=now, zone=zone)
    person, enqueued = people.person(session, target_id) if private else None, list[NewDelivery]()
    for number, at in enumerate(due):
        key = f"{stem}:{number}:{'user' if private else 'channel'}:{target_id}"
        due_at = people.outside_quiet(at, person, guild) if private else at
        enqueued.append(matter.message(NUDGE, key, target_id, due_at, private=private))
    deliveries.enqueue(session, enqueued)


def _target(session: Session, found: Affiliation, guild: Guild) -> Target:
    user_id = found.owner_id or found.recorded_by
    if user_id is not None and user_id > 0 and people.takes_messages(session, user_id):
        return user_id, True
    return (None, False) if found.owner_id is not None else organisers_of(guild)


def nudged(session: Session, affiliation_id: int, turn: int, *, guild_id: int, now: datetime) -> None:
    """Record that somebody was asked about a renewal: it is due."""
    found = session.get(Affiliation, affiliation_id)
    if (
        found is not None
        and found.guild_id == guild_id
        and found.turn == turn
        and found.status == "affiliated"
    ):
        found.status, found.changed_at = "due", now


def hand_over(session: Session, user_id: int, *, guild_id: int | None, now: datetime) -> None:
    """Direct the questions about renewals recorded by somebody being erased to the organisers."""
    query = select(Affiliation).where(Affiliation.recorded_by == user_id, Affiliation.owner_id.is_(None))
    if guild_id is not None:
        query = query.where(Affiliation.guild_id == guild_id)
    for found in session.scalars(query).all():
        found.recorded_by = None
        _plan(session, found, session.get_one(Guild, found.guild_id), now)
