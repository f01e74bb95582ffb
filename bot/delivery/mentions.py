"""Whom a message in a channel mentions: one role, at the end of the message."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.core import Core
from bot.delivery.outgoing import Outgoing
from bot.domain.mentions import MOST_NAMED, Occasion
from bot.errors import NotKnownYet
from bot.known import Known
from bot.texts import Markup
from db import guilds
from db.models import Delivery
from db.setup import mentions

Record = Callable[..., Awaitable[Any]]
"""Runs a verb in a transaction of its own, however long it takes."""


class Mentioning:
    """Adds to a message the mention that is due."""

    def __init__(self, bot: Core) -> None:
        self._bot = bot
        self._known = Known(bot)

    async def added(
        self, delivery: Delivery, occasion: Occasion | None, outgoing: Outgoing, record: Record
    ) -> Outgoing:
        """Return a message with the role it mentions, and nobody else.

        Args:
            delivery: what is sent; a private message or an edit mentions nobody.
            occasion: why its kind mentions; None where it never does.
            outgoing: what it was rendered to.
            record: stores the decision.
        """
        if delivery.private:
            return outgoing
        if outgoing.edit is not None:
            # An edit notifies nobody, and removes nothing: whoever was mentioned still is.
            made = await self._bot.store.read(
                mentions.made, delivery.subject, outgoing.edit, now=self._bot.clock.now()
            )
            return replace(outgoing, ending=self._words([made.role_id], made.titles)) if made else outgoing
        if occasion is None or not outgoing.rings:
            return outgoing
        if occasion is Occasion.HELP:
            return self._ending(outgoing, await self._organisers(delivery.guild_id), ())
        now = self._bot.clock.now()
        found: mentions.Mentioned | None = await record(mentions.decide, delivery, occasion, now=now)
        if found is None or not await self._is_there(delivery.guild_id, found.role_id):
            return outgoing
        return self._ending(outgoing, [found.role_id], found.titles)

    def _ending(self, outgoing: Outgoing, role_ids: list[int], titles: tuple[str, ...]) -> Outgoing:
        return outgoing.mentioning(role_ids, self._words(role_ids, titles)) if role_ids else outgoing

    def _words(self, role_ids: Sequence[int], titles: tuple[str, ...]) -> Markup:
        texts = self._bot.texts
        named = [texts("mentions.title", title=title) for title in titles[:MOST_NAMED]]
        if more := len(titles) - len(named):
            named.append(texts.count("mentions.more", more))
        words = [texts("mentions.also", titles=Markup(", ".join(named)))] if named else []
        return Markup("\n".join((*words, " ".join(f"<@&{role_id}>" for role_id in role_ids))))

    async def _organisers(self, guild_id: int) -> list[int]:
        record = await self._bot.guild_record(guild_id)
        roles = guilds.helping_roles(record) if record is not None else []
        return [role_id for role_id in roles if await self._is_there(guild_id, role_id)]

    async def _is_there(self, guild_id: int, role_id: int) -> bool:
        try:
            return await self._known.role(guild_id, role_id) is not None
        except NotKnownYet:
            return True  # not known to be gone; mentioning a deleted role would show as an unknown role
