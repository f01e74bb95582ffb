"""Members' names next to their mentions: a mention that notifies nobody does not resolve on every phone.

Discord is asked for names when a message is rendered. They are cached for a while, and never stored.
"""

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import discord

from bot.core import Core
from bot.domain.free_text import one_line
from bot.texts import Markup, Texts, plain

MENTION = re.compile(r"<@!?(\d{1,20})>")
MOST_NAMED = 25
"""Members who are named in one message; the rest are only mentioned."""
ASKED_WITHIN = 1.5
"""Seconds that a message waits for names."""
A_MINUTE, MOST_ASKED = timedelta(minutes=1), 30
"""Queries to Discord a minute; its connection takes 120 of anything."""
KEPT, MOST_KEPT = timedelta(hours=1), 5_000
UNHEARD = (TimeoutError, OSError, discord.ClientException)


@dataclass(frozen=True, slots=True)
class Names:
    """Members' names, by id."""

    texts: Texts
    found: Mapping[int, str] = field(default_factory=dict[int, str])

    def beside(self, words: str) -> Markup:
        """Return words with the name next to each mention."""

        def named(match: re.Match[str]) -> str:
            name = plain(self.found.get(int(match[1]), ""), links=False)
            return self.texts("cards.named", name=name, mention=Markup(match[0])) if name else match[0]

        return Markup(MENTION.sub(named, words))

    def instead(self, words: str) -> Markup:
        """Return words with each mention replaced by a name no longer than itself, for a lock screen."""

        def named(match: re.Match[str]) -> str:
            name = self.found.get(int(match[1]))
            if not name:
                return self.texts("cards.somebody")
            shown = plain(name, links=False)
            if len(shown) > len(match[0]):
                shown = plain(name[: len(match[0]) // 2].rstrip() + "…", links=False)
            return shown

        return Markup(MENTION.sub(named, words))


class Naming:
    """Asks Discord for members' names, and caches them for an hour."""

    def __init__(self, bot: Core) -> None:
        self._bot = bot
        self._kept: OrderedDict[tuple[int, int], tuple[str, datetime]] = OrderedDict()
        self._asked: deque[datetime] = deque()
        self._lock = asyncio.Lock()

    def forget(self, guild_id: int, user_id: int) -> None:
        """Forget somebody's name."""
        self._kept.pop((guild_id, user_id), None)

    async def of(self, guild_id: int, words: Iterable[str]) -> Names:
        """Return the names of those mentioned in words, as far as Discord answers in time."""
        ids = [int(number) for text in words for number in MENTION.findall(text)]
        ids = list(dict.fromkeys(ids))[:MOST_NAMED]
        if self._missing(guild_id, ids):
            async with self._lock:  # many messages that name the same host ask once
                if missing := self._missing(guild_id, ids):
                    await self._ask(guild_id, missing)
        kept = {user_id: self._kept.get((guild_id, user_id), ("", None))[0] for user_id in ids}
        return Names(self._bot.texts, {user_id: name for user_id, name in kept.items() if name})

    def _missing(self, guild_id: int, ids: Iterable[int]) -> list[int]:
        now = self._bot.clock.now()
        until = {user_id: self._kept.get((guild_id, user_id), ("", now))[1] for user_id in ids}
        return [user_id for user_id, at in until.items() if at <= now]

    async def _ask(self, guild_id: int, ids: list[int]) -> None:
        server, now = self._bot.get_guild(guild_id), self._bot.clock.now()
        while self._asked and now - self._asked[0] > A_MINUTE:
            self._asked.popleft()
        if server is None or server.unavailable or len(self._asked) >= MOST_ASKED:
            return
        self._asked.append(now)
        found: dict[int, str] = {}
        until = now + KEPT
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                members = await server.query_members(user_ids=ids, limit=len(ids), cache=False)
            found = {member.id: one_line(member.display_name) for member in members}
        except UNHEARD:
            until = now + A_MINUTE  # so that the next message does not wait too
        for user_id in ids:
            self._kept[guild_id, user_id] = (found.get(user_id, ""), until)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
