"""Random lives of a server: nothing of who is there is erased, nothing of who left is kept for longer than is said."""

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.texts import Texts
from tests.faults.life_rows import MEMBERS, SERVER, set_up
from tests.faults.lives import Life
from tests.faults.lives_wire import WireLife

pytestmark = pytest.mark.faults

LIVES = int(os.environ.get("LIVES", "60"))
LIVES_OVER_WIRE = int(os.environ.get("LIVES_OVER_WIRE", "3"))
FIRST_LIFE = int(os.environ.get("FIRST_LIFE", "0"))


@pytest.mark.long
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


async def back_unheard_while_discord_is_silent(life: Life) -> None:
    """Nothing is erased on answers that were true before the bot was invited again."""
    await life.is_kicked()
    await life.days(1, 83, 1)
    life.book.invited(heard=False)
    life.withheld = life.silent = True
    await life.days(8, 30)
    assert life.book.kept


async def gone_and_said_to_be_gone_again(life: Life) -> None:
    """Their time runs from when they left, however often it is said."""
    await life.leaves(MEMBERS[0])
    await life.days(1, 45)
    life.bot.dispatch("somebody_gone", SERVER, MEMBERS[0])
    await life.days(45, 1)
    assert MEMBERS[0] not in life.book.kept


async def back_unheard_and_presses_a_button(life: Life) -> None:
    """Whoever uses anything is there, and so is the bot."""
    await life.leaves(MEMBERS[0])
    life.book.returns(MEMBERS[0], heard=False)
    await life.acts(MEMBERS[0])
    await life.days(1, 95)
    await life.is_kicked()
    life.book.invited(heard=False)
    life.withheld = True
    await life.acts(MEMBERS[0])
    await life.days(1, 95)
    assert life.book.kept == set(MEMBERS)


@pytest.mark.parametrize(
    "story",
    [back_unheard_while_discord_is_silent, gone_and_said_to_be_gone_again, back_unheard_and_presses_a_button],
)
async def test_lives_that_chance_seldom_tells(
    tmp_path: Path, sqlite_template: Path, story: Callable[[Life], Awaitable[None]]
) -> None:
    life = Life(0, tmp_path, sqlite_template, Texts.load())
    await life.start()
    await life.store.write(set_up)
    try:
        await story(life)
    finally:
        await life.stop(killed=True)


@pytest.mark.long
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
