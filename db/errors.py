"""What can go wrong with the store, each with a sentence for the person who runs the bot.

    StoreError
    ├── StoreUrlError          the address makes no sense or its driver is missing
    ├── StoreLockedError       another process holds the database
    │   └── StoreInUseError    another bot is running on it
    ├── StoreReadOnlyError     the file or its folder may not be written
    │   └── StoreFolderError   its folder does not exist
    ├── StoreNewerError        made by a newer iso-bot than this one
    ├── StoreOlderError        needs an upgrade first
    ├── StoreCorruptError      damaged, or not an iso-bot database
    │   └── StoreEmptyError    an empty file
    ├── StoreFullError         no room on the disk
    ├── StoreUnreachableError  the server can't be reached, or the connection was lost
    │   ├── StoreLoginError    the server refuses user or password
    │   └── StoreUnsureError   no answer while a change was saved: it may be stored or not
    ├── StoreConflictError     lost to other transactions too often
    └── StoreClosedError       used after it was closed

More work than can be answered in time is `bot.errors.Busy`, which a member may see.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import ClassVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from bot.errors import Busy, SetupError


class StoreError(SetupError):
    """Something is wrong with the store; `str(error)` is a sentence for a human."""

    passes: ClassVar[bool] = False
    """Whether it may pass by itself or when another process is done: then the bot waits, else it exits with 2."""


class StoreUrlError(StoreError):
    """The database's address can't be used."""


class StoreLockedError(StoreError):
    """Another process holds the database."""

    passes = True


class StoreInUseError(StoreLockedError):
    """Another bot is running on the database."""

    passes = False


class StoreReadOnlyError(StoreError):
    """The database may be read but not written."""

    passes = True


class StoreFolderError(StoreReadOnlyError):
    """The folder for the database does not exist."""

    passes = False


class StoreNewerError(StoreError):
    """The database was made by a newer iso-bot."""


class StoreOlderError(StoreError):
    """The database needs an upgrade, which this command does not do."""


class StoreCorruptError(StoreError):
    """The file is damaged, or not an iso-bot database."""


class StoreEmptyError(StoreCorruptError):
    """The file is empty."""


class StoreFullError(StoreError):
    """The disk is full or failing."""

    passes = True


class StoreUnreachableError(StoreError):
    """The database server can't be reached or the connection to it was lost."""

    passes = True


class StoreLoginError(StoreUnreachableError):
    """The database server refuses the user or the password."""

    passes = False


class StoreUnsureError(StoreUnreachableError):
    """A COMMIT was not answered, or not in time: nobody can say whether it arrived."""


class StoreConflictError(StoreError):
    """The transaction repeatedly conflicted with others; nothing was done."""

    passes = True


class StoreClosedError(StoreError):
    """The store is already closed."""


def from_sqlite(error: BaseException, path: str) -> StoreError | None:
    """Return the StoreError for a SQLite error at `path`, or None if it is the caller's fault.

    Violated constraints and faulty SQL are the caller's fault.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if not isinstance(cause, sqlite3.Error) or not isinstance(code, int):
        return None
    match code & 0xFF:  # the upper bits only refine
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreLockedError(
                f"The database {path} is locked by another program. Is a second iso-bot running, "
                "or is the file open in a database browser? Close it and try again."
            )
        case sqlite3.SQLITE_READONLY:
            return StoreReadOnlyError(
                f"The database {path} can't be written. Give the bot's user the right to write the file "
                "and the folder it lies in."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreCorruptError(
                f"The file {path} is damaged or not a database ({cause}). It was left as it is. "
                "Bring back a copy with `iso-bot db restore`."
            )
        case sqlite3.SQLITE_FULL:
            return StoreFullError(f"There is no room left on the disk for {path}. Nothing was stored.")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreReadOnlyError(
                f"The database {path} can't be opened. Does its folder exist, and may the bot's user write in it?"
            )
        case sqlite3.SQLITE_IOERR:
            return StoreFullError(f"The disk failed while {path} was read or written ({cause}).")
        case _:
            return None


def sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's five-character error code, or an empty string."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def from_postgres(error: BaseException) -> StoreError | None:
    """Return the StoreError for a PostgreSQL error, or None if it is the caller's fault.

    Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    state = sqlstate(error)
    match state[:2], state:
        case "28", _:
            return StoreLoginError(
                "The database server refused the user or password in the database's address."
            )
        case _, "3D000":
            return StoreUnreachableError(
                "The database named in the address does not exist on the server. Create it first."
            )
        case _, "25006":
            return StoreReadOnlyError("The database server only allows reading. Is it a standby?")
        case _, "42501":
            return StoreReadOnlyError("The database user lacks a right on the tables. Make it their owner.")
        case _, "53100":
            return StoreFullError("There is no room left on the database server's disk. Nothing was stored.")
        case _, "55P03":
            return StoreLockedError(
                "Another program holds the tables of the database. Try again when it is done."
            )
        case _, "58000" | "58030":
            return StoreFullError(f"The database server's disk failed ({state}). Nothing was stored.")
        case "40", _:
            return StoreConflictError(
                "Other programs change the same tables of the database. Nothing was stored."
            )
        case "XX" | "58", _:
            return StoreCorruptError(f"The database server reports damage ({error}).")
        case "08" | "57" | "53", _:
            return StoreUnreachableError(
                f"The database server is not available at the moment ({state}). Try again."
            )
        case _:
            pass
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, OSError):
        return StoreUnreachableError(
            "The database server can't be reached. Is it running, and are host and port in the address right?"
        )
    return None


@contextmanager
def explained_sqlite(path: object) -> Generator[None]:
    """Convert errors with the SQLite file at `path` raised inside into a StoreError."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        meaning = from_sqlite(error, str(path))
        if meaning is None:
            raise
        raise meaning from error


@contextmanager
def explained_postgres() -> Generator[None]:
    """Convert errors with the PostgreSQL server raised inside into a StoreError, or Busy when all connections are."""
    try:
        yield
    except NoConnectionError as error:
        raise Busy from error
    except Exception as error:
        meaning = from_postgres(error)
        if meaning is None:
            raise
        raise meaning from error
