"""Random lives of a server over the wire: a real bot in a process of its own, killed with SIGKILL at random moments.

The sandbox runs here; the bot is started and killed, its clock is put forward, and what it has stored is read beside
it. What must be true comes from the same reference as in lives within one process (life_book.py).
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from bot.clock import MovableClock
from bot.sandbox.checks.messages import Draft
from bot.sandbox.interactions import Refused
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import membership, posting
from db.engine import Store, open_store
from tests.faults.life_book import Book, Stored, stored
from tests.faults.life_rows import START, set_up

ROOT = Path(__file__).parents[2]
PEOPLE = ("grace", "tomasz", "imran", "amina")
READY_WITHIN = DONE_WITHIN = 200.0  # a look at members is patient, and so is this
SETTLED_WITHIN = 20.0
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class WireLife:
    """One life over the wire; a step that breaks a promise says which."""

    def __init__(self, seed: int, url: str) -> None:
        self.chance = random.Random(seed)
        self.url = url
        self.clock = MovableClock(START)
        self.sandbox = Sandbox(clock=self.clock)
        self.people = {person.id: person for name in PEOPLE if (person := self.sandbox.person(name))}
        self.book = Book(there=set(self.people), kept=set(self.people))
        self.silent = False
        self.done: list[str] = []
        self.kills = 0
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._opened = contextlib.AsyncExitStack()
        await self._opened.enter_async_context(self.sandbox)
        self.store: Store = await self._opened.enter_async_context(open_store(self.url, clock=self.clock))
        self.guild = self.sandbox.guild()
        self.channel = self.sandbox.channel("#london")
        self.availability = self.sandbox.gateway.availability
        meeting = await self.store.write(
            set_up,
            list(self.people),
            server=self.guild.id,
            owner=self.sandbox.user("ruth").id,
            channel=self.channel.id,
        )
        button = {"type": 2, "style": 2, "label": "Going", "custom_id": f"rsvp:{meeting}:going", "id": 2}
        draft = Draft(components=[{"type": 1, "id": 1, "components": [button]}])
        self.card = posting.post(self.sandbox.world, self.channel, self.sandbox.world.bot, draft)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        await self._opened.aclose()

    # The bot.

    async def start(self) -> None:
        """Start the bot, and return when commands are answered."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
        environment |= {
            "ISO_BOT_DISCORD__TOKEN": self.sandbox.token,
            "ISO_BOT_DISCORD__API_BASE": self.sandbox.api_base,
            "ISO_BOT_DISCORD__BURST": "0",
            "ISO_BOT_DATABASE__URL": self.url,
            "ISO_BOT_LOG__LEVEL": "error",
        }
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.life_process",
            self.clock.now().isoformat(),
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        await self._hears("ready", READY_WITHIN)

    async def kill(self) -> None:
        """End the bot at once."""
        if self.process is not None:
            process, self.process = self.process, None
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()

    async def _hears(self, words: str, within: float) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(within):
            line = (await self.process.stdout.readline()).decode().strip()
        assert line == words, f"the bot ended by itself: {self.done}"

    async def rests(self) -> None:
        """Return once the bot has done what is due."""
        if self.process is not None:
            assert self.process.stdin is not None
            now = self.clock.now().isoformat()
            self.process.stdin.write(f"{now}\n".encode())
            await self._hears(now, DONE_WITHIN)

    async def read(self) -> Stored:
        """Return what is stored."""
        return await self.store.read(stored, self.guild.id)

    async def holds(self, look: Callable[[Stored], object]) -> None:
        """Look at what is stored until it is as it must be: what happened may still be on its way to the bot.

        Raises:
            AssertionError: it is not so in time.
        """
        last = asyncio.get_running_loop().time() + SETTLED_WITHIN
        while True:
            try:
                look(await self.read())
            except AssertionError:
                if asyncio.get_running_loop().time() > last:
                    raise
                await asyncio.sleep(0.1)  # another process writes: there is no event to wait for
            else:
                return

    # What happens.

    async def live(self, steps: int) -> None:
        """Live so many steps, killed in every third or so, and end with half a year in which all is well."""
        await self.start()
        for _ in range(steps):
            name = self.chance.choice(STEPS)
            self.done.append(name)
            await self.perhaps_killed(getattr(self, name))
            await self.holds(lambda found: self.book.look(self.clock.now(), found, self.done))
        self.done.append("all is well")
        self.right()
        self.availability.unseen.clear()
        self.book.unseen.clear()
        await self.delivered()
        for step in (1, 1, 83, *([1] * 9), 60):
            await self.days(step)

    async def perhaps_killed(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do a step, and perhaps kill the bot meanwhile and start it again, at once or after a while."""
        if self.chance.random() < 0.6:
            await step()
            return
        self.done[-1] += ", killed"
        self.kills += 1
        doing = asyncio.ensure_future(step())
        await asyncio.wait({doing}, timeout=self.chance.choice((0.0, 0.01, 0.05, 0.2, 0.5)))
        await self.kill()
        # What a step waits for does not come from who is dead.
        with contextlib.suppress(AssertionError, ConnectionError, TimeoutError, Refused):
            await doing
        self.right()
        self.clock.move(timedelta(minutes=self.chance.choice((0, 10, 3000))))
        if self.book.taken_in:
            self.book.server_seen()
        await self.start()
        await self.rests()

    @property
    def heard(self) -> bool:
        """Whether what happens now reaches the bot."""
        within_reach = self.guild.id not in self.availability.withheld
        return self.process is not None and within_reach and self.chance.random() < 0.6

    def _happens(self, what: Callable[[], object], *, heard: bool) -> None:
        with contextlib.nullcontext() if heard else self.sandbox.gateway.losing_events():
            what()

    async def member_leaves(self) -> None:
        """Have a member leave, heard or not."""
        if self.book.there:
            one = self.chance.choice(sorted(self.book.there))
            self.book.leaves(one, self.clock.now())
            self._happens(self.people[one].leave, heard=self.heard)
            await self.rests()

    async def member_returns(self) -> None:
        """Have one come back, heard or not; who was erased answers again."""
        if gone := sorted(set(self.people) - self.book.there):
            one, heard = self.chance.choice(gone), self.heard
            self.book.returns(one, heard=False)  # a kill may lose what was heard
            self._happens(self.people[one].join, heard=heard)
            await self.rests()
            if one not in self.book.kept:
                await self.acts(one, press=True)

    async def member_acts(self) -> None:
        """Have somebody who is there press a button or use a command."""
        if self.book.there:
            await self.acts(self.chance.choice(sorted(self.book.there)), press=self.chance.random() < 0.5)

    async def acts(self, one: int, *, press: bool) -> None:
        """Press a button or use a command in the server: after it no clock of theirs or of the server's runs."""
        if not self.book.taken_in:
            return
        person: Person = self.people[one]
        running = self.process
        answer = await (
            person.press(self.card, "Going") if press else person.slash(self.channel, "guidance tip")
        )
        await self.rests()
        if answer.failed is None and running is self.process:
            self.book.seen(one)
            self.book.server_seen()
        found = await self.read()
        if one in found.answers:
            self.book.kept.add(one)

        def ended(found: Stored) -> None:
            assert one not in found.clocks, f"{one} acts, and a clock goes on: {self.done}"
            assert found.server_clock is None, f"its members act, and a server's clock goes on: {self.done}"

        if answer.failed is None and running is self.process:
            await self.holds(ended)

    async def kicked(self) -> None:
        """Send the bot away: it hears of it, misses it, or is dead."""
        if not self.book.taken_in:
            return
        heard = self.heard
        if not heard and self.chance.random() < 0.5:
            await self.kill()
        self.book.sent_away(self.clock.now())
        self.availability.withheld.clear()
        world = self.sandbox.world
        self._happens(lambda: membership.leave(world, self.guild, world.bot.id), heard=heard)
        if self.process is None:
            await self.start()
        await self.rests()

    async def invited(self) -> None:
        """Take the bot in again: it hears of it, misses it, or is dead."""
        if self.book.taken_in:
            return
        how = self.chance.choice(("heard", "heard", "dead", "missed"))
        if how == "dead":
            await self.kill()
        self.book.invited(heard=False)  # a kill may lose what was heard
        self._happens(lambda: membership.install(self.sandbox.world, self.guild), heard=how != "missed")
        if self.process is None:
            await self.start()
        await self.rests()
        if how != "missed":
            self.book.server_seen()

    async def wrongly_disowned(self) -> None:
        """Say that the bot was sent away, which is not true; Discord may be silent when it is asked."""
        if self.book.taken_in:
            if self.chance.random() < 0.5:
                self.book.misled = True
                self.wrong("silent")
            self.availability.disown(self.guild)
            await self.rests()
            self.right()

    async def outage(self) -> None:
        """Have the server be out of reach; Discord may be silent at first."""
        if self.book.taken_in:
            if self.chance.random() < 0.5:
                self.wrong("silent")
            self.availability.outage(self.guild)
            await self.rests()
            self.right()

    async def delivered(self) -> None:
        """Deliver the server, as it is by now."""
        if self.book.taken_in:
            self.availability.deliver(self.guild)
            await self.rests()
            self.book.server_seen()

    async def identified(self) -> None:
        """Lose the session: READY, then the server."""
        if self.process is not None:
            before = self.sandbox.gateway.identifies
            self.sandbox.gateway.invalidate()
            with contextlib.suppress(TimeoutError):
                await self.sandbox.until(
                    lambda: self.sandbox.gateway.identifies > before or self.process is None, timeout=15.0
                )
            await self.delivered()

    async def half_answers(self) -> None:
        """Have the gateway's answers lack somebody from now on, or nobody any more."""
        self.availability.unseen.clear()
        self.availability.unseen.update(
            self.chance.sample(sorted(self.people), self.chance.choice((0, 1, 3)))
        )

    async def wrong_answers(self) -> None:
        """Have Discord answer wrongly, or not at all, for days; everything at once is wrong for one day only."""
        names = self.chance.choice((("unlisted",), ("refused",), ("silent",), ("unlisted", "refused")))
        self.wrong(*names)
        self.book.misled = self.book.misled or len(names) > 1
        spans = ((1,),) if len(names) > 1 else ((1,), (1, 1), (30, 70), (95,))
        await self.days(*self.chance.choice(spans))
        self.right()

    async def some_days(self) -> None:
        """Let days pass, as many as come."""
        await self.days(*self.chance.choice(((1,), (1, 1, 1), (20, 20), (45, 45), (100,), (83, 7, 1))))

    async def days(self, *steps: int) -> None:
        """Let days pass, as many at once as each step says, with a sweep after each."""
        for step in steps:
            running, now = self.process, self._moved(timedelta(days=step))
            await self.rests()
            if running is None or running is not self.process:
                return  # killed meanwhile: the sweep is done again, and is not waited for
            if self.sound and self.guild.id not in self.availability.withheld:
                self.book.unseen &= self.availability.unseen
            sound, delivered = self.sound, self.guild.id not in self.availability.withheld
            await self.holds(
                lambda found, now=now, sound=sound, delivered=delivered: self.book.swept(
                    now, found, self.done, sound=sound, delivered=delivered
                )
            )

    def _moved(self, by: timedelta) -> datetime:
        self.clock.move(by)
        return self.clock.now()

    # What Discord answers.

    @property
    def sound(self) -> bool:
        """Whether Discord answers rightly."""
        return not (self.silent or self.availability.refused or self.availability.unlisted)

    def wrong(self, *names: str) -> None:
        """Have Discord answer wrongly, or not at all, about who is where."""
        for name in names:
            if name == "silent":
                self.silent = True
                # A page of some proxy's: no answer of Discord's, and not tried again for minutes.
                self.sandbox.faults.add("GET /users/@me/guilds|GET /guilds/", status=400, times=None)
                self.availability.unseen.update(self.people)
            else:
                getattr(self.availability, name).add(self.guild.id)

    def right(self) -> None:
        """Have Discord answer rightly."""
        if self.silent:
            self.availability.unseen.clear()
        self.silent = False
        self.sandbox.faults.clear()
        self.availability.refused.clear()
        self.availability.unlisted.clear()


STEPS = (
    *["member_leaves"] * 3,
    *["member_returns"] * 3,
    *["some_days"] * 3,
    *["member_acts"] * 2,
    "kicked",
    *["invited"] * 2,
    "wrongly_disowned",
    "outage",
    *["delivered"] * 2,
    "identified",
    "half_answers",
    "wrong_answers",
)
