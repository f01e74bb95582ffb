"""What a delivery becomes when its time comes (a message, another task, or nothing), and its queue."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict, TypeVar

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.delivery.message import Message, plain
from bot.delivery.naming import Names
from bot.discord_client.refusals import MAY_NOT_REPLY
from bot.domain.deliveries import Outcome, nonce
from bot.domain.mentions import Occasion
from bot.texts import Markup
from db import deliveries, people
from db.models import Delivery

UNKNOWN_MESSAGE = 10008


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a kind renders: a card to post as a plain message, or (`edit`) the message that the card replaces.

    `if_there`: it is no error if the message to edit was deleted. `silent`: phones make no sound for it.
    Without `rings` it mentions nobody, whatever its kind does. `short`: it is content alone in a channel too, without
    an embed. `reply_to` is the message in the same channel that it answers. `push` is the sentence for a lock screen,
    the card's heading where there is none; `ending` are the last words of the content, with whom it mentions.
    """

    view: ui.LayoutView
    edit: int | None = None
    if_there: bool = False
    files: Sequence[discord.File] = ()
    mentions: discord.AllowedMentions | None = None
    silent: bool = False
    rings: bool = True
    short: bool = False
    reply_to: int | None = None

    push: Markup | None = None
    ending: Markup | None = None
    names: Names | None = None
    """The names of those it mentions."""

    @property
    def said(self) -> list[str]:
        """Everything it says."""
        texts = [one.content for one in self.view.walk_children() if isinstance(one, ui.TextDisplay)]
        return [*texts, self.push] if self.push is not None else texts

    def mentioning(self, role_ids: Sequence[int], ending: Markup) -> "Outgoing":
        """Add the words that mention these roles, and allow notifying them and nobody else."""
        roles = [discord.Object(role_id) for role_id in role_ids]
        return replace(
            self,
            ending=ending,
            mentions=discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False),
        )

    def plain(self, *, private: bool) -> Message:
        """Return the message as sent: plain content and buttons, in a channel with an embed."""
        return plain(self.view, self.push, private=private or self.short, names=self.names).ending_with(
            self.ending
        )


class Skip(Exception):
    """Raised when nothing should be sent any more; `reason` is a key of `deliveries.reasons`.

    `failed`: it should have been sent, and a human must be told that it was not.
    """

    def __init__(self, reason: str, *, failed: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.failed = str(reason), failed

    @property
    def outcome(self) -> Outcome:
        """How the delivery ends."""
        return Outcome.FAILED if self.failed else Outcome.SUPPRESSED


@dataclass(frozen=True, slots=True)
class DiscordTask:
    """Something to do on Discord other than posting a message, such as updating an event.

    `do` returns the id of what it made or changed (None: nothing in particular), or a `Skip`. It is retried when
    Discord fails it, as a message is, so it must be idempotent.
    """

    do: Callable[[], Awaitable[int | Skip | None]]

    async def run(self) -> int | None:
        """Do the task; raise a `Skip` as `Kind.rendered` does."""
        return _unskipped(await self.do())


Made = TypeVar("Made")
Render = Callable[[Delivery], Awaitable[Outgoing | DiscordTask | Skip]]
OnSent = Callable[[Session, Delivery, int | None], None]
Unsent = Callable[[Session, Delivery, datetime], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of delivery is rendered, and what sending it records in the same transaction."""

    render: Render
    on_sent: OnSent | None = None
    needs_guild: bool = False
    """Whether only the process that serves the server can render it."""
    sensitive: bool = False
    """Whether it concerns health, opinions, introductions or calls for help.

    A DM then only says that there is something; in a channel that is said first.
    """
    show: Render | None = None
    """How its button shows it after it was sent; None: as rendered."""
    unsent: Unsent | None = None
    """What is recorded in the same transaction when it ends without having been sent."""
    told: bool = False
    """Whether the organisers also hear of its failure as usual, although `unsent` is given."""
    occasion: Occasion | None = None
    """Why it mentions a role in a channel; None: it mentions nobody."""
    shows: str = ""
    """The tables whose data it may show on a lock screen."""
    paced: int = 0
    """After so many posts in a channel's week it waits (bot/domain/weekly_limit.py); 0: it never waits."""
    job: bool = False
    """Whether it is a job of the bot itself, which sends nothing to anybody."""

    def outcome(self, *, late: bool) -> Outcome:
        """Return the outcome of a delivery that succeeded."""
        if self.job:
            return Outcome.DONE
        return Outcome.LATE if late else Outcome.SENT

    def ended(
        self, session: Session, delivery: Delivery, outcome: Outcome, message_id: int | None, now: datetime
    ) -> None:
        """Record what a delivery's outcome means to its feature."""
        if outcome in (Outcome.SENT, Outcome.LATE, Outcome.DONE):
            if self.on_sent is not None:
                self.on_sent(session, delivery, message_id)
        elif self.unsent is not None:
            self.unsent(session, delivery, now)

    async def rendered(
        self, delivery: Delivery, speak_for: Callable[..., Awaitable[None]]
    ) -> Outgoing | DiscordTask:
        """Render a delivery, with the facts of its server in its texts.

        Raises:
            Skip: nothing is to be sent.
        """
        await speak_for(delivery.guild_id, private=delivery.private)
        return _unskipped(await self.render(delivery))


def _unskipped(made: Made | Skip) -> Made:
    if isinstance(made, Skip):
        raise made
    return made


class Options(TypedDict, total=False):
    """What a feature specifies for a kind besides its rendering: fields of `Kind`."""

    needs_guild: bool
    sensitive: bool
    told: bool
    occasion: Occasion | None
    shows: str
    paced: int


class Kinds:
    """The kinds of message and job that features have registered."""

    kinds: dict[str, Kind]

    def kind(self, name: str, render: Render, on_sent: OnSent | None = None, **options: Any) -> None:
        """Register how deliveries of kind `name` are rendered; `Kind` explains the rest."""
        self.kinds[name] = Kind(render, on_sent, **options)


@dataclass(slots=True)
class TargetQueue:
    """What is claimed for one channel or member, in order."""

    waiting: deque[Delivery]
    contact: people.Contact
    """For a member: how they were reached before, as stored when their first delivery was claimed."""
    opened: int | None = None
    """The DM channel opened since then; it is stored in the transaction that finishes the delivery."""


async def post(
    channel: discord.PartialMessageable, outgoing: Outgoing, delivery: Delivery, *, is_v2: bool
) -> int:
    """Post or edit what a kind rendered, and return the message's id; the nonce ensures that it is posted once.

    Args:
        channel: where.
        outgoing: what.
        delivery: which gives the nonce.
        is_v2: whether the edited message uses Components V2, as all did in earlier versions.
    """
    mentions = outgoing.mentions or discord.AllowedMentions.none()
    if outgoing.edit is not None:
        await _edit(
            channel.get_partial_message(outgoing.edit), outgoing, private=delivery.private, is_v2=is_v2
        )
        return outgoing.edit
    answered = channel.get_partial_message(outgoing.reply_to) if outgoing.reply_to is not None else None

    async def send(reference: discord.MessageReference | None) -> int:
        sent = await channel.send(
            **outgoing.plain(private=delivery.private).shown,
            nonce=nonce(delivery.key),
            files=list(outgoing.files),
            allowed_mentions=mentions,
            silent=outgoing.silent,
            reference=reference,  # pyright: ignore[reportArgumentType] - the library's overloads have no None
        )
        return sent.id

    try:
        return await send(answered.to_reference(fail_if_not_exists=False) if answered is not None else None)
    except discord.HTTPException as error:
        if answered is None or error.code != MAY_NOT_REPLY:
            raise
        return await send(None)


async def _edit(message: discord.PartialMessage, outgoing: Outgoing, *, private: bool, is_v2: bool) -> None:
    """Replace what a message says in its own format: a Components V2 message stays one."""
    nobody = discord.AllowedMentions.none()
    try:
        if is_v2:
            await message.edit(view=outgoing.view, allowed_mentions=nobody)
        else:
            await message.edit(**outgoing.plain(private=private).shown, allowed_mentions=nobody)
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE or not outgoing.if_there:
            raise
        raise Skip("message_gone") from error


def conclude(
    session: Session,
    delivery: Delivery,
    kind: Kind | None,
    outcome: Outcome,
    queue: TargetQueue | None,
    *,
    now: datetime,
    message_id: int | None,
    reason: str | None,
) -> bool:
    """Record how a delivery ended and what that means to its feature; return whether this process still held it."""
    tell = kind is None or kind.unsent is None or kind.told
    mine = deliveries.finish(
        session, delivery, outcome, now=now, message_id=message_id, reason=reason, tell=tell
    )
    if mine and kind is not None:
        kind.ended(session, delivery, outcome, message_id, now)
    if mine and "along" in delivery.data and outcome not in (Outcome.SENT, Outcome.LATE):
        deliveries.unbundle(session, delivery, now=now)
    record_contact(session, delivery, queue if mine else None, outcome, reason, now=now)
    return mine


def record_contact(
    session: Session,
    delivery: Delivery,
    queue: TargetQueue | None,
    outcome: Outcome,
    reason: str | None,
    *,
    now: datetime,
) -> None:
    """Remember how a member was reached, or that their direct messages are closed.

    Without a queue nothing is stored: the member, and the delivery with them, may have been erased.
    """
    if queue is None:
        return
    if queue.opened is not None:
        people.remember_dm_channel(session, delivery.target_id, queue.opened)
    if reason == "dms_closed":
        people.dms_closed(session, delivery.target_id, now=now)
    elif queue.contact.closed and outcome in (Outcome.SENT, Outcome.LATE):
        people.dms_open(session, delivery.target_id)


def writable_at(session: Session, delivery: Delivery, now: datetime) -> datetime:
    """Return when the recipient of a private delivery may be messaged: now, or after their quiet hours."""
    return people.writable_at(
        session, delivery.target_id, guild_id=delivery.guild_id, now=now, before=delivery.expires_at
    )
