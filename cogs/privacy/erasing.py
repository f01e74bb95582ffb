"""The buttons by which somebody is forgotten: themselves, or, for an admin, somebody who left."""

import asyncio
import contextlib
import re
from datetime import datetime
from typing import Any, cast

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.privacy import Keep
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, ONESELF, Action, Card
from cogs.common.kept_forms import Typed
from cogs.common.permissions import must_manage
from db import audit, guilds
from db.privacy import hashes, taking_out
from db.privacy.forget import NotErasedError, forget

TAKEN_OUT_WITHIN = 4.0
"""Seconds for which whoever erases themselves waits for Discord."""


def keep_of(bot: Bot) -> Keep:
    """Return how long things are kept, as whoever runs the bot chose."""
    return Keep(**bot.settings.privacy.model_dump())


class EraseMe(Action, template=r"privacy:erase"):
    """'Delete everything about me'."""

    audience = ONESELF

    def __init__(self, texts: Texts) -> None:
        super().__init__("privacy:erase", texts("privacy.erase.yes.button"), style=discord.ButtonStyle.danger)

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Erase whoever pressed, everywhere."""
        await _take_time(interaction)
        await _take_out(bot, interaction.user.id)
        cleared = await _forget(bot, interaction.user.id, None)
        done = "privacy.erase.done" if cleared else "privacy.erase.traces"
        await interaction.edit_original_response(view=Card(bot.texts(done)))


class KeepMe(Action, template=r"privacy:keep"):
    """'Keep it'."""

    audience = ONESELF

    def __init__(self, texts: Texts) -> None:
        super().__init__("privacy:keep", texts("privacy.erase.no.button"))

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Take the question away."""
        await interaction.response.edit_message(view=Card(bot.texts("privacy.erase.no.done")))


class EraseFormer(Action, template=r"privacy:former:(?P<user>[1-8]?\d{15,18})"):
    """'Delete it', for an admin who answers the request of somebody who left."""

    audience = IN_SERVER

    user_id: int

    def __init__(self, user_id: int, texts: Texts) -> None:
        super().__init__(
            f"privacy:former:{user_id}",
            texts("privacy.request.yes.button"),
            style=discord.ButtonStyle.danger,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the person out of the custom_id."""
        self.user_id = int(match["user"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Erase them from this server, if the presser may and they have really left."""
        guild_id = must_manage(interaction)
        await _take_time(interaction)
        await must_have_left(interaction, self.user_id)
        cleared = await _forget(bot, self.user_id, guild_id)
        await bot.store.write(_record, guild_id, interaction.user.id, self.user_id, bot.clock.now())
        done = "privacy.request.done" if cleared else "privacy.request.traces"
        await interaction.edit_original_response(view=Card(bot.texts(done)))


def _record(session: Session, guild_id: int, actor_id: int, user_id: int, now: datetime) -> None:
    """Write the line of the audit: whom it was about stands there as a keyed hash, to be matched and not to be read."""
    about = hashes.digest(session, "erased", guild_id, user_id)[: hashes.SHORT]
    audit.note(session, guild_id, actor_id, "privacy.erase", f"former:{about}", now)


async def _take_time(interaction: discord.Interaction[Any]) -> None:
    """Say that it may take a while: in place of the question, or privately where the question stands in public."""
    message = interaction.message
    if interaction.guild_id is None or (message is not None and message.flags.ephemeral):
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def must_have_left(interaction: discord.Interaction[Any], user_id: int) -> None:
    """Refuse to show or erase a member: that is for themselves.

    Raises:
        UserError: they are in the server.
        NotKnownYet: Discord can't say at present.
    """
    if interaction.guild_id is None:
        raise UserError("errors.only_in_server")
    bot = cast("Bot", interaction.client)
    if await bot.known.is_member(interaction.guild_id, user_id):
        raise UserError("privacy.request.still_here")


async def _take_out(bot: Bot, user_id: int) -> None:
    """Take somebody out of threads and roles, while it is stored where they are.

    Where Discord is slow it goes on after they are erased: what it needs is kept until it is done.
    """
    await bot.store.write(taking_out.take_out, user_id, now=bot.clock.now())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKEN_OUT_WITHIN):
            while await bot.store.read(taking_out.waits, user_id):  # noqa: ASYNC110 - another process may do it
                await asyncio.sleep(0.1)


async def _forget(bot: Bot, user_id: int, guild_id: int | None) -> bool:
    """Erase somebody; returns whether the last traces are gone too."""
    bot.part(Typed).forget(user_id)
    try:
        forgotten = await forget(bot.store, user_id, guild_id=guild_id, now=bot.clock.now())
    except NotErasedError:
        raise UserError("privacy.erase.again") from None
    if "guild" in forgotten.rows:
        await heirs(bot, user_id)
    return forgotten.cleared


async def heirs(bot: Bot, user_id: int) -> None:
    """Have each server's owner hear of failures where it was the one who is erased."""
    for guild in bot.guilds:
        bot.forget_guild(guild.id)
        record = await bot.guild_record(guild.id)
        if record is not None and record.admin_id is None:
            if guild.owner_id is not None and guild.owner_id != user_id:
                await bot.store.write(guilds.set_admin, guild.id, guild.owner_id)
            bot.forget_guild(guild.id)


def number(user_id: int) -> Markup:
    """Return somebody's id in figures: a mention would show the name that they may have meant to take away."""
    return Markup(str(user_id))
