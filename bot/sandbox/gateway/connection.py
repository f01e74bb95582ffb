"""One websocket of the gateway: reads what the client sends, writes what its session gets."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import WSMsgType, web

from bot.sandbox.gateway import frames
from bot.sandbox.gateway.session import Session

if TYPE_CHECKING:
    from bot.sandbox.gateway.server import Gateway

MAX_PAYLOAD = 4096
"""Most bytes that a client may send in one payload."""


class Closed(Exception):
    """The gateway ends the connection with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """The server's end of one gateway websocket."""

    def __init__(
        self, gateway: "Gateway", socket: web.WebSocketResponse, packer: frames.Packer, request: web.Request
    ) -> None:
        self._gateway = gateway
        self._socket = socket
        self._request = request
        self._packer = packer
        self._outgoing: deque[bytes] = deque()
        self._ready = asyncio.Event()
        self._received: deque[float] = deque()
        self.session: Session | None = None
        self.heartbeats = 0
        self._ended_here = False

    def send(self, payload: bytes) -> None:
        """Queue `payload` (JSON); a writer task keeps the order and never blocks the publisher."""
        self._outgoing.append(payload)
        self._ready.set()

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        self.send(frames.control(10, {"heartbeat_interval": self._gateway.heartbeat_interval, "_trace": []}))
        tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._watch())]
        try:
            await self._read()
        except Closed as closed:
            await self.close(closed.code, closed.reason)
        finally:
            for task in tasks:
                task.cancel()
            self._leave()

    async def close(self, code: int, reason: str = "") -> None:
        """Send what is queued, then close with `code`; the session stays for a resume."""
        self._ended_here = True
        await self._flush()
        await self._socket.close(code=code, message=reason.encode())

    def abort(self) -> None:
        """Cut the TCP connection without a close frame."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _flush(self) -> None:
        while self._outgoing and not self._socket.closed:
            packed = self._packer.pack(self._outgoing.popleft())
            if isinstance(packed, str):
                await self._socket.send_str(packed)
            else:
                await self._socket.send_bytes(packed)

    async def _write(self) -> None:
        while not self._socket.closed:
            await self._ready.wait()
            self._ready.clear()
            try:
                await self._flush()
            except ConnectionError:
                return

    async def _watch(self) -> None:
        """Close the connection of a client that has stopped its heartbeats."""
        patience = 2 * self._gateway.heartbeat_interval / 1000
        heard = -1
        while heard != self.heartbeats:
            heard = self.heartbeats
            await asyncio.sleep(patience)
        await self.close(4009, "Session timed out.")

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                continue
            self._count()
            try:
                payload: dict[str, Any] = orjson.loads(message.data)
                op, data = payload["op"], payload.get("d")
            except (ValueError, KeyError, TypeError):
                raise Closed(4002, "Error while decoding payload.") from None
            await self._handle(op, data)

    async def _handle(self, op: int, data: Any) -> None:
        handlers: dict[int, Callable[[Any], Awaitable[None]]] = {
            1: self._heartbeat,
            2: self._identify,
            3: self._nothing,
            4: self._nothing,
            6: self._resume,
            8: self._request_members,
        }
        handler = handlers.get(op)
        if handler is None:
            raise Closed(4001, "Unknown opcode.")
        if op not in (1, 2, 6) and self.session is None:
            raise Closed(4003, "Not authenticated.")
        if op != 1 and not isinstance(data, dict):
            raise Closed(4002, "Error while decoding payload.")
        await handler(data)

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._received.append(now)
        most, within = self._gateway.sends
        while self._received[0] < now - within:
            self._received.popleft()
        if len(self._received) > most:
            self._gateway.limited += 1
            raise Closed(4008, "Rate limited.")

    async def _nothing(self, data: Any) -> None:
        """Accept and ignore a presence or voice state."""

    async def _heartbeat(self, data: Any) -> None:
        self.heartbeats += 1
        if self._gateway.acknowledging:
            self.send(frames.control(11))
        self._gateway.changed()

    async def _identify(self, data: dict[str, Any]) -> None:
        if self.session is not None:
            raise Closed(4005, "Already authenticated.")
        session = self._gateway.identify(data)
        if isinstance(self._packer, frames.Plain):
            self._packer.payloads = bool(data.get("compress"))
        self.session = session
        session.attach(self)
        self._gateway.welcome(session, f"ws://{self._request.host}{self._gateway.PATH}")

    async def _resume(self, data: dict[str, Any]) -> None:
        if self.session is not None:
            raise Closed(4005, "Already authenticated.")
        session = self._gateway.resumable(data)
        if session is None:
            self.send(frames.control(9, False))
            return
        if session.connection is not None:
            await session.connection.close(4000, "Session resumed elsewhere.")
        self.session = session
        for payload in session.replay(int(data["seq"])):
            self.send(payload)
        session.attach(self)
        self._gateway.resumed(session)

    async def _request_members(self, data: dict[str, Any]) -> None:
        if self.session is not None:
            self._gateway.send_members(self.session, data)

    def _leave(self) -> None:
        if self.session is None:
            return
        self.session.detach(self)
        # A client that closes with 1000 or 1001 ends its session; any other may come back.
        if self._socket.close_code in (1000, 1001) and not self._ended_here:
            self._gateway.forget(self.session)
        self._gateway.changed()
