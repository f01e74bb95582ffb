"""The steps of which random orders are tried: meetings change while reminders are on their way, with kills between."""

import asyncio
import contextlib
import shutil
from collections import Counter
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome, nonce
from bot.domain.meetings import Choice, subject
from bot.errors import UserError
from db import meetings
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting
from db.models import Delivery, Region
from tests.faults.stage import CHANNELS, GUILD, LONDON, MEMBERS, RUTH, Stage

CHANGING = (meetings.CARD, meetings.CORRECT)
"""Kinds that change a message which is there: such a request has no nonce."""


class Interleavings(Stage):
    """What people do and what happens to the bot, in any order."""

    # What people do.

    @initialize()
    def first(self) -> None:
        """There is a meeting to begin with."""
        self.schedule(0, 26)

    @precondition(lambda self: len(self.known) < 3)
    @rule(where=st.integers(0, 1), hours=st.sampled_from([2, 23, 26, 24 * 8]))
    def schedule(self, where: int, hours: int) -> None:
        """A meeting is scheduled."""

        async def do() -> None:
            guild, now = await self.guild(), self.clock.now()
            starts_at = (now + timedelta(hours=hours)).replace(second=0, microsecond=0)

            def verb(session: Session) -> int:
                region = session.scalars(select(Region).where(Region.channel_id == CHANNELS[where])).one()
                meeting = meetings.schedule(
                    session, MeetingDetails(title="Meeting", minutes=60, host_id=RUTH),
                    guild=guild, region=region, starts_at=starts_at, zone=LONDON, actor_id=RUTH, now=now,
                )  # fmt: skip
                self.known[meeting.id] = starts_at
                return meeting.id

            await self.store.write(verb)

        self.run(do())

    @rule(which=st.integers(0, 2), who=st.integers(0, 2), choice=st.sampled_from(["going", "maybe", "cant"]))
    def answer(self, which: int, who: int, choice: Choice) -> None:
        """Somebody answers."""

        async def do() -> None:
            with contextlib.suppress(UserError):
                await self.store.write(
                    meetings.answer, self._meeting(which), guild_id=GUILD, user_id=MEMBERS[who],
                    choice=choice, guild=await self.guild(), now=self.clock.now(),
                )  # fmt: skip

        self.run(do())

    def _meeting(self, which: int) -> int:
        return sorted(self.known)[which % len(self.known)]

    @rule(which=st.integers(0, 2), hours=st.sampled_from([-1, 1, 3, 25]))
    def move(self, which: int, hours: int) -> None:
        """Somebody moves a meeting; it is acknowledged as soon as `/meeting move` would."""
        number = self._meeting(which)
        old = (self.pending.get(number) or [self.known[number]])[-1]
        # To the minute, as people say it: cards show no parts of a second.
        soonest = (self.clock.now() + timedelta(minutes=90)).replace(second=0, microsecond=0)
        new = max(old + timedelta(hours=hours), soonest)
        if number in self.cancelled | self.cancelling or old <= self.clock.now():
            return

        async def do() -> None:
            guild, now = await self.guild(), self.clock.now()
            self.pending.setdefault(number, []).append(new)
            await self.store.write(
                meetings.move, number, guild=guild, starts_at=new, zone=LONDON, actor_id=RUTH, now=now
            )
            await self.bot.sender.in_flight.wait_until_sent(subject(number))
            if new in self.pending.get(number, []):  # a later one may have been acknowledged before
                at = self.pending[number].index(new)
                self.pending[number] = self.pending[number][at + 1 :]
                self.known[number] = new

        async def begin() -> None:
            self.changes.append(asyncio.create_task(do()))

        self.run(begin())

    @rule(which=st.integers(0, 2))
    def cancel(self, which: int) -> None:
        """Somebody cancels a meeting; it is acknowledged as soon as `/meeting cancel` would."""
        number = self._meeting(which)
        if number in self.cancelled | self.cancelling or self.known[number] <= self.clock.now():
            return
        self.cancelling.add(number)

        async def do() -> None:
            guild, now = await self.guild(), self.clock.now()
            await self.store.write(meetings.cancel, number, guild=guild, reason="", actor_id=RUTH, now=now)
            await self.bot.sender.in_flight.wait_until_sent(subject(number))
            self.cancelled.add(number)

        async def begin() -> None:
            self.changes.append(asyncio.create_task(do()))

        self.run(begin())

    # What happens to the bot.

    @precondition(lambda self: self.points.waiting)
    @rule(which=st.integers(0, 9))
    def go_on(self, which: int) -> None:
        """Something that waits goes one step further."""
        held = self.points.waiting[which % len(self.points.waiting)]

        async def do() -> None:
            held.release()

        self.run(do())

    @precondition(lambda self: self.points.waiting)
    @rule()
    def all_go_on(self) -> None:
        """Everything that waits goes one step further."""

        async def do() -> None:
            self.points.release_all()

        self.run(do())

    @precondition(
        lambda self: any("POST" in held.label or "PATCH" in held.label for held in self.points.waiting)
    )
    @rule(which=st.integers(0, 9))
    def connection_is_lost(self, which: int) -> None:
        """A connection to Discord breaks, before or after Discord had the request."""
        on_wire = [held for held in self.points.waiting if "POST" in held.label or "PATCH" in held.label]

        async def do() -> None:
            on_wire[which % len(on_wire)].lose()

        self.run(do())

    @rule(minutes=st.sampled_from([0, 0, 0, 5, 50]))
    def time_passes(self, minutes: int) -> None:
        """It becomes the time of what is next, or some minutes pass."""

        async def do() -> None:
            due = await self.bot.sender.next_due()
            if minutes or due is None:
                self.clock.move(timedelta(minutes=minutes))
            elif due > self.clock.now():
                self.clock.move_to(due)

        self.run(do())

    @rule()
    def something_is_sent(self) -> None:
        """The next thing that is due comes as far as the wire."""

        async def do() -> None:
            for _ in range(12):
                if any(held.label.startswith("before POST") for held in self.points.waiting):
                    return
                due = await self.bot.sender.next_due()
                if not self.points.waiting and due is not None:
                    self.clock.move_to(max(due, self.clock.now()))
                self.points.release_all()
                await self.then_quiet(asyncio.sleep(0))

        self.run(do())

    @rule()
    def patience_ends(self) -> None:
        """Two seconds pass in which nothing moves: a change is not kept waiting any longer."""

        async def do() -> None:
            self.loop.ahead += 2.0
            await asyncio.sleep(0.001)

        self.run(do())

    @rule(arrives=st.booleans())
    def kill(self, arrives: bool) -> None:
        """The process is killed and started again at once; what was on the wire arrives, or does not."""

        async def do() -> None:
            points = self.points
            if arrives:
                for held in [held for held in points.waiting if held.label.startswith("before POST")]:
                    held.release()
                await asyncio.sleep(0)
            # Nothing of the old process runs any more: not even what it would do on its way out.
            own = [task for task in asyncio.all_tasks() if task.get_name().startswith(("sender", "queue-"))]
            self.held.kill()
            for task in (*own, *self.changes):
                task.cancel()
            await asyncio.gather(*own, *self.changes, return_exceptions=True)
            for number, starts in self.pending.items():
                await self.never_acknowledged(number, starts)
            self.changes, self.pending = [], {}
            for number in self.cancelling - self.cancelled:
                stored = await self.store.read(meetings.find, number, guild_id=GUILD)
                (self.cancelled if stored.cancelled_at else self.cancelling).add(number)
            self.cancelling &= self.cancelled
            self.points.waiting.clear()
            await self.start()

        self.run(do())

    async def never_acknowledged(self, number: int, starts: list[datetime]) -> None:
        stored = await self.store.read(meetings.find, number, guild_id=GUILD)
        if stored.starts_at in starts:
            self.known[number] = stored.starts_at

    # What must hold.

    @invariant()
    def nothing_wrong_was_sent(self) -> None:
        """No rule was broken by anything that arrived, and no delivery ended twice."""
        assert self.broken == []
        assert [key for key, times in self.endings.items() if times > 1] == []

    @invariant()
    def no_message_twice(self) -> None:
        """Nothing was posted twice under one nonce."""
        posted = Counter((message.channel, message.nonce) for message in self.wire.arrived if message.posted)
        assert [key for key, times in posted.items() if times > 1] == []

    def teardown(self) -> None:
        """Every delivery is finished, and what was sent is what the store says was sent."""
        try:
            self.run(self._end())
            self.nothing_wrong_was_sent()
            self.no_message_twice()
        finally:
            self.runner.run(self.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _end(self) -> None:
        self.points.hold = False
        self.points.release_all()
        for _ in range(400):
            await self.then_quiet(asyncio.sleep(0))
            await self.bot.sender.idle()
            due = await self.bot.sender.next_due()
            if due is None:
                break
            self.clock.move_to(max(due, self.clock.now()))
        await asyncio.gather(*self.changes)
        rows = await self.store.read(lambda session: list(session.scalars(select(Delivery))))
        assert [row.key for row in rows if row.status not in set(Outcome)] == []
        posted = {message.nonce: message for message in self.wire.arrived if message.posted}
        edited = {message.id for message in self.wire.arrived if not message.posted}
        for row in rows:
            if row.status in (Outcome.SENT, Outcome.LATE) and nonce(row.key) in posted:
                assert row.message_id == posted[nonce(row.key)].id
            elif row.status in (Outcome.SENT, Outcome.LATE):
                assert row.kind in CHANGING, f"{row.key} was sent, and nothing arrived"
                assert row.message_id in edited, f"{row.key} was sent, and nothing was changed"
        found = await self.store.read(lambda session: list(session.scalars(select(Meeting))))
        assert {meeting.id: meeting.starts_at for meeting in found} == self.known
        self._last_reminders_are_right(rows)

    def _last_reminders_are_right(self, rows: list[Delivery]) -> None:
        """Whoever opens the last reminder of a meeting that is ahead or was moved reads what holds."""
        shown = {message.id: message for message in self.wire.arrived}
        last = {
            (row.subject, row.target_id): row
            for row in sorted(rows, key=lambda row: row.id)
            if row.kind == meetings.REMIND and row.message_id is not None
        }
        for row in last.values():
            message, meeting = shown[row.message_id or 0], int(row.data["meeting"])
            if meeting not in self.cancelled:
                assert message.when == self.known[meeting], f"{row.key} shows {message.when}: {message.body}"
            else:
                assert message.meeting is None, f"{row.key} shows a cancelled meeting: {message.body}"
