"""The clock and the bot as the page moves and restarts them."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.clock import Clock, MovableClock
from bot.sandbox.checks.messages import Draft
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import posting
from tests.sandbox.page_calls import Page, told


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncGenerator[Page]:
    """The page of the sandbox."""
    async with aiohttp.ClientSession() as session:
        yield Page(sandbox, session)


class Reminders:
    """A stand-in for a bot's deliveries: posts at its due times once the clock has reached them."""

    def __init__(self, sandbox: Sandbox, tomasz: Person, after: list[timedelta]) -> None:
        self.sandbox = sandbox
        self.channel = tomasz.dm
        self.due = [sandbox.clock.now() + wait for wait in after]
        self.sent_at: list[datetime] = []
        sandbox.next_due = self.next_due
        sandbox.settled = self.settled

    async def next_due(self) -> datetime | None:
        return min(self.due, default=None)

    async def settled(self) -> None:
        now = self.sandbox.clock.now()
        for moment in sorted(moment for moment in self.due if moment <= now):
            self.due.remove(moment)
            self.sent_at.append(now)
            draft = Draft(content=f"reminder {len(self.sent_at)}")
            posting.post(self.sandbox.world, self.channel, self.sandbox.world.bot, draft)


@pytest.fixture
def clock() -> MovableClock:
    """Time that stands still unless it is moved."""
    return MovableClock(frozen=True)


async def test_a_moved_clock_fires_everything_on_the_way_in_order(
    sandbox: Sandbox, page: Page, tomasz: Person, clock: MovableClock
) -> None:
    began = clock.now()
    waits = [timedelta(hours=2), timedelta(hours=1), timedelta(days=3)]
    reminders = Reminders(sandbox, tomasz, waits)
    async with page.stream(tomasz) as stream:
        moved = await page.post("/sandbox/clock", {"by": 86_400})
        assert (await told(stream, "clock"))["now"] == (began + timedelta(hours=1)).isoformat()
    assert reminders.sent_at == [began + timedelta(hours=1), began + timedelta(hours=2)]
    assert moved["now"] == (began + timedelta(days=1)).isoformat()
    assert [(one["text"], one["to"]) for one in moved["fired"]] == [
        ("reminder 1", "Tomasz Zieliński"),
        ("reminder 2", "Tomasz Zieliński"),
    ]
    assert [one["at"] for one in moved["fired"]] == [moment.isoformat() for moment in reminders.sent_at]
    following = await page.post("/sandbox/clock", {"next": True})
    assert following["now"] == (began + timedelta(days=3)).isoformat()
    assert [one["text"] for one in following["fired"]] == ["reminder 3"]
    nothing = await page.post("/sandbox/clock", {"next": True})
    assert nothing == {"now": following["now"], "fired": []}
    to = (clock.now() + timedelta(minutes=5)).isoformat()
    assert (await page.post("/sandbox/clock", {"to": to}))["now"] == to


async def test_something_that_stays_due_does_not_stop_the_clock(
    sandbox: Sandbox, page: Page, clock: MovableClock
) -> None:
    stuck = clock.now() + timedelta(minutes=1)

    async def next_due() -> datetime:
        return stuck

    sandbox.next_due = next_due
    target = clock.now() + timedelta(hours=1)
    assert (await page.post("/sandbox/clock", {"by": 3600}))["now"] == target.isoformat()


async def test_moves_that_make_no_sense_are_refused(sandbox: Sandbox, page: Page) -> None:
    for body in ({}, {"by": -1}, {"by": "soon"}, {"to": "never"}, {"by": 1e9}, {"by": 1e300}):
        assert (
            "clock" in (refused := await page.post("/sandbox/clock", body, 400))["error"]
            or "Say" in refused["error"]
        )
    assert "due next" in (await page.post("/sandbox/clock", {"next": True}, 409))["error"]


async def test_a_real_clock_stays(page: Page) -> None:
    async with Sandbox(clock=Clock()) as sandbox:
        real = Page(sandbox, page.session)
        assert "real clock" in (await real.post("/sandbox/clock", {"by": 1}, 409))["error"]


async def test_the_bot_is_restarted_by_whoever_runs_it(sandbox: Sandbox, page: Page) -> None:
    assert "did not start the bot" in (await page.post("/sandbox/bot", {"do": "restart"}, 409))["error"]
    restarts: list[str] = []

    async def restart() -> None:
        restarts.append("once")

    sandbox.restart = restart
    assert await page.post("/sandbox/bot", {"do": "restart"}) == {"ok": True}
    assert restarts == ["once"]
    await page.post("/sandbox/bot", {"do": "explode"}, 400)
