"""The pace of requests: near Discord's limit, not over it, people first."""

import asyncio
import time

import pytest
from discord.http import Route

from bot.discord_client import background
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected

pytestmark = pytest.mark.faults

RATE = 20


async def ask(bot: Sample, sandbox: Sandbox, number: int) -> float:
    """Send one small request of a route with many buckets; returns when it was answered."""
    channel = list(sandbox.guild().channels)[number % len(sandbox.guild().channels)]
    await bot.http.request(Route("GET", "/channels/{channel_id}", channel_id=channel))
    return time.monotonic()


async def test_the_global_limit_is_nearly_reached_and_not_passed() -> None:
    async with (
        Sandbox(limits=Limits.discord(overall=RATE)) as sandbox,
        connected(sandbox, rate_share=RATE / 50) as bot,
    ):
        requests = RATE * 4
        answered = await asyncio.gather(*(ask(bot, sandbox, number) for number in range(requests)))
        arrivals = sorted(record.monotonic for record in sandbox.asked("GET", "/channels/{channel_id}"))
    assert len(answered) == requests
    assert sandbox.limits.refusals <= requests * 0.01
    # From the end of the first burst on, evenly.
    steady = arrivals[RATE:]
    assert (len(steady) - 1) / (steady[-1] - steady[0]) >= RATE * 0.97


@pytest.mark.long
async def test_a_limit_below_ours_is_learnt() -> None:
    async with (
        Sandbox(limits=Limits.discord(overall=RATE - 4)) as sandbox,
        connected(sandbox, rate_share=RATE / 50) as bot,
    ):
        await asyncio.gather(*(ask(bot, sandbox, number) for number in range(RATE * 8)))
        # Without that every window would be overdrawn, eight times.
        assert 2 <= sandbox.limits.refusals <= 6


async def test_people_go_before_deliveries() -> None:
    async with Sandbox() as sandbox, connected(sandbox, rate_share=RATE / 50) as bot:
        with background():
            deliveries = [asyncio.create_task(ask(bot, sandbox, number)) for number in range(40)]
        await asyncio.wait(deliveries, return_when=asyncio.FIRST_COMPLETED)
        person = await ask(bot, sandbox, 0)
        delivered = await asyncio.gather(*deliveries)
    assert sum(moment > person for moment in delivered) >= 20


async def test_a_global_429_pauses_everything_else() -> None:
    async with Sandbox() as sandbox, connected(sandbox) as bot:
        rule = sandbox.faults.add("GET /channels/", "status", status=429, retry_after=0.5, scope="global")
        limited = asyncio.create_task(ask(bot, sandbox, 0))
        await sandbox.until(lambda: rule.hits)
        begun = time.monotonic()
        while bot.http.pacer.limited == 0:  # noqa: ASYNC110 - the answer is on its way
            await asyncio.sleep(0)
        other = await ask(bot, sandbox, 1)
        await limited
    assert other - begun >= 0.45


async def test_answers_to_people_do_not_count() -> None:
    async with Sandbox(limits=Limits.discord()) as sandbox, connected(sandbox, rate_share=0.02) as bot:
        begun = time.monotonic()
        people = [sandbox.person(name) for name in ("grace", "amina", "tomasz", "ruth")]
        for _ in range(5):
            await asyncio.gather(*(person.slash("#london", "hello") for person in people))
        assert time.monotonic() - begun < 5.0
        assert bot.admission.counts.answered == 20
