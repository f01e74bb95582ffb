"""Charts: PNG files of one size, with what cannot be drawn refused."""

import asyncio
import base64
import json
import struct
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from cogs.common.charts import DRAWING, Chart, Charts
from cogs.common.drawing import bars, literal

LABELS = ["January", "February", "March"]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("stacked", [False, True])
async def test_a_chart_is_a_png_of_a_size_that_phones_show_whole(stacked: bool) -> None:
    series = {"Going": [5, None, 12], "Maybe": [0, 3, 4]}
    (png,) = await Charts().drawn(Chart("Answers", LABELS, series, "Answers", stacked))
    assert size(png) == (1200, 675)


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


JANUARY = Chart("Answers", LABELS, {"Going": [1, 2, 3]}, "Answers")


def test_what_is_drawn_in_a_process_is_what_is_asked_for() -> None:
    other = Chart("Answers", LABELS, {"Going": [1, 2, 4]}, "Answers")
    assert asyncio.run(Charts().drawn(JANUARY, other)) == [
        bars("Answers", LABELS, {"Going": numbers}, unit="Answers") for numbers in ([1, 2, 3], [1, 2, 4])
    ]


def test_the_process_that_draws_loads_nothing_of_the_bot() -> None:
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__');"
        "sys.exit(not {'bot', 'cogs', 'db', 'discord', 'sqlalchemy'}.isdisjoint(sys.modules))"
    )
    process = subprocess.run(
        [sys.executable, "-P", "-c", code, str(DRAWING)],
        input=json.dumps([asdict(JANUARY)]).encode(),
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0
    (picture,) = json.loads(process.stdout)
    assert size(base64.b64decode(picture)) == (1200, 675)


@pytest.mark.skipif(sys.platform == "win32", reason="counts processes as POSIX has them")
def test_a_chart_leaves_no_process_and_next_to_no_memory_behind() -> None:
    code = (
        "import asyncio, json, sys, psutil\n"
        "from cogs.common.charts import Chart, Charts\n"
        "before = psutil.Process().memory_info().rss\n"
        "async def main():\n"
        "    charts = Charts()\n"
        "    for number in range(3):\n"
        "        assert await charts.drawn(Chart('Answers', ['May'], {'Going': [number]}))\n"
        "    return [each.name() for each in psutil.Process().children()]\n"
        "left = asyncio.run(main())\n"
        "print(json.dumps([left, psutil.Process().memory_info().rss - before, 'matplotlib' in sys.modules]))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    left, more, loaded = json.loads(said)
    assert (left, loaded) == ([], False)
    assert more < 8 * 2**20


async def test_the_same_numbers_are_drawn_once_however_many_ask() -> None:
    charts = Charts()
    first = await charts.drawn(JANUARY)
    spent = psutil.Process().cpu_times().children_user
    assert await asyncio.gather(*(charts.drawn(JANUARY) for _ in range(20))) == [first] * 20
    assert psutil.Process().cpu_times().children_user == spent


async def test_what_takes_too_long_is_given_up_and_its_process_ends(caplog: pytest.LogCaptureFixture) -> None:
    assert await Charts(seconds=0.01).drawn(JANUARY) == []
    assert "not drawn within" in caplog.text
    assert [each for each in psutil.Process().children() if DRAWING.name in " ".join(each.cmdline())] == []


async def test_whoever_stops_waiting_leaves_no_process_behind() -> None:
    before = set(psutil.Process().children())  # such as the browser of other tests
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await Charts().drawn(JANUARY)
    assert set(psutil.Process().children()) <= before


async def test_what_can_not_be_drawn_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    assert await Charts().drawn(Chart("Secret title", LABELS, {"Going": [1]})) == []
    assert "exit code 1 (ValueError)" in caplog.text
    assert "Secret" not in caplog.text


async def test_where_no_process_can_be_started_there_is_no_chart(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await Charts().drawn(JANUARY) == []
    assert "no process could be started" in caplog.text


async def test_no_more_wait_than_can_be_drawn_soon(caplog: pytest.LogCaptureFixture) -> None:
    charts = Charts(seconds=0.05, most_waiting=2)
    asked = [Chart("x", ["a"], {"Going": [number]}) for number in range(6)]
    assert await asyncio.gather(*map(charts.drawn, asked)) == [[]] * 6
    assert caplog.text.count("others are waiting") == 3
    assert caplog.text.count("not drawn within") == 3


async def test_the_token_is_not_handed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ISO_BOT_DISCORD__TOKEN", "secret")
    spy = tmp_path / "drawing.py"
    spy.write_text("import os\nprint([name for name in os.environ if 'ISO_BOT' in name])")
    monkeypatch.setattr("cogs.common.charts.DRAWING", spy)
    assert await Charts().drawn(JANUARY) == []
    assert "not drawn" not in caplog.text
