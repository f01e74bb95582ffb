"""Random lives of a server: nothing of who is there is erased, nothing of who left is kept for longer than is said."""

import os
import shutil
from pathlib import Path

import pytest

from bot.texts import Texts
from tests.faults.lives import Life
from tests.faults.lives_wire import WireLife

LIVES = int(os.environ.get("LIVES", "60"))
LIVES_OVER_WIRE = int(os.environ.get("LIVES_OVER_WIRE", "3"))
FIRST_LIFE = int(os.environ.get("FIRST_LIFE", "0"))


@pytest.mark.faults
@pytest.mark.timeout(0)
async def test_in_random_lives_nothing_present_is_erased_and_nothing_departed_is_kept(
    tmp_path: Path, sqlite_template: Path
) -> None:
    texts, erased = Texts.load(), 0
    for seed in range(FIRST_LIFE, FIRST_LIFE + LIVES):
        life = Life(seed, tmp_path, sqlite_template, texts)
        try:
            await life.live(15)
        except Exception as error:
            raise AssertionError(f"life {seed}: {life.done}") from error
        erased += life.book.erased
        (tmp_path / f"{seed}.db").unlink()
    assert erased > LIVES // 8


@pytest.mark.faults
@pytest.mark.timeout(0)
async def test_in_random_lives_over_the_wire_with_kills_the_same_holds(
    tmp_path: Path, sqlite_template: Path
) -> None:
    erased = kills = 0
    for seed in range(FIRST_LIFE, FIRST_LIFE + LIVES_OVER_WIRE):
        path = tmp_path / f"{seed}.db"
        shutil.copyfile(sqlite_template, path)
        async with WireLife(seed, f"sqlite+aiosqlite:///{path}") as life:
            try:
                await life.live(12)
            except Exception as error:
                raise AssertionError(f"life {seed}: {life.done}") from error
        erased += life.book.erased
        kills += life.kills
        print(f"life {seed}: {life.kills} kills, {life.book.erased} erased", flush=True)
    assert erased > LIVES_OVER_WIRE // 8
    assert kills > LIVES_OVER_WIRE
