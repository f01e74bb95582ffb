"""Verbs on servers: how one is set up, its regions and who organises them."""

from datetime import timedelta

import pytest

from bot.domain.meetings import DEFAULT_LEAD_TIMES
from bot.errors import UserError
from db import audit, guilds
from db.engine import Store
from db.setup import mentions
from tests.db.network import ADMIN, AMINA, GUILD, LEEDS_CHANNEL, LONDON_CHANNEL, NOW, OTHER, Network, network


@pytest.fixture
async def net(store: Store) -> Network:
    return await network(store)


async def test_a_server_seen_for_the_first_time_gets_the_defaults_and_is_not_set_up(store: Store) -> None:
    assert await store.read(guilds.load, GUILD) is None
    for _ in range(2):
        made = await store.write(guilds.ensure, GUILD, zone="Europe/London", now=NOW, admin_id=ADMIN)
        assert (made.zone, made.leads, made.set_up_at, made.admin_id) == (
            "Europe/London",
            list(DEFAULT_LEAD_TIMES),
            None,
            ADMIN,
        )
        assert (made.regions, made.organiser_roles) == ([], [])
    assert await store.read(guilds.known_ids) == {GUILD}


async def test_the_first_change_sets_a_server_up_and_notes_who_did_it(net: Network) -> None:
    later = NOW + timedelta(days=1)
    await net.store.write(guilds.change, GUILD, actor_id=AMINA, now=later, leads=[60])
    found = await net.guild()
    assert (found.set_up_at, found.admin_id, found.leads) == (NOW, AMINA, [60])
    assert (await net.guild(OTHER)).leads == list(DEFAULT_LEAD_TIMES)
    line = (await net.store.read(audit.lines, GUILD))[0]
    assert (line.action, line.actor_id, line.at, line.detail) == (
        "setup",
        AMINA,
        later,
        {"changed": ["leads"]},
    )


async def set_region(net: Network, name: str, channel_id: int, guild_id: int = GUILD) -> str:
    region = await net.store.write(
        mentions.set_region, guild_id, name=name, channel_id=channel_id, actor_id=ADMIN, now=NOW
    )
    return region.name


async def channels_of(net: Network) -> dict[str, int]:
    return {region.name: region.channel_id for region in (await net.guild()).regions}


async def test_a_region_can_move_to_another_channel_or_be_renamed_in_its_own(net: Network) -> None:
    await set_region(net, "london", 500)
    assert await channels_of(net) == {"Leeds": LEEDS_CHANNEL, "london": 500}
    await set_region(net, "Greater London", 500)
    assert await channels_of(net) == {"Greater London": 500, "Leeds": LEEDS_CHANNEL}


async def test_two_regions_are_never_made_one(net: Network) -> None:
    with pytest.raises(UserError, match="channel_taken"):
        await set_region(net, "London", LEEDS_CHANNEL)
    assert await channels_of(net) == {"Leeds": LEEDS_CHANNEL, "London": LONDON_CHANNEL}


async def test_names_in_emoji_or_another_script_are_kept_apart(net: Network) -> None:
    for name, channel_id in (("💙", 501), ("💚", 502), ("Αθήνα", 503)):
        await set_region(net, name, channel_id)
    assert set(await channels_of(net)) == {"Leeds", "London", "💙", "💚", "Αθήνα"}


async def organisers(net: Network, region_id: int | None, *role_ids: int) -> None:
    await net.store.write(
        guilds.set_organisers, GUILD, role_ids=role_ids, region_id=region_id, actor_id=ADMIN, now=NOW
    )


async def test_organisers_of_the_server_and_of_a_region_are_replaced_apart(net: Network) -> None:
    leeds, london = (await net.guild()).regions
    await organisers(net, None, 11, 12)
    await organisers(net, leeds.id, 11, 13)
    await organisers(net, london.id, 14)
    await organisers(net, None, 15)
    await organisers(net, london.id)
    held = {(role.role_id, role.region_id) for role in (await net.guild()).organiser_roles}
    assert held == {(15, None), (11, leeds.id), (13, leeds.id)}
    assert (await net.guild(OTHER)).organiser_roles == []


async def test_the_audit_is_each_servers_own_newest_first(net: Network) -> None:
    for minute in range(20):
        at = NOW + timedelta(minutes=minute + 1)
        await net.store.write(guilds.change, GUILD, actor_id=AMINA, now=at)
    lines = await net.store.read(audit.lines, GUILD)
    assert len(lines) == 15
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert {line.guild_id for line in lines} == {GUILD}
    assert all(line.actor_id == ADMIN for line in await net.store.read(audit.lines, OTHER))
