"""What `iso-bot check` says about risks that nobody notices while all is well: rights, addresses, copies, growth."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.cli.live import Line
from bot.clock import Clock
from bot.service.backups import copies_in
from bot.settings import DISCORD_API, Settings, config_path, host_and_port
from db.engine import read_url
from db.engine import sealed as encryption
from db.engine.backup import moment

REVIEW = 10_000
"""From this many people who can see the bot, Discord reviews the members intent (change log of 10 June 2026)."""
SOON = 8_000
REVIEWED, UNREVIEWED = 1 << 14, 1 << 15
THIS_MACHINE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def surroundings(settings: Settings) -> Iterator[Line]:
    """Yield what in the bot's environment lets others read, change or listen to more than they should."""
    for folder in _folders(settings):
        if os.name == "posix" and folder.is_dir() and _others_may_change(folder):
            yield Line(
                False,
                f"Folder: everybody on this machine can put files of their own in the place of those in {folder}. "
                f"Take that right away: chmod o-w {folder}",
            )
    for what, address in (
        ("[monitoring] address", settings.monitoring.address),
        (
            "[calendar] host",
            settings.calendar.address and f"{settings.calendar.host}:{settings.calendar.port}",
        ),
    ):
        if address and host_and_port(address)[0] in ("0.0.0.0", "::"):  # noqa: S104 - looked for, not listened on
            yield _note(
                f"Address: {what} listens to every network that this machine is in. Behind a proxy on this machine "
                "127.0.0.1 is enough; in a container it has to be so."
            )
    url = read_url(settings.database.url)
    if url.password and (url.host or "") not in THIS_MACHINE and not url.query.get("ssl"):
        yield _note(
            f"Database: nothing asks that the connection to {url.host} be encrypted. Add ?ssl=require to the address "
            "unless that network is your own."
        )
    if settings.discord.api_base != DISCORD_API:
        yield _note(
            f"Address: requests go to {settings.discord.api_base} and not to Discord. Whoever runs it reads the token."
        )
    if settings.log.level == "debug":
        yield _note("Log: level debug is for looking for a fault. It fills the disk; info is enough.")


def _note(words: str) -> Line:
    return Line(True, words, advice=True)


def _folders(settings: Settings) -> dict[Path, None]:
    """Return the folders that the bot reads and writes, each once."""
    url = read_url(settings.database.url)
    found = [config_path().absolute().parent, Path(settings.backup.folder).absolute()]
    if url.get_backend_name() == "sqlite":
        found.append(Path(url.database or "").absolute().parent)
    return dict.fromkeys(found)


def _others_may_change(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def copies(settings: Settings, clock: Clock) -> Line:
    """Return the state of the scheduled copies, and whether it is as configured."""
    hours = settings.backup.hours
    if not hours:
        return _note(
            "Copies: the bot makes none by itself. [backup] hours = 24 has it make one a day; "
            "or see that something else does, and read docs/operation.md."
        )
    folder = Path(settings.backup.folder)
    nearest = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        return Line(
            False,
            f"Copies: {folder} can't be written. Give the bot's user that right, or name another folder.",
        )
    if settings.backup.recipient and not encryption.installed():
        return Line(False, f"Copies: {encryption.MISSING}")
    found = copies_in(folder)
    if not found:
        return Line(True, f"Copies: every {hours} hours into {folder}; none is there yet.")
    made = moment(found[-1])
    if made is None or clock.now() - made > timedelta(hours=2 * hours):
        when = f"{made:%d %B %Y %H:%M} UTC" if made else "a time that its name does not tell"
        return Line(
            False,
            f"Copies: the newest in {folder} is of {when}, and there should be one every {hours} hours. Is the bot "
            "running, and is there room on the disk? Its log says why a copy was not made.",
        )
    return Line(True, f"Copies: {len(found)} in {folder}, the newest of {made:%d %B %Y %H:%M} UTC.")


def review(flags: int, people: int) -> Line | None:
    """Return what Discord's review of the members intent requires; None where the intent is off.

    Args:
        flags: the application's flags from Discord.
        people: members of all servers, counted once in each.
    """
    if not flags & (REVIEWED | UNREVIEWED):
        return None
    if flags & REVIEWED:
        return Line(True, "Intent review: Discord has allowed the members intent; it asks again once a year.")
    told = f"Intent review: up to {people:,} people can see the bot"
    if people < SOON:
        return Line(True, f"{told}; Discord reviews the members intent from {REVIEW:,} on.")
    return _note(
        f"{told}, and from {REVIEW:,} on Discord reviews the members intent. It writes to the application's owner, who "
        "then has 90 days to apply in the developer portal; docs/install.md has what to say."
    )
