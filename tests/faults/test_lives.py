"""Random lives of a server: nothing of who is there is erased, nothing of who left is kept for longer than is said."""

import os
from pathlib import Path

import pytest

from bot.texts import Texts
from tests.faults.lives import Life

LIVES = int(os.environ.get("LIVES", "60"))


@pytest.mark.faults
@pytest.mark.timeout(0)
async def test_in_random_lives_nothing_present_is_erased_and_nothing_departed_is_kept(
    tmp_path: Path, sqlite_template: Path
) -> None:
    texts, erased = Texts.load(), 0
    for seed in range(LIVES):
        life = Life(seed, tmp_path, sqlite_template, texts)
        try:
            await life.live(15)
        except Exception as error:
            raise AssertionError(f"life {seed}: {life.done}") from error
        erased += life.book.erased
        (tmp_path / f"{seed}.db").unlink()
    assert erased > LIVES // 8
