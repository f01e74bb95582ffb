"""What a delivery comes to when its time has come (a message, something else to do, or nothing), and its lane."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import discord
from discord import ui
from sqlalchemy.orm import Session

from db import people
from db.models import Delivery


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a kind renders: a card to post, or (`edit`) the message that the card replaces."""

    view: ui.LayoutView
    edit: int | None = None
    files: Sequence[discord.File] = ()
    mentions: discord.AllowedMentions | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """A kind has found that nothing is to be sent any more; `reason` is a key of `deliveries.reasons`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something else to do on Discord than to post a message, such as keeping an event there as it should be.

    `do` returns the id of what it made or changed (None: nothing in particular), or a `Skip`. It is tried again when
    Discord fails it, as a message is, so what it does must be harmless to do twice.
    """

    do: Callable[[], Awaitable[int | Skip | None]]


Render = Callable[[Delivery], Awaitable[Outgoing | Deed | Skip]]
Settled = Callable[[Session, Delivery, int | None], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of delivery is rendered, and what else its sending records, in the same transaction."""

    render: Render
    settled: Settled | None = None
    here: bool = False
    """Whether it can only be rendered where the server is served, of several processes."""


@dataclass(slots=True)
class Lane:
    """What is claimed for one channel or member, in order."""

    waiting: deque[Delivery]
    contact: people.Contact
    """Of a member: how they were reached before, as it was stored when their first delivery was claimed."""
    opened: int | None = None
    """The channel of a DM that was opened since; it is stored with the delivery's ending, in one transaction."""
