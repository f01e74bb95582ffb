"""Puts before-and-after pictures of cards side by side into docs/images/cards.

    CARD_PICTURES=/tmp/now python -m pytest tests/cogs/common/test_card_heights.py    # and in an older tree
    python -m tools.card_pairs /tmp/before /tmp/now

The test draws each card as a phone of 390 pixels shows it; one without the other, or the same twice, makes no pair.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).parents[1] / "docs/images/cards"
BETWEEN, MOST = 24, 60_000
# How much smaller, and in how many colours: the first that keeps a picture below that many bytes.
SHRUNK = ((0.8, 48), (0.7, 32), (0.6, 24), (0.5, 16))


def pair(before: Path, now: Path) -> bytes:
    """Return two pictures side by side, small."""
    drawn = [Image.open(path).convert("RGB") for path in (before, now)]
    whole = Image.new(
        "RGB", (sum(one.width for one in drawn) + BETWEEN, max(one.height for one in drawn)), "white"
    )
    whole.paste(drawn[0], (0, 0))
    whole.paste(drawn[1], (drawn[0].width + BETWEEN, 0))
    made = BytesIO()
    for smaller, colours in SHRUNK:
        size = (round(whole.width * smaller), round(whole.height * smaller))
        made = BytesIO()
        small = whole.resize(size, Image.Resampling.LANCZOS)
        small.quantize(colours, Image.Quantize.MAXCOVERAGE).save(made, "PNG", optimize=True)
        if made.tell() < MOST:
            break
    return made.getvalue()


def main() -> None:
    """Write a pair of every card that both folders have."""
    before, now = map(Path, sys.argv[1:3])
    PICTURES.mkdir(exist_ok=True)
    for path in sorted(now.glob("*.png")):
        if (old := before / path.name).exists() and old.read_bytes() != path.read_bytes():
            (PICTURES / path.name).write_bytes(pair(old, path))


if __name__ == "__main__":
    main()
