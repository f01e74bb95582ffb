"""The facts of each server, kept in memory; while something of a server is answered or sent, texts speak its facts."""

import logging
from typing import TYPE_CHECKING

from bot.texts import Facts, speak
from db import facts
from db.errors import StoreError

if TYPE_CHECKING:
    from bot.app import Bot

log = logging.getLogger(__name__)

MOST = 5_000


class FactBook:
    """Remembers the facts of servers until they change."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot
        self._known: dict[int, Facts] = {}

    async def speak_for(self, guild_id: int | None) -> None:
        """Have the texts of this task speak the facts of a server; without one, the defaults."""
        speak(Facts() if guild_id is None else await self.of(guild_id))

    async def of(self, guild_id: int) -> Facts:
        """Return the facts of a server; the defaults while the store can't be read."""
        found = self._known.get(guild_id)
        if found is None:
            try:
                rows = await self.bot.store.read(facts.of, guild_id)
            except StoreError:
                log.warning("facts of a server can't be read: the defaults are used")
                return Facts()
            changed = {row.name: row.value for row in rows if row.value is not None}
            found = Facts(changed, frozenset(row.name for row in rows))
            if len(self._known) >= MOST:
                self._known.pop(next(iter(self._known)))
            self._known[guild_id] = found
        return found

    def forget(self, guild_id: int) -> None:
        """Read the facts of a server anew when they are needed: they were changed."""
        self._known.pop(guild_id, None)
