"""Deliveries of unknown kinds: a newer version sends them, or no version does any more."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db import deliveries

log = logging.getLogger(__name__)

LOOKED_FOR_EVERY = timedelta(minutes=1)


class Strangers:
    """Logs once for each unknown kind that its deliveries wait for a process that knows it."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._looked_at: datetime | None = None

    def look(self, session: Session, known: Collection[str], now: datetime) -> None:
        """Check, once a minute at most, whether something of an unknown kind is due."""
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOKED_FOR_EVERY:
            return
        self._looked_at = now
        for kind in deliveries.strange(session, known, now=now) - self._said:
            self._said.add(kind)
            log.warning("deliveries of kind %s wait for a version of the bot that knows it", kind)
