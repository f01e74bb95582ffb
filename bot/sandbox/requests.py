"""Recorded requests to the sandbox, for later inspection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Recorded:
    """One request; `path` and `route` are without /api/v10, `status` is None while it runs.

    `status` 0 means that the connection was cut instead of answering. `monotonic` is the real arrival in seconds.
    """

    method: str
    path: str
    route: str
    at: datetime
    monotonic: float
    query: dict[str, str]
    body: Any = None
    files: tuple[str, ...] = ()
    status: int | None = None
    code: int | None = None
