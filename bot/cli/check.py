"""`iso-bot check`: whether a deployment can work, line by line, each with how to fix it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import discord
from rich.console import Console
from rich.markup import escape

from bot import settings_file
from bot.cli import live, root, safety
from bot.cli.init import UNLIKE, application
from bot.cli.invitation import invitation
from bot.cli.live import Line
from bot.cli.pages import hold_together
from bot.cli.run import NOT_GIVEN, shards_fit
from bot.clock import Clock
from bot.discord_client import StartError
from bot.discord_client.client import ResilientBot
from bot.discord_client.errors import REQUEST_FAILED
from bot.errors import SetupError
from bot.settings import DISCORD_API, Settings, config_path
from bot.texts import ContentError, Texts
from db.engine import open_store, read_url
from db.engine.upgrade import look

console = Console()
MEMBERS_INTENT = 1 << 14 | 1 << 15  # for bots in 100 servers and more, and in fewer
WITHOUT_MEMBERS = (
    "Without it nobody is welcomed by direct message (newcomers meet the start post, and invites with a role), and the "
    "bot notices that somebody has left only when it writes to them."
)
TIMEOUT = 20.0
MOST_GUILDS = 200


def main() -> int:
    """Check everything, print it, and return 0 when the bot can run."""
    return asyncio.run(_check())


async def _check() -> int:
    wrong = 0
    async for line in _lines():
        mark = "[yellow]note[/]  " if line.advice else "[green]ok[/]    " if line.good else "[red]WRONG[/] "
        # The text may contain [brackets], and a line read by a machine must not be wrapped.
        console.print(mark + escape(line.words), highlight=False, soft_wrap=True)
        wrong += not line.good
    console.print(
        "\nThe bot can run." if not wrong else f"\n{wrong} to fix before the bot can run as it should."
    )
    return 1 if wrong else 0


async def _lines() -> AsyncIterator[Line]:
    try:
        settings = settings_file.load()
        shards_fit(settings)
    except SetupError as error:
        yield Line(False, f"Settings: {error}")
        return
    path = config_path()
    there = (
        f"{path} and the environment fit together."
        if path.is_file()
        else f"the environment alone; no {path} here."
    )
    yield Line(True, f"Settings: {there}")
    try:
        texts = Texts.load(settings.language.locale)
        hold_together(texts)
    except ContentError as error:
        yield Line(False, f"Content: {error}")
        return
    yield Line(True, f"Content: {len(list(texts))} texts in {settings.language.locale}.")
    if note := user(root.user()):
        yield note
    yield await _database(settings)
    for line in (await live.running(settings), *_local(settings)):
        if line is not None:
            yield line
    async for line in _discord(settings, texts):
        yield line


def user(number: int | None) -> Line | None:
    """Return what to tell somebody who checks as root; no fault, since the bot itself often runs as another user."""
    return Line(True, f"User: {root.CHECKED_AS_ROOT}", advice=True) if root.is_root(number) else None


async def _database(settings: Settings) -> Line:
    try:
        url = read_url(settings.database.url)
        if url.get_backend_name() == "sqlite" and look(Path(url.database or "")) is None:
            return Line(True, f"Database: {url.database} is not there yet; `iso-bot run` makes it.")
        async with open_store(settings.database.url, clock=Clock(), upgrade=False) as store:
            return Line(True, f"Database: {store.dialect} is there, whole, and has the newest tables.")
    except SetupError as error:
        return Line(False, f"Database: {error}")


def _local(settings: Settings) -> Iterator[Line | None]:
    try:
        yield safety.copies(settings, Clock())
        yield live.readable_by_others(settings)
        yield from safety.surroundings(settings)
    except SetupError:
        return  # the address of the database is wrong, which was reported already


async def _discord(settings: Settings, texts: Texts) -> AsyncIterator[Line]:
    token = settings.discord.token.get_secret_value()
    if not token:
        yield Line(False, f"Token: {NOT_GIVEN}")
        return
    if settings.discord.api_base == DISCORD_API and application(token) is None:
        yield Line(False, f"Token: {UNLIKE}")
        return
    client = ResilientBot(intents=discord.Intents.none(), api_base=settings.discord.api_base)
    async with client:
        try:
            async with asyncio.timeout(TIMEOUT):
                await client.login(token)
                info = await client.application_info()
                guilds = [guild async for guild in client.fetch_guilds(limit=MOST_GUILDS)]
        except (StartError, discord.LoginFailure):
            yield Line(
                False,
                "Token: Discord does not accept it. Copy it again from the Bot page of your application.",
            )
            return
        except REQUEST_FAILED as error:
            yield Line(
                False,
                f"Discord: {settings.discord.api_base} did not answer ({type(error).__name__}). Try again.",
            )
            return
        yield Line(True, f"Token: it belongs to the application {info.name}.")
        flags = info.flags.value
        if not settings.discord.members_intent:
            yield Line(
                True, f"Intents: none that Discord reviews ([discord] members_intent). {WITHOUT_MEMBERS}"
            )
        elif flags & MEMBERS_INTENT:
            yield Line(True, "Intents: Server Members is switched on.")
        else:
            yield Line(
                False,
                "Intents: switch on Server Members Intent on the Bot page of your application, or set "
                f"members_intent = false in [discord]. {WITHOUT_MEMBERS}",
            )
        if line := safety.review(flags, sum(guild.approximate_member_count or 0 for guild in guilds)):
            yield line
        if not guilds:
            yield Line(False, f"Servers: the bot is in none yet. Invite it: {invitation(info.id)}")
            return
        yield Line(
            True, f"Servers: the bot is in {len(guilds)}{' or more' if len(guilds) == MOST_GUILDS else ''}."
        )
        async for line in live.permissions(client, guilds, settings, texts):
            yield line
