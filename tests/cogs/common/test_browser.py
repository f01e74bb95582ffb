"""The bot's main job, done by people in the page, in a real browser: what `make demo` is for."""

import contextlib
import os
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.cli.demo import Demo, served
from tests.sandbox.page.conftest import PATIENCE_MS, START_MESSAGE
from tests.sandbox.page.conftest import browser as browser
from tests.sandbox.page.conftest import chromium as chromium

pytestmark = pytest.mark.browser

RUTH, AMINA, GRACE, TOMASZ = "ruth", "amina", "grace", "tomasz"


@pytest.fixture
async def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Demo]:
    """What `make demo` runs, new."""
    monkeypatch.chdir(tmp_path)
    async with served(0, tmp_path / "demo") as demo:
        yield demo


@pytest.fixture
async def page(demo: Demo, browser: Browser) -> Page:
    """The page as a new user opens it."""
    width, height = START_MESSAGE
    context = await browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", timezone_id="Europe/London"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(demo.sandbox.url)
    return page


async def be(page: Page, demo: Demo, name: str) -> None:
    """Become somebody and look at #london."""
    await page.get_by_role("combobox", name="You are").select_option(str(demo.sandbox.user(name).id))
    await page.get_by_role("button", name="london", exact=True).click()


async def command(page: Page, name: str, **options: str) -> None:
    """Type a command with its options, and send it."""
    await page.get_by_role("combobox", name="Message #london").press_sequentially(f"/{name}")
    await page.get_by_role("listbox", name="Commands").get_by_role("option", name=f"/{name}").first.click()
    form = page.get_by_role("form", name=f"/{name}")
    for option, words in options.items():
        await form.get_by_label(option, exact=True).press_sequentially(words)
        if option == "when":
            # The reading is echoed while it is typed; taking it is what people do.
            await page.get_by_role("listbox").get_by_role("option").first.click()
    await form.get_by_role("button", name="Send command").click()


def newest(page: Page, words: str) -> Locator:
    """The last message with these words."""
    return page.get_by_role("article").filter(has_text=words).last


async def kept(message: Locator) -> Locator:
    """This very message, even when a later one, such as an answer to it, has the same words."""
    return message.page.locator(f'article[data-id="{await message.get_attribute("data-id")}"]')


async def test_set_up_schedule_answer_restart_answer_again_and_be_reminded(page: Page, demo: Demo) -> None:
    await be(page, demo, RUTH)
    await command(page, "meeting list")
    await newest(page, "haven't been set up").get_by_role("button", name="Set up now").click()
    await page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    await expect(newest(page, "Everything is in order.")).to_be_visible()

    await be(page, demo, AMINA)
    await command(page, "meeting schedule", title="Spring network meeting", when="thursday 6pm")
    await expect(newest(page, "Scheduled")).to_contain_text("6pm")
    card = await kept(newest(page, "Meeting of the London network"))
    await expect(card).to_contain_text("Thursday")

    await be(page, demo, GRACE)
    await card.get_by_role("button", name="Going", exact=True).click()
    await expect(card).to_contain_text("1 going")

    await page.get_by_role("button", name="Restart the bot").click()
    await expect(page.get_by_text("The bot was restarted.")).to_be_visible(timeout=PATIENCE_MS)
    await be(page, demo, TOMASZ)
    await card.get_by_role("button", name="Maybe", exact=True).click()
    await expect(card).to_contain_text("1 going, 1 maybe")
    if shot := os.environ.get("ISO_BOT_SCREENSHOT"):
        await page.screenshot(path=shot)

    reminder = newest(page, "In 1 hour: Spring network meeting")
    for _ in range(12):  # how many come before it depends on the day of the week
        await page.get_by_role("button", name="To the next delivery").click()
        with contextlib.suppress(AssertionError):
            await expect(reminder).to_be_visible(timeout=1_000)
            break
    await expect(reminder).to_contain_text("6pm")
    await be(page, demo, GRACE)
    await page.get_by_role("button", name="Direct messages").click()
    await page.get_by_role("button", name=re.compile("^iso-bot(, |$)")).click()
    await expect(newest(page, "In 1 hour: Spring network meeting")).to_contain_text("6pm")
