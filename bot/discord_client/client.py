"""The client that the bot derives from."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import discord
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.discord_client.admission import MOST_WAITING, Admission, AdmissionCounts
from bot.discord_client.fast.views import Views
from bot.discord_client.heartbeat_watchdog import HeartbeatWatchdog, silent_for
from bot.discord_client.http import DISCORD, Http
from bot.discord_client.retry import Counts
from bot.discord_client.state import State, without_nul

log = logging.getLogger(__name__)

IDENTIFY_EVERY = 5.0  # seconds, for each of max_concurrency keys
# The names that discord.py gives to the tasks of commands, buttons, selects and forms.
TASKS = ("CommandTree-invoker", "discord-ui-view-dispatch", "discord-ui-modal", "discord-ui-dynamic")
BUSY = "I'm too busy to answer right now, so I haven't done this. Please try again in a few seconds."
TOO_FAST = "You're sending me things faster than I can take them. Please wait a few seconds and try again."
COPY_IT = "Here is what you typed, so you can copy it."
RESTARTING = "I'm restarting, so I haven't done this. Please try again in half a minute."


@dataclass(frozen=True, slots=True)
class Health:
    """The connection's state, for `/healthz` and the metrics."""

    connected: bool
    """Every shard of this process is open and ready."""
    shards: dict[int, bool]
    latency: float | None
    """Mean seconds between a heartbeat and its answer."""
    silent_for: float | None
    """Seconds since the gateway last sent anything, the quietest shard's."""
    resumed: int
    identified: int
    zombies: int
    rest: Counts
    interactions: AdmissionCounts
    waiting: int
    """Interactions still without a first answer."""
    waiting_for_pace: int
    """Requests held back by the global limit."""
    globally_limited: int


class ResilientBot(commands.AutoShardedBot):
    """`commands.AutoShardedBot` that survives Discord's failures; run it with `bot.discord_client.run`.

    Own events beside the library's: `first_ready` once (`ready` is repeated after a lost session),
    `events_missed` after every later `ready` (what happened in between was not delivered),
    `raw_member_update(member)` for members that are not cached (all but the bot itself),
    and `servers_named(ids)` with what READY names.
    A server that reportedly removed the bot is kept, as unavailable, until `let_go`.
    """

    def __init__(
        self,
        *,
        intents: discord.Intents,
        api_base: str = DISCORD,
        rate_share: float = 1.0,
        most_waiting: int = MOST_WAITING,
        busy: str = BUSY,
        restarting: str = RESTARTING,
        burst: int = 0,
        too_fast: str = TOO_FAST,
        copy_it: str = COPY_IT,
        clean: Callable[[str], str] = without_nul,
        shard_ids: Sequence[int] | None = None,
        shard_count: int | None = None,
        **options: Any,
    ) -> None:
        """Make the client; nothing is connected yet.

        Args:
            intents: what the gateway should send.
            api_base: the address of Discord's API, the sandbox or a shared proxy; it supplies the gateway's address.
            rate_share: this process's share of the global limit.
            most_waiting: how many people may wait for their first answer before newcomers are refused.
            busy: the sentence for those who cannot be served in time.
            restarting: the sentence for those who come while the bot stops.
            burst: how many interactions one person may send at once; 0 sets no limit.
            too_fast: the sentence for those who send more.
            copy_it: the sentence before what somebody typed into a form that is refused with one of these.
            clean: applied to every text that somebody sends, before anything else sees it.
            shard_ids: the shards of this process; all of them by default.
            shard_count: the number of shards in all; Discord's recommendation by default.
            options: of `commands.AutoShardedBot`; a proxy is not among them, `api_base` names one.
        """
        # The bot does not use voice, so missing voice libraries need no warning.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self.admission = Admission(most_waiting=most_waiting, burst=burst)
        self._api_base = api_base
        self._rate_share = rate_share
        self._busy = busy
        self._restarting = restarting
        self._too_fast = too_fast
        self._copy_it = copy_it
        self._clean = clean
        self._drains: list[Callable[[], Awaitable[None]]] = []
        self.act_listeners: list[Callable[[int, int], None]] = []
        """Called with server and member at every interaction there; events would cost a fifth of a refusal."""
        self._was_ready = False
        self._resumed = 0
        self._identified = 0
        self._concurrency = 1
        self._identify_turns: dict[int, asyncio.Lock] = {}
        self._identified_at: dict[int, float] = {}
        self.watchdog = HeartbeatWatchdog(self.sockets)
        self._watching: asyncio.Task[None] | None = None
        if shard_ids is not None:
            options["shard_ids"] = list(shard_ids)
        defaults: dict[str, Any] = {
            "command_prefix": (),
            "help_command": None,
            "shard_count": shard_count,
            "chunk_guilds_at_startup": False,
            "member_cache_flags": discord.MemberCacheFlags.none(),
            "max_messages": None,
            "allowed_mentions": discord.AllowedMentions.none(),
        }
        super().__init__(intents=intents, **{**defaults, **options})

    def _get_state(self, **options: Any) -> State:
        plain = self.http
        self.http: Http = Http(  # pyright: ignore[reportIncompatibleVariableOverride] - ours from here on
            plain.connector,
            admission=self.admission,
            api_base=self._api_base,
            share=self._rate_share,
        )
        return State(
            admission=self.admission,
            watchdog=self.watchdog,
            refusal=lambda: self._restarting if self.admission.closing else self._busy,
            too_fast=self._too_fast,
            copy_it=self._copy_it,
            clean=self._clean,
            acts=self.somebody_acts,
            dispatch=self.dispatch,
            handlers=self._handlers,
            hooks=self._hooks,
            http=self.http,
            **options,
        )

    @property
    def health(self) -> Health:
        """The state of the connection at this moment."""
        sockets = {cast("int", ws.shard_id): ws for ws in self.sockets()}
        silences = [seconds for ws in sockets.values() if (seconds := silent_for(ws)) is not None]
        return Health(
            connected=self.is_ready() and bool(sockets) and all(ws.open for ws in sockets.values()),
            shards={shard_id: ws.open for shard_id, ws in sockets.items()},
            latency=self.latency if sockets and math.isfinite(self.latency) else None,
            silent_for=max(silences, default=None),
            resumed=self._resumed,
            identified=self._identified,
            zombies=self.watchdog.closed,
            rest=self.http.sender.counts,
            interactions=self.admission.counts,
            waiting=self.admission.waiting,
            waiting_for_pace=self.http.pacer.waiting,
            globally_limited=self.http.pacer.limited,
        )

    def somebody_acts(self, guild_id: int, user_id: int) -> None:
        """Notify listeners that a member uses something in a server."""
        for listener in self.act_listeners:
            listener(guild_id, user_id)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Dispatch an event, except for `socket_event_type`, which nobody listens to."""
        if event_name != "socket_event_type":
            super().dispatch(event_name, *args, **kwargs)

    def before_stop(self, drain: Callable[[], Awaitable[None]]) -> None:
        """Add a callback for `drain` to await while the bot is still connected, in order of adding."""
        self._drains.append(drain)

    async def drain(self) -> None:
        """Finish what is under way: the callbacks of `before_stop`, then the answers people wait for."""
        for drain in self._drains:
            try:
                await drain()
            except Exception:
                log.exception("Stopping: one thing could not be finished")
        self.admission.closing = True
        if tasks := [task for task in asyncio.all_tasks() if _answers_a_person(task)]:
            await asyncio.wait(tasks)
        await self.http.responses.callback_pool.quiet()

    def let_go(self, guild_id: int) -> None:
        """Forget a server that has removed the bot."""
        cast("State", self._connection).let_go(guild_id)

    def take_back(self, guild_id: int) -> None:
        """Restore a server that was wrongly reported to have removed the bot."""
        cast("State", self._connection).take_back(guild_id)

    @property
    def views(self) -> Views:
        """The store of buttons and selects."""
        return cast("State", self._connection).views

    def knows(self, custom_id: str) -> bool:
        """Whether a button or select with this custom_id is one of ours."""
        return self.views.found(custom_id) is not None

    async def login(self, token: str) -> None:
        """Log in, waiting as long as Discord is down; call `setup_hook` once."""
        await super().login(token)
        if self.application_id is not None:
            self.http.responses.application_id = self.application_id

    async def launch_shards(self) -> None:
        """Connect the shards, as many at once as Discord allows, to the gateway that the API base names."""
        if self.is_closed():
            return
        advised, url, limits = await self.http.get_bot_gateway()
        self._concurrency = max(1, limits["max_concurrency"])
        self.shard_count = self.shard_count or advised
        self._connection.shard_count = self.shard_count
        shard_ids = self.shard_ids or range(self.shard_count)
        self._connection.shard_ids = shard_ids
        self._watching = asyncio.create_task(self.watchdog.run(), name="gateway-watch")
        await asyncio.gather(*(self.launch_shard(URL(url), shard_id, initial=True) for shard_id in shard_ids))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait five seconds between identifications of one concurrency key (shard modulo the allowed number)."""
        key = (shard_id or 0) % self._concurrency
        async with self._identify_turns.setdefault(key, asyncio.Lock()):
            now = self.loop.time()
            await asyncio.sleep(self._identified_at.get(key, now - IDENTIFY_EVERY) + IDENTIFY_EVERY - now)
            self._identified_at[key] = self.loop.time()
            self._identified += 1

    async def close(self) -> None:
        """Close the gateway and the session; safe to call twice."""
        if self._watching is not None:
            self._watching.cancel()
        await super().close()

    def _handle_ready(self) -> None:
        super()._handle_ready()
        self.http.starting = False
        self.dispatch("events_missed" if self._was_ready else "first_ready")
        self._was_ready = True

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Count a session that was resumed."""
        self._resumed += 1
        log.info("Shard %s: session resumed, no events missed", shard_id)

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing: the bot has no prefix commands. Features that read direct messages have their own listeners."""

    def sockets(self) -> list[DiscordWebSocket]:
        """Return the gateway connections of this process."""
        # The library shows its shards without their sockets.
        return [shard._parent.ws for shard in self.shards.values()]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _answers_a_person(task: asyncio.Task[Any]) -> bool:
    return task.get_name().startswith(TASKS)
