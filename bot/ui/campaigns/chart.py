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
        from matplotlib.ticker import MaxNLocator

        figure = Figure(figsize=(8, 4), dpi=100, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        bars = axes.bar(range(len(counts)), list(counts.values()), color="#3B5BA5")
        axes.bar_label(bars, labels=[str(count) if count else "" for count in counts.values()])
        axes.set_xticks(range(len(counts)), list(counts), rotation=30, ha="right")
        # A dollar sign would begin a formula.
        axes.set_title(title.replace("$", r"\$"))
        axes.set_ylabel(axis)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        out = io.BytesIO()
        canvas.print_png(out)
        return out.getvalue()
