"""The gateway without a library: what exactly goes over the wire and comes back."""

import json
import zlib
from types import TracebackType
from typing import Any, Self

import aiohttp
import zstandard

from bot.sandbox.server import Sandbox

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, MEMBERS, INVALID, HELLO, ACK = 0, 1, 2, 6, 8, 9, 10, 11
USUAL = 1 << 0 | 1 << 1 | 1 << 9


class Wire:
    """One websocket: `async with Wire(sandbox) as wire`. `closed` is the code with which the server ended it."""

    def __init__(self, sandbox: Sandbox, query: str = "?v=10&encoding=json") -> None:
        self._sandbox = sandbox
        self._query = query
        self._session = aiohttp.ClientSession()
        self._inflate = zlib.decompressobj()
        self._zstd = zstandard.ZstdDecompressor().decompressobj()

    async def __aenter__(self) -> Self:
        try:
            self._socket = await self._session.ws_connect(self._sandbox.gateway_url + self._query)
        except aiohttp.ClientError:
            await self._session.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()
        await self._session.close()

    async def send(self, op: int, data: object) -> None:
        await self._socket.send_str(json.dumps({"op": op, "d": data}))

    async def send_raw(self, text: str) -> None:
        await self._socket.send_str(text)

    async def leave(self, code: int) -> None:
        await self._socket.close(code=code)

    async def receive(self) -> dict[str, Any]:
        message = await self._socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.TEXT:
            return json.loads(message.data)
        if message.type is aiohttp.WSMsgType.BINARY:
            if "zstd" in self._query:
                return json.loads(self._zstd.decompress(message.data))
            if "zlib" in self._query:
                assert message.data.endswith(b"\x00\x00\xff\xff")
                return json.loads(self._inflate.decompress(message.data))
            return json.loads(zlib.decompress(message.data))
        raise ConnectionError(f"closed with {self._socket.close_code}")

    async def identify(self, intents: int = USUAL, **more: Any) -> dict[str, Any]:
        """Say hello and return READY."""
        assert (await self.receive())["op"] == HELLO
        await self.send(
            IDENTIFY, {"token": self._sandbox.token, "intents": intents, "properties": {}, **more}
        )
        return await self.event("READY")

    async def event(self, name: str) -> dict[str, Any]:
        """Return the data of the next event of this name, passing over others."""
        while True:
            payload = await self.receive()
            if payload["t"] == name:
                return payload["d"]

    async def guilds(self, ready: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the guilds that follow READY."""
        return [await self.event("GUILD_CREATE") for _ in ready["guilds"]]

    async def close_code(self) -> int | None:
        """Read until the server closes, and return its code."""
        while True:
            message = await self._socket.receive(timeout=5)
            if message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING}:
                return self._socket.close_code
