"""Jobs: the bot's own scheduled work, each kind a class whose fields are what its row stores.

    @job("series.check")
    class CheckSeries(Job):
        verb = series.attend

        series: int

A job is a delivery with nothing to send (see db/jobs.py): it ends as done. It is registered by being
imported.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypedDict, TypeVar, Unpack, dataclass_transform

from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery.notice import B, Sending, Stored
from bot.delivery.outgoing import DiscordTask, Kind
from db.jobs import FORMER
from db.models import Delivery

J = TypeVar("J", bound="type[Job[Any]]")


class JobOptions(TypedDict, total=False):
    """What a feature may specify for a job: fields of `Kind`."""

    needs_guild: bool


class Job(Stored[B]):
    """The base of all jobs."""

    verb: ClassVar[Callable[..., Any]]
    """The verb that does it, given its fields in their order; a job that does more has a `run` of its own."""

    async def run(self, ctx: Sending[B]) -> DiscordTask | None:
        """Do the job, or return what to do on Discord; both must be idempotent.

        Raises:
            Skip: why there is nothing to do.
        """
        stored = fields(self)  # pyright: ignore[reportArgumentType] - the decorator makes a dataclass of it
        await ctx.write(type(self).verb, *(getattr(self, one.name) for one in stored))
        return None

    def done(self, session: Session, ctx: Sending[B]) -> None:
        """Record that the job was done, in the transaction that finishes it."""

    @classmethod
    @override
    def kind_of(cls, bot: B) -> Kind:
        async def run(delivery: Delivery) -> DiscordTask:
            return await cls.of(delivery).run(Sending(bot, delivery)) or DiscordTask(_nothing)

        def done(session: Session, delivery: Delivery, _message_id: int | None) -> None:
            cls.of(delivery).done(session, Sending(bot, delivery))

        return Kind(run, on_sent=done if cls.done is not Job.done else None, job=True, **cls.options)


async def _nothing() -> None:
    """Do nothing more."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def job(kind: str, **options: Unpack[JobOptions]) -> Callable[[J], J]:
    """Make a class the job of a kind."""

    def declare(cls: J) -> J:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.kind, made.options = kind, {**options}
        made.former = [before for before, now in FORMER.items() if now == kind]
        return made

    return declare
