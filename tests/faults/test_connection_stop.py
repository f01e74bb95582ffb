"""Stopping: what is under way is finished, the gateway closed, and the process ends with 0."""

import asyncio
import contextlib
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator

import pytest

from bot.discord_client import run
from bot.discord_client.client import RESTARTING
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected, eventually

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send"),
]


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@contextlib.asynccontextmanager
async def process(sandbox: Sandbox, *, work: float = 0.0, says: str = "ready") -> AsyncGenerator[Process]:
    """A bot in a process of its own that has said `says`; killed at the end if it still runs."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.stoppable",
        sandbox.api_base,
        sandbox.token,
        str(work),
        stdout=PIPE,
    )
    try:
        if says:
            assert await line(started) == says
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def line(started: Process) -> str:
    """Return the next line that it prints."""
    assert started.stdout is not None
    async with asyncio.timeout(20):
        return (await started.stdout.readline()).decode().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_closes_the_gateway_and_exits_0(
    sandbox: Sandbox, number: signal.Signals
) -> None:
    async with process(sandbox) as bot:
        session = next(iter(sandbox.gateway.sessions))
        bot.send_signal(number)
        assert [await line(bot) for _ in range(3)] == ["draining", "drained", "stopped"]
        assert await asyncio.wait_for(bot.wait(), 5) == 0
        # A close with 1000 ends the session at once; a cut connection would leave the bot "online" for a while.
        await sandbox.until(lambda: session not in sandbox.gateway.sessions)


async def test_who_waits_for_an_answer_gets_it(sandbox: Sandbox) -> None:
    async with process(sandbox, work=0.5) as bot:
        asked = asyncio.create_task(sandbox.person("grace").slash("#london", "held"))
        await sandbox.until(lambda: sandbox.gateway.sessions)
        bot.send_signal(signal.SIGTERM)
        assert await line(bot) == "draining"
        assert (await asked).text == "Held"
        assert await asyncio.wait_for(bot.wait(), 5) == 0


@pytest.mark.long
async def test_it_stops_within_ten_seconds_whatever_is_under_way(sandbox: Sandbox) -> None:
    async with process(sandbox, work=60) as bot:
        begun = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 15) == 0
        assert time.monotonic() - begun < 10.0


async def test_the_second_signal_stops_at_once(sandbox: Sandbox) -> None:
    async with process(sandbox, work=60) as bot:
        bot.send_signal(signal.SIGTERM)
        assert await line(bot) == "draining"
        begun = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 5) == 0
        assert time.monotonic() - begun < 2.0


async def test_it_stops_while_it_waits_for_discord(sandbox: Sandbox) -> None:
    rule = sandbox.faults.add("/users/@me$", "status", times=None, status=503)
    async with process(sandbox, says="") as bot:
        await sandbox.until(lambda: rule.hits, timeout=20)
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 5) == 0


async def test_a_failing_drain_does_not_keep_the_others_from_draining(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    async def bad() -> None:
        raise ValueError("broken")

    async def good() -> None:
        done.append("good")

    async with connected(sandbox) as bot:
        bot.before_stop(bad)
        bot.before_stop(good)
        bot.stop.ask()
        await eventually(bot.is_closed)
    assert done == ["good"]
    assert "could not be finished" in caplog.text


async def test_who_comes_during_the_drain_is_served_then_told(sandbox: Sandbox) -> None:
    bot = Sample(sandbox)
    task = asyncio.create_task(run(bot, bot.token, stop=bot.stop))
    await bot.hears("first_ready")
    held = asyncio.create_task(sandbox.person("grace").slash("#london", "held"))
    await eventually(lambda: bot.admission.waiting)
    bot.stop.ask()
    await eventually(lambda: bot.admission.closing)
    late = await sandbox.person("amina").slash("#london", "hello")
    assert late.text == RESTARTING
    bot.release.set()
    assert (await held).text == "Held"
    await task
