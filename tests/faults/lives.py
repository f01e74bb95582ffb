"""Random lives of one server and its members, with what is really so kept beside: what may be erased, and what must.

The store, the rules, discord.py's state and the bot's own events, looks and sweeps are the real ones; Discord's answers
are chosen here. A life is a number of steps after a seed; a step that breaks a promise says which.
"""

import asyncio
import contextlib
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import discord
from discord.http import Route

from bot import settings as settings_module
from bot.app import Bot
from bot.clock import MovableClock
from bot.texts import Texts
from cogs import presence, privacy
from db.engine import open_store
from tests.faults.life_rows import MEMBERS, OWNER, SERVER, START, answers_of, set_up

BOT = 77
KEPT, WARNED = timedelta(days=90), timedelta(days=7)


class _Response:
    reason = "No"

    def __init__(self, status: int) -> None:
        self.status = status


def _no(status: int, code: int) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.DiscordServerError)
    return kind(cast("Any", _Response(status)), {"code": code, "message": "No"})


class Life:
    """One life: the world as it really is, the bot in it, and since when whose time runs."""

    def __init__(self, seed: int, folder: Path, template: Path, texts: Texts) -> None:
        self.chance = random.Random(seed)
        self.texts = texts
        self.url = f"sqlite+aiosqlite:///{folder / f'{seed}.db'}"
        shutil.copyfile(template, folder / f"{seed}.db")
        self.clock = MovableClock(START, frozen=True)
        self.taken_in = True
        self.there = set(MEMBERS)
        self.withheld = self.unlisted = self.refused = self.silent = False
        # The first sound sweep after they went: from there on the time runs at the latest.
        self.server_out: datetime | None = None
        self.warned: datetime | None = None
        self.out: dict[int, datetime] = {}
        self.kept = set(MEMBERS)
        self.done: list[str] = []
        self.erased = 0

    # What Discord answers.

    async def request(self, route: Route, **_: Any) -> Any:
        """Answer a request of the library."""
        if self.silent:
            raise _no(500, 0)
        if route.path == "/users/@me/guilds":
            return [{"id": str(SERVER)}] if self.taken_in and not self.unlisted else []
        if self.refused:
            raise _no(404, 10004)
        if not self.taken_in:
            raise _no(403, 50001)
        if route.path == "/guilds/{guild_id}":
            return {"id": str(SERVER)}
        user_id = int(route.url.rpartition("/")[2])
        if user_id not in self.there:
            raise _no(404, self.chance.choice((10007, 10013)))
        return self._member(user_id)

    async def _query(self, _guild: Any, *, user_ids: list[int], **_: Any) -> list[Any]:
        # An answer of the gateway's may lack somebody who is there.
        if self.silent:
            raise TimeoutError
        found = [one for one in user_ids if one in self.there]
        if found and self.chance.random() < 0.1:
            found.pop()
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
        self.bot = bot = Bot(settings_module.load(), self.store, self.texts, self.clock)
        cast("Any", bot.http).request = self.request
        hidden = cast("Any", bot)
        await hidden._async_setup_hook()
        self.state = hidden._connection
        self.state.application_id = BOT
        self.state.query_members = self._query
        self.state._chunk_guilds = False
        self.state.user = discord.Object(BOT)
        hidden.on_first_ready = _nothing  # nothing is sent and no command registered here
        await presence.setup(bot)
        await privacy.setup(bot)
        hidden._ready.set()
        self._named()
        if self.taken_in and not self.withheld:
            self.state.parse_guild_create(self._server())
        await self.quiet()
        bot.started = True
        bot.dispatch("first_ready")
        await self.quiet()

    def _named(self) -> None:
        named = {SERVER} if self.taken_in else set[int]()
        self.bot.dispatch("servers_named", named)
        if not self.taken_in and self.state._get_guild(SERVER) is not None:
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
        inbox = cast("Any", self.bot.inbox)
        if inbox._task is not None:
            inbox._task.cancel()
        for task in set(cast("Any", self.bot)._tasks):
            task.cancel()
        await asyncio.sleep(0)
        await self.opened.aclose()

    # What happens.

    async def live(self, steps: int) -> None:
        """Live so many steps, and end with half a year in which all is well."""
        await self.start()
        await self.store.write(set_up)
        try:
            for _ in range(steps):
                name = self.chance.choice(STEPS)
                self.done.append(name)
                await getattr(self, name)()
                await self.check()
            self.silent = self.refused = self.unlisted = False
            await self.delivered()
            await self.days(*([1] * 2), 83, *([1] * 9), 60)
            await self.check()
        finally:
            await self.stop(killed=True)

    async def member_leaves(self) -> None:
        """Have a member leave, heard or not."""
        if self.there and self.taken_in:
            one = self.chance.choice(sorted(self.there))
            self.there.discard(one)
            if not self.withheld and self.chance.random() < 0.6:
                user = self._member(one)["user"]
                self.state.parse_guild_member_remove({"guild_id": str(SERVER), "user": user})
            await self.quiet()

    async def member_returns(self) -> None:
        """Have one come back, heard or not."""
        if gone := sorted(set(MEMBERS) - self.there):
            one = self.chance.choice(gone)
            self.there.add(one)
            self.out.pop(one, None)
            if self.taken_in and not self.withheld and self.chance.random() < 0.6:
                self.state.parse_guild_member_add({"guild_id": str(SERVER), **self._member(one)})
            await self.quiet()
            if one not in self.kept:
                await self.answers(one)

    async def answers(self, one: int) -> None:
        """Have somebody who was erased answer again, where they can."""
        if self.taken_in and not self.withheld:
            self.bot.dispatch("somebody_acts", SERVER, one)
            await self.quiet()
            await self.store.write(set_up, [one])
            self.kept.add(one)

    async def command(self) -> None:
        """Have somebody who is there use a command."""
        if self.taken_in and self.there:
            self.bot.dispatch("somebody_acts", SERVER, self.chance.choice(sorted(self.there)))
            await self.quiet()

    async def kicked(self) -> None:
        """Send the bot away, while it hears of it or while it is stopped."""
        if self.taken_in:
            heard = not self.withheld and self.chance.random() < 0.6
            if not heard:
                await self.stop(killed=self.chance.random() < 0.5)
            self.taken_in, self.withheld = False, False
            if heard:
                self.state.parse_guild_delete({"id": str(SERVER)})
                await self.quiet()
            else:
                await self.start()

    async def invited(self) -> None:
        """Take the bot in again, while it runs or while it is stopped."""
        if not self.taken_in:
            self.taken_in, self.server_out, self.warned = True, None, None
            self.out.clear()
            if self.chance.random() < 0.6:
                await self.delivered()
            else:
                await self.restart()

    async def wrongly_disowned(self) -> None:
        """Say that the bot was sent away, which is not true."""
        if self.taken_in and not self.withheld:
            self.state.parse_guild_delete({"id": str(SERVER)})
            await self.quiet()

    async def outage(self) -> None:
        """Have the server be out of reach."""
        if self.taken_in and not self.withheld:
            self.withheld = True
            self.state.parse_guild_delete({"id": str(SERVER), "unavailable": True})
            await self.quiet()

    async def delivered(self) -> None:
        """Deliver the server, as it is by now."""
        if self.taken_in:
            self.withheld = False
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
        self.clock.move(timedelta(minutes=self.chance.choice((0, 10, 3000))))
        await self.start()

    async def kill(self) -> None:
        """Have somebody leave, and kill the bot before or after it is stored."""
        if self.there and self.taken_in and not self.withheld and self.chance.random() < 0.5:
            one = self.chance.choice(sorted(self.there))
            self.there.discard(one)
            user = self._member(one)["user"]
            self.state.parse_guild_member_remove({"guild_id": str(SERVER), "user": user})
        await self.stop(killed=True)
        self.clock.move(timedelta(minutes=self.chance.choice((0, 10, 3000))))
        await self.start()

    async def wrong_answers(self) -> None:
        """Have Discord answer wrongly, or not at all, for days."""
        which = self.chance.choice(("unlisted", "refused", "silent"))
        setattr(self, which, True)
        await self.days(*self.chance.choice(((1,), (1, 1), (30, 70), (95,))))
        setattr(self, which, False)

    async def some_days(self) -> None:
        """Let days pass, as many as come."""
        await self.days(*self.chance.choice(((1,), (1, 1, 1), (20, 20), (45, 45), (100,), (83, 7, 1))))

    async def days(self, *steps: int) -> None:
        """Let days pass, as many at once as each step says, with a sweep after each."""
        for step in steps:
            self.clock.move(timedelta(days=step))
            await self.quiet()
            await cast("privacy.Privacy", self.bot.get_cog("Privacy")).sweep()
            await self.quiet()
            await self.swept()

    # What must be so.

    async def swept(self) -> None:
        """Hold what is stored after a sweep against how long everybody has been away."""
        now, rows = self.clock.now(), await self.store.read(answers_of)
        sound = not (self.silent or self.refused or self.unlisted)
        if not self.taken_in:
            if sound:
                self.server_out = self.server_out or now
                due = self.warned is not None and now >= max(self.server_out + KEPT, self.warned + WARNED)
                if self.warned is None and now >= self.server_out + KEPT - WARNED:
                    self.warned = now
                assert not due or not rows, f"a server that was left is kept too long: {self.done}"
            if not rows and self.kept:
                self.erased += 1
                self.kept.clear()
            return
        self.check_present(rows)
        for one in set(MEMBERS) - self.there:
            if sound and not self.withheld:
                since = self.out.setdefault(one, now)
                assert one not in rows or now < since + KEPT, f"{one} is kept too long: {self.done}"
            if one in self.kept and one not in rows:
                self.kept.discard(one)
                self.erased += 1

    def check_present(self, rows: set[int]) -> None:
        """Fail when something of somebody is gone who is there."""
        lost = {one for one in self.there & self.kept if one not in rows}
        assert not lost, f"erased although they are there: {lost} {self.done}"

    async def check(self) -> None:
        """Hold what is stored against who is there, between sweeps."""
        if self.taken_in:
            self.check_present(await self.store.read(answers_of))


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
    "restart",
    "kill",
    "wrong_answers",
)
