"""Ensures that one bot at a time serves a SQLite file: a second one would send everything again."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout, lock_descriptor, unlock_descriptor

from db.errors import StoreInUseError, StoreReadOnlyError

PENDING_BYTE = 0x40000000
"""The byte by which SQLite locks a file: https://www.sqlite.org/lockingv3.html"""


@contextmanager
def hold_process_lock(path: Path) -> Generator[None]:
    """Lock the database at `path`, under any of its names, before this process opens it.

    A lock file next to the file that `path` resolves to covers symbolic links, relative paths and letter case; on
    POSIX a lock on the file itself covers hard links and mounts of the single file. The system releases both when
    the process dies, however it dies.

    Raises:
        StoreInUseError: another process holds it.
    """
    real = Path(os.path.realpath(path))
    name = real.with_name(real.name + ".lock")
    lock = FileLock(name, timeout=0, mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise _in_use(path) from None
    except OSError as error:
        raise StoreReadOnlyError(
            f"Nothing can be written beside the database {path} ({error.strerror})."
        ) from error
    try:
        with _itself(real, path):
            yield
    finally:
        with suppress(OSError):  # Windows keeps an open file, and lets the lock remove it
            name.unlink()
        lock.release()


def _in_use(path: Path) -> StoreInUseError:
    return StoreInUseError(
        f"Another iso-bot is running on the database {path}. Stop it first; two would send everything twice."
    )


if sys.platform == "win32":

    @contextmanager
    def _itself(real: Path, path: Path) -> Generator[None]:
        yield  # a lock on the file would lock SQLite out

else:
    import fcntl

    @contextmanager
    def _itself(real: Path, path: Path) -> Generator[None]:
        """Lock the file itself, where that lock differs from SQLite's.

        Closing any handle of a file releases all of the process's own SQLite locks on it, so this one is opened
        before SQLite opens it and closed after SQLite has closed it: https://www.sqlite.org/howtocorrupt.html
        """
        try:
            handle = os.open(real, os.O_RDWR)
        except OSError:  # not there yet, or not ours to write: SQLite will report it
            yield
            return
        try:
            if not lock_descriptor(handle, blocking=False):
                raise _in_use(path)
            if _in_the_way(real):
                unlock_descriptor(handle)
            yield
        finally:
            os.close(handle)

    def _in_the_way(real: Path) -> bool:
        """Whether our lock would block SQLite, as on network file systems and on BSD."""
        other = os.open(real, os.O_RDWR)
        try:
            fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, PENDING_BYTE)
        except OSError:
            return True
        finally:
            os.close(other)
        return False
