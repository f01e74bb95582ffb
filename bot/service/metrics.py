"""The figures for Prometheus. Labels are this program's own names, never ids of members, channels or servers."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.core import Core
from bot.delivery import Sender
from bot.domain.deliveries import Outcome
from bot.service.backups import Backups
from bot.service.stock import Stock
from db.models import Delivery

LATENESS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
"""Seconds: the target is 50 ms, and a message says that it is late from about a minute."""

OF_JOBS = (Outcome.DONE, Outcome.SUPPRESSED, Outcome.FAILED)


class Metrics(Collector):
    """Counts what happens, and reads the rest from the bot when scraped."""

    def __init__(self, bot: Core, sender: Sender, backups: Backups) -> None:
        self._bot = bot
        self._sender = sender
        self._backups = backups
        self._stock: Stock | None = None
        self._registry = CollectorRegistry()
        self._deliveries = Counter(
            "isobot_deliveries",
            "Messages that ended, by kind and ending.",
            ("kind", "ending"),
            registry=self._registry,
        )
        self._jobs = Counter(
            "isobot_jobs",
            "Jobs of the bot itself that ended, by kind and ending: done, suppressed, failed.",
            ("kind", "ending"),
            registry=self._registry,
        )
        self._lateness = Histogram(
            "isobot_delivery_lateness_seconds",
            "Seconds from when a message was due to when it was recorded as sent.",
            buckets=LATENESS,
            registry=self._registry,
        )
        self._interactions = Counter(
            "isobot_interactions",
            "Commands, buttons and forms, by name and what came of them: done, refused, busy, failed, missed.",
            ("name", "outcome"),
            registry=self._registry,
        )
        for outcome in Outcome:  # so that a rate can be computed from the first one on
            if outcome is not Outcome.DONE:
                self._deliveries.labels("all", str(outcome))
            if outcome in OF_JOBS:
                self._jobs.labels("all", str(outcome))
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def finished(self, delivery: Delivery, outcome: Outcome, at: datetime) -> None:
        """Count a message or a job that has ended."""
        counted = self._jobs if delivery.job else self._deliveries
        counted.labels(delivery.kind, str(outcome)).inc()
        counted.labels("all", str(outcome)).inc()
        if outcome in (Outcome.SENT, Outcome.LATE):
            self._lateness.observe(max(0.0, (at - delivery.due_at).total_seconds()))

    def interaction(self, name: str, outcome: str) -> None:
        """Count an interaction."""
        self._interactions.labels(name, outcome).inc()

    def written(self, stock: Stock, accept: str) -> tuple[bytes, str]:
        """Return all figures in the format that the client accepts, with its content type."""
        self._stock = stock
        encode, kind = choose_encoder(accept)
        return encode(self._registry), kind

    def collect(self) -> Iterable[Metric]:
        """Yield what can be read from the bot at this moment."""
        yield from self._of_gateway()
        yield from self._of_interactions()
        yield from self._of_store()
        yield from self._of_backups()

    def _of_gateway(self) -> Iterable[Metric]:
        health = self._bot.health
        yield _gauge(
            "isobot_gateway_connected", "1 when every shard of this process is ready.", health.connected
        )
        shards = GaugeMetricFamily(
            "isobot_gateway_shard_open", "1 when the shard's connection is open.", labels=["shard"]
        )
        for shard_id, is_open in health.shards.items():
            shards.add_metric([str(shard_id)], is_open)
        yield shards
        yield _gauge("isobot_guilds", "Servers that this process serves.", len(self._bot.guilds))
        if health.latency is not None:
            yield _gauge(
                "isobot_gateway_latency_seconds", "Mean time from heartbeat to answer.", health.latency
            )
        if health.silent_for is not None:
            yield _gauge(
                "isobot_gateway_silent_seconds", "Since the quietest shard was heard.", health.silent_for
            )
        yield _count(
            "isobot_gateway_resumed", "Sessions that went on where they had stopped.", health.resumed
        )
        yield _count("isobot_gateway_identified", "New sessions.", health.identified)
        yield _count(
            "isobot_gateway_zombies", "Connections closed because nothing came any more.", health.zombies
        )
        yield _gauge("isobot_rest_waiting", "Requests held back by the global pace.", health.waiting_for_pace)
        yield _count(
            "isobot_rest_globally_limited", "Answers 429 for the whole bot.", health.globally_limited
        )
        answers = CounterMetricFamily(
            "isobot_rest_answers", "Discord's answers by status.", labels=["status"]
        )
        for status, number in sorted(health.rest.statuses.items()):
            answers.add_metric([str(status)], number)
        yield answers
        yield _count("isobot_rest_repeats", "Requests sent again.", health.rest.repeats)
        yield _count("isobot_rest_dropped", "Connections that broke.", health.rest.dropped)
        yield _count("isobot_rest_given_up", "Requests that got no answer in time.", health.rest.given_up)

    def _of_interactions(self) -> Iterable[Metric]:
        health = self._bot.health
        counts = health.interactions
        yield _gauge("isobot_interactions_waiting", "People who wait for their first answer.", health.waiting)
        yield _count("isobot_interactions_arrived", "Interactions that came.", counts.arrived)
        yield _count("isobot_interactions_answered", "Answered for the first time.", counts.answered)
        yield _count(
            "isobot_interactions_answer_seconds", "From arrival to first answer, in sum.", counts.seconds
        )
        yield _count("isobot_interactions_refused", "Told that the bot is too busy or stops.", counts.refused)
        yield _count("isobot_interactions_missed", "Not answered within Discord's 3 seconds.", counts.missed)

    def _of_store(self) -> Iterable[Metric]:
        bot, stock = self._bot, self._stock
        assert stock is not None  # noqa: S101 - `written` sets it
        yield _gauge("isobot_store_up", "1 when the store answers.", stock.fault is None)
        yield _gauge(
            "isobot_store_writes_waiting", "Writes handed in and not answered.", bot.store.writes_waiting
        )
        yield _gauge(
            "isobot_store_write_wait_seconds", "How long a new write would wait.", bot.store.write_wait
        )
        yield _gauge(
            "isobot_deliveries_under_way",
            "Claimed by this process and not finished.",
            self._sender.in_flight_count,
        )
        if stock.fault is None:
            words = "{} that are due, and not under way in any process."
            yield _gauge("isobot_deliveries_overdue", words.format("Messages"), stock.overdue)
            yield _gauge("isobot_jobs_overdue", words.format("Jobs"), stock.jobs_overdue)
        if stock.next_due is not None:
            ahead = (stock.next_due - bot.clock.now()).total_seconds()
            yield _gauge("isobot_delivery_next_seconds", "Until the next is due; negative when it is.", ahead)

    def _of_backups(self) -> Iterable[Metric]:
        made = self._backups.newest()
        if made is not None:
            age = (self._bot.clock.now() - made).total_seconds()
            yield _gauge("isobot_backup_age_seconds", "Since the newest copy that the bot made.", age)
        folder = Path(self._bot.store.url.database or "")
        if self._bot.store.dialect == "sqlite" and folder.exists():
            yield _gauge("isobot_store_bytes", "Size of the database's file.", folder.stat().st_size)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _count(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(name, words, value=float(value))
