"""How fast and how rightly times are read: `python -m tests.bench.bench_when [--profile smoke|short|full]`.

Every phrase of the public corpus is read several times by our grammar and by dateparser, parsedatetime, recurrent and
ctparse, in one run on one machine. Of the times for a phrase the best counts, in processor time, so that other work on
the machine is not measured. Returns 1 when a target is missed.
"""

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.when import read
from tests.bench.report import MISSED_BY_THE_CLOCK
from tests.bench.when_others import judged, readers
from tests.domain.when.scoring import OWN, PUBLIC, rows_of, verdict

MEDIAN, P99, FIRST, LONG = 0.3, 5.0, 50.0, 10.0  # milliseconds
_PASSES = 5
UNITS = (
    "6pm ", "thursday ", "(", "1", "1 ", "a ", "at ", "every ", "and a half ", "🙂", "'", ";", "first and ", "mon 1, ",
    "3 Dec, ", "5, ", "12, 13, 14 Jan, ", "12th ", "6 or ", "Thursday 6pm, ", "Thursday or ", "house 6pm ",
    "12 people ", "thursdya ", "next ", "week on ", "- ", "every Thursday 6pm except 24 Dec, ", "end of term ",
    "twenty five ", "in ",
)  # fmt: skip
"""What long texts are made of: the forms that cost most."""
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


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=("smoke", "short", "full"), default="full")
    rows = rows_of(PUBLIC) if PUBLIC.is_file() else rows_of(OWN)
    if parser.parse_args().profile != "full":
        rows = rows[::3]
    rows = [row for row in rows if len(row.phrase) < 1000]
    phrases = [(row.phrase, row.now) for row in rows]
    ours = _milliseconds(_ours, phrases)
    median, p99 = statistics.median(ours), statistics.quantiles(ours, n=100)[98]
    first, first_theirs = _first(_FIRST_CALL), _first(_FIRST_DATEPARSER)
    long_texts = _long_texts()
    long, worst = max(zip(_milliseconds(_ours, long_texts), long_texts, strict=True))
    print(f"{len(phrases)} phrases, best of {_PASSES} each, in ms of processor time")
    print("                right  silently wrong  refused   median     p99")
    counts = Counter("right" if (one := verdict(row)) == "shown" else one for row in rows)
    refused = counts["refused"] + counts["asked wrongly"]
    _print("ours", (counts["right"], counts["silent"], refused), len(rows), (median, p99))
    for name, reader in readers().items():
        if reader is None:
            print(f"  {name:<13} not installed")
            continue
        times = _milliseconds(reader, phrases, passes=2)
        found = Counter(judged(reader(row.phrase, row.now), row) for row in rows)
        took = statistics.median(times), statistics.quantiles(times, n=100)[98]
        _print(name, (found["right"], found["wrong"], found["refused"]), len(rows), took)
    print(f"  first call: ours {first:.1f} ms, dateparser {first_theirs:.1f} ms with its import")
    print(
        f"  longest of {len(long_texts)} texts of 300 to 6,000 characters: {long:.3f} ms ({worst[0][:24]!r} ...)"
    )
    missed = [
        f"{name} {value:.3f} ms, wanted under {limit}"
        for name, value, limit in (
            ("median", median, MEDIAN),
            ("p99", p99, P99),
            ("first call", first, FIRST),
            ("a text of 300 characters and more", long, LONG),
        )
        if value >= limit
    ]
    print("\n".join(f"MISSED: {line}" for line in missed) or "targets met")
    return MISSED_BY_THE_CLOCK if missed else 0


def _ours(phrase: str, now: datetime) -> object:
    return read(phrase, now=now, zone=_LONDON)


def _print(name: str, counts: tuple[int, int, int], of: int, took: tuple[float, float]) -> None:
    right, wrong, refused = (f"{count / of:.1%}" for count in counts)
    print(f"  {name:<13} {right:>6}  {wrong:>14}  {refused:>7}  {took[0]:7.3f} {took[1]:7.2f}")


def _milliseconds(
    call: Callable[[str, datetime], object], phrases: list[tuple[str, datetime]], passes: int = _PASSES
) -> list[float]:
    """Return the best processor time of each phrase, after one that warms up."""
    best: list[float] = []
    for phrase, now in phrases:
        call(phrase, now)
        times: list[float] = []
        for _ in range(passes):
            start = time.process_time_ns()
            call(phrase, now)
            times.append(time.process_time_ns() - start)
        best.append(min(times) / 1e6)
    return best


def _long_texts() -> list[tuple[str, datetime]]:
    """Return long texts: one unit over and over, the phrases of the corpus in a row, and their words in any order."""
    now = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    found = [((unit * length)[:length], now) for unit in UNITS for length in (300, 6000)]
    chance = random.Random(1)
    said = [row.phrase for row in rows_of(OWN) if len(row.phrase) < 100]
    pieces = [word for phrase in said for word in phrase.split()]
    for _ in range(100):
        found.append((" ".join(chance.choices(pieces, k=80))[:300], now))
        found.append((", ".join(chance.choices(said, k=30))[:300], now))
    return found


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
