"""Whom a button, menu or form is for: each declares it, and their base checks it before doing anything."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import discord

from bot.app import Bot
from bot.errors import UserError
from cogs.common.context import Context, languages_of
from db.base import Base
from db.servers import server_of


class Who(Enum):
    """Whom something is for."""

    IN_SERVER = "whoever uses it in a server"
    MEANT = "whoever uses it in a server, or in a direct message about the server that is meant there"
    MEMBERS = "present members of the server that it is about, there or in a direct message"
    ONESELF = "whoever's own data it takes away, in a server or not"
    EVERYBODY = "everybody: it is about no server and no person"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something is for and, for members, which stored object determines the server."""

    who: Who
    table: type[Base] | None = None
    number: str = ""


IN_SERVER = Audience(Who.IN_SERVER)
MEANT = Audience(Who.MEANT)
ONESELF = Audience(Who.ONESELF)
EVERYBODY = Audience(Who.EVERYBODY)
MEMBERS = Audience(Who.MEMBERS)
"""Members of the server given by the `guild_id` of the button or form."""


def members_of(table: type[Base], number: str) -> Audience:
    """Return the members of the server that a stored object belongs to; `number` is the attribute with its id."""
    return Audience(Who.MEMBERS, table, number)


class Declared:
    """Declares an audience; the default is members, in a server only."""

    audience: Audience = IN_SERVER


def _not_here() -> UserError:
    # The same answer for a missing object, another server's, and a non-member, so that it reveals nothing.
    return UserError("errors.not_here")


async def admit(interaction: discord.Interaction[Any], bot: Bot, pressed: Declared) -> Context:
    """Admit those whom something is for; return its context, in a direct message with the server it acts on.

    Raises:
        UserError: it is not for this person, or not here.
        NotChecked: Discord did not say in time whether they are in the server.
    """
    audience = pressed.audience
    if audience.who is Who.IN_SERVER and interaction.guild_id is None:
        raise UserError("errors.only_in_server")
    stated: int | None = None
    if audience.who is Who.MEMBERS:
        stated = getattr(pressed, "guild_id", None) or getattr(pressed, "guild", None)
    if interaction.guild_id is not None:
        if stated is not None and stated != interaction.guild_id:
            raise _not_here()
        return Context.at(interaction, await bot.guild_record(interaction.guild_id))
    if audience.who is Who.MEANT:
        return await Context.personal(interaction)
    if audience.who is not Who.MEMBERS:
        return Context(interaction, bot, None, languages=languages_of(interaction))
    if audience.table is not None:
        number: int = getattr(pressed, audience.number)
        stated = await bot.store.read(server_of, audience.table, number)
    guild = await bot.guild_record(stated) if stated is not None else None
    if guild is None or guild.absent_since is not None:
        raise _not_here()
    found = await bot.standings.of(guild.id, interaction.user.id)
    if found is None:
        raise _not_here()
    interaction.extras["acting_in"] = guild.id
    return Context(interaction, bot, guild, None, found.role_ids, found.admin, languages_of(interaction))
