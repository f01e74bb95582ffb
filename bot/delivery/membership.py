"""Whether the recipient of a private message is still in the server that it is about.

Departures are recorded as they arrive. Until a server's members have been checked after the bot, the gateway
or the server was away, somebody may have left unnoticed: then Discord is asked about the recipient.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Generator
from datetime import datetime, timedelta

from bot.core import Core
from bot.discord_client import background
from bot.known import Known
from db import privacy
from db.models import Delivery
from db.privacy.servers import NOTICE

PATIENCE = 30.0
"""Seconds to wait for the check of a whole server, and for Discord's answer about one member."""
ASKED_EVERY = timedelta(days=1)
MOST_ASKED = 20_000


class Membership:
    """What the sender knows of who is in which server.

    Attributes:
        current: servers where nothing was missed since their members were last checked.
        watched: whether members are checked at all; if not, only recorded departures count.
        begun: set once it is known in which servers nothing was missed while the bot was not running.
    """

    def __init__(self, bot: Core, known: Known) -> None:
        self._bot = bot
        self._known = known
        self.current: set[int] = set()
        self.watched = False
        self.begun = asyncio.Event()
        self._checks: dict[int, asyncio.Event] = {}
        # When Discord last confirmed a member, by server and member.
        self._asked: OrderedDict[tuple[int, int], datetime] = OrderedDict()

    @contextlib.contextmanager
    def checking(self, guild_id: int) -> Generator[None]:
        """Make questions about a member of this server wait for the check of all its members."""
        done = self._checks[guild_id] = asyncio.Event()
        try:
            yield
        finally:
            done.set()
            if self._checks.get(guild_id) is done:
                del self._checks[guild_id]

    async def has_left(self, delivery: Delivery) -> bool:
        """Whether the recipient of a private delivery has left the server that it is about.

        About a server that the bot is not in nothing can be asked, so only recorded departures count.

        Raises:
            NotKnownYet: Discord had to be asked, and can't say at present.
        """
        guild_id, user_id = delivery.guild_id, delivery.target_id
        if not self.watched or delivery.kind == NOTICE or guild_id in self.current:
            return False
        if not await self._bot.is_in(guild_id):
            return False
        if self._bot.serves(guild_id) and await self._looked_at(guild_id):
            return await self._bot.store.read(privacy.has_left, user_id, guild_id=guild_id)
        return not await self._here(guild_id, user_id)

    async def _looked_at(self, guild_id: int) -> bool:
        """Wait for a running check; return whether nothing is missing any more."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.begun.wait()
                if (look := self._checks.get(guild_id)) is not None:
                    await look.wait()
        return guild_id in self.current

    async def _here(self, guild_id: int, user_id: int) -> bool:
        now = self._bot.clock.now()
        asked = self._asked.get((guild_id, user_id))
        if asked is not None and timedelta() <= now - asked < ASKED_EVERY:
            return True
        with background():
            here = await self._known.is_member(guild_id, user_id, within=PATIENCE)
        if not here:
            self._bot.dispatch("somebody_gone", guild_id, user_id)
            return False
        self._asked.pop((guild_id, user_id), None)
        self._asked[guild_id, user_id] = now
        if len(self._asked) > MOST_ASKED:
            self._asked.popitem(last=False)
        return True
