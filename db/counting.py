"""Verbs on counts of people: a snapshot a day, and its published numbers; no others are shown to anybody."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain import counting
from bot.domain.counting import Published
from db.models import CountDay, PublishedCount, PublishedMonth, PublishedPerson

There = Mapping[str, Mapping[int, str]]
"""Who to count, by family: each person with their part."""


def due(session: Session, guild_id: int, *, now: datetime) -> bool:
    """Whether a server had no snapshot today."""
    last = session.get(CountDay, guild_id)
    return last is None or last.day < _day(now)


def take(session: Session, guild_id: int, there: There, *, now: datetime) -> bool:
    """Publish what may be published about a server's people; return False if there was already a snapshot today."""
    if not due(session, guild_id, now=now):
        return False
    today = _day(now)
    last = session.get(CountDay, guild_id)
    month_over = last is not None and last.day[:7] < today[:7]
    if last is None:
        session.add(CountDay(guild_id=guild_id, day=today))
    else:
        last.day = today
    rows = session.scalars(select(PublishedCount).where(PublishedCount.guild_id == guild_id)).all()
    people = _people(session, guild_id)
    for family in sorted({*there, *(row.family for row in rows)}):
        before = {
            row.part: Published(row.shown, frozenset(people.get((family, row.part), ())))
            for row in rows
            if row.family == family
        }
        after = counting.snapshot(before, there.get(family, {}), month_over=month_over)
        _store(session, guild_id, family, before, after)
        if before or after:
            shown = sum(published.shown for published in after.values())
            session.merge(PublishedMonth(guild_id=guild_id, family=family, month=today[:7], shown=shown))
    session.flush()
    return True


def _people(session: Session, guild_id: int) -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = {}
    query = select(PublishedPerson.family, PublishedPerson.part, PublishedPerson.user_id)
    for family, part, user_id in session.execute(query.where(PublishedPerson.guild_id == guild_id)):
        found.setdefault((family, part), set()).add(user_id)
    return found


def _store(
    session: Session,
    guild_id: int,
    family: str,
    before: Mapping[str, Published],
    after: Mapping[str, Published],
) -> None:
    """Replace what is stored of a family, if it changed."""
    changed = [part for part in {*before, *after} if before.get(part) != after.get(part)]
    if not changed:
        return
    for model in (PublishedPerson, PublishedCount):
        session.execute(
            delete(model).where(model.guild_id == guild_id, model.family == family, model.part.in_(changed))
        )
    session.expire_all()
    rows = {part: after[part] for part in changed if part in after}
    session.add_all(
        PublishedCount(guild_id=guild_id, family=family, part=part, shown=published.shown)
        for part, published in rows.items()
    )
    session.add_all(
        PublishedPerson(guild_id=guild_id, family=family, part=part, user_id=user_id)
        for part, published in rows.items()
        for user_id in published.people
    )


def published(session: Session, guild_id: int, family: str) -> dict[str, int]:
    """Return what is shown of each part of a family."""
    query = select(PublishedCount.part, PublishedCount.shown).where(
        PublishedCount.guild_id == guild_id, PublishedCount.family == family
    )
    return {row[0]: row[1] for row in session.execute(query)}


def published_under(session: Session, guild_id: int, prefix: str) -> dict[str, dict[str, int]]:
    """Return what is shown of each part of all families whose names begin with `prefix`."""
    query = select(PublishedCount.family, PublishedCount.part, PublishedCount.shown).where(
        PublishedCount.guild_id == guild_id, PublishedCount.family.startswith(prefix, autoescape=True)
    )
    found: dict[str, dict[str, int]] = {}
    for family, part, shown in session.execute(query):
        found.setdefault(family, {})[part] = shown
    return found


def by_month(session: Session, guild_id: int, family: str, *, since: str) -> dict[str, int]:
    """Return what was shown of a family at the end of each month from `since` ('2026-03') on."""
    query = (
        select(PublishedMonth.month, PublishedMonth.shown)
        .where(
            PublishedMonth.guild_id == guild_id,
            PublishedMonth.family == family,
            PublishedMonth.month >= since,
        )
        .order_by(PublishedMonth.month)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()
