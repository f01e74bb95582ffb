"""A PostgreSQL server is reached by its address; SQLAlchemy loads the driver, which is an extra, with the engine."""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.engine.backpressure import MOST_WAIT

CONNECTIONS = 5
"""For reads; the writer and the listener have connections of their own."""


def server_engine(url: URL, **options: Any) -> AsyncEngine:
    """Return an engine for the server at `url`, with a small pool unless `options` say something else."""
    if "poolclass" not in options:
        # The last one used is used again: its statements are prepared, and its server's process is warm.
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
            "prepared_statement_cache_size": 500,  # more than there are: to prepare one is a round trip
            "server_settings": {"application_name": "iso-bot"},
        },
        **options,
    )
