"""Scheduled copies of the database, every so many hours; the oldest are deleted."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core import Core
from bot.service.maintenance import Maintenance
from db.engine import admin, backup

log = logging.getLogger(__name__)

NAME = "backup"
WHAT = "scheduled"
"""Part of the files' names: only these are deleted, never a copy that a person made."""
NEVER = datetime.min.replace(tzinfo=UTC)


class Backups:
    """One kind of maintenance; of several processes on one machine, one makes the copy, in its own folder."""

    def __init__(self, bot: Core, maintenance: Maintenance) -> None:
        self._bot = bot
        self._maintenance = maintenance
        self._settings = bot.settings.backup
        self._folder = Path(self._settings.folder)
        url = bot.store.url
        self._source = Path(url.database or "") if bot.store.dialect == "sqlite" else Path("iso-bot.db")

    def plan(self) -> None:
        """Schedule the copies, if the settings ask for any."""
        if self._settings.hours:
            self._maintenance.add(NAME, self.make, due_after=self._next, sooner=True)

    def _next(self, now: datetime) -> datetime:
        # The interval holds across restarts, and a shorter one in the settings applies at once.
        last = self.newest() or now
        return max(now, last + timedelta(hours=self._settings.hours))

    async def make(self) -> None:
        """Make a copy now, and delete the oldest beyond those to keep."""
        folder = self._folder
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        target = backup.beside(folder / self._source.name, WHAT, self._bot.clock.now())
        url = self._bot.store.url.render_as_string(hide_password=False)
        made = await admin.back_up(url, target, recipient=self._settings.recipient)
        for old in self.copies()[: -self._settings.keep]:
            old.unlink(missing_ok=True)
        log.info("copied the database to %s", made)

    def copies(self) -> list[Path]:
        """Return the copies that the bot made, oldest first."""
        return copies_in(self._folder, self._source.stem)

    def newest(self) -> datetime | None:
        """Return when the newest copy was made; None when there is none."""
        copies = self.copies()
        return backup.moment(copies[-1]) if copies else None


def copies_in(folder: Path, stem: str = "*") -> list[Path]:
    """Return the copies that a bot made on schedule, oldest first."""
    found = [path for path in folder.glob(f"{stem}.{WHAT}.*.*") if path.suffix != ".part"]
    return sorted(found, key=lambda path: (backup.moment(path) or NEVER, path.name))
