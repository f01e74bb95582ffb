"""The other side of the wire under load: takes answers to interactions in microseconds, passes the rest on.

A sandbox that checks and keeps every answer would itself be the slower half of the measurement. So the bot
talks to this front: answers to the load's interactions are noted with the time of their last byte and
acknowledged with a fixed body, and so are messages that follow them; everything else goes to the sandbox behind it.
"""

import asyncio
import contextlib
import re
from dataclasses import dataclass

import aiohttp

INTERACTIONS = b"/api/v10/interactions/"
FOLLOWUP = re.compile(rb"/api/v10/webhooks/\d+/t(\d+)(?:/messages/[^/?]+)?(?:\?|$)")
"""Where a message beside an answer goes, or its change; the load's tokens are a 't' and the id."""
PASSED_BACK = ("content-type", "via", "retry-after")
MESSAGE = (
    b'{"id":"%d","type":0,"content":"","channel_id":"2","author":{"id":"3","username":"iso-bot","avatar":null,'
    b'"discriminator":"0000","public_flags":0,"flags":0,"bot":true,"global_name":null},"attachments":[],'
    b'"embeds":[],"mentions":[],"mention_roles":[],"pinned":false,"mention_everyone":false,"tts":false,'
    b'"timestamp":"2025-11-20T18:00:00.000000+00:00","edited_timestamp":null,"flags":64,"components":[],'
    b'"application_id":"3","webhook_id":"3"}'
)
RESOURCE = (
    b'{"interaction":{"id":"%d","type":2,"response_message_id":"%d","response_message_loading":false,'
    b'"response_message_ephemeral":true,"channel_id":"2","guild_id":"1"},"resource":{"type":4,"message":'
    + MESSAGE
    + b"}}"
)


@dataclass(slots=True)
class Acknowledged:
    """When an interaction was answered (the loop's time), and with what."""

    at: float
    body: bytes


class Front:
    """Listens on loopback; `answers` holds what came for the ids in `expected`."""

    def __init__(self, behind: str) -> None:
        self._behind = behind
        self.expected: set[int] = set()
        """Ids of the load's interactions, of earlier loads too: their late answers are nobody's."""
        self.answers: dict[int, Acknowledged] = {}
        self.followups = 0
        """Messages beside the load's answers."""
        self._awaited = 0
        self._complete = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def api_base(self) -> str:
        """What the bot under test is given."""
        return f"http://127.0.0.1:{self.port}/api/v10"

    async def start(self) -> None:
        """Listen."""
        self._session = aiohttp.ClientSession(auto_decompress=False)
        self._server = await asyncio.get_running_loop().create_server(lambda: Wire(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
        if self._session is not None:
            await self._session.close()

    async def complete(self, number: int, within: float) -> None:
        """Return when so many answers are here, or after `within` seconds."""
        self._awaited = number
        if len(self.answers) < number:
            self._complete.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._complete.wait()

    def handle(self, wire: "Wire", method: bytes, path: bytes, head: bytes, body: bytes) -> None:
        """Take one request."""
        if path.startswith(INTERACTIONS):
            number = int(path[len(INTERACTIONS) : path.index(b"/", len(INTERACTIONS))])
            if number in self.expected:
                self.answers[number] = Acknowledged(asyncio.get_running_loop().time(), body)
                if len(self.answers) == self._awaited:
                    self._complete.set()
                wire.reply(RESOURCE % (number, number, number))
                return
        elif (beside := FOLLOWUP.match(path)) is not None and int(beside[1]) in self.expected:
            self.followups += 1
            wire.reply(MESSAGE % int(beside[1]))
            return
        task = asyncio.get_running_loop().create_task(self._pass_on(wire, method, path, head, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, wire: "Wire", method: bytes, path: bytes, head: bytes, body: bytes) -> None:
        assert self._session is not None
        headers = {
            name: value
            for name, _, value in (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
            if name.lower() in {"authorization", "content-type", "x-audit-log-reason"}
        }
        async with self._session.request(
            method.decode(), self._behind + path.decode(), data=body or None, headers=headers
        ) as answer:
            raw = await answer.read()
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() in PASSED_BACK or name.lower().startswith("x-ratelimit")
        }
        wire.reply(raw, answer.status, kept)


class Wire(asyncio.Protocol):
    """One connection of the bot: plain HTTP/1.1 with content lengths, no pipelining."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect data, and handle every complete request."""
        buffer = self._buffer
        buffer += data
        while (end := buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(buffer[:end])
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 : (head.find(b"\r\n", at) + 1 or len(head) + 1) - 1]) if at >= 0 else 0
            if len(buffer) < end + 4 + length:
                return
            body = bytes(buffer[end + 4 : end + 4 + length])
            del buffer[: end + 4 + length]
            method, path, _ = head[: head.index(b"\r\n")].split(b" ", 2)
            self._front.handle(self, method, path, head, body)

    def reply(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Answer."""
        if self._transport is None or self._transport.is_closing():
            return
        if headers is None:
            kept = b"Content-Type: application/json\r\n"
        else:
            kept = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        head = b"HTTP/1.1 %d X\r\n%bContent-Length: %d\r\n\r\n" % (status, kept, len(body))
        self._transport.write(head + body)
