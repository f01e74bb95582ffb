"""The gateway on a bad day: whatever happens the bot is back, and nothing that can be caught up is missed."""

import time
from collections.abc import AsyncGenerator

import pytest

from bot.discord_client import client, heartbeat_watchdog
from bot.sandbox.server import Sandbox
from bot.sandbox.world import membership
from tests.faults.connecting import Sample, connected, eventually

pytestmark = pytest.mark.faults


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncGenerator[Sample]:
    async with connected(sandbox) as bot:
        yield bot


def join(sandbox: Sandbox) -> None:
    membership.join(sandbox.world, sandbox.guild(), sandbox.user("leila"))


async def test_a_disconnect_is_resumed_and_nothing_is_missed(sandbox: Sandbox, bot: Sample) -> None:
    await sandbox.gateway.disconnect()
    join(sandbox)
    await bot.hears("member_join")
    assert bot.health.resumed == 1
    assert sandbox.gateway.identifies == 1
    assert bot.heard.count("ready") == 1


async def test_a_cut_connection_is_resumed(sandbox: Sandbox, bot: Sample) -> None:
    sandbox.gateway.cut()
    await bot.hears("shard_resumed")
    assert sandbox.gateway.identifies == 1


async def test_a_request_to_reconnect_is_followed(sandbox: Sandbox, bot: Sample) -> None:
    sandbox.gateway.reconnect()
    await bot.hears("shard_resumed")
    assert sandbox.gateway.identifies == 1


async def test_a_resume_waits_for_a_gateway_that_is_away(sandbox: Sandbox, bot: Sample) -> None:
    """The library would give up the session at the first refusal and lose what happened meanwhile."""
    sandbox.gateway.refuse(503)
    sandbox.gateway.cut()
    await eventually(lambda: bot.http.gateway_connector.failures >= 2)
    join(sandbox)
    sandbox.gateway.accept()
    await bot.hears("member_join")
    assert sandbox.gateway.identifies == 1


async def test_a_lost_session_says_that_events_were_missed(
    sandbox: Sandbox, bot: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "IDENTIFY_EVERY", 0.1)
    sandbox.gateway.invalidate()
    await bot.hears("events_missed")
    assert bot.heard.count("ready") == 2
    assert bot.heard.count("first_ready") == 1
    assert sandbox.gateway.identifies == 2
    join(sandbox)
    await bot.hears("member_join")


async def test_a_dead_connection_is_found_by_its_silence(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat_watchdog, "EVERY", 0.05)
    sandbox.gateway.heartbeat_interval = 100
    async with connected(sandbox) as bot:
        bot.watchdog.patience = 0.05
        sandbox.gateway.stop_acking_heartbeats()
        begun = time.monotonic()
        await bot.hears("shard_resumed")
        assert time.monotonic() - begun < 5.0
        sandbox.gateway.start_acking_heartbeats()
        assert bot.health.zombies >= 1
        join(sandbox)
        await bot.hears("member_join")


async def test_a_quiet_connection_is_left_alone(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(heartbeat_watchdog, "EVERY", 0.01)
    sandbox.gateway.heartbeat_interval = 100
    async with connected(sandbox) as bot:
        bot.watchdog.patience = 0.5
        await eventually(lambda: (bot.health.latency or 1.0) < 0.04)
        (connection,) = sandbox.gateway._connections  # pyright: ignore[reportPrivateUsage] - nobody else counts
        before = connection.heartbeats
        await eventually(lambda: connection.heartbeats >= before + 25)
        assert bot.health.zombies == 0
        assert bot.health.resumed == 0
    assert "behind" not in caplog.text


async def test_an_event_nobody_can_read_is_left_out(
    sandbox: Sandbox, bot: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.world.publish(
        "GUILD_ROLE_CREATE", {"guild_id": str(sandbox.guild().id)}, guild_id=sandbox.guild().id
    )
    join(sandbox)
    await bot.hears("member_join")
    assert "GUILD_ROLE_CREATE could not be read" in caplog.text
    assert bot.health.resumed == 0


async def test_garbage_on_the_wire_is_a_reconnection(sandbox: Sandbox, bot: Sample) -> None:
    for connection in sandbox.gateway._connections:  # pyright: ignore[reportPrivateUsage] - it never does so itself
        await connection._socket.send_bytes(b"\x00garbage")  # pyright: ignore[reportPrivateUsage]
    await bot.hears("shard_resumed")
    join(sandbox)
    await bot.hears("member_join")
    assert sandbox.gateway.identifies == 1


async def test_members_that_are_not_cached_still_have_updates(sandbox: Sandbox, bot: Sample) -> None:
    guild = sandbox.guild()
    wales = next(role.id for role in guild.roles.values() if role.name == "Wales")
    membership.give(sandbox.world, guild, guild.members[sandbox.user("grace").id], wales)
    await bot.hears("raw_member_update")
    assert len(bot.guilds[0].members) == 1


async def test_shards_identify_at_most_one_in_five_seconds_for_a_key(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "IDENTIFY_EVERY", 0.3)
    sandbox.shards = 3
    begun = time.monotonic()
    async with connected(sandbox) as bot:
        assert time.monotonic() - begun >= 0.6
        assert bot.health.shards == {0: True, 1: True, 2: True}
        assert sandbox.gateway.identifies == 3


async def test_health_tells_of_a_lost_connection(sandbox: Sandbox, bot: Sample) -> None:
    assert bot.health.connected
    sandbox.gateway.refuse()
    sandbox.gateway.cut()
    await eventually(lambda: not bot.health.connected)
    sandbox.gateway.accept()
    await eventually(lambda: bot.health.connected)
