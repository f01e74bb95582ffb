"""Connects to a PostgreSQL server by its address; SQLAlchemy loads the driver, an extra, with the engine."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.engine.backpressure import MOST_WAIT
from db.errors import explained_postgres

CONNECTIONS = 5
"""For reads; the writer and the listener have their own connections."""


def server_engine(url: URL, **options: Any) -> AsyncEngine:
    """Return an engine for the server at `url`, with a small pool unless `options` say otherwise."""
    if "poolclass" not in options:
        # Reuse the last one used: its statements are prepared, and its server process is warm.
        options |= {
            "pool_size": CONNECTIONS,
            "max_overflow": 0,
            "pool_timeout": MOST_WAIT,
            "pool_use_lifo": True,
        }
    return create_async_engine(
        url,
        hide_parameters=True,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "prepared_statement_cache_size": 500,  # more than exist, since preparing one is a round trip
            "server_settings": {"application_name": "iso-bot"},
        },
        **options,
    )


@asynccontextmanager
async def serving(url: URL) -> AsyncGenerator[AsyncEngine]:
    """Yield an engine for the server at `url`, and disconnect at the end."""
    engine = server_engine(url)
    try:
        with explained_postgres():
            yield engine
    finally:
        await engine.dispose()
