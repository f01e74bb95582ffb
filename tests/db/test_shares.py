"""What one member may keep in a shared list: a fixed number and not one more, which holds nobody else up."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import UserError
from db import affiliations, guilds
from db.affiliations.models import Affiliation
from db.engine import Store
from db.groups import groups
from db.groups.models import WorkingGroupMember
from db.meetings import venues
from db.meetings.models import Venue
from db.schema import Base
from tests.db.network import AMINA, GRACE, GUILD, NOW, network

Add = Callable[[Session, int, int, datetime], object]


def add_venue(session: Session, actor_id: int, number: int, now: datetime) -> object:
    """Have a member check one more place."""
    guild = guilds.load(session, GUILD)
    assert guild is not None
    return venues.keep(
        session, f"Place {actor_id} {number}", guild=guild, actor_id=actor_id, now=now, details={}
    )


def add_affiliation(session: Session, actor_id: int, number: int, now: datetime) -> object:
    """Have a member record one more branch's affiliation."""
    guild = guilds.load(session, GUILD)
    assert guild is not None
    new = Affiliation(known="csc", body=f"Branch {actor_id} {number}", status="idea")
    return affiliations.record(session, new, guild=guild, actor_id=actor_id, organises=False, now=now)


def add_group(session: Session, actor_id: int, number: int, now: datetime) -> object:
    """Have a member join one more working group."""
    guild = guilds.load(session, GUILD)
    assert guild is not None
    return groups.join(
        session, guild.regions[0], f"campaign:c{number}", name=f"Group {number}", user_id=actor_id, now=now
    )


@pytest.mark.parametrize(
    ("add", "share", "table"),
    [
        (add_venue, venues.SHARE, Venue),
        (add_affiliation, affiliations.SHARE, Affiliation),
        (add_group, groups.SHARE, WorkingGroupMember),
    ],
)
async def test_a_member_has_their_share_and_not_one_more(
    store: Store, add: Add, share: int, table: type[Base]
) -> None:
    await network(store)
    before = await store.read(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)

    async def one(actor_id: int, number: int) -> None:
        # One a day: how many there may be within a day is another limit.
        await store.write(add, actor_id, number, NOW + timedelta(days=number))

    for number in range(share):
        await one(GRACE, number)
    with pytest.raises(UserError) as refused:
        await one(GRACE, share)
    assert refused.value.key.endswith(".share")
    assert refused.value.fields["most"] == share
    after = await store.read(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)
    assert after == before + share
    await one(AMINA, share)
