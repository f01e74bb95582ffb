"""How fast times are read: `python -m tests.bench.bench_when [--profile smoke|short|full]`; 1 when a target is missed.

Every phrase of our corpus is read several times by our grammar and by dateparser with British settings, in one
run on one machine; of the times for a phrase the best counts, so that other work on the machine is not measured.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.when import read
from tests.bench.report import MISSED_BY_THE_CLOCK
from tests.domain.when.scoring import OWN, PUBLIC, rows_of

MEDIAN, P99, FIRST = 0.3, 5.0, 50.0  # milliseconds
_PASSES = 5
_LONDON = ZoneInfo("Europe/London")
_FIRST_CALL = """
import time
from datetime import datetime, UTC
from zoneinfo import ZoneInfo
from bot.domain.when import read
now, zone = datetime(2026, 11, 21, 10, 30, tzinfo=UTC), ZoneInfo("Europe/London")
start = time.perf_counter()
read("every second Tuesday of the month from 6 to 7.30pm until the end of March", now=now, zone=zone)
print((time.perf_counter() - start) * 1000)
"""
_FIRST_DATEPARSER = """
import time
start = time.perf_counter()
import dateparser
dateparser.parse("thursday 6pm", languages=["en"])
print((time.perf_counter() - start) * 1000)
"""
_SETTINGS = {
    "DATE_ORDER": "DMY",
    "PREFER_DATES_FROM": "future",
    "TIMEZONE": "Europe/London",
    "RETURN_AS_TIMEZONE_AWARE": True,
}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=("smoke", "short", "full"), default="full")
    rows = rows_of(PUBLIC) if PUBLIC.is_file() else rows_of(OWN)
    if parser.parse_args().profile != "full":
        rows = rows[::3]
    phrases = [(row.phrase, row.now) for row in rows if len(row.phrase) < 1000]
    ours = _milliseconds(lambda phrase, now: read(phrase, now=now, zone=_LONDON), phrases)
    theirs = _milliseconds(_dateparser(), phrases)
    first, first_theirs = _first(_FIRST_CALL), _first(_FIRST_DATEPARSER)
    median, p99 = statistics.median(ours), statistics.quantiles(ours, n=100)[98]
    median_theirs, p99_theirs = statistics.median(theirs), statistics.quantiles(theirs, n=100)[98]
    long = max(_milliseconds(lambda phrase, now: read(phrase, now=now, zone=_LONDON), _long_texts()))
    print(f"{len(phrases)} phrases, best of {_PASSES} each, in ms")
    print(
        f"  ours        median {median:.3f}  p99 {p99:.3f}  first call {first:.1f}  longest text {long:.3f}"
    )
    print(
        f"  dateparser  median {median_theirs:.3f}  p99 {p99_theirs:.3f}  first call {first_theirs:.1f} with its import"
    )
    print(f"  ratio       median {median / median_theirs:.2f}  p99 {p99 / p99_theirs:.2f}")
    missed = [
        f"{name} {value:.3f} ms, wanted under {limit}"
        for name, value, limit in (
            ("median", median, MEDIAN),
            ("p99", p99, P99),
            ("first call", first, FIRST),
            ("6,000 characters", long, P99),
        )
        if value >= limit
    ]
    print("\n".join(f"MISSED: {line}" for line in missed) or "targets met")
    return MISSED_BY_THE_CLOCK if missed else 0


def _milliseconds(
    call: Callable[[str, datetime], object], phrases: list[tuple[str, datetime]]
) -> list[float]:
    """Return the best time of each phrase, after one that warms up."""
    best: list[float] = []
    for phrase, now in phrases:
        call(phrase, now)
        times: list[float] = []
        for _ in range(_PASSES):
            start = time.perf_counter()
            call(phrase, now)
            times.append(time.perf_counter() - start)
        best.append(min(times) * 1000)
    return best


def _dateparser() -> Callable[[str, datetime], object]:
    import dateparser  # measured apart

    def parse(phrase: str, now: datetime) -> object:
        settings = {**_SETTINGS, "RELATIVE_BASE": now.replace(tzinfo=None)}
        try:
            return dateparser.parse(phrase, languages=["en"], settings=settings)  # pyright: ignore[reportArgumentType] - its stub is narrower than what it takes
        except (ValueError, OverflowError, TypeError, IndexError, AttributeError):
            return None  # it raises on some phrases; the time counts all the same

    return parse


def _long_texts() -> list[tuple[str, datetime]]:
    now = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    units = ("6pm ", "thursday ", "(", "1", "every ", "and a half ", "🙂", "'", "first and ")
    return [((unit * length)[:length], now) for unit in units for length in (300, 6000)]


def _first(script: str) -> float:
    """Return the milliseconds that a fresh process prints, the best of three."""
    return min(
        float(
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(3)
    )


if __name__ == "__main__":
    sys.exit(main())
