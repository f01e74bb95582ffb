"""Random lives of one server and its members, with what is really so kept beside: what may be erased, and what must.

The store, the rules, discord.py's state and the bot's own events, looks and sweeps are the real ones; Discord's answers
are chosen here. A life is a number of steps after a seed; a step that breaks a promise says which.
"""

import asyncio
import contextlib
import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import discord
from discord.http import Route

from bot import settings_file
from bot.app import Bot
from bot.clock import MovableClock
from bot.texts import Texts
from cogs.admin import cog as admin
from cogs.privacy import cog as privacy
from cogs.privacy import presence
from db.engine import open_store
from tests.faults.life_book import Book, Stored, stored
from tests.faults.life_rows import MEMBERS, OWNER, SERVER, START, refusal, set_up

BOT = 77
LONG = ((1,), (1, 1), (30, 70), (95,))
"""Spans of days, with a sweep after each."""


class Life:
    """One life: the world as it really is, the bot in it, and since when whose time runs."""

    def __init__(self, seed: int, folder: Path, template: Path, texts: Texts) -> None:
        # What is added to what chance chooses has chances of its own, so that a seed goes on telling the same life.
        self.chance, self.codes, self.presses = (random.Random(seed) for _ in range(3))
        self.texts = texts
        self.url = f"sqlite+aiosqlite:///{folder / f'{seed}.db'}"
        shutil.copyfile(template, folder / f"{seed}.db")
        self.clock = MovableClock(START, frozen=True)
        self.book = Book(there=set(MEMBERS), kept=set(MEMBERS))
        self.withheld = self.unlisted = self.refused = self.silent = False
        # Whom the gateway's answers about members lack, day after day.
        self.missing: set[int] = set()
        self.done: list[str] = []

    # What Discord answers.

    async def request(self, route: Route, **_: Any) -> Any:
        """Answer a request of the library."""
        if self.silent:
            raise refusal(500, 0)
        if route.path == "/users/@me/guilds":
            return [{"id": str(SERVER)}] if self.book.taken_in and not self.unlisted else []
        if self.refused:
            raise refusal(404, 10004)
        if not self.book.taken_in:
            raise refusal(403, 50001)
        if route.path == "/guilds/{guild_id}":
            return {"id": str(SERVER)}
        user_id = int(route.url.rpartition("/")[2])
        if user_id not in self.book.there:
            raise refusal(404, self.codes.choice((10007, 10013)))
        return self._member(user_id)

    async def _query(self, _guild: Any, *, user_ids: list[int], **_: Any) -> list[Any]:
        # An answer of the gateway's may lack somebody who is there.
        if self.silent:
            raise TimeoutError
        found = [one for one in user_ids if one in self.book.there - self.missing]
        return [discord.Object(one) for one in found]

    def _member(self, user_id: int) -> dict[str, Any]:
        user = {"id": str(user_id), "username": "m", "discriminator": "0", "avatar": None}
        return {
            "user": user,
            "roles": [],
            "joined_at": START.isoformat(),
            "flags": 0,
            "deaf": False,
            "mute": False,
        }

    def _server(self) -> dict[str, Any]:
        lists = ("roles", "members", "channels", "threads", "emojis", "stickers", "features")
        return {
            "id": str(SERVER),
            "name": "Network",
            "owner_id": str(OWNER),
            "unavailable": False,
            "member_count": 1,
            "large": False,
            **{name: [] for name in lists},
        }

    # The bot.

    async def start(self) -> None:
        """Start a bot on the store as it was left."""
        self.opened = contextlib.AsyncExitStack()
        self.store = await self.opened.enter_async_context(open_store(self.url, clock=self.clock))
        self.bot = bot = Bot(settings_file.load(), self.store, self.texts, self.clock)
        cast("Any", bot.http).request = self.request
        hidden = cast("Any", bot)
        await hidden._async_setup_hook()
        self.state = hidden._connection
        self.state.application_id = BOT
        self.state.query_members = self._query
        self.state._chunk_guilds = False
        self.state.user = discord.Object(BOT)
        hidden.on_first_ready = _nothing  # nothing is sent and no command registered here
        await admin.setup(bot)
        await presence.setup(bot)
        await privacy.setup(bot)
        hidden._ready.set()
        self._named()
        if self.book.taken_in and not self.withheld:
            self.state.parse_guild_create(self._server())
        await self.quiet()
        bot.started = True
        bot.dispatch("first_ready")
        await self.quiet()

    def _named(self) -> None:
        named = {SERVER} if self.book.taken_in else set[int]()
        self.bot.dispatch("servers_named", named)
        if not self.book.taken_in and self.state._get_guild(SERVER) is not None:
            self.state._disown(self.state._get_guild(SERVER))

    async def quiet(self) -> None:
        """Return once everything that was set going has come to its end."""
        for _ in range(3):
            for _ in range(10):
                await asyncio.sleep(0)
            hidden = cast("Any", self.bot)
            while hidden._tasks:
                await asyncio.wait(set(hidden._tasks))
            await self.bot.inbox.drained()

    async def stop(self, *, killed: bool) -> None:
        """End the bot: cleanly, or with all that it had only in memory lost."""
        if not killed:
            await self.bot.inbox.stop()
        cog = cast("Any", self.bot.get_cog("Presence"))
        if cog._daily is not None:
            cog._daily.cancel()
        cog.looks.stop()
        inbox = cast("Any", self.bot.inbox)
        if inbox._task is not None:
            inbox._task.cancel()
        for task in set(cast("Any", self.bot)._tasks):
            task.cancel()
        await asyncio.sleep(0)
        await self.opened.aclose()

    # What happens.

    async def live(self, steps: int) -> None:
        """Live this many steps, and end with half a year in which all is well."""
        await self.start()
        await self.store.write(set_up)
        try:
            for _ in range(steps):
                name = self.chance.choice(STEPS)
                self.done.append(name)
                await getattr(self, name)()
                self.book.look(self.clock.now(), await self.read(), self.done)
            self.silent = self.refused = self.unlisted = False
            self.missing.clear()
            self.book.unseen.clear()
            await self.delivered()
            await self.days(*([1] * 2), 83, *([1] * 9), 60)
        finally:
            await self.stop(killed=True)

    async def read(self) -> Stored:
        """Return what is stored."""
        return await self.store.read(stored, SERVER)

    @property
    def heard(self) -> bool:
        """Whether what happens now reaches the bot."""
        return self.book.taken_in and not self.withheld and self.chance.random() < 0.6

    async def member_leaves(self) -> None:
        """Have a member leave, heard or not."""
        if self.book.there and self.book.taken_in:
            one = self.chance.choice(sorted(self.book.there))
            await self.leaves(one, heard=self.heard)

    async def leaves(self, one: int, *, heard: bool = True) -> None:
        """Have a member leave."""
        self.book.leaves(one, self.clock.now())
        if heard:
            user = self._member(one)["user"]
            self.state.parse_guild_member_remove({"guild_id": str(SERVER), "user": user})
        await self.quiet()

    async def member_returns(self) -> None:
        """Have one come back, heard or not."""
        if gone := sorted(set(MEMBERS) - self.book.there):
            one, heard = self.chance.choice(gone), self.heard
            self.book.returns(one, heard=heard)
            if heard:
                self.state.parse_guild_member_add({"guild_id": str(SERVER), **self._member(one)})
            await self.quiet()
            if one not in self.book.kept:
                await self.answers(one)
            elif self.book.taken_in and self.presses.random() < 0.5:
                await self.acts(one)

    async def answers(self, one: int) -> None:
        """Have somebody who was erased answer again, where they can."""
        if self.book.taken_in and not self.withheld:
            await self.acts(one)
            await self.store.write(set_up, [one])
            self.book.kept.add(one)

    async def command(self) -> None:
        """Have somebody who is there use a command."""
        if self.book.taken_in and self.book.there:
            await self.acts(self.presses.choice(sorted(self.book.there)))

    async def acts(self, one: int) -> None:
        """Have somebody use something: from then on no clock of theirs or of the server's runs."""
        self.bot.somebody_acts(SERVER, one)
        await self.quiet()
        self.book.seen(one)
        self.book.server_seen()
        found = await self.read()
        assert one not in found.clocks, f"{one} acts, and a clock goes on: {self.done}"
        assert found.server_clock is None, f"its members act, and a server's clock goes on: {self.done}"

    async def kicked(self) -> None:
        """Send the bot away, while it hears of it, misses it, or is stopped."""
        if self.book.taken_in:
            heard, missed = self.heard, self.chance.random() < 0.5
            if not heard and not missed:
                await self.stop(killed=self.chance.random() < 0.5)
            self.withheld = False
            if heard:
                await self.is_kicked()
                return
            self.book.sent_away(self.clock.now())
            if not missed:
                await self.start()

    async def is_kicked(self) -> None:
        """Send the bot away, and have it hear of it."""
        self.book.sent_away(self.clock.now())
        self.state.parse_guild_delete({"id": str(SERVER)})
        await self.quiet()

    async def invited(self) -> None:
        """Take the bot in again, while it runs or is stopped, or unheard until it looks."""
        if self.book.taken_in:
            return
        how = self.chance.choice(("heard", "heard", "started", "missed"))
        self.book.invited(heard=how != "missed")
        if how == "heard":
            await self.delivered()
        elif how == "started":
            await self.restart()
        else:
            self.withheld = True
            await self.perhaps_command()

    async def perhaps_command(self) -> None:
        """Have somebody use a command, or nobody."""
        if self.presses.random() < 0.5:
            await self.command()

    async def wrongly_disowned(self) -> None:
        """Say that the bot was sent away, which is not true; Discord may be silent when it is asked."""
        if self.book.taken_in and not self.withheld:
            self.silent = self.chance.random() < 0.5
            self.book.misled = self.silent
            self.state.parse_guild_delete({"id": str(SERVER)})
            await self.quiet()
            self.silent = False
            await self.perhaps_command()

    async def outage(self) -> None:
        """Have the server be out of reach; Discord may be silent at first."""
        if self.book.taken_in and not self.withheld:
            self.withheld, self.silent = True, self.chance.random() < 0.5
            self.state.parse_guild_delete({"id": str(SERVER), "unavailable": True})
            await self.quiet()
            self.silent = False

    async def delivered(self) -> None:
        """Deliver the server, as it is by now."""
        if self.book.taken_in:
            self.withheld = False
            self.book.server_seen()
            self.state.parse_guild_create(self._server())
            await self.quiet()

    async def identified(self) -> None:
        """Lose the session: READY, then the server."""
        self._named()
        self.bot.dispatch("events_missed")
        await self.quiet()
        await self.delivered()

    async def restart(self) -> None:
        """Stop cleanly, and start after a while."""
        await self.stop(killed=False)
        await self.away()

    async def kill(self) -> None:
        """Have somebody leave, and kill the bot before or after it is stored."""
        if self.book.there and self.heard:
            one = self.chance.choice(sorted(self.book.there))
            self.book.leaves(one, self.clock.now())
            user = self._member(one)["user"]
            self.state.parse_guild_member_remove({"guild_id": str(SERVER), "user": user})
        await self.stop(killed=True)
        await self.away()

    async def away(self) -> None:
        """Start the bot after a while."""
        self.clock.move(timedelta(minutes=self.chance.choice((0, 10, 3000))))
        if self.book.taken_in:
            self.book.server_seen()  # READY names it
        await self.start()

    async def wrong_answers(self) -> None:
        """Have Discord answer wrongly, or not at all, for days; everything at once is wrong for one day only."""
        names, spans = self.chance.choice(
            (
                (("unlisted",), LONG),
                (("refused",), LONG),
                (("silent",), LONG),
                (("unlisted", "refused"), ((1,),)),
            )
        )
        for name in names:
            setattr(self, name, True)
        self.book.misled = self.book.misled or len(names) > 1
        await self.days(*self.chance.choice(spans))
        for name in names:
            setattr(self, name, False)

    async def half_answers(self) -> None:
        """Have the gateway's answers lack somebody from now on, or nobody any more."""
        self.missing = set(self.chance.sample(MEMBERS, self.chance.choice((0, 1, 3))))

    async def some_days(self) -> None:
        """Let days pass, as many as come."""
        await self.days(*self.chance.choice(((1,), (1, 1, 1), (20, 20), (45, 45), (100,), (83, 7, 1))))

    async def days(self, *steps: int) -> None:
        """Let days pass, as many at once as each step says, with a sweep after each."""
        for step in steps:
            self.clock.move(timedelta(days=step))
            await self.quiet()
            # Whoever came back unheard is found by a sound look that is not short of them.
            self.book.unseen &= self.missing | (
                self.book.unseen if not self.sound or self.withheld else set()
            )
            await cast("privacy.Privacy", self.bot.get_cog("Privacy")).sweep()
            await self.quiet()
            self.book.swept(
                self.clock.now(), await self.read(), self.done, sound=self.sound, delivered=not self.withheld
            )

    @property
    def sound(self) -> bool:
        """Whether Discord answers rightly."""
        return not (self.silent or self.refused or self.unlisted)


async def _nothing() -> None:
    """Do nothing."""


STEPS = (
    *["member_leaves"] * 3,
    *["member_returns"] * 3,
    *["some_days"] * 3,
    "command",
    "kicked",
    *["invited"] * 2,
    "wrongly_disowned",
    "outage",
    *["delivered"] * 2,
    "identified",
    "half_answers",
    "restart",
    "kill",
    "wrong_answers",
)
