"""Draws charts as PNG files, in a separate process: reads what to draw from stdin, writes the files to stdout.

matplotlib takes a second and 140 MiB, which the system gets back when this ends. `cogs.common.charts` starts this file
by its path, so that nothing of the bot is imported here; keep it that way.
"""

import base64
import io
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font  # pyright: ignore[reportUnknownVariableType] - PathLike
from matplotlib.ticker import MaxNLocator

# Distinguishable for colour-blind people (Okabe and Ito, 2008), and by pattern without colour.
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
        labels: the label under each group of bars, in order.
        series: for each name in the legend, a number for every label; None (not known, or hidden) draws no bar.
        stacked: whether the series are stacked instead of side by side.
        unit: what is counted, along the vertical axis.

    Raises:
        ValueError: a series does not have one number for each label.
    """
    if any(len(numbers) != len(labels) for numbers in series.values()):
        raise ValueError("every series needs one number for each label")
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


def literal(text: str, *, known: Collection[int]) -> str:
    """Return `text` so that matplotlib writes it literally, with a question mark for what the font lacks."""
    # A dollar sign would start a formula, and the library's font lacks some scripts.
    shown = "".join(letter if ord(letter) in known else "?" for letter in text)
    return shown.replace("$", r"\$")


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def main() -> None:
    """Draw the charts listed on stdin as JSON, and write a list of PNG files in base64."""
    json.dump([base64.b64encode(bars(**chart)).decode() for chart in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
