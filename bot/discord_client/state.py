"""The gateway's events: ready at once, a bad event costs only itself, and admission comes before all work."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.state import AutoShardedConnectionState
from discord.webhook.async_ import async_context

from bot.discord_client.admission import Admission
from bot.discord_client.fast.views import Views
from bot.discord_client.heartbeat_watchdog import HeartbeatWatchdog
from bot.discord_client.sending import paced

if TYPE_CHECKING:
    from bot.discord_client.http import Http

log = logging.getLogger(__name__)

# Errors that the library itself turns into a reconnection.
HANDLED = (ReconnectWebSocket, discord.DiscordException, OSError, aiohttp.ClientError, TimeoutError)


class State(AutoShardedConnectionState[Any]):
    """The library's state with four of its methods hardened, and our own store of views."""

    if TYPE_CHECKING:
        http: Http  # pyright: ignore[reportIncompatibleVariableOverride] - what the client gives it

    def __init__(
        self,
        *,
        admission: Admission,
        watchdog: HeartbeatWatchdog,
        refusal: Callable[[], str],
        too_fast: str,
        copy_it: str,
        clean: Callable[[str], str],
        acts: Callable[[int, int], None],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._admission = admission
        self._watchdog = watchdog
        self._clean = clean
        self._acts = acts
        admission.opens(
            begin=_guarded("INTERACTION_CREATE", self._begin),
            refuse=lambda data: self.http.responses.refuse(data, refusal(), copy_it),
            slow_down=lambda data: self.http.responses.refuse(data, too_fast, copy_it),
        )
        self._expected: dict[int, set[int]] = {}
        self.disowned: set[int] = set()
        """Guilds that were delivered and then said to have sent the bot away."""
        self.parsers = {name: _guarded(name, parse) for name, parse in self.parsers.items()}

    def clear(self, *, views: bool = True) -> None:
        """Begin again, with our own store of views."""
        super().clear(views=views)
        if views:
            self._view_store = Views(self)

    @property
    def views(self) -> Views:
        """The store of views, which is ours."""
        return cast("Views", self._view_store)

    def parse_interaction_create(self, data: Any) -> None:
        """Let admission start or refuse an interaction before anything else is done with it."""
        self._admission.arrive(data)
        if (guild_id := data.get("guild_id")) and (user := data.get("member", {}).get("user")):
            self._acts(int(guild_id), int(user["id"]))

    def _begin(self, data: Any) -> None:
        # Inherited by every task that the library starts for this interaction.
        async_context.set(self.http.responses)
        super().parse_interaction_create(data | {"data": _cleaned(data.get("data"), self._clean)})

    def parse_ready(self, data: Any) -> None:
        """Remember which guilds to expect; a known one that is not named may have removed the bot."""
        shard_id, shards = data["shard"]
        named = {int(guild["id"]) for guild in data["guilds"]}
        self._expected[shard_id] = set(named)
        super().parse_ready(data)
        self.dispatch("servers_named", named)
        for guild in self.guilds:
            if (guild.id >> 22) % shards == shard_id and guild.id not in named:
                self._disown(guild)

    def parse_guild_delete(self, data: Any) -> None:
        """Keep a guild that reportedly removed the bot, as unavailable: Discord may be mistaken."""
        guild = self._get_guild(int(data["id"]))
        if guild is None or data.get("unavailable", False):
            self.disowned.discard(int(data["id"]))
            super().parse_guild_delete(data)
        else:
            self._disown(guild)

    def _disown(self, guild: discord.Guild) -> None:
        if not guild.unavailable:
            self.disowned.add(guild.id)
        guild.unavailable = True
        self.dispatch("guild_remove", guild)

    def let_go(self, guild_id: int) -> None:
        """Forget a guild that has removed the bot."""
        self.disowned.discard(guild_id)
        if (guild := self._get_guild(guild_id)) is not None:
            self._remove_guild(guild)

    def take_back(self, guild_id: int) -> None:
        """Restore a guild that was reported to have removed the bot, as it was known before."""
        if guild_id in self.disowned:
            self.disowned.discard(guild_id)
            if (guild := self._get_guild(guild_id)) is not None and guild.unavailable:
                guild.unavailable = False
                self.dispatch("guild_available", guild)

    async def _delay_shard_ready(self, shard_id: int) -> None:
        """Become ready with the last guild that READY named, not two seconds later.

        An unavailable guild does not come; for it the library's wait remains.
        """
        missing = self._expected.get(shard_id, set())
        arrivals = self._ready_states[shard_id]
        while missing:
            try:
                # Not wait_for: before Python 3.12 it loses a cancellation that coincides with a guild.
                async with asyncio.timeout(self.guild_ready_timeout):
                    guild = await arrivals.get()
            except TimeoutError:
                log.info("Shard %s is ready; %s guilds are unavailable at present", shard_id, len(missing))
                break
            missing.discard(guild.id)
            self.dispatch("guild_available" if guild.unavailable is False else "guild_join", guild)
        self._ready_states.pop(shard_id, None)
        self.dispatch("shard_ready", shard_id)

    def parse_guild_member_update(self, data: Any) -> None:
        """Dispatch `raw_member_update` where the library, having no cached member, dispatches nothing."""
        guild = self._get_guild(int(data["guild_id"]))
        if guild is not None and guild.get_member(int(data["user"]["id"])) is None:
            self.dispatch("raw_member_update", discord.Member(data=data, guild=guild, state=self))
            return
        super().parse_guild_member_update(data)

    def _update_references(self, ws: DiscordWebSocket) -> None:
        """Pace and watch each new connection, and resume on a message that cannot be read."""
        super()._update_references(ws)
        paced(ws)
        self._watchdog.add(ws)
        receive = ws.received_message

        async def received_message(message: Any, /) -> None:
            try:
                await receive(message)
            except HANDLED:
                raise
            except Exception:
                log.exception("Shard %s: unreadable gateway message, resuming", ws.shard_id)
                await ws.close(4000)
                raise ReconnectWebSocket(ws.shard_id) from None

        ws.received_message = received_message


def _guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap a parser so that an event it cannot read is logged; the library would stop the bot."""

    def guarded(data: Any) -> None:
        try:
            parse(data)
        except Exception:
            log.exception("Gateway event %s could not be read and is ignored", name)

    return guarded


def without_nul(words: str) -> str:
    """Return a text without NUL characters: nobody types one, and PostgreSQL refuses them."""
    return words.replace("\0", "")


def _cleaned(thing: Any, clean: Callable[[str], str]) -> Any:
    """Return what somebody sent with every text in it cleaned."""
    if isinstance(thing, str):
        return clean(thing)
    if isinstance(thing, dict):
        return {key: _cleaned(value, clean) for key, value in cast("dict[str, Any]", thing).items()}
    if isinstance(thing, list):
        return [_cleaned(value, clean) for value in cast("list[Any]", thing)]
    return thing
