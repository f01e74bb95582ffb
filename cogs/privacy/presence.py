"""Which servers and members are present: presence stops a departure's clock; only a definite answer erases.

READY, a delivered server, a member's event, and any command or button used in a server show that somebody is
present. Discord's word that somebody is gone starts a clock; before anything is erased Discord is asked (see
cogs/privacy/cog.py).
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import discord
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.discord_client import background, transient
from bot.domain.privacy import next_sweep
from bot.errors import Busy
from bot.patience import Outage, patiently
from cogs.privacy.erasing import keep_of
from cogs.privacy.leavers import MembershipChecks
from db import guilds, privacy
from db.errors import StoreClosedError, StoreError
from db.privacy import servers

log = logging.getLogger(__name__)

SERVERS, MEMBERS = "servers", "members"
TOGETHER = 20
"""Most arrivals or departures in one transaction: each causes much work, and a command may be waiting."""
SEEN_EVERY = timedelta(hours=1)
A_MOMENT = timedelta(minutes=1)
"""The next daily check finds those who left while the bot was away no longer than this."""
NOTED_FOR = timedelta(hours=1)
NOTED = 20_000
LOOKED_AT_WITHIN = 300.0
"""Seconds that the nightly job waits for the checks of all servers, which then continue in the background."""
STOPPING = 2.0
"""Seconds during a stop for the store to record how far events were seen."""
UNKNOWN_GUILD, NO_ACCESS = 10004, 50001


class Presence(commands.Cog):
    """Listens for arrivals and departures, and catches up on missed ones."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.keep = keep_of(bot)
        # Members (and servers, with 0) recently recorded as present: another press adds nothing.
        self._noted: OrderedDict[tuple[int, int], datetime] = OrderedDict()
        self._disowned: set[int] = set()
        self._current = bot.membership.current
        self.looks = MembershipChecks(
            bot, lambda guild_id, user_id, here: self._member(guild_id, user_id, here=here)
        )
        self._daily: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Register the events, and the warning before a server is erased."""
        self.bot.inbox.kind(SERVERS, self._store_servers, self.look_at_servers)
        self.bot.inbox.kind(MEMBERS, self._store_members, self._look_again, bursts=True)
        self.bot.membership.watched = True
        self.bot.before_stop(self._stop)
        self.bot.act_listeners.append(self._acts)

    # Received events.

    @commands.Cog.listener()
    async def on_servers_named(self, guild_ids: Collection[int]) -> None:
        """Record the servers that READY names: the bot is in them."""
        for guild_id in guild_ids:
            self._server(guild_id, here=True)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Record a delivered server, and look for who left while it was unavailable."""
        self._server(guild.id, here=True)
        if self.bot.started:
            self.bot.spawn(self.looks.at(guild))

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Record that the server's departures are missed from now on."""
        self.looks.miss(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Record a server that takes the bot in, or back."""
        self._server(guild.id, here=True)
        if self.bot.started:
            self.bot.spawn(self.looks.at(guild))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Start the clock of a server that reportedly removed the bot, and ask whether that is true."""
        self.looks.miss(guild.id)
        self._server(guild.id, here=False)
        self.bot.spawn(self._ask_about(guild.id))

    @commands.Cog.listener()
    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Start the clock of somebody who left; the event shows that the bot is in the server."""
        self._heard(payload.guild_id, payload.user.id)
        self._member(payload.guild_id, payload.user.id, here=False)

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        """Stop the clock of somebody who came back."""
        self._heard(member.guild.id, member.id)
        self._member(member.guild.id, member.id, here=True)

    @commands.Cog.listener()
    async def on_raw_member_update(self, member: discord.Member) -> None:
        """Record that somebody is present."""
        self._heard(member.guild.id, member.id)
        self._seen(member.guild.id, member.id)

    def _acts(self, guild_id: int, user_id: int) -> None:
        """Record the server and member of a command, button or form as present."""
        now = self.bot.clock.now()
        self._seen(guild_id, 0, now)
        self._seen(guild_id, user_id, now)

    @commands.Cog.listener()
    async def on_somebody_gone(self, guild_id: int, user_id: int) -> None:
        """Start the clock of somebody who, according to Discord's answer, is not in a server."""
        self._member(guild_id, user_id, here=False)

    def _heard(self, guild_id: int, user_id: int) -> None:
        """Record that the bot is in a server whose member events it gets; its own removal may be the last one."""
        if user_id != self.bot.application_id:
            self._seen(guild_id, 0)

    def _seen(self, guild_id: int, user_id: int, now: datetime | None = None) -> None:
        now = now or self.bot.clock.now()
        noted = self._noted.get((guild_id, user_id))
        if noted is not None and timedelta() <= now - noted < NOTED_FOR:
            return
        if user_id:
            self._member(guild_id, user_id, here=True)
        else:
            self._server(guild_id, here=True)

    def _server(self, guild_id: int, *, here: bool) -> None:
        self._note(guild_id, 0, here=here)
        if here:
            self._disowned.discard(guild_id)
            self.bot.take_back(guild_id)
        else:
            self._disowned.add(guild_id)
        self.bot.inbox.put(SERVERS, guild_id, here)

    def _member(self, guild_id: int, user_id: int, *, here: bool) -> None:
        if user_id != self.bot.application_id:
            self._note(guild_id, user_id, here=here)
            self.bot.inbox.put(MEMBERS, (guild_id, user_id), here)

    def _note(self, guild_id: int, user_id: int, *, here: bool) -> None:
        self._noted.pop((guild_id, user_id), None)
        if here:
            now = self._noted[guild_id, user_id] = self.bot.clock.now()
            while len(self._noted) > NOTED or now - next(iter(self._noted.values())) >= NOTED_FOR:
                self._noted.popitem(last=False)

    # Storing presence.

    async def _store_servers(self, batch: Mapping[int, bool]) -> None:
        store, now = self.bot.store, self.bot.clock.now()
        here = {guild_id for guild_id, present in batch.items() if present}
        found = {guild.id: guild.owner_id for guild_id in here if (guild := self.bot.get_guild(guild_id))}
        owners = {guild_id: owner_id for guild_id, owner_id in found.items() if owner_id is not None}

        def wanted(session: Session) -> tuple[set[int], set[int], set[int]]:
            stored = servers.known(session)
            return (
                servers.clocks_among(session, here),
                here - stored,
                servers.ownerless(session, list(owners)),
            )

        running, new, ownerless = await store.read(wanted)

        def take_note(session: Session) -> tuple[set[int], set[int]]:
            for guild_id in new:
                zone, owner = self.bot.settings.language.zone, owners.get(guild_id)
                guilds.ensure(session, guild_id, zone=zone, now=now, admin_id=owner)
            servers.gone(session, set(batch) - here, now=now)
            owned = servers.owners(session, {guild_id: owners[guild_id] for guild_id in ownerless})
            return servers.present(session, running), owned

        if running or new or ownerless or len(here) < len(batch):
            back, owned = await store.write(take_note)
            for guild_id in {*back, *owned, *(set(batch) - here)}:
                self.bot.forget_guild(guild_id)
            for guild_id in back:
                log.info("a server thought to be gone is present")
                self.bot.dispatch("guild_back", guild_id)

    async def _store_members(self, batch: Mapping[tuple[int, int], bool]) -> None:
        store, now = self.bot.store, self.bot.clock.now()
        here = [who for who, present in batch.items() if present]
        if here and (running := await store.read(privacy.clocks_among, here)):
            back = sorted(running)
            for at in range(0, len(back), TOGETHER):
                await store.write(privacy.returned_many, back[at : at + TOGETHER], now=now)
        left: dict[int, set[int]] = {}
        for (guild_id, user_id), present in batch.items():
            if not present:
                left.setdefault(guild_id, set()).add(user_id)
        for guild_id, user_ids in left.items():
            # Presence is recorded for nobody else; most of a raid, for example, has no stored data.
            known = await store.read_in_thread(privacy.known_among, user_ids, guild_id)
            if known:
                who = [(guild_id, user_id) for user_id in sorted(known)]
                server = self.bot.get_guild(guild_id)
                owners = {guild_id: server.owner_id} if server is not None and server.owner_id else {}
                for at in range(0, len(who), TOGETHER):
                    some = who[at : at + TOGETHER]
                    await store.write(privacy.left_many, some, now=now, keep=self.keep, owners=owners)
                if (record := await self.bot.guild_record(guild_id)) is not None and record.admin_id in known:
                    self.bot.forget_guild(guild_id)

    # Missed events: servers.

    async def look_at_servers(self) -> None:
        """Ask Discord for the whole list of the bot's servers, and about each stored one that is missing.

        Presence stops a clock; a server missing from the list and refused when asked for counts as gone that day.
        What Discord cannot say at present changes nothing. One that the gateway keeps serving is asked about like
        any other: its removal of the bot may have been missed. It is let go once refused on two days.
        """
        try:
            async with asyncio.timeout(600):
                listed = await self.bot.known.servers()
                stored = await self.bot.store.read(servers.known)
                await patiently(self.bot.store, None, servers.present, listed & stored)
                for guild_id in listed & self._disowned:
                    self._server(guild_id, here=True)  # it was wrongly reported to have removed the bot
                gone = [guild_id for guild_id in stored - listed if await self._refuses(guild_id)]
        except Exception as error:
            if not isinstance(error, TimeoutError | discord.HTTPException) and not transient(error):
                raise
            log.warning(
                "could not ask which servers the bot is in (%s); trying again later", type(error).__name__
            )
            return
        if gone:
            served, now = self._here(), self.bot.clock.now()
            sure = await patiently(self.bot.store, None, servers.refused, gone, now=now)
            for guild_id in gone:
                self.looks.miss(guild_id)
                self._noted.pop((guild_id, 0), None)  # the next press adds something
                if guild_id in sure or guild_id not in served:
                    self.bot.let_go(guild_id)
                self.bot.forget_guild(guild_id)

    def _here(self) -> set[int]:
        """Return the servers that the bot is in according to the gateway, available or not."""
        return {guild.id for guild in self.bot.guilds} - self._disowned

    async def _refuses(self, guild_id: int) -> bool:
        """Whether Discord refuses a server, with its own code rather than a proxy's page.

        Raises:
            HTTPException: Discord cannot say at present.
        """
        try:
            with background():
                await self.bot.http.get_guild(guild_id, with_counts=False)
        except discord.HTTPException as error:
            if error.status not in (403, 404) or error.code not in (UNKNOWN_GUILD, NO_ACCESS):
                raise
            return True
        self._server(guild_id, here=True)
        return False

    async def _ask_about(self, guild_id: int) -> None:
        """Ask whether a server really removed the bot."""
        await self.bot.inbox.drained()
        try:
            if guild_id in await self.bot.known.servers() or not await self._refuses(guild_id):
                self._server(guild_id, here=True)
                return
        except Exception as error:
            if not isinstance(error, discord.HTTPException) and not transient(error):
                raise
            return  # the daily check asks again
        if guild_id in self._disowned:
            await patiently(self.bot.store, None, servers.refused, [guild_id], now=self.bot.clock.now())
            self.bot.let_go(guild_id)
            self.bot.forget_guild(guild_id)

    # Missed events: members.

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Look for who left and who came back while the bot was not running."""
        self._daily = asyncio.create_task(self._run(), name="presence")

    @commands.Cog.listener()
    async def on_events_missed(self) -> None:
        """Look for who left while the gateway was away."""
        for guild in self.bot.guilds:
            self.looks.miss(guild.id)
        self._current.clear()
        self.bot.spawn(self.looks.at_all())

    async def _run(self) -> None:
        outage = Outage("who leaves can't be looked for")
        while True:
            try:
                await self._look_daily()
            except StoreClosedError:
                return
            except (Busy, StoreError) as error:
                await outage.pause(error)
            except Exception:
                log.exception("only the daily job looks for departures until the next start")
                return

    async def _look_daily(self) -> None:
        until = await self.bot.store.read(servers.seen_until)
        now = self.bot.clock.now()
        recent = {guild_id for guild_id, seen in until.items() if seen and now - seen < A_MOMENT}
        missed = [guild for guild in self.bot.delivered_servers if guild.id not in recent]
        self._current.update(guild.id for guild in self.bot.delivered_servers if guild.id in recent)
        self.bot.membership.begun.set()
        await self.looks.at_each(missed)
        while True:
            day = next_sweep(self.bot.clock.now())
            while (now := self.bot.clock.now()) < day:
                await self.bot.clock.sleep_until(min(day, now + SEEN_EVERY))
                await self._saw()
            if self.bot.settings.shards is not None:  # otherwise the daily job checks before it erases
                await self.look_at_members()

    async def _stop(self) -> None:
        if self._daily is not None:
            self._daily.cancel()
        self.looks.stop()
        with contextlib.suppress(TimeoutError):  # the next start looks for those who left meanwhile
            async with asyncio.timeout(STOPPING):
                await self._saw()

    async def _saw(self) -> None:
        if self._current and self.bot.health.connected and not len(self.bot.inbox):
            await patiently(self.bot.store, None, servers.saw, list(self._current), now=self.bot.clock.now())

    async def _look_again(self) -> None:
        # Outside the inbox, which waits for this: the check waits until the inbox is empty.
        self.bot.spawn(self.looks.at_all())

    async def look_at_members(self) -> None:
        """Check every server of this process for who left and who is back, and continue in the background."""
        await self.looks.at_all(within=LOOKED_AT_WITHIN)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Presence(bot))
