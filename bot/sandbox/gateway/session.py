"""A gateway session: what a client identified as, and the events it may still have replayed."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.sandbox.gateway import frames, intents

if TYPE_CHECKING:
    from bot.sandbox.gateway.connection import Connection

REPLAY_EVENTS = 20_000
"""Most events kept for a resume; Discord does not say how many it keeps."""

RESUME_WINDOW = 180.0
"""Seconds of real time after which a session without a connection is forgotten ("a few minutes")."""


class Session:
    """One identified client: its intents, its shard, its sequence and its replay buffer.

    It outlives its connection unless the client closed it with 1000 or 1001.
    """

    def __init__(self, session_id: str, intent_bits: int, shard: tuple[int, int]) -> None:
        self.id = session_id
        self.intents = intent_bits
        self.shard = shard
        self.sequence = 0
        self.connection: Connection | None = None
        self._buffer: deque[tuple[int, str, bytes]] = deque(maxlen=REPLAY_EVENTS)
        self._left_at: float | None = None

    @property
    def connected(self) -> bool:
        """Whether a client is listening at this moment."""
        return self.connection is not None

    def holds(self, guild_id: int | None) -> bool:
        """Whether a guild belongs to this session's shard; events without a guild belong to shard 0."""
        shard_id, shard_count = self.shard
        return ((guild_id >> 22) % shard_count if guild_id is not None else 0) == shard_id

    def wants(self, event: str, guild_id: int | None, *, user_event: bool = False) -> bool:
        """Whether this session gets `event`, by its shard and its intents.

        `user_event` marks one about the bot itself, which needs no intent.
        """
        if not self.holds(guild_id):
            return False
        needed = intents.needed(event, direct=guild_id is None)
        return user_event or needed == 0 or bool(self.intents & needed)

    def dispatch(self, event: str, data: bytes, *, lost: bool = False) -> None:
        """Number `data` (JSON), keep it for a replay and send it to a connected client.

        A `lost` event takes a number but is neither sent nor kept, leaving a gap in the stream.
        """
        self.sequence += 1
        if lost:
            return
        self._buffer.append((self.sequence, event, data))
        if self.connection is not None:
            self.connection.send(frames.event(event, self.sequence, data))

    def replay(self, after: int) -> Iterator[bytes]:
        """Yield the payloads of every kept event after sequence `after`."""
        for sequence, event, data in self._buffer:
            if sequence > after:
                yield frames.event(event, sequence, data)

    def can_resume(self, after: int) -> bool:
        """Whether everything after `after` is still here and the session has not timed out."""
        oldest = self._buffer[0][0] if self._buffer else self.sequence + 1
        return not self.timed_out and oldest - 1 <= after <= self.sequence

    @property
    def timed_out(self) -> bool:
        """Whether no client came back in time."""
        now = asyncio.get_running_loop().time()
        return self._left_at is not None and now - self._left_at >= RESUME_WINDOW

    def attach(self, connection: "Connection") -> None:
        """Direct events to `connection`."""
        self.connection = connection
        self._left_at = None

    def detach(self, connection: "Connection") -> None:
        """Keep the session without `connection`, for a resume."""
        if self.connection is connection:
            self.connection = None
            self._left_at = asyncio.get_running_loop().time()
