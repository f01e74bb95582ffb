"""Discord's limits per route: kept without a 429, and no answer held back for them."""

import asyncio

import discord
import pytest

from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected

pytestmark = pytest.mark.faults


def channel(bot: Sample, name: str) -> discord.TextChannel:
    """Return a channel by name."""
    found = discord.utils.get(bot.get_all_channels(), name=name)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_a_full_channel_waits_and_its_answers_do_not() -> None:
    """The library would hold the fifth answer back until the window is over."""
    async with Sandbox(limits=Limits.discord()) as sandbox, connected(sandbox) as bot:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        took: list[float] = []

        async def send(number: int) -> None:
            await channel(bot, "london").send(f"Message {number}")
            took.append(loop.time() - begun)

        await asyncio.gather(*(send(number) for number in range(7)))
        texts = [message.content for message in sandbox.channel("#london").messages]
    assert texts == [f"Message {number}" for number in range(7)]
    assert took[4] < 1.0
    assert 4.5 < took[5] < 7.0
    assert sandbox.limits.refusals == 0


async def test_one_full_channel_leaves_the_others_free() -> None:
    async with Sandbox(limits=Limits.discord()) as sandbox, connected(sandbox) as bot:
        full = [asyncio.create_task(channel(bot, "london").send(f"{number}")) for number in range(8)]
        names = ("wales", "yorkshire", "north-west")
        async with asyncio.timeout(3):
            await asyncio.gather(*(channel(bot, name).send("Free") for name in names for _ in range(5)))
        assert sum(task.done() for task in full) == 5
        for task in full:
            task.cancel()
        await asyncio.gather(*full, return_exceptions=True)
    assert sandbox.limits.refusals == 0


async def test_one_who_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    async with Sandbox(limits=Limits.discord()) as sandbox, connected(sandbox) as bot:
        sends = [asyncio.create_task(channel(bot, "london").send(f"{number}")) for number in range(7)]
        await asyncio.wait(sends[:5])
        sends[5].cancel()
        await asyncio.wait(sends)
        texts = [message.content for message in sandbox.channel("#london").messages]
    assert texts == ["0", "1", "2", "3", "4", "6"]
