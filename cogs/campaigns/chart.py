"""The chart of what was done, drawn with matplotlib: loaded when first drawn, and away from the event loop."""

import asyncio
import io
import threading
from collections.abc import Mapping

_DRAWING = threading.Lock()


async def draw(counts: Mapping[str, int], *, title: str, axis: str) -> bytes:
    """Return a bar chart as PNG, 800 by 400; `counts` by the name of the month, in order."""
    return await asyncio.to_thread(_draw, dict(counts), title, axis)


def _draw(counts: Mapping[str, int], title: str, axis: str) -> bytes:
    with _DRAWING:  # fonts are kept in a cache that threads share
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.font_manager import findfont, get_font  # pyright: ignore[reportUnknownVariableType] - PathLike
        from matplotlib.ticker import MaxNLocator

        figure = Figure(figsize=(8, 4), dpi=100, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        bars = axes.bar(range(len(counts)), list(counts.values()), color="#3B5BA5")
        axes.bar_label(bars, labels=[str(count) if count else "" for count in counts.values()])
        axes.set_xticks(range(len(counts)), list(counts), rotation=30, ha="right")
        # A dollar sign would begin a formula, and not every script is in the font that comes with the library.
        known = get_font(findfont("DejaVu Sans")).get_charmap()
        drawn = "".join(letter if ord(letter) in known else "?" for letter in title)
        axes.set_title(drawn.replace("$", r"\$"))
        axes.set_ylabel(axis)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        out = io.BytesIO()
        canvas.print_png(out)
        return out.getvalue()
