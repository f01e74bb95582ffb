"""Charts as PNG files, accompanied by alternative text and the same numbers in words.

They are drawn in a short-lived process (`drawing.py`): in the bot's own, matplotlib would keep its memory for good.
That takes 1.5 s for one answer. If it fails or takes too long there is no picture, and the numbers in
words have to do.
"""

import asyncio
import base64
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cogs.common.child import run_child

log = logging.getLogger(__name__)

DRAWING = Path(__file__).with_name("drawing.py")
# The first chart on a machine takes longest, since matplotlib then looks for fonts.
SECONDS = 30.0
# Most answers that wait while one is drawn; later ones get only the numbers.
MOST_WAITING = 8


@dataclass(frozen=True, slots=True)
class Chart:
    """The content of a bar chart; `drawing.bars` explains the fields."""

    title: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[int | None]]
    unit: str = ""
    stacked: bool = False


class Charts:
    """Draws charts for one answer at a time, and caches the latest, so that the same numbers are drawn once."""

    def __init__(
        self, *, seconds: float = SECONDS, most_waiting: int = MOST_WAITING, most_kept: int = 30
    ) -> None:
        self._seconds, self._most_waiting, self._most_kept = seconds, most_waiting, most_kept
        self._kept: OrderedDict[bytes, list[bytes]] = OrderedDict()
        self._drawing = asyncio.Lock()
        self._waiting = 0

    async def drawn(self, *charts: Chart) -> list[bytes]:
        """Return a PNG of 1200 by 675 pixels for each chart; log a failure, and return none."""
        asked = json.dumps([asdict(chart) for chart in charts]).encode()
        if asked not in self._kept and self._waiting > self._most_waiting:
            log.warning("a chart was not drawn: %d others are waiting", self._waiting)
            return []
        self._waiting += 1
        try:
            async with self._drawing:
                if asked not in self._kept and (pictures := await self._draw(asked)):
                    self._kept[asked] = pictures
                    while len(self._kept) > self._most_kept:
                        self._kept.popitem(last=False)
        finally:
            self._waiting -= 1
        if asked in self._kept:
            self._kept.move_to_end(asked)
        return self._kept.get(asked, [])

    async def _draw(self, asked: bytes) -> list[bytes]:
        written = await run_child(
            str(DRAWING), asked=asked, seconds=self._seconds, what="a chart was not drawn"
        )
        return [base64.b64decode(picture) for picture in json.loads(written)] if written is not None else []
