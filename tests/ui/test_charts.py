"""Charts: PNG files of one size, with what cannot be drawn refused."""

import struct
import sys

import pytest

from cogs.common.charts import bars, drawn, literal

LABELS = ["January", "February", "March"]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("stacked", [False, True])
async def test_a_chart_is_a_png_of_a_size_that_phones_show_whole(stacked: bool) -> None:
    series = {"Going": [5, None, 12], "Maybe": [0, 3, 4]}
    assert size(await drawn(bars, "Answers", LABELS, series, stacked=stacked, unit="Answers")) == (1200, 675)


def test_the_numbers_decide_what_is_drawn() -> None:
    one, same, other = (
        bars("x", LABELS, {"Going": numbers}) for numbers in ([1, 2, 3], [1, 2, 3], [1, 2, 4])
    )
    assert one == same
    assert one != other


def test_names_that_look_like_formulas_or_are_long_are_written_as_they_are() -> None:
    assert literal("$5 and $x^2$", known=range(128)) == r"\$5 and \$x^2\$"
    assert size(bars("$\\frac{", ["$" * 60, "b", "c"], {"hidden $": [1, 2, 3], "^": [1, 1, 1]})) == (
        1200,
        675,
    )


@pytest.mark.filterwarnings("error")
def test_a_script_that_the_font_lacks_is_drawn_all_the_same() -> None:
    assert literal("Frieden 和平", known=range(128)) == "Frieden ??"
    assert size(bars("和平", ["平"], {"和": [1]}, unit="和")) == (1200, 675)


def test_without_any_bars_there_is_still_a_chart() -> None:
    assert size(bars("Nothing yet", [], {})) == (1200, 675)


def test_numbers_that_do_not_match_their_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="one number for each label"):
        bars("x", LABELS, {"Going": [1, 2]})


def test_matplotlib_is_not_imported_before_something_is_drawn() -> None:
    import subprocess

    code = "import sys, cogs.common.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
