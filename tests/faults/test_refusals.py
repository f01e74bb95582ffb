"""Refusals of a flood are written several at once, and each arrives whatever a server makes of that."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.discord_client.fast import callback_pool
from bot.discord_client.fast.callback_pool import CallbackPool

pytestmark = pytest.mark.faults

MANY = 100
REQUEST = re.compile(rb"POST /api/(\d+) HTTP/1\.1\r\n.*?\r\n\r\n{}", re.DOTALL)


@asynccontextmanager
async def serving(keeps: str) -> AsyncGenerator[tuple[CallbackPool, Counter[int], list[int]]]:
    """Run a server that tells after its first answer that it `closes`, just closes, or keeps connections.

    Yields a pool of connections to it, what it answered, and how many requests came in each piece that it read.
    """
    answered, pieces = Counter[int](), list[int]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(2**20):
            numbers = [int(number) for number in REQUEST.findall(piece)]
            pieces.append(len(numbers))
            numbers = numbers if keeps == "keeps" else numbers[:1]
            answered.update(numbers)
            close = b"Connection: close\r\n" if keeps == "says it closes" else b""
            writer.write(b"HTTP/1.1 200 OK\r\n%bContent-Length: 2\r\n\r\n{}" % close * len(numbers))
            if keeps != "keeps":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        pool = CallbackPool(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api", "test")
        yield pool, answered, pieces
        pool.close()


@pytest.mark.parametrize("keeps", ["keeps", "closes", "says it closes"])
async def test_every_refusal_of_a_flood_arrives_once(keeps: str) -> None:
    async with asyncio.timeout(20), serving(keeps) as (pool, answered, pieces):
        for number in range(MANY):
            pool.fire(f"/{number}", b"{}")
        await pool.quiet()
        assert (pool.refused, pool.lost) == (MANY, 0)
        assert answered == Counter(range(MANY))
        assert max(pieces) == callback_pool.TOGETHER


async def test_an_answer_waits_behind_no_refusal() -> None:
    async with asyncio.timeout(20), serving("keeps") as (pool, answered, pieces):
        for number in range(MANY):
            pool.fire(f"/{number}", b"{}")
        response = await pool.send("POST", f"/{MANY}", b"{}", 5.0)
        assert response.body == b"{}"
        await pool.quiet()
        assert answered == Counter(range(MANY + 1))
        assert pieces.count(1) >= 1
