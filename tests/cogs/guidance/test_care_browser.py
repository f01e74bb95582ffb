"""The card for somebody in need on a phone: all of it can be read, by eye and by screen reader."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.cogs.ground import Ground
from tests.sandbox.page.conftest import PATIENCE_MS, PHONE
from tests.sandbox.page.conftest import browser as browser
from tests.sandbox.page.conftest import chromium as chromium

pytestmark = pytest.mark.browser

# A folder for the pictures of the documentation, when they are made again.
PICTURES = os.environ.get("ISO_BOT_PICTURES")


async def test_the_card_fits_a_phone(ground: Ground, browser: Browser) -> None:
    width, height = PHONE
    context = await browser.new_context(device_scale_factor=2, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(ground.sandbox.url)
    await page.get_by_role("combobox", name="You are").select_option(str(ground.grace.id))
    await page.get_by_role("button", name="london", exact=True).click()
    await page.set_viewport_size({"width": width, "height": height})
    await ground.grace.slash("#london", "guidance ask", topic="nobody would miss me")

    card = page.get_by_role("article").filter(has_text="You don't have to deal with this alone")
    await expect(card).to_be_visible()
    await expect(card.get_by_role("heading", name="You don't have to deal with this alone")).to_be_visible()
    await expect(card).to_contain_text("116 123")
    await expect(card.get_by_role("button", name="Tell the organisers")).to_be_visible()
    box = await card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["height"] <= height - 100, (
        "all of it shows at once, below the bar and above the field for typing"
    )
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / "care.png")
    await context.close()
