"""How alembic reaches the database and what it compares; `db.engine.upgrade.migrate` hands over the connection."""

import asyncio
import os
import warnings
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from db import schema
from db.base import Base, Snowflake, UTCDateTime
from db.engine import read_url
from db.engine.postgres_server import server_engine
from db.engine.sqlite_file import writing_engine


def render(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our types as what they are in the database: a migration outlives the code around it."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Snowflake):
        return "sa.BigInteger()"
    return False


def run(connection: Connection) -> None:
    """Run what alembic was asked for on `connection`."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction(), warnings.catch_warnings():
        # Indexes on expressions can't be compared on SQLite; tests/db/test_migrations.py compares the SQL instead.
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        context.run_migrations()


def by_hand() -> None:
    """Serve alembic's own command line, on the database named by ISO_BOT_DATABASE__URL."""
    url = read_url(os.environ.get("ISO_BOT_DATABASE__URL", "sqlite+aiosqlite:///iso-bot.db"))
    if url.get_backend_name() == "sqlite":
        # Off while tables are rebuilt: DROP TABLE would empty those that refer to it by ON DELETE CASCADE.
        with writing_engine(Path(url.database or ""), foreign_keys=False).connect() as connection:
            run(connection)
    else:
        asyncio.run(_on_server(url))


async def _on_server(url: Any) -> None:
    engine = server_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


assert schema.Base is Base  # noqa: S101 - importing the models fills the metadata
if (handed := context.config.attributes.get("connection")) is not None:
    run(handed)
else:
    by_hand()
