"""Members with data that does not expire soon: everything in the registry, in one query.

Its statements have so many parts that they are built once: building them takes longer than running them.
"""

from collections.abc import Collection, Iterator
from functools import cache

from sqlalchemy import BigInteger, CompoundSelect, Select, bindparam, delete, select, union
from sqlalchemy.orm import Session

from db.membership.models import Departure
from db.models import Person
from db.privacy.registry import PERSONAL_DATA, of_guild

TOGETHER = 100
"""Most members in one query: each of its parts has them all as parameters, whose number is limited."""
GUILD = bindparam("guild", type_=BigInteger)
THESE = bindparam("these", type_=BigInteger, expanding=True)


def known_among(session: Session, user_ids: Collection[int], guild_id: int) -> set[int]:
    """Return of whom of these a server has something that does not go by itself before long, or who has settings."""
    asked = _some(in_guild=True)
    found = (session.scalars(asked, {"these": these, "guild": guild_id}) for these in _batches(user_ids))
    return {user_id for some in found for user_id in some}


def known_members(session: Session, guild_id: int) -> list[int]:
    """Return of whom a server has something, those whose clocks run among them."""
    return sorted(session.scalars(_members(), {"guild": guild_id}))


def forget_if_unknown(session: Session, user_ids: Collection[int]) -> None:
    """Erase the settings of those without data in any server any more."""
    for these in _batches(user_ids):
        known = session.scalars(_some(in_guild=False), {"these": these})
        if unknown := set(these).difference(known):
            session.execute(delete(Person).where(Person.id.in_(unknown)))


def _batches(user_ids: Collection[int]) -> Iterator[list[int]]:
    these = sorted(user_ids)
    return (these[at : at + TOGETHER] for at in range(0, len(these), TOGETHER))


@cache
def _some(*, in_guild: bool) -> CompoundSelect[int]:
    own = [select(Person.id).where(Person.id.in_(THESE))] if in_guild else []
    return union(*own, *_parts(in_guild=in_guild, among=True))


@cache
def _members() -> CompoundSelect[int]:
    clocks = select(Departure.user_id).where(Departure.guild_id == GUILD)
    return union(clocks, *_parts(in_guild=True, among=False))


def _parts(*, in_guild: bool, among: bool) -> Iterator[Select[int]]:
    for entry in PERSONAL_DATA:
        belongs = of_guild(entry.table, GUILD)
        if entry.kept.fades or (belongs is None if in_guild else entry.model is Person):
            continue
        for name in entry.columns:
            column = entry.table.c[name]
            part = select(column).where(column.in_(THESE) if among else column > 0)
            yield part.where(belongs) if in_guild and belongs is not None else part
