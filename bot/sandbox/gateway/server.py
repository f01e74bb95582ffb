"""The gateway: sessions, their events, and ways to make it misbehave."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from bot.sandbox.gateway import frames, intents
from bot.sandbox.gateway.availability import Availability
from bot.sandbox.gateway.connection import Closed, Connection
from bot.sandbox.gateway.members import chunks
from bot.sandbox.gateway.routing import Outgoing, reaches
from bot.sandbox.gateway.session import Session
from bot.sandbox.world import Event, World

# GATEWAY_GUILD_MEMBERS_LIMITED, GATEWAY_PRESENCE_LIMITED and GATEWAY_MESSAGE_CONTENT_LIMITED of the application.
APPLICATION_FLAGS = {
    intents.GUILD_MEMBERS: 1 << 15,
    intents.GUILD_PRESENCES: 1 << 13,
    intents.MESSAGE_CONTENT: 1 << 19,
}

SENDS: tuple[int, float] = (120, 60.0)  # https://docs.discord.com/developers/events/gateway#rate-limiting


class Gateway:
    """Discord's gateway for the one bot of `world`: mount `handle` on `PATH`.

    `allowed_intents` are the privileged ones switched on for the application; asking for others closes with
    4014. `heartbeat_interval` is in milliseconds. `identifies` and `resumes` count what clients did, `limited` the
    connections closed for sending more than `sends` allows (so many, within so many seconds).
    """

    PATH = "/gateway"

    def __init__(
        self,
        world: World,
        *,
        token: str,
        allowed_intents: int = intents.GUILD_MEMBERS,
        heartbeat_interval: int = 41_250,
    ) -> None:
        self.world = world
        self.token = token
        self.allowed_intents = allowed_intents
        self.heartbeat_interval = heartbeat_interval
        self.acknowledging = True
        self.sends = SENDS
        self.limited = 0
        self.sessions: dict[str, Session] = {}
        self.availability = Availability(self)
        self.identifies = 0
        self.resumes = 0
        self._connections: set[Connection] = set()
        self._refusal: int | None = None
        self._refusing = False
        self._losing = False
        self._online = False
        self._unsubscribe = world.subscribe(self._happened)

    # What clients do.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket. Refused ones get the requested status, or a cut connection."""
        if self._refusing:
            if self._refusal is None and request.transport is not None:
                request.transport.abort()
            return web.Response(status=self._refusal or 503)
        socket = web.WebSocketResponse(max_msg_size=1 << 16, compress=False)
        await socket.prepare(request)
        packer = frames.packer(request.query.get("compress"))
        if request.query.get("v", "10") != "10":
            await socket.close(code=4012, message=b"Invalid API version.")
        elif packer is None or request.query.get("encoding", "json") != "json":
            await socket.close(code=4002, message=b"Only JSON, plain, zlib-stream or zstd-stream.")
        else:
            connection = Connection(self, socket, packer, request)
            self._connections.add(connection)
            try:
                await connection.run()
            finally:
                self._connections.discard(connection)
        return socket

    def identify(self, data: dict[str, Any]) -> Session:
        """Open a session for an identify payload.

        Raises:
            Closed: 4004 wrong token, 4010 impossible shard, 4013 unknown intents, 4014 privileged ones not allowed.
        """
        self._authenticate(data)
        match data.get("shard", [0, 1]):
            case [int(shard_id), int(shard_count)] if 0 <= shard_id < shard_count:
                pass
            case _:
                raise Closed(4010, "Invalid shard.")
        bits = data.get("intents")
        if not isinstance(bits, int) or bits & ~intents.KNOWN:
            raise Closed(4013, "Invalid intent(s).")
        if bits & intents.PRIVILEGED & ~self.allowed_intents:
            raise Closed(4014, "Disallowed intent(s).")
        self.identifies += 1
        self.sessions = {key: session for key, session in self.sessions.items() if not session.timed_out}
        session = Session(f"{self.world.snowflake():032x}", bits, (shard_id, shard_count))
        self.sessions[session.id] = session
        return session

    def resumable(self, data: dict[str, Any]) -> Session | None:
        """Return the session of a resume payload, None when it or its events are gone.

        Raises:
            Closed: 4004 for a wrong token.
        """
        self._authenticate(data)
        session = self.sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if session is None or not isinstance(sequence, int) or not session.can_resume(sequence):
            return None
        return session

    def _authenticate(self, data: dict[str, Any]) -> None:
        if str(data.get("token", "")).removeprefix("Bot ") != self.token:
            raise Closed(4004, "Authentication failed.")

    def welcome(self, session: Session, url: str) -> None:
        """Send READY with the guilds of the session's shard as unavailable, then each guild."""
        mine = self.world.bot.id
        guilds = [
            guild for guild in self.world.guilds.values() if mine in guild.members and session.holds(guild.id)
        ]
        flags = sum(flag for intent, flag in APPLICATION_FLAGS.items() if self.allowed_intents & intent)
        ready: dict[str, Any] = {
            "v": 10,
            "user": self.world.bot.payload() | {"verified": True, "mfa_enabled": True, "email": None},
            "user_settings": {},
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": url,
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "auth": {},
            "application": {"id": str(mine), "flags": flags},
            "shard": list(session.shard),
            "_trace": [],
        }
        session.dispatch("READY", frames.encode(ready))
        if session.intents & intents.GUILDS:
            everybody = bool(session.intents & intents.GUILD_PRESENCES)
            for guild in guilds:
                if guild.id in self.availability.withheld:
                    continue
                data = guild.create_payload(self.world, members=everybody)
                session.dispatch("GUILD_CREATE", frames.encode(data))
        self.changed()

    def resumed(self, session: Session) -> None:
        """Send RESUMED after the replay."""
        self.resumes += 1
        session.dispatch("RESUMED", b'{"_trace":[]}')
        self.changed()

    def send_members(self, session: Session, data: dict[str, Any]) -> None:
        """Answer a request for guild members."""
        for chunk in chunks(self.world, session, data, self.availability.unseen):
            session.dispatch("GUILD_MEMBERS_CHUNK", frames.encode(chunk), lost=self._losing)

    def forget(self, session: Session) -> None:
        """Drop a session, so that it can't be resumed."""
        self.sessions.pop(session.id, None)

    # What the world does.

    @property
    def online(self) -> bool:
        """Whether at least one session has a client."""
        return any(session.connected for session in self.sessions.values())

    def changed(self) -> None:
        """Notify tests of a changed session or connection, and the page when the bot goes online or offline."""
        self.world.publish("SANDBOX_GATEWAY", {"sessions": len(self.sessions)})
        if self._online != (online := self.online):
            self._online = online
            self.world.publish("SANDBOX_BOT", {"online": online})

    def _happened(self, event: Event) -> None:
        if not self.sessions or not reaches(self.world, event):
            return
        if event.guild_id in self.availability.withheld and event.name != "INTERACTION_CREATE":
            return  # presses there still come: they are not events of the guild
        outgoing = Outgoing(self.world, event)
        for session in self.sessions.values():
            if outgoing.wanted_by(session):
                session.dispatch(event.name, outgoing.form_for(session), lost=self._losing)

    # How a test makes it misbehave.

    async def disconnect(self, *, resumable: bool = True, code: int = 4000) -> None:
        """Close every connection with `code`; unless `resumable` the sessions are gone as well."""
        if not resumable:
            self.sessions.clear()
        await asyncio.gather(*(connection.close(code, "Sandbox.") for connection in tuple(self._connections)))

    def cut(self) -> None:
        """Break every connection as a network failure does, without a close frame."""
        for connection in tuple(self._connections):
            connection.abort()

    def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        self._control(7, None)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Invalidate every session (op 9); unless `resumable` clients have to identify again."""
        if not resumable:
            self.sessions.clear()
        self._control(9, resumable)

    def _control(self, op: int, data: object) -> None:
        for connection in self._connections:
            connection.send(frames.control(op, data))

    def request_heartbeats(self) -> None:
        """Ask every client for a heartbeat now (op 1)."""
        self._control(1, None)

    def stop_acking_heartbeats(self) -> None:
        """Leave heartbeats unanswered, like a connection that looks alive but is dead."""
        self.acknowledging = False

    def start_acking_heartbeats(self) -> None:
        """Answer heartbeats again."""
        self.acknowledging = True

    def refuse(self, status: int | None = 503) -> None:
        """Refuse new connections with an HTTP status, or by cutting them if None, until `accept()`."""
        self._refusing, self._refusal = True, status

    def accept(self) -> None:
        """Accept connections again."""
        self._refusing = False

    @contextmanager
    def losing_events(self) -> Generator[None]:
        """Lose all events inside: they take a sequence number, but neither arrive nor are replayed."""
        self._losing = True
        try:
            yield
        finally:
            self._losing = False

    async def close(self) -> None:
        """Close all connections and stop listening to the world."""
        self._unsubscribe()
        await self.disconnect(code=1001)
