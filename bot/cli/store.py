"""`iso-bot db`: upgrade, backup, restore, copy and check, for SQLite and PostgreSQL."""

import asyncio
import os
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot import settings_file
from bot.clock import Clock
from bot.service.backups import copies_in
from bot.settings import Settings
from db.engine import admin, copying, read_url
from db.engine.sealed import is_sealed
from db.engine.sealed import keygen as make_key
from db.engine.upgrade import versions
from db.errors import StoreReadOnlyError

console = Console(stderr=True)
ENCRYPTED = "It is encrypted: only who has the secret key can read it."
KEEP_IT_CLOSE = (
    "It holds what members told the bot: keep it where only you can read it, and delete copies that are older than "
    "what you promised your members."
)


def _url() -> str:
    return settings_file.load().database.url


def _progress() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)


def upgrade() -> None:
    """Create the database or bring it up to date, keeping a copy of a file first.

    Raises:
        StoreError: it can't be upgraded, and was left as it was.
    """
    asyncio.run(admin.upgrade(_url(), clock=Clock()))
    console.print(f"The database has version {versions()[-1]}, which is the newest.")


def backup(file: Path, recipient: str) -> None:
    """Copy the database while the bot runs; replace `file` only with a complete copy.

    Raises:
        StoreError: the database is damaged, or the copy can't be written.
    """
    settings = settings_file.load()
    with _progress() as progress:
        bar = progress.add_task("Copying")
        made = asyncio.run(
            admin.back_up(
                settings.database.url,
                file,
                recipient=recipient or settings.backup.recipient,
                progress=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )
    words = ENCRYPTED if is_sealed(made) else KEEP_IT_CLOSE
    console.print(f"Copied to {made}, whole and checked. {words}", highlight=False, soft_wrap=True)


def restore(file: Path | None, identity: Path | None) -> None:
    """Put a copy in the database's place, and keep the old database next to it.

    Raises:
        StoreError: the copy is unusable, or the bot is running; nothing was changed.
    """
    settings = settings_file.load()
    source = _found(file, settings)
    with _progress() as progress:
        bar = progress.add_task("Restoring")
        kept = asyncio.run(
            admin.restore(
                settings.database.url,
                source,
                identity=identity,
                progress=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )
    before = f" What was there before is in {kept}." if kept else ""
    name = read_url(settings.database.url).render_as_string(hide_password=True)
    console.print(
        f"The database {name} is now as it was in {source}.{before}", highlight=False, soft_wrap=True
    )


def _found(file: Path | None, settings: Settings) -> Path:
    """Return a copy by its path, or by its name among the bot's own; the newest of these by default."""
    folder = Path(settings.backup.folder)
    if file is None:
        copies = copies_in(folder)
        if not copies:
            raise StoreReadOnlyError(f"There is no scheduled copy in {folder}. Name a file.")
        return copies[-1]
    return file if file.exists() or file.is_absolute() or not (folder / file).exists() else folder / file


def keygen(file: Path) -> None:
    """Make a key for encrypted copies.

    Raises:
        StoreError: the file can't be created, or the package for it is not installed.
    """
    public = make_key(file)
    console.print(
        f"The secret key is in {file}. Keep it where the bot does not run, twice: without it nobody can read the "
        "copies. The public key goes into config.toml:",
        highlight=False,
        soft_wrap=True,
    )
    print(f'[backup]\nrecipient = "{public}"')  # noqa: T201


def _address(given: str) -> str:
    """Return an address, given directly or as the name of an environment variable."""
    return given if "://" in given else os.environ.get(given, given)


def copy(source: str, target: str) -> None:
    """Copy every row from one database to another, empty one, then read both again and compare.

    Either may be the name of an environment variable, which keeps passwords out of process lists.

    Raises:
        StoreError: it can't be copied; the target is then as empty as before.
    """
    with _progress() as progress:
        bar = progress.add_task("Copying and comparing rows")
        rows = asyncio.run(
            copying.copy(
                _address(source),
                _address(target),
                progress=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )
    console.print(
        f"Copied {rows} rows; each was read again on both sides and is the same. "
        "Now set the bot's database to the new address and start it.",
        highlight=False,
    )


def check() -> int:
    """Check the database; return 1 when something is wrong.

    Raises:
        StoreError: it can't be read at all.
    """
    findings = asyncio.run(admin.check(_url()))
    for finding in findings:
        mark = "[green]ok[/]    " if finding.ok else "[red]WRONG[/] "
        console.print(f"{mark}{finding.what}: {finding.detail}", highlight=False)
    return 0 if all(finding.ok for finding in findings) else 1
