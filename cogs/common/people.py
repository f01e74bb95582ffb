"""Members: who is in a server, how cards name them, menus of them, and how messages reach them."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any, cast

import discord
from discord import ui

from bot.app import Bot
from bot.domain.meetings import ORGANISERS
from bot.errors import UserError
from bot.standings import ASKED_WITHIN, NotChecked, Standing
from bot.texts import Markup, Texts
from cogs.common.buttons import Component
from cogs.common.context import Context
from db.meetings.models import Meeting, Series
from db.models import Person


class PersonMenu(Component):
    """The choice of one person; `label` shows until somebody is chosen."""

    label: Markup

    def made(self, custom_id: str) -> ui.Item[Any]:
        """Return the menu."""
        return ui.UserSelect[Any](custom_id=custom_id, placeholder=self.label)

    async def person(self, ctx: Context) -> int:
        """Return the chosen member.

        Raises:
            UserError: it is a bot, not in this server, or forged.
            NotChecked: Discord did not say in time.
        """
        data = cast("dict[str, Any]", ctx.interaction.data or {})
        values, resolved = data.get("values", []), data.get("resolved", {})
        if len(values) != 1 or not values[0].isdecimal():
            raise UserError("errors.button_gone")
        user_id = int(values[0])
        if resolved.get("users", {}).get(str(user_id), {}).get("bot"):
            raise UserError("errors.not_a_person")
        if not await is_member(ctx.bot, ctx.guild_id, user_id):
            raise UserError("errors.not_a_member")
        return user_id


__all__ = ["NotChecked", "Standing", "is_member", "members_called", "members_with"]

MOST_ASKED = 100
UNHEARD = (TimeoutError, OSError, discord.ClientException)
"""Discord took too long, or the connection closed meanwhile."""


async def is_member(bot: Bot, guild_id: int, user_id: int) -> bool:
    """Whether somebody is now a member of a server. Raises NotChecked: Discord did not say in time."""
    return await bot.standings.of(guild_id, user_id) is not None


async def members_with(bot: Bot, guild_id: int, ids: Collection[int]) -> Sequence[discord.Member]:
    """Return the members with these ids, as many as can be asked for at once; none when Discord takes too long."""
    server = bot.get_guild(guild_id)
    asked = [user_id for user_id in dict.fromkeys(ids) if user_id > 0][:MOST_ASKED]
    if server is None or not asked:
        return ()
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            return await server.query_members(user_ids=asked, limit=MOST_ASKED, cache=False)
    except UNHEARD:
        return ()


async def members_called(bot: Bot, guild_id: int, names: Collection[str]) -> Sequence[discord.Member]:
    """Return the members whose names begin with this; none when Discord takes too long."""
    server = bot.get_guild(guild_id)
    if server is None or not names:
        return ()
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            found = await asyncio.gather(
                *(server.query_members(query=name, limit=10, cache=False) for name in dict.fromkeys(names))
            )
    except UNHEARD:
        return ()
    return [member for members in found for member in members]


def who(user_id: int, texts: Texts) -> Markup:
    """Return the mention of a member; an erased one is 'a former member'."""
    return Markup(f"<@{user_id}>") if user_id > 0 else texts("cards.former_member")


def host_of(hosted: Meeting | Series, texts: Texts) -> Markup:
    """Return who hosts a meeting or series: a member, or the organisers of its region."""
    if hosted.host_id == ORGANISERS:
        return texts("cards.organisers", region=hosted.region.name)
    return who(hosted.host_id, texts)


def how(bot: Bot) -> Markup:
    """Return how messages reach somebody and how to change that."""
    return bot.texts("receipts.how", command=bot.mention("settings mine"))


def closed(person: Person | None, texts: Texts) -> Markup | None:
    """Return what to do about closed direct messages, None if they are open as far as known."""
    shut = person is not None and person.dms and person.dms_closed_at is not None
    return texts("receipts.closed") if shut else None
