"""Exporting somebody's data as files, erasing it, and the warning before a server's data is erased."""

import asyncio
import contextlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import auto
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.privacy import Keep
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import ONESELF, RED, Card, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.times import short_day, written
from cogs.common.typed import Typed
from db import audit, guilds
from db.membership import hashes
from db.privacy import leaving, servers
from db.privacy.erasing import NotErasedError, forget

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
    await bot.store.write(leaving.take_out, user_id, now=bot.clock.now())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKEN_OUT_WITHIN):
            while await bot.store.read(leaving.waits, user_id):  # noqa: ASYNC110 - another process may do it
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


class Why(Reason):
    """Why the warning is no longer sent."""

    SERVER_BACK = auto()


@notice(servers.NOTICE)
class ServerWord(Notice):
    """The warning before a server's data is deleted."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say when, unless the server has the bot back."""
        record = await ctx.read(guilds.load, ctx.guild_id)
        if record is None or record.left_at is None or (told := record.erase_told_at) is None:
            raise Skip(Why.SERVER_BACK)
        texts, zone, keep = ctx.texts, ctx.bot.zone_of(record), keep_of(ctx.bot)
        erased = max(record.left_at + keep.leaving, told + keep.warned).astimezone(zone).date()
        words = texts(
            "privacy.server.words",
            server=f"https://discord.com/channels/{record.id}",
            left=written(record.left_at, zone),
            erased=When(Day(erased)),
        )
        push = ctx.push("privacy.server.push", when=short_day(erased, texts))
        return Outgoing(Card(texts("privacy.server.title"), words), push=push)

    def unsent(self, session: Session, ctx: Sending) -> None:
        """Tell somebody else, or record that nobody could be told."""
        servers.unheard(session, ctx.delivery, ctx.now)


Rows = Mapping[str, Sequence[Mapping[str, Any]]]
# The largest integer that every JSON reader keeps exactly; Discord's ids are larger, so they are strings.
EXACT = 2**53
LARGEST = 8 * 1024 * 1024
_PRESSABLE = re.compile(r"</([^:>]+):\d+>")


def sentences(table: str, texts: Texts, keep: Keep) -> dict[str, Markup]:
    """Return what a table holds about a member, why, and until when; for others' words, the table's name."""
    if f"privacy.held.{table}.what" not in texts:
        return {"what": Markup(table.replace("_", " "))}
    days = {
        "after_leaving": keep.after_leaving,
        "messages": keep.messages,
        "answers": keep.answers,
        "audit": keep.audit,
    }
    return {part: texts(f"privacy.held.{table}.{part}", **days) for part in ("what", "why", "until")}


def sentences_in_plain(table: str, texts: Texts, keep: Keep) -> dict[str, str]:
    """Return the sentences for a file, where commands are not clickable."""
    found = sentences(table, texts, keep)
    return {part: _PRESSABLE.sub(r"/\1", words).replace("`", "") for part, words in found.items()}


def as_json(rows: Rows, texts: Texts, keep: Keep, *, user_id: int, now: datetime) -> bytes:
    """Return the data as JSON; ids are strings, instants are ISO 8601 in UTC."""
    document = {
        "member": str(user_id),
        "server": "all",
        "made_at": now.isoformat(),
        "tables": {
            table: {**sentences_in_plain(table, texts, keep), "rows": [_jsonable(dict(row)) for row in found]}
            for table, found in rows.items()
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _jsonable(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return {str(key): _jsonable(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - whatever JSON held
        case list():
            return [_jsonable(part) for part in value]  # pyright: ignore[reportUnknownVariableType] - whatever JSON held
        case int() if abs(value) >= EXACT:
            return str(value)
        case _:
            return value


def as_text(rows: Rows, texts: Texts, keep: Keep, *, now: datetime, zone: ZoneInfo) -> bytes:
    """Return the data as plain text: headings, then one fact a line, times written out."""
    lines = [
        str(texts("privacy.readable.title")),
        texts("privacy.readable.made", when=written(now, zone)),
        texts("privacy.readable.everywhere"),
    ]
    for table, found in rows.items():
        said = sentences_in_plain(table, texts, keep)
        heading = f"{said['what']}: {len(found)}"
        lines += ["", heading, "-" * len(heading)]
        lines += [
            texts(f"privacy.readable.{part}", words=Markup(said[part]))
            for part in ("why", "until")
            if part in said
        ]
        for number, stored in enumerate(found, 1):
            lines += ["", texts("privacy.readable.item", number=number)]
            lines += [
                f"    {name.replace('_', ' ')}: {_readable(value, texts, zone)}"
                for name, value in stored.items()
                if value is not None
            ]
    return ("\n".join(lines) + "\n").encode()


def _readable(value: Any, texts: Texts, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return written(value, zone)
    if isinstance(value, bool):
        return texts("privacy.readable.yes" if value else "privacy.readable.no")
    if isinstance(value, dict | list):
        return json.dumps(_jsonable(value), ensure_ascii=False)
    return str(value) or texts("privacy.readable.nothing")


def files(contents: Mapping[str, bytes]) -> list[discord.File]:
    """Return files to attach, by name."""
    return [discord.File(io.BytesIO(data), filename=name) for name, data in contents.items()]
