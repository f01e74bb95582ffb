"""Database administration, for either kind: what `iso-bot db upgrade|backup|restore|check` does.

A backup is always one SQLite file: copied page by page from SQLite, row by row from PostgreSQL. So a
backup of either can be restored into the other, which is also a way to move between them.
"""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock
from db.engine import backup, copying, open_store, read_url, sealed
from db.engine.backup import Progress
from db.engine.check import Finding, check_file, check_schema
from db.engine.postgres_server import serving
from db.errors import StoreError, StoreReadOnlyError
from db.privacy import erasing

Result = TypeVar("Result")


async def upgrade(url: str, *, clock: Clock | None = None) -> None:
    """Create the database or bring it up to date, keeping a copy of a file."""
    async with open_store(url, clock=clock):
        pass


async def back_up(
    url: str,
    target: Path | None = None,
    *,
    recipient: str = "",
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write one state of the database to a file while the bot goes on writing, and return the file.

    `target` is a file, a folder, or None for a file next to the database (for a server: in the working folder)
    with the time in its name. `progress` is called on another thread with the steps done and in all. With a
    `recipient`, an age public key, the file is encrypted and its name ends with `.age`.

    Raises:
        StoreError: there is nothing to back up, it is damaged, or the file can't be written.
    """
    now = (clock or Clock()).now()
    file = _file(url)
    source = file or Path("iso-bot.db")
    if file is not None and not file.is_file():
        raise StoreReadOnlyError(f"There is no database {file}, so there is nothing to back up.")
    if target is None:
        target = backup.beside(source, "backup", now)
    elif target.is_dir():
        target = backup.beside(target / source.name, "backup", now)
    if recipient:
        sealed.recipient(recipient)
        target = target if target.suffix == sealed.SUFFIX else target.with_name(target.name + sealed.SUFFIX)
    if not target.parent.is_dir():
        raise StoreReadOnlyError(f"The folder {target.parent} for the backup doesn't exist.")
    if target.exists():
        itself = file is not None and target.samefile(file)
        raise StoreReadOnlyError(
            f"The backup can't be written over the database {source} itself."
            if itself
            else f"There is a file {target} already, and no copy is overwritten. Choose another name, or name a folder."
        )
    if not recipient:
        await _copy(url, target, progress)
        return target
    with _aside(file) as folder:
        plain = folder / source.name
        await _copy(url, plain, progress)
        await asyncio.to_thread(sealed.seal, plain, target, recipient)
    return target


def _file(url: str) -> Path | None:
    """Return the file at a database's address, None for a server."""
    parsed = read_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


@contextmanager
def _aside(file: Path | None) -> Generator[Path]:
    """Make a temporary folder for unencrypted data next to the database, readable only by its owner."""
    folder = file.absolute().parent if file is not None else None
    try:
        held = tempfile.TemporaryDirectory(dir=folder, prefix="iso-bot.copying.")
    except OSError as error:
        raise StoreReadOnlyError(f"Nothing can be written in {folder} ({error.strerror}).") from None
    with held as name:
        yield Path(name)


async def _copy(url: str, target: Path, progress: Progress | None) -> None:
    file = _file(url)
    if file is None:
        await _save(url, target, progress)
    else:
        await _in_thread(lambda stop: backup.copy(file, target, progress, stop))


async def restore(
    url: str,
    source: Path,
    *,
    identity: Path | None = None,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Path | None:
    """Put the backup `source` in the place of the database, whose bot is stopped.

    Return the file that keeps the previous contents: next to the database, or for a server next to the
    backup; None when there were none. An older backup is upgraded, and whoever was erased since it was made is erased
    again. An encrypted one is read with the secret key in the file `identity`.

    Raises:
        StoreError: the backup is unusable or the bot is running; nothing was changed.
    """
    now = (clock or Clock()).now()
    if sealed.is_sealed(source):
        with _aside(_file(url)) as folder:
            plain = folder / source.name.removesuffix(sealed.SUFFIX)
            await asyncio.to_thread(sealed.unseal, source, plain, identity)
            return await _restore(url, plain, source.with_name(plain.name), now, progress, clock)
    return await _restore(url, source, source, now, progress, clock)


async def _restore(
    url: str, source: Path, named: Path, now: datetime, progress: Progress | None, clock: Clock | None
) -> Path | None:
    """Restore an unencrypted backup; keep a server's previous contents next to `named`."""
    file = _file(url)
    if file is not None:
        # Read only once the backup is known to be good: reading a database leaves files next to it.
        amend = _eraser(lambda: backup.asked(file, erasing.remembered), now)
        return await _in_thread(lambda _stop: backup.restore(source, file, now, progress, amend=amend))
    kept = backup.beside(named, "replaced", now)
    await upgrade(url, clock=clock)
    async with serving(read_url(url)) as engine, engine.connect() as connection:
        known = await connection.run_sync(erasing.remembered)
        amend = _eraser(lambda: known, now)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.db"
        await _in_thread(lambda _stop: backup.restore(source, fresh, now, amend=amend))
        await upgrade(f"sqlite:///{fresh}", clock=clock)
        await _save(url, kept)
        async with serving(read_url(url)) as engine, engine.begin() as connection:
            await connection.run_sync(copying.load, fresh, progress)
    return kept


async def check(url: str) -> list[Finding]:
    """Inspect a database without changing it; this may take minutes on a large one."""
    file = _file(url)
    if file is not None:
        return await _in_thread(lambda _stop: check_file(file))
    try:
        async with serving(read_url(url)) as engine, engine.connect() as connection:
            return await connection.run_sync(check_schema, "on the server")
    except StoreError as error:
        return [Finding("server", ok=False, detail=str(error))]


def _eraser(known: Callable[[], erasing.Remembered | None], now: datetime) -> Callable[[Session], object]:
    def amend(session: Session) -> None:
        kept = known()
        if kept is not None:
            erasing.erase_again(session, kept, now)

    return amend


async def _save(url: str, target: Path, progress: Progress | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.db"
        async with serving(read_url(url)) as engine, engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await connection.run_sync(copying.save, rows, progress)
        await _in_thread(lambda _stop: backup.copy(rows, target))


async def _in_thread(work: Callable[[threading.Event], Result]) -> Result:
    """Run `work` on a thread; when cancelled, tell it to stop and wait until it has."""
    stop = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([task])
        raise
