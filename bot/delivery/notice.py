"""Notices: whatever comes unasked, each kind a class whose fields are what its delivery keeps.

    class Why(Reason):
        MOVED = "moved"

    @notice("meeting.remind", Why)
    class MeetingReminder(Notice[Bot]):
        meeting: int

        async def render(self, ctx: Sending[Bot]) -> Outgoing | Skip: ...

    register(bot, bot.sender, MeetingReminder)

A stored delivery is made into its notice when its time has come: of `data` it takes the fields that the class names.
One that has a default may be missing, since an earlier version may have stored the delivery.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, Unpack, dataclass_transform

from sqlalchemy.orm import Session

from bot.core import Core
from bot.delivery.outgoing import Deed, Kinds, Options, Outgoing, Render, Skip
from bot.texts import Texts
from db.models import Delivery

B = TypeVar("B", bound=Core)
N = TypeVar("N", bound="type[Notice[Any]]")


class Reason(StrEnum):
    """Why a notice may be skipped; each has words in `deliveries.reasons`."""


@dataclass(frozen=True, slots=True)
class Sending(Generic[B]):
    """What a notice is rendered with: the bot, and for whom and where it is."""

    bot: B
    delivery: Delivery

    @property
    def texts(self) -> Texts:
        """The words."""
        return self.bot.texts

    @property
    def now(self) -> datetime:
        """What the bot's clock says."""
        return self.bot.clock.now()

    @property
    def private(self) -> bool:
        """Whether it goes to a member."""
        return self.delivery.private

    @property
    def member(self) -> int:
        """The member whom a private one goes to."""
        return self.delivery.target_id


class Notice(Generic[B]):
    """The base of all notices."""

    kind: ClassVar[str] = ""
    reasons: ClassVar[type[Reason]] = Reason
    options: ClassVar[Options] = {}

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Return the notice that a stored delivery is.

        Raises:
            KeyError: the delivery keeps less than the notice needs.
        """
        given: dict[str, Any] = {}
        for one in fields(cls):  # pyright: ignore[reportArgumentType] - the decorator makes a dataclass of it
            if one.name in delivery.data or one.default is MISSING:
                value = delivery.data[one.name]
                given[one.name] = int(value) if one.type is int else value
        return cls(**given)

    async def render(self, ctx: Sending[B]) -> Outgoing | Deed | Skip:
        """Return the message as things are now, something else to do, or why there is nothing to send."""
        raise NotImplementedError

    def sent(self, session: Session, ctx: Sending[B], message_id: int | None) -> None:
        """Record that it was sent, in the transaction that finishes it."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def notice(kind: str, reasons: type[Reason] = Reason, **options: Unpack[Options]) -> Callable[[N], N]:
    """Make of a class the notice of a kind; `options` are what `Kind` says of it."""

    def declare(cls: N) -> N:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.kind, made.reasons, made.options = kind, reasons, options
        return made

    return declare


def register(bot: B, sender: Kinds, *notices: type[Notice[B]]) -> None:
    """Have the sender render each kind by its class."""
    for one in notices:
        sent = _sent(bot, one) if one.sent is not Notice.sent else None
        sender.kind(one.kind, _render(bot, one), sent, **one.options)


def _render(bot: B, cls: type[Notice[B]]) -> Render:
    async def render(delivery: Delivery) -> Outgoing | Deed | Skip:
        return await cls.of(delivery).render(Sending(bot, delivery))

    return render


def _sent(bot: B, cls: type[Notice[B]]) -> Callable[[Session, Delivery, int | None], None]:
    def sent(session: Session, delivery: Delivery, message_id: int | None) -> None:
        cls.of(delivery).sent(session, Sending(bot, delivery), message_id)

    return sent
