"""The buttons that erase somebody: themselves or, for an admin, somebody who left."""

import asyncio
import contextlib
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.privacy import Keep
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import ONESELF, RED, Card, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.typed import Typed
from db import audit, guilds
from db.membership import hashes
from db.privacy import taking_out
from db.privacy.forget import NotErasedError, forget

TAKEN_OUT_WITHIN = 4.0
"""Seconds that an erasure waits for Discord."""


def keep_of(bot: Bot) -> Keep:
    """Return the retention periods that the operator chose."""
    return Keep(**asdict(bot.settings.privacy))


class EraseMe(Button, name="privacy:erase"):
    """'Delete everything about me'."""

    audience = ONESELF
    style = discord.ButtonStyle.danger

    async def press(self, ctx: Context) -> None:
        """Erase the presser, everywhere."""
        await _take_time(ctx)
        await _take_out(ctx.bot, ctx.user_id)
        cleared = await _forget(ctx.bot, ctx.user_id, None)
        done = "privacy.erase.done" if cleared else "privacy.erase.traces"
        await ctx.interaction.edit_original_response(view=Card(ctx.text(done)))


class KeepMe(Button, name="privacy:keep"):
    """'Keep it'."""

    audience = ONESELF

    async def press(self, ctx: Context) -> None:
        """Remove the question."""
        await ctx.interaction.response.edit_message(view=Card(ctx.text("privacy.erase.no.done")))


class EraseFormer(Button, name="privacy:former"):
    """'Delete it', for an admin who answers the request of somebody who left."""

    style = discord.ButtonStyle.danger
    user: Annotated[int, r"[1-8]?\d{15,18}"]

    async def press(self, ctx: Context) -> None:
        """Erase them from this server, if the presser may and they have really left."""
        guild_id = ctx.must_manage()
        await _take_time(ctx)
        await must_have_left(ctx, self.user)
        cleared = await _forget(ctx.bot, self.user, guild_id)
        await ctx.write(_record, self.user, guild_id=guild_id)
        done = "privacy.request.done" if cleared else "privacy.request.traces"
        await ctx.interaction.edit_original_response(view=Card(ctx.text(done)))


def ask_card(words: Markup, yes: Button, texts: Texts, note: Markup | None = None) -> Card:
    """Return the confirmation before anything is erased."""
    return Card(words, note, row(yes, KeepMe(label=texts("privacy.erase.no.button"))), colour=RED)


def _record(session: Session, user_id: int, *, guild_id: int, actor_id: int, now: datetime) -> None:
    """Write the audit line, with the subject as a keyed hash that can be matched but not read."""
    about = hashes.digest(session, "erased", guild_id, user_id)[: hashes.SHORT]
    audit.note(session, guild_id, actor_id, "privacy.erase", f"former:{about}", now)


async def _take_time(ctx: Context) -> None:
    """Say that it may take a while, replacing the question, or privately if the question is public."""
    message = ctx.interaction.message
    if not ctx.in_server or (message is not None and message.flags.ephemeral):
        await ctx.interaction.response.defer()
    else:
        await ctx.interaction.response.defer(ephemeral=True, thinking=True)


async def must_have_left(ctx: Context, user_id: int) -> None:
    """Refuse to show or erase a member, who can do so themselves.

    Raises:
        UserError: they are in the server.
        NotKnownYet: Discord can't say at present.
    """
    if await ctx.bot.known.is_member(ctx.guild_id, user_id):
        raise UserError("privacy.request.still_here")


async def _take_out(bot: Bot, user_id: int) -> None:
    """Remove somebody from threads and roles while their memberships are still stored.

    If Discord is slow it continues after the erasure: what it needs is kept until it is done.
    """
    await bot.store.write(taking_out.take_out, user_id, now=bot.clock.now())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKEN_OUT_WITHIN):
            while await bot.store.read(taking_out.waits, user_id):  # noqa: ASYNC110 - another process may do it
                await asyncio.sleep(0.1)


async def _forget(bot: Bot, user_id: int, guild_id: int | None) -> bool:
    """Erase somebody; return whether the last traces are gone too."""
    bot.part(Typed).forget(user_id)
    try:
        forgotten = await forget(bot.store, user_id, guild_id=guild_id, now=bot.clock.now())
    except NotErasedError:
        raise UserError("privacy.erase.again") from None
    if "guild" in forgotten.rows:
        await heirs(bot, user_id)
    return forgotten.cleared


async def heirs(bot: Bot, user_id: int) -> None:
    """Tell each server's owner of failures instead of the erased member."""
    for guild in bot.guilds:
        bot.forget_guild(guild.id)
        record = await bot.guild_record(guild.id)
        if record is not None and record.admin_id is None:
            if guild.owner_id is not None and guild.owner_id != user_id:
                await bot.store.write(guilds.set_admin, guild.id, guild.owner_id)
            bot.forget_guild(guild.id)
