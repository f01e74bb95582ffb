"""What `iso-bot check` checks of a bot in use: whether it runs, its copies, its permissions."""

import asyncio
import glob
import os
import re
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord

from bot.discord_client.errors import REQUEST_FAILED
from bot.errors import SetupError
from bot.known import missing_permissions
from bot.service.backups import copies_in
from bot.settings import OF_THE_SYSTEM, Settings, config_path, host_and_port
from bot.texts import Texts
from bot.texts.encoding import leniently
from cogs.setup.pings import may_mention
from db import guilds as stored
from db.engine import open_store, read_url
from db.engine.upgrade import look
from db.models import Guild
from db.setup import mentions

WITHIN = 5.0
SECRET = re.compile(r"^\s*(?:export\s+)?\w*(?:TOKEN|PASSWORD|DATABASE__URL)\s*=\s*\S", re.MULTILINE)
"""A line of an environment file, as systemd, a shell or a container reads it."""
MOST_SERVERS = 50
"""Each takes several requests to Discord."""


@dataclass(frozen=True, slots=True)
class Line:
    """The result of one check; advice is for what works but could be better."""

    good: bool
    words: str
    advice: bool = False


async def running(settings: Settings) -> Line | None:
    """Return the health of the bot running with these settings; None when they contain no address to ask."""
    if not settings.monitoring.address:
        return None
    host, port = host_and_port(settings.monitoring.address)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz"
    try:
        timeout = aiohttp.ClientTimeout(total=WITHIN)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as answer:
            found: dict[str, Any] = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Line(True, f"Running: no bot answers at {address}, so none is running with these settings.")
    reasons = "; ".join(map(str, found.get("reasons", ())))
    return Line(not reasons, f"Running: {reasons or 'it is, and says that it is well.'}")


def readable_by_others(settings: Settings) -> Line | None:
    """Return the files with members' data or secrets that others can read; None on systems without file modes."""
    if os.name != "posix":
        return None
    url = read_url(settings.database.url)
    found: list[Path] = []
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        # The database, its log, and the copies that upgrades and restores kept next to it.
        found += path.absolute().parent.glob(f"{glob.escape(path.stem)}*{glob.escape(path.suffix)}*")
    found += copies_in(Path(settings.backup.folder))
    open_files = [path for path in sorted(found) if path.is_file() and path.stat().st_mode & 0o077]
    told = (config_path(), Path(".env"), OF_THE_SYSTEM.with_name("environment"))
    open_files += [
        path for path in told if path.is_file() and path.stat().st_mode & 0o007 and _holds_secrets(path)
    ]
    if not open_files:
        return Line(True, "Files: nobody but their owner can read them.")
    names = " ".join(map(str, open_files[:5])) + (" ..." if len(open_files) > 5 else "")
    return Line(
        False,
        f"Files: other users of this machine can read {names}. Close them: chmod 600, or 640 for a config.toml "
        "that belongs to root and the bot's group.",
    )


def _holds_secrets(path: Path) -> bool:
    if path.suffix != ".toml":
        return SECRET.search(path.read_text("utf-8", errors="replace")) is not None
    tables = tomllib.loads(leniently(path))
    url = str(tables.get("database", {}).get("url", ""))
    return bool(tables.get("discord", {}).get("token")) or (bool(url) and read_url(url).password is not None)


async def permissions(
    client: discord.Client, guilds: Sequence[discord.Guild], settings: Settings, texts: Texts
) -> AsyncIterator[Line]:
    """Yield the channels where the bot could not write, for each server that is set up."""
    try:
        known, roles = await _records(settings.database.url, [guild.id for guild in guilds[:MOST_SERVERS]])
    except SetupError:
        return  # already reported
    for guild in guilds[:MOST_SERVERS]:
        record = known.get(guild.id)
        if record is None or record.set_up_at is None:
            yield Line(True, f"{guild.name}: not set up yet; an admin types /setup start there.")
            continue
        try:
            async with asyncio.timeout(WITHIN * 2):
                faults = [fault async for fault in _faults(client, guild.id, record, roles[guild.id], texts)]
        except REQUEST_FAILED as error:
            yield Line(
                False,
                f"{guild.name}: not known yet; Discord does not show its channels at present "
                f"({type(error).__name__}). Try again in a few minutes.",
            )
            continue
        if not faults:
            yield Line(True, f"{guild.name}: the bot may write in every channel that it needs.")
        for fault in faults:
            yield Line(False, f"{guild.name}: {fault}")
    if len(guilds) > MOST_SERVERS:
        yield Line(True, f"Permissions of {len(guilds) - MOST_SERVERS} more servers were not looked at.")


async def _records(
    address: str, guild_ids: Sequence[int]
) -> tuple[dict[int, Guild | None], dict[int, dict[int, int]]]:
    """Return the servers' stored records, and the role that each of their regions mentions."""
    url = read_url(address)
    if url.get_backend_name() == "sqlite" and look(Path(url.database or "")) is None:
        return {}, {}
    async with open_store(url, upgrade=False) as store:
        records = {guild_id: await store.read_in_thread(stored.load, guild_id) for guild_id in guild_ids}
        roles = {guild_id: await store.read_in_thread(mentions.roles_of, guild_id) for guild_id in guild_ids}
        return records, roles


async def _faults(
    client: discord.Client, guild_id: int, record: Guild, mentioned: Mapping[int, int], texts: Texts
) -> AsyncIterator[str]:
    guild = await client.fetch_guild(guild_id, with_counts=False)
    channels = {channel.id: channel for channel in await guild.fetch_channels()}
    assert client.user is not None  # noqa: S101 - logged in
    me = await guild.fetch_member(client.user.id)
    wanted = [region.channel_id for region in record.regions]
    beside = (record.organisers_channel_id, record.welcome_channel_id, stored.common_channel(record))
    wanted += [found for found in beside if found]
    for channel_id in dict.fromkeys(wanted):
        channel = channels.get(channel_id)
        if channel is None:
            yield f"channel {channel_id} is gone, or hidden from the bot. An admin types /setup check there."
        elif missing := missing_permissions(channel, me):
            names = ", ".join(str(texts(f"permissions.{name}")) for name in missing)
            yield f"in #{channel.name} the bot lacks: {names}. Give it them in the channel's settings."
    held = {role.id: role for role in guild.roles}
    pairs = [(region.channel_id, mentioned[region.id]) for region in record.regions if region.id in mentioned]
    pairs += [(record.organisers_channel_id or 0, role_id) for role_id in stored.helping_roles(record)]
    for channel_id, role_id in pairs:
        channel, role = channels.get(channel_id), held.get(role_id)
        if channel is not None and role is None:
            yield f"in #{channel.name} the bot is to mention a role that is gone. An admin types /setup check there."
        elif channel is not None and role is not None and may_mention(role, channel, me) is False:
            lacks = texts("permissions.mention_everyone")
            yield (
                f"in #{channel.name} the bot lacks: {lacks}. Without it, its mention of the role {role.name} rings "
                "nobody. Give it that in the channel's settings; the role itself may stay as it is."
            )
