"""The first contact in a large server: memory, start-up, and five hundred who join within an hour."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.sandbox import seed
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from db.engine import open_store
from db.onboarding.models import Newcomer, WelcomeSettings
from tests.cogs.ground import Ground
from tests.cogs.newcomers import newcomers, noticed, start_message

PAGES = "/guilds/{guild_id}/members"
ROOT = Path(__file__).parents[3]
WITHIN = 60.0
MEGABYTE = 1024 * 1024


async def started(sandbox: Sandbox, folder: Path) -> asyncio.subprocess.Process:
    """Run the bot in a process of its own; returns once it is ready."""
    before = len(sandbox.asked("GET", "/gateway/bot"))
    environment = os.environ | {
        "ISO_BOT_DISCORD__TOKEN": sandbox.token,
        "ISO_BOT_DISCORD__API_BASE": sandbox.api_base,
        "ISO_BOT_DISCORD__BURST": "0",  # a few accounts play a crowd here
        "ISO_BOT_DATABASE__URL": f"sqlite+aiosqlite:///{folder / 'scale.db'}",
        "ISO_BOT_LOG__LEVEL": "warning",
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment
    )
    await sandbox.until(
        lambda: (
            len(sandbox.asked("GET", "/gateway/bot")) > before
            and sandbox.gateway.online
            and sandbox.world.commands
        ),
        timeout=WITHIN,
    )
    return process


async def resident_after_catching_up(members: int, folder: Path) -> float:
    """Return the megabytes that the bot holds after a second start, which looked for who had joined meanwhile."""
    clock = MovableClock()
    async with Sandbox(clock=clock, seed=lambda world: cancel(seed.many(world, 1, members))) as sandbox:
        process = await started(sandbox, folder)
        process.terminate()
        assert await process.wait() == 0
        assert sandbox.asked("GET", PAGES) == []
        clock.move(timedelta(minutes=1))
        sandbox.newcomer("Late").join()
        for member in sandbox.guild().members.values():
            if member.user.username != "late":
                member.joined_at -= timedelta(hours=2)
        await long_ago(folder)
        process = await started(sandbox, folder)
        pages = (members + 3) // 1000 + 1
        await sandbox.until(lambda: len(sandbox.asked("GET", PAGES)) >= pages, timeout=WITHIN)
        # Its answer shows that the bot has come back from the list.
        answer = await Person(sandbox, sandbox.user("owner")).slash("#general", "guidance tip")
        assert answer.failed is None
        resident = psutil.Process(process.pid).memory_info().rss / MEGABYTE
        process.terminate()
        assert await process.wait() == 0
        # Only its answer, which nobody else sees; nothing of its own accord.
        assert sandbox.asked("POST", "/channels/{channel_id}/messages") == []
        assert sandbox.asked("POST", "/users/@me/channels") == []
        return resident


async def long_ago(folder: Path) -> None:
    """Store that the bot was away for an hour: after a shorter absence it asks for no list."""
    async with open_store(f"sqlite+aiosqlite:///{folder / 'scale.db'}") as store:

        def put_back(session: Session) -> None:
            for each in session.scalars(select(WelcomeSettings)):
                each.since = each.seen_until = each.since - timedelta(hours=1)

        await store.write(put_back)


def cancel(_: object) -> None:
    """Forget what was made."""


@pytest.mark.long
async def test_fifty_thousand_members_cost_nothing_at_start_and_hardly_any_memory(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "large").mkdir()
    small = await resident_after_catching_up(50, tmp_path / "small")
    large = await resident_after_catching_up(50_000, tmp_path / "large")
    print(f"resident after catching up: {small:.1f} MB with 50 members, {large:.1f} MB with 50,000")
    assert large - small < 20


async def test_five_hundred_who_join_within_an_hour_get_a_greeting_or_the_button_each(ground: Ground) -> None:
    people: list[Person] = []
    for minute in range(60):
        for index in range(9 if minute % 3 == 0 else 8):
            people.append(ground.sandbox.newcomer(f"Person{minute}x{index}"))
            people[-1].join()
        await noticed(ground)
        await ground.later(timedelta(minutes=1))
    assert len(people) == 500
    await ground.later(timedelta(hours=12))
    contact = await newcomers(ground)
    assert len(contact) == 500
    for person in people:
        assert len(person.dms) == (1 if contact[person.user.username] == "dm" else 0)
    assert set(contact.values()) == {"dm", "button"}

    def load(session: Session) -> list[Newcomer]:
        return list(session.scalars(select(Newcomer).where(Newcomer.greeted_at.is_not(None))))

    times = sorted(each.greeted_at for each in await ground.running.store.read(load) if each.greeted_at)
    assert len(times) == sum(len(person.dms) for person in people)
    for begin in times:
        assert sum(begin <= at < begin + timedelta(hours=1) for at in times) <= 10
    start_message(ground)
    # Whoever has the button gets the same by it, and no greeting besides.
    waiting = next(person for person in people if contact[person.user.username] == "button")
    answer = await waiting.press(start_message(ground), "Start")
    assert answer.text.lstrip("# ").startswith("What an ISO is")
    assert answer.ephemeral
