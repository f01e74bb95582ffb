"""Verbs on servers that removed the bot: a clock starts, presence stops it, and only a definite answer erases.

`left_at` is when the clock started, on an event or answer from Discord. `absent_since` and `absent_at` are the first
and the last time that Discord answered definitely: the server was not in the whole list of the bot's servers, and
was refused when asked for.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep, confirmed
from db.audit import ITSELF, note
from db.deliveries import NewDelivery, enqueue
from db.membership.models import Departure
from db.models import Audit, Delivery, Guild

NOTICE = "privacy.server"
"""The warning to the installer before a server is erased."""
SET_UP = (
    "setup",
    "setup.region",
    "setup.region_dropped",
    "setup.organisers",
    "setup.facts",
    "setup.features",
)
"""Acts that require Manage Server."""


def clocks_among(session: Session, guild_ids: Collection[int]) -> set[int]:
    """Return which of these servers have a running clock."""
    query = select(Guild.id).where(
        Guild.id.in_(guild_ids), or_(Guild.left_at.is_not(None), Guild.absent_since.is_not(None))
    )
    return set(session.scalars(query))


def present(session: Session, guild_ids: Collection[int]) -> set[int]:
    """Stop the clocks of servers that the bot is in; return those that had one running."""
    ended = session.scalars(
        update(Guild)
        .where(Guild.id.in_(guild_ids), or_(Guild.left_at.is_not(None), Guild.absent_since.is_not(None)))
        .values(left_at=None, absent_since=None, absent_at=None, erase_told_at=None)
        .returning(Guild.id),
        execution_options={"synchronize_session": False},
    )
    return set(ended)


def gone(session: Session, guild_ids: Collection[int], *, now: datetime) -> None:
    """Start the clocks of servers that, according to Discord, removed the bot."""
    session.execute(
        update(Guild).where(Guild.id.in_(guild_ids), Guild.left_at.is_(None)).values(left_at=now),
        execution_options={"synchronize_session": False},
    )


def refused(session: Session, guild_ids: Collection[int], *, now: datetime) -> set[int]:
    """Record a definite answer: these servers are not among the bot's, and were refused when asked for.

    Return those with such answers on two days.
    """
    answered = session.execute(
        update(Guild)
        .where(Guild.id.in_(guild_ids))
        .values(
            left_at=func.coalesce(Guild.left_at, now),
            absent_since=func.coalesce(Guild.absent_since, now),
            absent_at=now,
        )
        .returning(Guild.id, Guild.absent_since, Guild.absent_at),
        execution_options={"synchronize_session": False},
    )
    return {row[0] for row in answered if confirmed(row[1], row[2])}


def owners(session: Session, wanted: Mapping[int, int]) -> set[int]:
    """Make owners hear of failures in servers (by id) where nobody does; return the servers."""
    changed: set[int] = set()
    for guild in session.scalars(select(Guild).where(Guild.id.in_(wanted), Guild.admin_id.is_(None))):
        guild.admin_id = wanted[guild.id]
        changed.add(guild.id)
    return changed


def ownerless(session: Session, guild_ids: Collection[int]) -> set[int]:
    """Return in which of these servers nobody is told of failures."""
    return set(session.scalars(select(Guild.id).where(Guild.id.in_(guild_ids), Guild.admin_id.is_(None))))


def known(session: Session) -> set[int]:
    """Return all servers with stored data."""
    return set(session.scalars(select(Guild.id)))


def warn(session: Session, *, now: datetime, keep: Keep) -> int:
    """Enqueue the warning to the installers of servers to be erased in a week; return how many."""
    query = select(Guild).where(
        Guild.left_at <= now - keep.before_warning,
        Guild.absent_since.is_not(None),
        Guild.erase_told_at.is_(None),
    )
    found = session.scalars(query).all()
    for guild in found:
        guild.erase_told_at = now
        if guild.admin_id is not None and guild.left_at is not None:
            enqueue(session, [_word(guild, guild.left_at, guild.admin_id, now)])
        else:
            note(session, guild.id, ITSELF, "privacy.server_unheard", "guild", now)
    return len(found)


def unheard(session: Session, word: Delivery, now: datetime) -> None:
    """Enqueue an undelivered warning for another admin who set up the bot, or record that nobody could be told.

    For a server that is back, send nothing.
    """
    guild = session.get(Guild, word.guild_id)
    if guild is None or guild.left_at is None:
        return
    other = _another(session, guild.id)
    if other is None:
        note(session, guild.id, ITSELF, "privacy.server_unheard", "guild", now)
    else:
        enqueue(session, [_word(guild, guild.left_at, other, now, again=True)])


def _word(
    guild: Guild, left_at: datetime, user_id: int, now: datetime, *, again: bool = False
) -> NewDelivery:
    return NewDelivery(
        key=f"server-erase:{guild.id}:{left_at:%Y%m%dT%H%M%S}{f':{user_id}' if again else ''}",
        kind=NOTICE,
        guild_id=guild.id,
        target_id=user_id,
        private=True,
        subject=f"server:{guild.id}",
        due_at=now,
    )


def _another(session: Session, guild_id: int) -> int | None:
    """Return who last changed a server's set-up, of those not yet told and not known to have left."""
    told = select(Delivery.target_id).where(Delivery.subject == f"server:{guild_id}", Delivery.kind == NOTICE)
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    query = (
        select(Audit.actor_id)
        .where(
            Audit.guild_id == guild_id,
            Audit.action.in_(SET_UP),
            Audit.actor_id > 0,
            Audit.actor_id.not_in(told),
            Audit.actor_id.not_in(gone),
        )
        .order_by(Audit.at.desc())
        .limit(1)
    )
    return session.scalar(query)


def abandoned(session: Session, *, now: datetime, asked_since: datetime, keep: Keep) -> list[int]:
    """Return the servers whose clock has run out and that Discord, on two days, said the bot is not in.

    The second answer must be since `asked_since`: nothing is erased on what was true some days ago.
    """
    query = select(Guild).where(
        Guild.left_at <= now - keep.leaving,
        Guild.erase_told_at <= now - keep.warned,
        Guild.absent_at >= asked_since,
    )
    return [guild.id for guild in session.scalars(query) if confirmed(guild.absent_since, guild.absent_at)]


def saw(session: Session, guild_ids: Collection[int], *, now: datetime) -> None:
    """Record that departures from these servers are known up to now."""
    session.execute(
        update(Guild).where(Guild.id.in_(guild_ids)).values(seen_until=now),
        execution_options={"synchronize_session": False},
    )


def seen_until(session: Session) -> dict[int, datetime | None]:
    """Return until when departures from each server are known."""
    return {row[0]: row[1] for row in session.execute(select(Guild.id, Guild.seen_until))}
