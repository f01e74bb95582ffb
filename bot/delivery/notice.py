"""Notices: whatever is sent unprompted, each kind a class whose fields are what its delivery stores.

    class Why(Reason):
        MOVED = auto()

    @notice("meeting.remind")
    class MeetingReminder(Notice):
        meeting: int

        async def render(self, ctx: Sending) -> Outgoing: ...

When its time comes, a stored delivery is made into its notice: the fields that the class names are taken from `data`.
A field with a default may be missing, since an earlier version may have stored the delivery. A notice is registered by
being imported.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, Unpack, dataclass_transform
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from typing_extensions import override

from bot.core import Core
from bot.delivery.lock_screen import sentence
from bot.delivery.outgoing import DiscordTask, Kind, Options, Outgoing, Render, Skip
from bot.errors import UserError
from bot.texts import Markup, Texts
from bot.texts.times import short
from db import people
from db.models import Delivery, Guild, Person, Region
from db.supplied import supplied

B = TypeVar("B", bound=Core)
N = TypeVar("N", bound="type[Notice[Any]]")
R = TypeVar("R")


class Reason(StrEnum):
    """Why a notice may be skipped; each has words in `deliveries.reasons` under its lower-case name."""


@dataclass(frozen=True, slots=True)
class Sending(Generic[B]):
    """What a notice is rendered with: the bot, recipient, place, store and texts."""

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

    @property
    def guild_id(self) -> int:
        """The number of the server that it is about."""
        return self.delivery.guild_id

    async def guild(self) -> Guild:
        """Return the server's stored record.

        Raises:
            Skip: nothing is.
        """
        record = await self.bot.guild_record(self.guild_id)
        if record is None:
            raise Skip("server_erased")
        return record

    async def region(self, region_id: int) -> Region:
        """Return a region of the server.

        Raises:
            Skip: it is no longer set up.
        """
        record = await self.bot.guild_record(self.guild_id)
        found = [one for one in record.regions if one.id == region_id] if record is not None else []
        if not found:
            raise Skip("region_gone")
        return found[0]

    async def read(self, verb: Callable[..., R], /, *args: Any, **fields: Any) -> R:
        """Run a short, indexed query; server and time are supplied where the verb takes them by name."""
        return await self.bot.store.read(verb, *args, **await self._with(verb, fields))

    async def read_in_thread(self, verb: Callable[..., R], /, *args: Any, **fields: Any) -> R:
        """Run a long query as `read` does, without delaying short ones."""
        return await self.bot.store.read_in_thread(verb, *args, **await self._with(verb, fields))

    async def write(self, verb: Callable[..., R], /, *args: Any, **fields: Any) -> R:
        """Run a verb in a transaction of its own; server and time are supplied where it takes them by name."""
        return await self.bot.store.write(verb, *args, **await self._with(verb, fields))

    async def _with(self, verb: Callable[..., Any], fields: dict[str, Any]) -> dict[str, Any]:
        wanted = supplied(verb) - fields.keys()
        known: dict[str, Any] = {"guild_id": self.guild_id, "now": self.now}
        if "guild" in wanted:
            known["guild"] = await self.guild()
        return {name: known[name] for name in wanted & known.keys()} | fields

    def push(self, key: str, /, **fields: object) -> Markup:
        """Return the lock-screen sentence of a key, cut where too long."""
        return sentence(self.texts, key, **fields)

    async def when(self, instant: datetime, zone: str) -> Markup:
        """Return 'Thursday 26 November, 6pm' for a lock screen, in the local time of `zone` or of a member."""
        person = await self.bot.store.read(people.person, self.member) if self.private else None
        return self.when_for(person, instant, zone)

    def when_for(self, person: Person | None, instant: datetime, zone: str) -> Markup:
        """Return the same for somebody whose settings are known; None means everybody, or somebody without settings."""
        usual = ZoneInfo(zone)
        own = ZoneInfo(person.zone) if person is not None and person.zone is not None else usual
        return short_for(instant, own, usual, self.texts)


def short_for(instant: datetime, own: ZoneInfo, usual: ZoneInfo, texts: Texts) -> Markup:
    """Return an instant in a reader's `own` zone, marked as theirs where the clock differs from the `usual` one."""
    words = short(instant, own, texts)
    same = instant.astimezone(own).utcoffset() == instant.astimezone(usual).utcoffset()
    return words if same else texts("cards.short_yours", when=words)


class Stored(Generic[B]):
    """What a stored delivery becomes: a notice, or a job (bot/delivery/jobs.py).

    Attributes:
        kind: what its deliveries are stored as.
        former: what earlier versions stored them as.
        options: what `Kind` says of it.
    """

    kind: ClassVar[str] = ""
    former: ClassVar[Sequence[str]] = ()
    options: ClassVar[Options] = {}

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Return the notice or job of a stored delivery.

        Raises:
            KeyError: the delivery lacks a field.
        """
        given: dict[str, Any] = {}
        for one in fields(cls):  # pyright: ignore[reportArgumentType] - the decorator makes a dataclass of it
            if one.name in delivery.data or one.default is MISSING:
                value = delivery.data[one.name]
                given[one.name] = int(value) if one.type is int else value
        return cls(**given)

    @classmethod
    def kind_of(cls, bot: B) -> Kind:
        """Return the `Kind` by which the sender handles its deliveries."""
        raise NotImplementedError


class Notice(Stored[B]):
    """The base of all notices."""

    gone: ClassVar[Reason | None] = None

    async def render(self, ctx: Sending[B]) -> Outgoing | DiscordTask | Skip:
        """Return the message according to the present state, or another task to do.

        Raises:
            Skip: why there is nothing to send.
        """
        raise NotImplementedError

    async def show(self, ctx: Sending[B]) -> Outgoing | DiscordTask | Skip:
        """Return what a button shows of the notice after it was sent."""
        return await self.render(ctx)

    def sent(self, session: Session, ctx: Sending[B], message_id: int | None) -> None:
        """Record that the notice was sent, in the transaction that finishes it."""

    def unsent(self, session: Session, ctx: Sending[B]) -> None:
        """Record in the same transaction that it ended unsent; without `told`, also tell a human of a failure."""

    @classmethod
    @override
    def kind_of(cls, bot: B) -> Kind:
        def sent(session: Session, delivery: Delivery, message_id: int | None) -> None:
            cls.of(delivery).sent(session, Sending(bot, delivery), message_id)

        def unsent(session: Session, delivery: Delivery, _now: datetime) -> None:
            cls.of(delivery).unsent(session, Sending(bot, delivery))

        return Kind(
            _rendered(bot, cls, cls.render),
            on_sent=sent if cls.sent is not Notice.sent else None,
            show=_rendered(bot, cls, cls.show),
            unsent=unsent if cls.unsent is not Notice.unsent else None,
            **cls.options,
        )


@dataclass_transform(frozen_default=True, kw_only_default=True)
def notice(kind: str, *, gone: Reason | None = None, **options: Unpack[Options]) -> Callable[[N], N]:
    """Make a class the notice of a kind.

    Args:
        kind: what its deliveries are stored as.
        gone: why it is skipped when a verb raises `UserError`, since its subject is gone.
        options: what `Kind` says of it.
    """

    def declare(cls: N) -> N:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.kind, made.gone, made.options = kind, gone or made.gone, options
        return made

    return declare


def declared(bot: Core) -> dict[str, Kind]:
    """Return every imported notice and job by the kind it is stored as."""
    found: list[type[Stored[Any]]] = [Stored]
    for one in found:  # the registry grows meanwhile
        found += one.__subclasses__()
    return {
        kind: one.kind_of(bot) for one in found if vars(one).get("kind") for kind in (one.kind, *one.former)
    }


def _rendered(
    bot: B,
    cls: type[Notice[B]],
    render: Callable[[Any, Sending[B]], Awaitable[Outgoing | DiscordTask | Skip]],
) -> Render:
    async def rendered(delivery: Delivery) -> Outgoing | DiscordTask | Skip:
        try:
            return await render(cls.of(delivery), Sending(bot, delivery))
        except UserError as error:
            if cls.gone is None:
                raise
            raise Skip(cls.gone) from error

    return rendered
