"""Charts as PNG files. Beside each goes its alternative text and the same numbers in words.

matplotlib takes a second to import and memory to keep, so it is imported when a chart is first drawn. Whoever
draws calls `await drawn(bars, ...)`, which keeps the event loop free.
"""

import asyncio
import io
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import ParamSpec

P = ParamSpec("P")

# Told apart by those who don't see all colours (Okabe and Ito, 2008), and by pattern where there is no colour.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
PATTERNS = ("", "//", "..", "xx", "\\\\", "--")
WIDTH, HEIGHT, DPI = 8.0, 4.5, 150
SLANTED_FROM = 7
LONGEST_LABEL = 24
SIGNATURE = {"Software": "iso-bot"}


def bars(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    *,
    stacked: bool = False,
    unit: str = "",
) -> bytes:
    """Return a bar chart as a PNG of 1200 by 675 pixels.

    Args:
        title: what it shows, on one line.
        labels: what stands under each group of bars, in order.
        series: for each name in the legend, a number for every label; None (not known, or hidden) draws no bar.
        stacked: the series stand on one another, instead of side by side.
        unit: what is counted, along the upright axis.

    Raises:
        ValueError: a series has not one number for each label.
    """
    if any(len(numbers) != len(labels) for numbers in series.values()):
        raise ValueError("every series needs one number for each label")
    from matplotlib.figure import Figure  # slow to import and rarely needed
    from matplotlib.font_manager import findfont, get_font  # pyright: ignore[reportUnknownVariableType] - PathLike
    from matplotlib.ticker import MaxNLocator

    known = get_font(findfont("DejaVu Sans")).get_charmap().keys()
    written_out = partial(literal, known=known)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    below = [0] * len(labels)
    width = 0.8 if stacked or not series else 0.8 / len(series)
    for index, (name, numbers) in enumerate(series.items()):
        heights = [number or 0 for number in numbers]
        shift = 0.0 if stacked else (index - (len(series) - 1) / 2) * width
        drawn_bars = axes.bar(
            [place + shift for place in range(len(labels))],
            heights,
            width,
            bottom=below if stacked else None,
            label=written_out(name),
            color=COLOURS[index % len(COLOURS)],
            hatch=PATTERNS[index % len(PATTERNS)],
            edgecolor="white",
        )
        axes.bar_label(
            drawn_bars,
            ["" if number is None or (stacked and not number) else str(number) for number in numbers],
            label_type="center" if stacked else "edge",
            fontsize=9,
            color="black",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8} if stacked else None,
        )
        if stacked:
            below = [low + height for low, height in zip(below, heights, strict=True)]
    slanted = len(labels) >= SLANTED_FROM
    axes.set_xticks(
        range(len(labels)),
        [written_out(_short(label)) for label in labels],
        rotation=30 if slanted else 0,
        ha="right" if slanted else "center",
    )
    axes.set_title(written_out(title))
    axes.set_ylabel(written_out(unit))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    if len(series) > 1:
        axes.legend(frameon=False)
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata=SIGNATURE)
    return written.getvalue()


class Drawn:
    """The charts that were drawn last: the same numbers are drawn once, and one chart at a time."""

    def __init__(self, most: int = 30) -> None:
        self._most = most
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def of(self, shown: object, draw: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return the chart of what is `shown` (told apart by its repr), drawn where it is not kept."""
        key = repr(shown)
        async with self._drawing:
            if key not in self._kept:
                self._kept[key] = await draw()
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]


async def drawn(draw: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes:
    """Return what `draw` returns, drawn on another thread."""
    return await asyncio.to_thread(draw, *args, **kwargs)


def literal(text: str, *, known: Collection[int]) -> str:
    """Return `text` as matplotlib writes it as it is, with a question mark for what is not `known` to the font."""
    # A dollar sign would begin a formula, and not every script is in the font that comes with the library.
    shown = "".join(letter if ord(letter) in known else "?" for letter in text)
    return shown.replace("$", r"\$")


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
