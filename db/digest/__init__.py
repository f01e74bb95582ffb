"""Verbs on the weekly digest: who wants one, what is in it, and what organisers confirm."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.domain.campaigns import Action, Campaign, suggest
from bot.domain.deliveries import after_quiet
from bot.domain.digest import AHEAD, DATES_AHEAD, ages, ends_soon, next_at
from db import campaigns, comms, deliveries, jobs, keydates, people, waiting
from db.audit import note
from db.comms.models import Publication
from db.deliveries import NewDelivery
from db.digest.models import Digest, RegionCheck
from db.groups.models import WorkingGroup, WorkingGroupMember
from db.membership.models import Network, NetworkMember
from db.models import Delivery, Guild, Person, Region
from db.network.models import Contact
from db.outbox import About
from db.waiting import Waits

WEEK = "digest.week"
JOB = "digest.plan"
PLANNED_EVERY = timedelta(days=1)
LASTS = timedelta(days=1)
REPLACED = frozenset({"campaign.private", "chase.ask", "checklist.nudge", "goal.nudge", "plans.nudge"})
"""The messages that a digest replaces; reminders and changes of meetings still come separately."""


def subject(guild_id: int) -> str:
    """Return the subject of a server's digests: 'digest:5'."""
    return f"digest:{guild_id}"


def digest_of(session: Session, user_id: int, *, guild_id: int) -> Digest | None:
    """Return when a member gets a digest of a server, or None."""
    return session.get(Digest, (guild_id, user_id))


def choose(
    session: Session, user_id: int, *, guild_id: int, weekday: int | None, hour: int, now: datetime
) -> None:
    """Store when a member wants a digest of a server (weekday None: not at all), and plan the next."""
    deliveries.cancel(
        session, subject(guild_id), reason="digest_changed", now=now, target_id=user_id, kinds=[WEEK]
    )
    found = session.get(Digest, (guild_id, user_id))
    if weekday is None:
        if found is not None:
            session.delete(found)
        return
    session.merge(Digest(guild_id=guild_id, user_id=user_id, weekday=weekday, hour=hour))
    session.flush()
    plan(session, guild_id=guild_id, now=now, only=user_id)


def replan(session: Session, user_id: int, *, now: datetime) -> None:
    """Plan a member's next digest of each server anew, after they changed their quiet hours or zone."""
    for chosen in session.scalars(select(Digest).where(Digest.user_id == user_id)).all():
        choose(session, user_id, guild_id=chosen.guild_id, weekday=chosen.weekday, hour=chosen.hour, now=now)


def plan(session: Session, *, guild_id: int, now: datetime, only: int | None = None) -> None:
    """Enqueue the next digest for each member of a server who wants one (or for one member), and the next job."""
    guild = session.get(Guild, guild_id)
    query = select(Digest, Person).outerjoin(Person, Person.id == Digest.user_id)
    query = query.where(Digest.guild_id == guild_id)
    if only is not None:
        query = query.where(Digest.user_id == only)
    wanted = session.execute(query).all()
    if guild is None or not wanted:
        return
    deliveries.enqueue(session, [_next(digest, person, guild, now) for digest, person in wanted])
    due = now + PLANNED_EVERY
    jobs.enqueue(
        session,
        JOB,
        f"{subject(guild_id)}:plan:{due:%Y-%m-%d}",
        guild_id=guild_id,
        target_id=guild_id,
        subject=subject(guild_id),
        due_at=due,
    )


def _next(digest: Digest, person: Person | None, guild: Guild, now: datetime) -> NewDelivery:
    zone: ZoneInfo = people.zone_of(person, guild)
    at = next_at(digest.weekday, digest.hour, zone, after=now)
    due = after_quiet(at, zone, people.quiet_of(person))
    key = f"{subject(guild.id)}:{at.astimezone(zone).date()}:user:{digest.user_id}"
    about = About(guild.id, subject(guild.id))
    return about.message(WEEK, key, digest.user_id, due, due + LASTS, private=True)


def readers(session: Session, claimed: Iterable[Delivery]) -> Collection[int]:
    """Return which of the claimed deliveries are included in their member's digest instead."""
    asked = {one.id: (one.guild_id, one.target_id) for one in claimed if one.private and one.kind in REPLACED}
    if not asked:
        return ()
    columns = (Digest.guild_id, Digest.user_id)
    found = {
        (row[0], row[1])
        for row in session.execute(select(*columns).where(tuple_(*columns).in_(set(asked.values()))))
    }
    return {delivery_id for delivery_id, whose in asked.items() if whose in found}


MEETINGS = ("answer", "coming")


@dataclass(frozen=True, slots=True)
class Ageing:
    """A region's facts that nobody has checked for long; `ending` are terms that end soon."""

    region: Region
    contacts: Sequence[Contact]
    ending: Sequence[Contact]


@dataclass(frozen=True, slots=True)
class Week:
    """A member's week: meetings, what else is waiting, key dates, deadlines of publications, and a suggestion."""

    meetings: Sequence[Waits] = ()
    waits: Sequence[Waits] = ()
    dates: Sequence[tuple[date, str]] = ()
    deadlines: Sequence[tuple[datetime, str]] = ()
    suggestion: tuple[Campaign, Action] | None = None
    ageing: Sequence[Ageing] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing worth a message."""
        return not (
            self.meetings or self.waits or self.dates or self.deadlines or self.suggestion or self.ageing
        )


def week_of(
    session: Session,
    user_id: int,
    *,
    guild: Guild,
    zone: ZoneInfo,
    content: Sequence[Campaign],
    organised: Collection[int],
    now: datetime,
    again: bool = False,
) -> Week:
    """Return a member's week.

    Args:
        session: the transaction.
        user_id: the member.
        guild: the server, with its regions.
        zone: their zone.
        content: the content's campaigns.
        organised: the regions that they organise.
        now: the time (UTC).
        again: it was sent before, with a suggestion that must stay the same.
    """
    found = waiting.waiting_for(session, user_id, guild_id=guild.id, zone=zone, now=now)
    soon = [one for one in found if one.what in MEETINGS and one.at is not None and one.at < now + AHEAD]
    return Week(
        meetings=soon,
        waits=[one for one in found if one.what not in MEETINGS],
        dates=_dates(session, user_id, guild.id, now.astimezone(zone).date()),
        deadlines=_deadlines(session, guild, now),
        suggestion=_suggestion(session, user_id, guild.id, content, now, again=again),
        ageing=_ageing(session, guild, organised, now) if organised else (),
    )


def _dates(session: Session, user_id: int, guild_id: int, today: date) -> list[tuple[date, str]]:
    mine = {*session.scalars(waiting.regions_of(user_id, guild_id)), None}
    return sorted(
        (day, one.name)
        for one in keydates.of_guild(session, guild_id)
        if not one.off and one.region_id in mine
        for day in keydates.when_of(one).between(today, today + DATES_AHEAD)
    )


def _deadlines(session: Session, guild: Guild, now: datetime) -> list[tuple[datetime, str]]:
    query = select(Publication).where(
        Publication.guild_id == guild.id, Publication.used.is_(True), Publication.calls != "off"
    )
    found: list[tuple[datetime, str]] = []
    for one in session.scalars(query):
        at = comms.next_deadline(one, guild, now=now)
        if at is not None and at < now + AHEAD:
            found.append((at, one.name))
    return sorted(found)


def _suggestion(
    session: Session, user_id: int, guild_id: int, content: Sequence[Campaign], now: datetime, *, again: bool
) -> tuple[Campaign, Action] | None:
    """Return the next suggestion from the campaigns that somebody subscribed to or has done something for."""
    if campaigns.subscription_of(session, user_id, guild_id=guild_id) is not None:
        return campaigns.choose_private(
            session, user_id, guild_id=guild_id, content=content, now=now, again=again
        )
    did = campaigns.lately(session, user_id, guild_id=guild_id, now=now)
    groups = (
        select(WorkingGroup.topic)
        .join(WorkingGroupMember, WorkingGroupMember.group_id == WorkingGroup.id)
        .where(WorkingGroup.guild_id == guild_id, WorkingGroupMember.user_id == user_id)
    )
    mine = {campaign for campaign, _ in did} | {
        topic.removeprefix("campaign:") for topic in session.scalars(groups)
    }
    theirs = [
        one for one in campaigns.campaigns_of(session, guild_id, content) if one.enabled and one.id in mine
    ]
    aside = campaigns.dismissals(session, user_id, guild_id=guild_id)
    return suggest(theirs, done=did, aside=aside, start=now.toordinal() // 7)


def _ageing(session: Session, guild: Guild, organised: Collection[int], now: datetime) -> list[Ageing]:
    checks = {
        one.region_id: one.checked_at
        for one in session.scalars(select(RegionCheck).where(RegionCheck.region_id.in_(organised)))
    }
    asked = [
        one
        for one in guild.regions
        if one.id in organised and ages(checks.get(one.id), guild.known_since, now=now)
    ]
    query = (
        select(Network.region_id, Contact)
        .join(Network, Network.id == Contact.network_id)
        .where(Network.region_id.in_([one.id for one in asked]))
        .order_by(Contact.id)
    )
    contacts: dict[int | None, list[Contact]] = {}
    for region_id, contact in session.execute(query):
        contacts.setdefault(region_id, []).append(contact)
    today = now.date()
    return [
        Ageing(
            one,
            known := contacts.get(one.id, []),
            [contact for contact in known if ends_soon(contact.ends, today)],
        )
        for one in asked
    ]


def check(session: Session, region: Region, *, actor_id: int, now: datetime) -> None:
    """Record that a region's facts are still right."""
    session.merge(RegionCheck(region_id=region.id, checked_by=actor_id, checked_at=now))
    note(session, region.guild_id, actor_id, "region.checked", f"region:{region.id}", now)
