"""Events of the world, for all listeners: the gateway, the page, the tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `name` is the gateway's name for it (`MESSAGE_CREATE`); names that begin with `SANDBOX_` are only for the page and
    the tests and never go to a bot. `users` limits who may learn of it, `channel_id` to those who can
    see that channel, `guild_id` to those in that guild; all None means everybody.
    """

    name: str
    data: Payload
    guild_id: int | None
    channel_id: int | None
    users: frozenset[int] | None
    at: datetime


Listener = Callable[[Event], None]
