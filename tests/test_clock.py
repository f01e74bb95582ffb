"""The clock: sleepers wake when their time has come, however it came."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, MovableClock

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_a_move_wakes_those_whose_time_has_come_and_no_others() -> None:
    clock = MovableClock(START, frozen=True)
    soon = asyncio.create_task(clock.sleep_until(START + HOUR))
    later = asyncio.create_task(clock.sleep_until(START + 3 * HOUR))
    await asyncio.sleep(0)
    clock.move(2 * HOUR)
    await soon
    assert not later.done()
    clock.move_to(START + 3 * HOUR)
    await later
    assert clock.now() == START + 3 * HOUR


async def test_a_moment_that_has_passed_is_not_slept_for() -> None:
    for clock in (Clock(), MovableClock(), MovableClock(START, frozen=True)):
        await clock.sleep_until(clock.now() - HOUR)
        await clock.sleep_until(clock.now())


async def test_a_moved_clock_runs_on() -> None:
    clock = MovableClock(START)
    before = clock.now()
    await clock.sleep_until(before + timedelta(milliseconds=5))
    assert START <= before < clock.now() < START + HOUR


@pytest.mark.parametrize("frozen", [False, True])
async def test_a_sleeper_that_is_cancelled_together_with_a_move_ends(frozen: bool) -> None:
    clock = MovableClock(START, frozen=frozen)
    sleeper = asyncio.create_task(clock.sleep_until(START + 9 * HOUR))
    await asyncio.sleep(0.01)
    clock.move(HOUR)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(1):
            await sleeper


def test_now_is_in_utc() -> None:
    assert Clock().now().tzinfo is UTC
    assert MovableClock().now().tzinfo is UTC
