"""Moves the sandbox's clock so that everything in between happens in order."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.clock import MovableClock
from bot.sandbox.core import Core
from bot.sandbox.page_api.guard import PageError
from bot.sandbox.world import Event, Payload

FARTHEST = timedelta(days=400)
MOST_STEPS = 10_000
QUIET_STEPS = 50
SETTLED_WITHIN = 30.0


class Mover:
    """Puts the clock forward from one due time of the bot to the next, and records what the bot sent meanwhile."""

    def __init__(self, sandbox: Core) -> None:
        self._sandbox = sandbox
        self._busy = asyncio.Lock()

    async def move(self, body: Payload) -> Payload:
        """Move `by` seconds, `to` an instant, or to the `next` due time; return the new time and what fired.

        Raises:
            PageError: 409 for a real clock or without a bot, 400 for a move that makes no sense.
        """
        clock = self._sandbox.clock
        if not isinstance(clock, MovableClock):
            raise PageError(409, "This sandbox runs on the real clock, which can't be moved.")
        async with self._busy:
            fired: list[Payload] = []
            unsubscribe = self._sandbox.world.subscribe(lambda event: self._note(event, fired))
            try:
                target = await self._target(clock, body)
                before: datetime | None = None
                for _ in range(QUIET_STEPS):
                    if target is None or target == before:
                        break
                    await self._through(clock, target)
                    if fired or not body.get("next"):
                        break
                    # What was due had nothing to show, but people pressing 'next' want to see something.
                    before, target = target, await self._target(clock, body)
            finally:
                unsubscribe()
            return {"now": clock.now().isoformat(), "fired": fired}

    async def _target(self, clock: MovableClock, body: Payload) -> datetime | None:
        now = clock.now()
        if body.get("next"):
            if self._sandbox.next_due is None:
                raise PageError(409, "No bot of this sandbox says what is due next.")
            due = await self._sandbox.next_due()
            return max(due, now) if due is not None else None
        try:
            target = now + timedelta(seconds=float(body["by"])) if "by" in body else _instant(body["to"])
        except (KeyError, TypeError, ValueError, OverflowError):
            raise PageError(400, 'Say {"by": seconds}, {"to": time} or {"next": true}.') from None
        if not now <= target <= now + FARTHEST:
            raise PageError(400, "The clock goes forward, at most 400 days at once.")
        return target

    async def _through(self, clock: MovableClock, target: datetime) -> None:
        before: datetime | None = None
        for _ in range(MOST_STEPS):
            due = await self._sandbox.next_due() if self._sandbox.next_due is not None else None
            # The same due time again, after its chance: it waits for something other than the clock.
            if due is None or due > target or due == before:
                break
            before = due
            await self._step(clock, due)
        await self._step(clock, target)

    async def _step(self, clock: MovableClock, moment: datetime) -> None:
        if moment > clock.now():
            clock.move_to(moment)
        self._sandbox.world.publish("SANDBOX_CLOCK", {"now": clock.now().isoformat()})
        if self._sandbox.settled is not None:
            try:
                async with asyncio.timeout(SETTLED_WITHIN):
                    await self._sandbox.settled()
            except TimeoutError:
                raise PageError(
                    504, "The bot is still busy with what is due; look again in a moment."
                ) from None

    def _note(self, event: Event, fired: list[Payload]) -> None:
        world = self._sandbox.world
        if event.name != "MESSAGE_CREATE" or event.data["author"]["id"] != str(world.bot.id):
            return
        channel = world.channels[int(event.data["channel_id"])]
        message = channel.history[int(event.data["id"])]
        others = [world.users[user].name for user in channel.recipients if user != world.bot.id]
        fired.append(
            {
                "at": event.at.isoformat(),
                "channel": str(channel.id),
                "to": others[0] if others else None,
                "text": message.text,
            }
        )


def _instant(given: str) -> datetime:
    moment = datetime.fromisoformat(given)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
