"""How high each message of a meeting stands on a phone of 390 by 844, in the local Discord's page."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.sandbox.people import Person
from bot.sandbox.world import Message
from tests.cogs.ground import Ground, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_polls import asked
from tests.sandbox.page.conftest import PATIENCE_MS, PHONE
from tests.sandbox.page.conftest import browser as browser
from tests.sandbox.page.conftest import chromium as chromium

pytestmark = pytest.mark.browser

LINE = 24
ROWS = Path(__file__).parents[3] / "docs" / "messages.md"
REMINDER = 0.35
"""The most of the screen that a reminder takes."""
TALLEST = 2_600
"""The height of the page for a picture, so that the whole message is in it."""
DETAILS = {
    "venue": "Mechanics' Institute, Princess Street",
    "online": "https://meet.example/iso",
    "access": "Step-free, hearing loop",
}


async def height(
    ground: Ground, browser: Browser, person: Person, message: Message, picture: Path | None = None
) -> int:
    """Return how high a message stands in the page of somebody, in pixels, without the line that says who wrote it.

    Where `picture` is given, what is measured is drawn there too.
    """
    width, tall = PHONE
    context = await browser.new_context(
        viewport={"width": width, "height": tall}, is_mobile=True, has_touch=True, reduced_motion="reduce"
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{ground.sandbox.url}/#as={person.id}&channel={message.channel_id}")
    article = page.locator(f'article[data-id="{message.id}"]')
    await article.wait_for()
    await page.wait_for_load_state("networkidle")
    tall = await article.evaluate("article => article.getBoundingClientRect().height")
    if picture is not None:
        await page.set_viewport_size({"width": width, "height": TALLEST})
        await article.screenshot(path=picture)
    await context.close()
    return round(tall)


async def measured(ground: Ground, browser: Browser) -> dict[str, int]:
    """Return the height of each message that comes of a meeting."""
    found: dict[str, int] = {}
    grace, tomasz = ground.grace, ground.tomasz

    async def take(name: str, message: Message, person: Person = grace) -> None:
        found[name] = await height(ground, browser, person, message)

    card = await ground.scheduled(when="12/03/2026 18:00", **DETAILS)
    await take("card of a meeting", card)
    for person, name in ((grace, "Going"), (tomasz, "Maybe")):
        answer = await person.press(card, name)
        await answer.until_followups(1)
        await take("answer, ephemeral", answer.messages[-1], person)
    await ground.settled()
    await take("receipt, by DM", grace.dms[-1])
    await take("poll", await asked(ground))
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", venue="Library"))
    await ground.later()
    await take("change, in the channel", ground.london.messages[-1])
    await take("change, by DM", grace.dms[-1])
    await ground.go_to(ground.wall("2026-03-11T18:00"))
    await take("reminder, by DM", grace.dms[-1])
    await take("reminder to who said maybe, by DM", tomasz.dms[-1], tomasz)
    await ground.go_to(ground.wall("2026-03-12T17:00"))
    await take("reminder, in the channel", ground.london.messages[-1])
    await ground.go_to(ground.wall("2026-03-12T20:00"))
    await take("card of a meeting that is over", card)
    await ground.scheduled("Forum", when="26/03/2026 18:00", **DETAILS)
    says(await use(ground.amina, "#london", "meeting cancel", meeting="Forum"))
    await ground.settled()
    await take("cancellation, in the channel", ground.london.messages[-1])
    return found


@pytest.mark.long
async def test_a_reminder_takes_a_third_of_a_phone_and_the_page_of_messages_has_all_heights(
    ground: Ground, browser: Browser
) -> None:
    await ground.written_to(before=False)
    found = await measured(ground, browser)
    print(json.dumps(found))
    reminders = {name: high for name, high in found.items() if name.startswith("reminder")}
    assert len(reminders) == 3
    assert max(reminders.values()) <= REMINDER * PHONE[1]
    page = ROWS.read_text("utf-8")
    said = {
        name: int(now) for name, now in re.findall(r"^\| ([a-z].*?) \| .* \| (\d+) \|$", page, re.MULTILINE)
    }
    # One line of words more or less is another machine's fonts.
    assert {name: high for name, high in found.items() if abs(high - said[name]) > LINE} == {}
