"""Sends due deliveries: claims, renders and sends each with its nonce, and records the outcome.

Order is kept within one channel (its queue); queues run side by side, so that a slow channel delays nobody else.
"""

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

import discord
from sqlalchemy.orm import Session

from bot.core import Core
from bot.delivery.bundling import bundled
from bot.delivery.holding import Holding
from bot.delivery.membership import Membership
from bot.delivery.naming import Naming
from bot.delivery.notice import declared
from bot.delivery.outgoing import (
    DiscordTask,
    Kind,
    Kinds,
    Outgoing,
    Skip,
    TargetQueue,
    conclude,
    post,
    writable_at,
)
from bot.delivery.recipients import Claimed, recipients
from bot.delivery.retry_policy import classify_error
from bot.delivery.strangers import Strangers
from bot.delivery.wording import Wording
from bot.discord_client import background
from bot.discord_client.in_flight import InFlight
from bot.discord_client.refusals import TOO_MANY_EDITS
from bot.domain.deliveries import NOT_KNOWN_YET, GiveUp, Outcome, look_again
from bot.errors import Busy, NotKnownYet, reference
from bot.facts import FactBook
from bot.patience import Outage, patiently
from db import deliveries, people
from db.errors import StoreError
from db.models import Delivery
from db.setup import channels

log = logging.getLogger(__name__)

QUEUE_DEPTH, STORE_TURNS = 4, 3
LOOK_AGAIN = 0.1  # seconds before claiming again while little capacity has been freed

P = ParamSpec("P")
R = TypeVar("R")


class Sender(Kinds):
    """The one task that sends, and the queues it feeds."""

    def __init__(self, bot: Core, membership: Membership, facts: FactBook, naming: Naming) -> None:
        self.bot = bot
        self.settings = bot.settings.deliveries
        self.clock = bot.clock
        self._membership = membership
        self._facts = facts
        self.wording = Wording(bot, naming, self._record)
        host = os.uname().nodename if hasattr(os, "uname") else "pc"
        self.worker = f"{host}-{os.getpid()}"[:30] + f"-{reference()}"
        self.kinds: dict[str, Kind] = {}
        self._strangers = Strangers()
        self._queues: dict[int, TargetQueue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # Where several processes send, a change also waits for the others' messages.
        self.in_flight = InFlight(lambda about: bot.store.read(deliveries.with_others, about, self.worker))
        # The store's connections are shared with people's commands, which must not wait for a crowd of reminders.
        self._turns = asyncio.Semaphore(STORE_TURNS)
        self._outage = Outage("what is due can't be looked up")
        self._holding = Holding()
        self._wake, self._changed = asyncio.Event(), asyncio.Event()
        self._sleeping_until: datetime | None = None
        self._looking, self._looked_at = True, self.clock.now()
        self._stopping = False
        self._look_again: asyncio.TimerHandle | None = None
        self._main: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None

    def register(self) -> None:
        """Register how every imported notice and job is rendered."""
        self.kinds |= declared(self.bot)

    @property
    def in_flight_count(self) -> int:
        """How many deliveries are claimed and not finished."""
        return sum(len(queue.waiting) for queue in self._queues.values())

    async def start(self, *, alone: bool) -> None:
        """Start sending; `alone`: no other process uses this store, so old claims are released at once."""
        freed = await self._record(deliveries.reclaim, now=self.clock.now(), everything=alone)
        if freed:
            log.info("resuming %d deliveries that were in flight when the bot stopped", freed)
        self.bot.store.on_due(self._on_due)
        self._main = asyncio.create_task(self._run(), name="sender")
        self._renewing = asyncio.create_task(self._renew(), name="sender-leases")

    async def stop(self, *, within: float = 8.0) -> None:
        """Claim nothing more, finish what is being sent, release the rest."""
        self._stopping = True
        self._wake.set()
        waiting: list[int] = []
        for queue in self._queues.values():
            waiting += [delivery.id for delivery in list(queue.waiting)[1:]]
            while len(queue.waiting) > 1:
                queue.waiting.pop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in (self._main, self._renewing, *self._tasks):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if waiting:
            with contextlib.suppress(Busy, StoreError):  # their leases end by themselves
                await self.bot.store.write(deliveries.release, waiting, worker=self.worker)

    async def idle(self) -> None:
        """Return once nothing is in flight and nothing is due: for a moved clock and for tests."""
        while True:
            changed = self._changed
            due = await self.next_due()
            if not self.in_flight_count and not self._looking and (due is None or due > self.clock.now()):
                return
            await changed.wait()

    async def next_due(self) -> datetime | None:
        """Return when the next delivery is due for a check."""
        due = await self.bot.store.read(deliveries.next_wake, self.kinds)
        halted = self._holding.halted_until
        return due if due is None or halted is None else max(due, halted)

    def _on_due(self, due: datetime) -> None:
        if self._sleeping_until is None or due < self._sleeping_until:
            self._looking = True
            self._wake.set()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _run(self) -> None:
        while not self._stopping:
            try:
                await self._round()
                self._outage.over()
            except (Busy, StoreError) as error:
                await self._outage.pause(error)
            except Exception:
                # One bad round must never stop the sender.
                log.exception("the sender could not look for due deliveries; retrying")
                await asyncio.sleep(1.0)

    async def _round(self) -> None:
        self._wake.clear()
        self._looking = True
        now = self.clock.now()
        halted = self._holding.halted_until
        if self._holding.halted(now):
            await self._pause_until(halted)
            return
        room = (1 if halted else self.settings.at_once) - self.in_flight_count
        found = 0
        if room > 0:
            claimed, found = await self.bot.store.write(self._claim, now, room)
            for turn, (delivery, contact) in enumerate(claimed):
                if contact is not None:
                    self._enqueue(delivery, contact, turn)
                else:
                    self.bot.delivered(delivery, Outcome.SUPPRESSED, now)
        if found and found >= min(room, QUEUE_DEPTH):
            return  # there may be more, even if none of these may be sent yet: look again at once
        due = await self.next_due()
        if room <= 0 or (due is not None and due <= now):
            due = None if self.in_flight_count else now + timedelta(seconds=1)
        await self._pause_until(due)

    async def _pause_until(self, due: datetime | None) -> None:
        self._sleeping_until = due
        self._looking = False
        self._notify()
        await self._sleep(due)
        self._sleeping_until = None

    async def _sleep(self, due: datetime | None) -> None:
        woken = asyncio.ensure_future(self._wake.wait())
        timer = asyncio.ensure_future(self.clock.sleep_until(due)) if due is not None else None
        try:
            await asyncio.wait([woken, timer] if timer else [woken], return_when=asyncio.FIRST_COMPLETED)
            self._looking = True
        finally:
            woken.cancel()
            if timer:
                timer.cancel()

    def _claim(self, session: Session, now: datetime, room: int) -> tuple[Claimed, int]:
        if now - self._looked_at > timedelta(seconds=self.settings.lease_seconds / 2):
            # The clock was changed, or the machine was asleep: nobody else has claimed what is in flight here yet.
            self._extend(session)
        self._looked_at = now
        deliveries.reclaim(session, now=now)
        self._strangers.look(session, self.kinds, now)
        claimed = deliveries.claim(
            session,
            now=now,
            worker=self.worker,
            lease=timedelta(seconds=self.settings.lease_seconds),
            room=room,
            busy=[target for target, queue in self._queues.items() if queue.waiting],
            a_target=QUEUE_DEPTH,
            own=self.bot.own_shards,
            kinds=self.kinds,
        )
        return recipients(session, claimed, self.kinds, now=now), len(claimed)

    async def _renew(self) -> None:
        # A queue that waits for a rate limit keeps its deliveries, so that nobody else sends them meanwhile.
        while True:
            await asyncio.sleep(self.settings.lease_seconds / 3)
            if self._queues:
                with contextlib.suppress(Exception):  # the next renewal comes before the lease ends
                    await self.bot.store.write(self._extend)

    def _extend(self, session: Session) -> None:
        if ids := [one.id for queue in tuple(self._queues.values()) for one in tuple(queue.waiting)]:
            until = self.clock.now() + timedelta(seconds=self.settings.lease_seconds)
            deliveries.renew(session, ids, worker=self.worker, until=until)

    def _enqueue(self, delivery: Delivery, contact: people.Contact, turn: int) -> None:
        if (queue := self._queues.get(delivery.target_id)) is not None:
            queue.waiting.append(delivery)
            return
        self._queues[delivery.target_id] = TargetQueue(deque([delivery]), contact)
        task = asyncio.create_task(self._drive(delivery.target_id, turn), name=f"queue-{delivery.target_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drive(self, target_id: int, turn: int) -> None:
        queue = self._queues[target_id]
        try:
            # One queue starts in each turn of the loop: all at once would delay everything else, and the pacing.
            for _ in range(turn):
                await asyncio.sleep(0)
            while queue.waiting:
                in_order = await self._deliver(queue.waiting[0], queue)
                queue.waiting.popleft()
                if not in_order and queue.waiting:
                    # The first one waits for another try: those behind it wait too.
                    rest = [delivery.id for delivery in queue.waiting]
                    queue.waiting.clear()
                    await self._record(deliveries.release, rest, worker=self.worker)
        except Exception:
            log.exception("a queue failed; its deliveries are claimed again when their lease ends")
        finally:
            del self._queues[target_id]
            self._looking = True
            if self.in_flight_count <= self.settings.at_once * 3 // 4:
                self._look()
            elif self._look_again is None:
                # In a crowd one queue after another ends, and a claim for each would be most of the work.
                self._look_again = asyncio.get_running_loop().call_later(LOOK_AGAIN, self._look)

    def _look(self) -> None:
        if self._look_again is not None:
            self._look_again.cancel()
            self._look_again = None
        self._wake.set()
        self._notify()

    async def _deliver(self, delivery: Delivery, queue: TargetQueue) -> bool:
        """Bring one delivery to its outcome; return False when it must be retried later."""
        now = self.clock.now()
        if delivery.expires_at is not None and now >= delivery.expires_at:
            await self._finish(delivery, Outcome.EXPIRED, reason="expired")
            return True
        kind = self.kinds[delivery.kind]  # only known kinds are claimed
        if kind.needs_guild and not self.bot.serves(delivery.guild_id):
            at = now + timedelta(seconds=self.settings.lease_seconds)
            await self._record(deliveries.postpone, delivery, wake_at=at, reason="elsewhere")
            return True
        if await self._held_back(delivery, queue, now):
            return False
        late, edited = deliveries.is_late(delivery, now=now), None
        try:
            if delivery.private and await self._membership.has_left(delivery):
                await self._finish(delivery, Outcome.SUPPRESSED, reason="left")
                return True
            # A delivery on time was planned outside the quiet hours; a late one may have run into them.
            quiet = late and delivery.private
            if quiet and (wake_at := await self.bot.store.read(writable_at, delivery, now)) > now:
                await self._record(deliveries.postpone, delivery, wake_at=wake_at, reason="quiet")
                return True
            with self.in_flight.about(delivery.subject) as entry, background():
                async with self._turns:
                    outgoing = await kind.rendered(delivery, self._facts.speak_for)
                if isinstance(outgoing, DiscordTask):
                    done = await entry.take(outgoing.run())
                else:
                    await bundled(self.bot, self.kinds, delivery, outgoing, self._facts.speak_for)
                    outgoing = await self.wording.worded(delivery, kind, outgoing, queue.contact, late=late)
                    edited = outgoing.edit
                    done = await entry.take(self._send(delivery, outgoing, queue))
        except Skip as skip:
            await self._finish(delivery, skip.outcome, reason=skip.reason)
            return True
        except NotKnownYet:
            at = look_again(delivery.due_at, now=now, before=delivery.expires_at)
            await self._record(deliveries.postpone, delivery, wake_at=at, reason=NOT_KNOWN_YET)
            return True
        except Exception as error:  # noqa: BLE001 - classify_error sorts them; every delivery must reach an outcome
            return await self._after(delivery, error, queue, edited)
        self._holding.sent()
        await self._finish(delivery, kind.outcome(late=late), message_id=done, queue=queue)
        return True

    async def _held_back(self, delivery: Delivery, queue: TargetQueue, now: datetime) -> bool:
        """Release a delivery that may not be tried yet; return whether it was released."""
        held = self._holding.until(delivery, queue, now)
        if held is None:
            return False
        wake_at, reason = held
        if delivery.expires_at is not None and wake_at >= delivery.expires_at:
            await self._finish(delivery, Outcome.FAILED, reason=reason)
        else:
            await self._record(deliveries.retry, delivery, wake_at=wake_at, reason=reason, counted=False)
        return True

    async def _send(self, delivery: Delivery, outgoing: Outgoing, queue: TargetQueue) -> int:
        channel_id = await self._dm_channel(delivery, queue) if delivery.private else delivery.target_id
        is_v2 = outgoing.edit is not None and await self.bot.store.read(deliveries.is_v2, outgoing.edit)
        channel = self.bot.get_partial_messageable(channel_id)
        return await post(channel, outgoing, delivery, is_v2=is_v2)

    async def _dm_channel(self, delivery: Delivery, queue: TargetQueue) -> int:
        # Opening a DM counts against the global rate limit, so the channel is remembered.
        if known := queue.opened or queue.contact.channel_id:
            return known
        opened = await self.bot.http.start_private_message(delivery.target_id)
        self._holding.opened(self.clock.now())
        queue.opened = int(opened["id"])
        return queue.opened

    async def _after(
        self, delivery: Delivery, error: Exception, queue: TargetQueue, edited: int | None
    ) -> bool:
        now = self.clock.now()
        decision = classify_error(delivery, error, tries=self.settings.attempts, now=now)
        why = decision.reason
        earliest = self._holding.failed(error, now)
        if isinstance(decision, GiveUp):
            if why == "channel_gone" and await self._record(channels.undeliverable, delivery, now=now):
                return True
            log.warning("delivery %d (%s) failed: %s", delivery.id, delivery.kind, why)
            await self._finish(delivery, Outcome.FAILED, message_id=edited, reason=why, queue=queue)
            return True
        wake_at = max(now + decision.wait, earliest)
        if delivery.expires_at is not None and wake_at >= delivery.expires_at:
            log.warning("delivery %d (%s) ran out of time: %s", delivery.id, delivery.kind, why)
            await self._finish(delivery, Outcome.FAILED, reason=why)
            return True
        # Only this message has been edited too often; others in its channel go on.
        alone = isinstance(error, discord.HTTPException) and error.code == TOO_MANY_EDITS
        await self._record(deliveries.retry, delivery, wake_at=wake_at, reason=why, in_order=not alone)
        return alone

    async def _record(
        self, verb: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Store the outcome of a delivery, however long that takes: otherwise it would be sent again."""
        return await patiently(self.bot.store, self._turns, verb, *args, **kwargs)

    async def _finish(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        message_id: int | None = None,
        reason: str | None = None,
        queue: TargetQueue | None = None,
    ) -> None:
        kind, now = self.kinds.get(delivery.kind), self.clock.now()
        if await self._record(
            conclude, delivery, kind, outcome, queue, now=now, message_id=message_id, reason=reason
        ):
            if queue is not None and queue.opened is not None:
                queue.contact = replace(queue.contact, channel_id=queue.opened, closed=False)
                queue.opened = None
            self.bot.delivered(delivery, outcome, now)
