"""What a delivery comes to when its time has come (a message, something else to do, or nothing), and its queue."""

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

    `if_there`: where the message to edit was deleted, nothing is amiss. `silent`: no phone makes a sound for it.
    Without `rings` it mentions nobody, whatever its kind does. `short`: in a channel too it is content alone, without
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
    """What those are called whom it mentions."""

    @property
    def said(self) -> list[str]:
        """All that it says."""
        texts = [one.content for one in self.view.walk_children() if isinstance(one, ui.TextDisplay)]
        return [*texts, self.push] if self.push is not None else texts

    def mentioning(self, role_ids: Sequence[int], ending: Markup) -> "Outgoing":
        """Return it with the words that mention these roles, and with leave to notify them and nobody else."""
        roles = [discord.Object(role_id) for role_id in role_ids]
        return replace(
            self,
            ending=ending,
            mentions=discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False),
        )

    def plain(self, *, private: bool) -> Message:
        """Return it as it is sent: plain content and buttons, in a channel with an embed."""
        return plain(self.view, self.push, private=private or self.short, names=self.names).ending_with(
            self.ending
        )


class Skip(Exception):
    """A kind has found that nothing is to be sent any more; `reason` is a key of `deliveries.reasons`.

    `failed`: it should have been sent, and a human is to be told that it was not.
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
    """Something else to do on Discord than to post a message, such as keeping an event there as it should be.

    `do` returns the id of what it made or changed (None: nothing in particular), or a `Skip`. It is tried again when
    Discord fails it, as a message is, so what it does must be harmless to do twice.
    """

    do: Callable[[], Awaitable[int | Skip | None]]

    async def run(self) -> int | None:
        """Do it; raises a `Skip` as `Kind.rendered` does."""
        return _unskipped(await self.do())


Made = TypeVar("Made")
Render = Callable[[Delivery], Awaitable[Outgoing | DiscordTask | Skip]]
OnSent = Callable[[Session, Delivery, int | None], None]
Unsent = Callable[[Session, Delivery, datetime], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of delivery is rendered, and what else its sending records, in the same transaction."""

    render: Render
    on_sent: OnSent | None = None
    needs_guild: bool = False
    """Whether it can only be rendered where the server is served, of several processes."""
    sensitive: bool = False
    """Whether it tells of health, opinions, introductions or calls for help.

    A DM then only says that there is something; in a channel that is said before anything else.
    """
    show: Render | None = None
    """How its button shows it after it was sent; as it is rendered, where this is None."""
    unsent: Unsent | None = None
    """What else is recorded when it ends and was not sent, in the same transaction."""
    occasion: Occasion | None = None
    """Why it mentions a role where it is posted in a channel; None: it mentions nobody."""
    shows: str = ""
    """The tables of which it may show something on a lock screen."""
    paced: int = 0
    """So many posts a channel and week, and it waits (bot/domain/weekly_limit.py); 0: it never waits."""
    job: bool = False
    """Whether it is a job of the bot itself, which sends nothing to anybody."""

    def outcome(self, *, late: bool) -> Outcome:
        """Return how one ends that has come to what it should."""
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
    """What a feature says of a kind beside how it is rendered: fields of `Kind`."""

    needs_guild: bool
    sensitive: bool
    occasion: Occasion | None
    shows: str
    paced: int


class Kinds:
    """The kinds of message and job that features have registered."""

    kinds: dict[str, Kind]

    def kind(self, name: str, render: Render, on_sent: OnSent | None = None, **options: Any) -> None:
        """Register how deliveries of kind `name` are rendered; the rest is what `Kind` says of it."""
        self.kinds[name] = Kind(render, on_sent, **options)


@dataclass(slots=True)
class TargetQueue:
    """What is claimed for one channel or member, in order."""

    waiting: deque[Delivery]
    contact: people.Contact
    """Of a member: how they were reached before, as it was stored when their first delivery was claimed."""
    opened: int | None = None
    """The channel of a DM that was opened since; it is stored with the delivery's ending, in one transaction."""


async def post(
    channel: discord.PartialMessageable, outgoing: Outgoing, delivery: Delivery, *, is_v2: bool
) -> int:
    """Post or edit what a kind rendered, and return the message's id; what has the same nonce is posted once.

    Args:
        channel: where.
        outgoing: what.
        delivery: of which its nonce is made.
        is_v2: whether the message that is edited is one of Components V2, as earlier versions sent all.
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
    """Replace what a message says, in the form that it has: what is one of Components V2 stays one."""
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
    """Record how a delivery ended and what that means to its feature; whether it was still this process's."""
    tell = kind is None or kind.unsent is None
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

    Without a queue nothing is: the delivery may have gone with its member, of whom nothing is stored again.
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
    """Return when a private delivery's receiver may be written to: now, or after their quiet hours."""
    return people.writable_at(
        session, delivery.target_id, guild_id=delivery.guild_id, now=now, before=delivery.expires_at
    )
