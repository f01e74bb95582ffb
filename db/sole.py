"""Sees to it that one bot at a time serves a SQLite file: a second one would send everything again."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.errors import StoreLockedError, StoreReadOnlyError


@contextmanager
def sole_user(path: Path) -> Generator[None]:
    """Hold a lock beside the database at `path`; the system lets go of it when the process dies, however it dies.

    Raises:
        StoreLockedError: when another process holds it.
    """
    name = path.with_name(path.name + ".lock")
    try:
        handle = os.open(name, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StoreReadOnlyError(
            f"Nothing can be written beside the database {path} ({error.strerror})."
        ) from error
    try:
        try:
            _lock(handle)
            # Whoever held it may have taken the file away after we opened it, and a third made it anew.
            ours = os.path.samestat(os.fstat(handle), os.stat(name))  # noqa: PTH116 - compared by handle
        except OSError:
            ours = False
        if not ours:
            raise StoreLockedError(
                f"Another iso-bot is running on the database {path}. Stop it first; two would send everything twice."
            )
        try:
            yield
        finally:
            with suppress(OSError):  # Windows keeps a file that is open
                name.unlink()
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
