"""`iso-bot db`: upgrade, backup, restore, check."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot import settings as settings_module
from bot.clock import Clock
from bot.errors import SetupError
from db import backup as copies
from db.engine import open_store, read_url
from db.errors import StoreError
from db.upgrade import judge, look, versions

console = Console(stderr=True)


def _file() -> Path:
    """Return the database's file.

    Raises:
        SetupError: the database is a server's, which has its own tools for this.
    """
    url = read_url(settings_module.load().database.url)
    if url.get_backend_name() != "sqlite":
        raise SetupError(
            "This database is a PostgreSQL server's: copy it with pg_dump and bring it back with pg_restore."
        )
    return Path(url.database or "")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
        console=console,
    )


def upgrade() -> None:
    """Bring the database up to date; a copy is kept before.

    Raises:
        StoreError: it can't be, and was left as it was.
    """

    async def work() -> None:
        async with open_store(settings_module.load().database.url, clock=Clock()):
            pass

    asyncio.run(work())
    console.print(f"The database has version {versions()[-1]}, which is the newest.")


def backup(file: Path) -> None:
    """Copy the database while the bot runs; `file` is replaced only by a whole copy.

    Raises:
        StoreError: the database is damaged, or the copy can't be written.
    """
    source = _file()
    if not source.exists():
        raise SetupError(f"There is no database {source} yet.")
    with _progress() as progress:
        bar = progress.add_task("Copying")
        copies.copy(source, file, lambda done, total: progress.update(bar, completed=done, total=total))
    console.print(
        f"Copied to {file}, whole and checked. It holds what members told the bot: keep it where only you can read it, "
        "and delete copies that are older than what you promised your members."
    )


def restore(file: Path) -> None:
    """Put a copy in the database's place; what was there is kept beside it.

    Raises:
        StoreError: the copy is no good, or the bot is running; nothing was changed.
    """
    target = _file()
    with _progress() as progress:
        bar = progress.add_task("Restoring")
        kept = copies.restore(
            file, target, Clock().now(), lambda done, total: progress.update(bar, completed=done, total=total)
        )
    console.print(f"{target} is now as it was in {file}." + (f" The one before is {kept}." if kept else ""))


def check() -> int:
    """Check the database; 1 when something is wrong.

    Raises:
        StoreError: it can't be read at all.
    """
    path = _file()
    if not path.exists():
        console.print(f"There is no database {path} yet; `iso-bot run` makes it.")
        return 0
    try:
        version = look(path)
        behind = judge(version, str(path)) if version else False
    except StoreError as error:
        console.print(str(error))
        return 1
    faults = copies.examine(path)
    for fault in faults:
        console.print(f"Damaged: {fault}")
    if faults:
        console.print("Bring back a copy with `iso-bot db restore`.")
        return 1
    note = "`iso-bot db upgrade` brings it up to date." if behind else "It is up to date."
    console.print(f"{path} is whole, version {version}. {note}")
    return 0
