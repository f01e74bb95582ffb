"""Events that nobody waits for are handed on in few steps, however they arrive."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.inbox import Inbox


async def test_what_comes_of_a_burst_while_some_is_handed_on_comes_together() -> None:
    inbox, batches = Inbox(), list[int]()

    async def handle(batch: Mapping[Any, Any]) -> None:
        batches.append(len(batch))
        if len(batches) <= 3:
            inbox.put("press", f"one while {len(batches)} is stored", True)
            await asyncio.sleep(0)
            inbox.put("press", f"another while {len(batches)} is stored", True)

    async def look_again() -> None:
        raise AssertionError

    inbox.kind("press", handle, look_again, bursts=True)
    for number in range(450):
        inbox.put("press", number, True)
    for _ in range(200):
        await asyncio.sleep(0)
    assert batches == [200, 200, 54]
    await inbox.drained()
    assert batches == [200, 200, 54, 2]
    await inbox.stop()
