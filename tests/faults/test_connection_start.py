"""Starting on a bad day, and starting with wrong settings."""

import asyncio
import logging

import pytest

from bot.discord_client import IntentsNotEnabled, ShardsRefused, WrongToken
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected, eventually, running

pytestmark = pytest.mark.faults


async def test_ready_without_the_librarys_two_seconds() -> None:
    async with Sandbox() as sandbox:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with connected(sandbox) as bot:
            assert loop.time() - begun < 1.5
            assert bot.health.connected
            assert [guild.name for guild in bot.guilds] == [sandbox.guild().name]


@pytest.mark.parametrize("kind", ["status", "drop_before", "drop_after"])
@pytest.mark.parametrize("path", ["/users/@me", "/applications/@me", "/gateway/bot", "/commands"])
async def test_rest_down_at_the_start_is_waited_for(
    kind: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Sandbox() as sandbox:
        rule = sandbox.faults.add(f"{path}$", kind, times=2, status=503)  # pyright: ignore[reportArgumentType]
        with caplog.at_level(logging.WARNING):
            async with connected(sandbox):
                assert len(rule.hits) == 2
        assert any(path in record.message and "next try in" in record.message for record in caplog.records)


@pytest.mark.parametrize("status", [503, None])
async def test_gateway_down_at_the_start_is_waited_for(
    status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with Sandbox() as sandbox:
        sandbox.gateway.refuse(status)
        bot = Sample(sandbox)
        async with running(bot) as task:
            await eventually(lambda: bot.http.gateway_connector.failures >= 2)
            assert not task.done()
            sandbox.gateway.accept()
            await bot.hears("first_ready")
        assert "No gateway at" in caplog.text


async def test_nothing_listening_at_the_start_is_waited_for() -> None:
    async with Sandbox() as sandbox:
        port = sandbox.port
        bot = Sample(sandbox)
    async with running(bot) as task:
        await eventually(lambda: bot.http.sender.counts.dropped)
        assert not task.done()
        async with Sandbox(port=port, token=bot.token) as again:
            await bot.hears("first_ready")
            assert again.gateway.identifies == 1


async def test_a_wrong_token_is_one_sentence() -> None:
    async with Sandbox() as sandbox:
        bot = Sample(sandbox)
        bot.token = "wrong"
        async with running(bot) as task:
            with pytest.raises(WrongToken, match="ISO_BOT_DISCORD__TOKEN") as caught:
                await task
    assert caught.value.exit_code == 2
    assert "wrong" not in str(caught.value)


async def test_a_missing_intent_is_one_sentence() -> None:
    async with Sandbox() as sandbox:
        sandbox.gateway.allowed_intents = 0
        async with running(Sample(sandbox)) as task:
            with pytest.raises(IntentsNotEnabled, match="Server Members Intent") as caught:
                await task
    assert caught.value.exit_code == 2


async def test_an_impossible_shard_is_one_sentence() -> None:
    async with Sandbox() as sandbox, running(Sample(sandbox, shard_ids=[4], shard_count=4)) as task:
        with pytest.raises(ShardsRefused, match="--shard-ids"):
            await task


async def test_given_shards_take_the_gateways_address_from_the_api() -> None:
    async with Sandbox() as sandbox, connected(sandbox, shard_ids=[0], shard_count=1) as bot:
        assert bot.health.shards == {0: True}
        assert sandbox.gateway.identifies == 1
