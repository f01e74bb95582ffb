"""Answers health checks and metrics scrapers: `/healthz` for watchdogs, `/metrics` for Prometheus.

Off unless `[monitoring] address` is set. Nothing shown is about a member or a server.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core import Core
from bot.delivery import Sender
from bot.domain.deliveries import Outcome
from bot.service.backups import Backups
from bot.service.stock import Stock
from bot.service.web import Answer, Web
from bot.settings import host_and_port
from db import deliveries
from db.engine.backpressure import MOST_WAIT
from db.errors import StoreError
from db.models import Delivery

STORE_WITHIN = 2.0
"""Seconds within which the store has to answer."""
SILENT = 120.0
"""Most seconds of silence from the gateway, which sends something about every 41 s."""
BEHIND = timedelta(minutes=5)
"""Deliveries due for so long, with nothing finished for a minute, show that sending has stopped."""
STANDSTILL = 60.0


class Monitoring:
    """Knows the bot's health."""

    def __init__(self, bot: Core, web: Web, sender: Sender, backups: Backups) -> None:
        self.bot = bot
        self._web = web
        self._sender = sender
        self._backups = backups
        self._address = bot.settings.monitoring.address
        self._finished_at = time.monotonic()

    def serve(self) -> None:
        """Have the web server answer, and start counting, if an address is set."""
        if not self._address:
            return
        from bot.service.metrics import Metrics  # prometheus_client is only loaded where monitoring is on

        metrics = Metrics(self.bot, self._sender, self._backups)
        self.bot.finished.append(self._finished)
        self.bot.finished.append(metrics.finished)
        self.bot.watchers.append(metrics.interaction)
        at = host_and_port(self._address)
        self._web.add(at, "/healthz", self._healthz)

        async def show(_path: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
            return Answer(*metrics.written(await self.stock(), headers.get("Accept", "")))

        self._web.add(at, "/metrics", show)

    @property
    def port(self) -> int:
        """The port that serves monitoring."""
        return self._web.port(host_and_port(self._address))

    async def reasons(self) -> list[str]:
        """Return why the bot is unhealthy, in words; empty when it is healthy."""
        bot, health = self.bot, self.bot.health
        found: list[str] = []
        if bot.admission.closing:
            found.append("stopping")
        elif not bot.started:
            found.append("starting: not connected to Discord yet")
        elif not health.connected:
            closed = [str(shard) for shard, is_open in health.shards.items() if not is_open]
            found.append(f"gateway: not connected (shards: {', '.join(closed) or 'none'})")
        elif (health.silent_for or 0.0) > SILENT:
            found.append(f"gateway: nothing heard for {health.silent_for:.0f} s")
        stock = await self.stock()
        if stock.fault is not None:
            found.append(f"store: {stock.fault}")
        if bot.store.write_wait > MOST_WAIT:
            found.append(f"store: a write would wait {bot.store.write_wait:.1f} s, so commands are refused")
        if bot.started and self._stands_still(stock.next_due):
            found.append(
                f"deliveries: {stock.overdue + stock.jobs_overdue} are due and none was finished for a minute"
            )
        return found

    def _stands_still(self, next_due: datetime | None) -> bool:
        behind = next_due is not None and self.bot.clock.now() - next_due > BEHIND
        return behind and time.monotonic() - self._finished_at > STANDSTILL

    async def stock(self) -> Stock:
        """Return the store's figures, within two seconds."""
        store = self.bot.store
        try:
            async with asyncio.timeout(STORE_WITHIN):
                next_due, overdue, jobs = await store.read_in_thread(
                    deliveries.backlog, now=self.bot.clock.now()
                )
        except (StoreError, TimeoutError, OSError) as error:
            return Stock(fault=f"does not answer ({type(error).__name__})")
        return Stock(next_due=next_due, overdue=overdue, jobs_overdue=jobs)

    def _finished(self, _delivery: Delivery, _ending: Outcome, _at: datetime) -> None:
        self._finished_at = time.monotonic()

    async def _healthz(self, _path: Mapping[str, str], _headers: Mapping[str, str]) -> Answer:
        reasons = await self.reasons()
        body = json.dumps({"status": "unwell" if reasons else "ok", "reasons": reasons}).encode()
        status, headers = 503 if reasons else 200, {"Cache-Control": "no-store"}
        return Answer(body, "application/json; charset=utf-8", status, headers)
