"""Verbs on people: what a member has chosen, and whether they can be written to."""

from datetime import UTC, datetime, time

import pytest

from bot.domain.deliveries import Quiet
from db import people
from db.engine import Store
from db.models import Person
from tests.db.network import GRACE, GUILD, NOW, TOMASZ, Network, network

NIGHT = datetime(2026, 3, 3, 2, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.fixture
async def net(store: Store) -> Network:
    return await network(store)


async def test_who_chose_nothing_is_not_stored(store: Store) -> None:
    assert await store.read(people.person, GRACE) is None
    assert await store.read(people.contacts, [GRACE]) == {}


async def test_choices_are_kept_one_by_one(store: Store) -> None:
    await store.write(people.choose, GRACE, leads=[60], zone="Europe/Paris")
    await store.write(people.choose, GRACE, dms=False)
    found = await store.read(people.person, GRACE)
    assert found is not None
    assert (found.leads, found.zone, found.dms) == ([60], "Europe/Paris", False)
    await store.write(people.choose, GRACE, leads=None)
    found = await store.read(people.person, GRACE)
    assert found is not None
    assert found.leads is None


async def test_a_dm_channel_is_remembered_beside_what_was_chosen(store: Store) -> None:
    await store.write(people.choose, GRACE, dms=False)
    for user_id in (GRACE, TOMASZ):
        await store.write(people.remember_dm_channel, user_id, 77)
        await store.write(people.remember_dm_channel, user_id, 78)
        assert await store.read(people.contacts, [user_id]) == {user_id: people.Contact(78)}
    found = await store.read(people.person, GRACE)
    assert found is not None
    assert found.dms is False


@pytest.mark.parametrize("known", [True, False])
async def test_closed_dms_are_noted_until_something_arrives(store: Store, known: bool) -> None:
    if known:
        await store.write(people.choose, GRACE, dms=True)
    await store.write(people.dms_closed, GRACE, now=NOW)
    found = await store.read(people.person, GRACE)
    assert found is not None
    assert (found.dms_closed_at, found.dms) == (NOW, True)
    await store.write(people.dms_open, GRACE)
    found = await store.read(people.person, GRACE)
    assert found is not None
    assert found.dms_closed_at is None


def test_quiet_hours_are_the_defaults_unless_both_ends_were_chosen() -> None:
    assert people.quiet_of(None) == Quiet()
    assert people.quiet_of(Person(id=1, quiet_from="22:00")) == Quiet()
    assert people.quiet_of(Person(id=1, quiet_from="22:30", quiet_until="06:00")) == Quiet(
        time(22, 30), time(6)
    )


async def test_at_night_one_is_written_to_in_the_morning_unless_it_can_not_wait(net: Network) -> None:
    async def when(now: datetime, before: datetime | None = None, guild_id: int = GUILD) -> datetime:
        return await net.store.read(people.writable_at, GRACE, guild_id=guild_id, now=now, before=before)

    assert await when(NOW) == NOW
    assert await when(NIGHT) == MORNING
    assert await when(NIGHT, before=MORNING) == NIGHT
    assert await when(NIGHT, guild_id=999) == NIGHT
    await net.store.write(people.choose, GRACE, quiet_from="00:00", quiet_until="00:00")
    assert await when(NIGHT) == NIGHT
    await net.store.write(people.choose, GRACE, quiet_from="21:00", quiet_until="08:00", zone="Asia/Kolkata")
    assert await when(NIGHT) == datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
