"""A year with the bot: nothing is said twice, and there are few posts beside meetings. `make noise` runs all of it."""

import os
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from bot.clock import MovableClock
from tests.cogs.conftest import opened
from tests.noise.year import CHANNELS, Year, begins

WEEKS = int(os.environ.get("ISO_BOT_NOISE_WEEKS", "9"))
MOST_BESIDE_MEETINGS = 2.5
"""Posts a week beside meetings that a member of four regions sees."""


@pytest.mark.timeout(60 * WEEKS)
async def test_a_year_is_quiet(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(sqlite_url, None, MovableClock(begins())) as ground:
        year = Year(ground, WEEKS)
        await year.live()
        heard, twice = year.heard(), year.twice((*CHANNELS, "#welcome"))
    table = Table(
        "who",
        "posts",
        "of them beside meetings",
        "rings",
        "direct messages",
        title=f"A week, of {WEEKS} lived",
    )
    for name, one in heard.items():
        table.add_row(name, *map(str, one.a_week(WEEKS)))
    Console().print(table, f"said twice: {len(twice)}")
    assert twice == []
    assert 0 < heard["a member of four regions"].beside_meetings / WEEKS <= MOST_BESIDE_MEETINGS
    assert heard["a member of one region"].posts > 0
