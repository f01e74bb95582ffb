"""How much of the machine's time its host gives to others, and the rounds in which it gave least."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from tests.bench.report import CALM, Profile

Found = TypeVar("Found")
STAT = Path("/proc/stat")
TRIES: dict[Profile, int] = {"smoke": 1, "short": 3, "full": 3}
"""Times as many rounds as are wanted, at the most, until enough of them are calm."""


class Meter:
    """Reads what Linux calls steal: https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat."""

    def __init__(self) -> None:
        self._begun = _read()

    def taken(self) -> float:
        """Return the part of the time since this was made that the host took; 0 where that is not to be known."""
        (stolen, total), (stolen_before, total_before) = _read(), self._begun
        return (stolen - stolen_before) / max(1, total - total_before)


def _read() -> tuple[int, int]:
    if not STAT.exists():
        return 0, 0
    numbers = [int(number) for number in STAT.read_text().splitlines()[0].split()[1:9]]
    return numbers[7], sum(numbers)


async def calmest(
    times: int, once: Callable[[], Awaitable[Found]], *, tries: int
) -> tuple[list[Found], float]:
    """Run `once` until it ran `times` times in calm; returns those results, the calmest if there were not enough.

    Also the part of the time that the host took during these.
    """
    found: list[tuple[float, Found]] = []
    for _ in range(times * tries):
        meter = Meter()
        result = await once()
        found.append((meter.taken(), result))
        if sum(taken <= CALM for taken, _ in found) >= times:
            break
    chosen = sorted(found, key=lambda each: each[0])[:times]
    print(f"{len(found)} rounds, of which the {len(chosen)} calmest count", flush=True)
    return [result for _, result in chosen], sum(taken for taken, _ in chosen) / len(chosen)
