"""`make pictures`: takes the pictures of docs/images in the present demo, with the system's Chromium."""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect
from playwright.async_api import TimeoutError as NotThere

from bot.cli.demo import Demo, served
from tests.cogs.common.test_browser import command, kept, newest
from tests.sandbox.page.conftest import ARGS, PHONE, START_MESSAGE

IMAGES = Path(__file__).parents[1] / "docs/images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
TURNS = 20
"""Most deliveries before the wanted reminder: it depends on the day of the week."""
SHARP = 2
PATIENCE_MS = 60_000


async def opened(browser: Browser, demo: Demo, *, phone: bool = False) -> Page:
    """Return the page, opened on a computer or a phone."""
    width, height = PHONE if phone else START_MESSAGE
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        timezone_id="Europe/London",
        locale="en-GB",
        is_mobile=phone,
        has_touch=phone,
        device_scale_factor=SHARP if phone else 1,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(demo.sandbox.url)
    return page


async def be(page: Page, demo: Demo, name: str, channel: str = "#london") -> None:
    """Switch to a person who is looking at a channel, whatever is unread in it."""
    place = f"#as={demo.sandbox.user(name).id}&channel={demo.sandbox.channel(channel).id}"
    box = page.get_by_role("combobox", name=f"Message {channel}")
    for _ in range(3):
        await page.goto(f"{demo.sandbox.url}/{place}")
        await page.reload()
        # A page that is still opening may put its own place over this one.
        with contextlib.suppress(NotThere):
            await box.wait_for(timeout=PATIENCE_MS / 3)
            return
    raise NotThere(f"{channel} did not open for {name}")


async def meeting(page: Page, demo: Demo) -> None:
    """Schedule a meeting, answer it, and take its picture."""
    await be(page, demo, "amina")
    await command(page, "meeting schedule", title="Spring network meeting", when="thursday 6pm")
    titled = page.get_by_role("article").filter(has_text="Spring network meeting")
    card = await kept(titled.filter(has_text="Meeting of the London network").last)
    for name, answer in (("grace", "Going"), ("imran", "Going"), ("tomasz", "Maybe")):
        await be(page, demo, name)
        await card.get_by_role("button", name=answer, exact=True).click()
        await expect(card.get_by_role("button", name=answer, exact=True)).to_be_enabled()
    await expect(card).to_contain_text("2 going, 1 maybe")
    with contextlib.suppress(NotThere):
        await page.get_by_text("Try this: five steps").click(timeout=2_000)
    await card.scroll_into_view_if_needed()
    await card.evaluate("element => element.scrollIntoView({block: 'center'})")
    await page.screenshot(path=IMAGES / "demo.png")


async def reminded(page: Page, demo: Demo) -> None:
    """Let time pass until Grace's phone shows the reminder, and take the phone's picture."""
    await be(page, demo, "grace", "#wales")
    phone = page.get_by_role("complementary", name="Grace Owusu’s phone")
    for _ in range(TURNS):
        await page.get_by_role("button", name="To the next delivery", exact=True).click()
        with contextlib.suppress(AssertionError):
            await expect(phone).to_contain_text("In 1 hour", timeout=1_500)
            break
    await expect(phone).to_contain_text("In 1 hour")
    await phone.screenshot(path=IMAGES / "phone.png")


async def helped(page: Page, demo: Demo) -> None:
    """Ask as somebody in danger would, on a phone, and take the card's picture."""
    await be(page, demo, "grace")
    await demo.sandbox.person("grace").slash("#london", "guidance ask", topic="I can't go on")
    card = newest(page, "You don't have to deal with this alone")
    await expect(card).to_be_visible()
    await card.scroll_into_view_if_needed()
    await page.screenshot(path=IMAGES / "care.png")


async def taken(browser: str) -> None:
    """Run the demo and take every picture."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            async with (
                served(0, Path(folder) / "demo", furnished=True) as demo,
                async_playwright() as playwright,
            ):
                running = await playwright.chromium.launch(executable_path=browser, args=ARGS[:-1])
                desk = await opened(running, demo)
                await meeting(desk, demo)
                await reminded(desk, demo)
                await helped(await opened(running, demo, phone=True), demo)
                await running.close()
        finally:
            os.chdir(here)


def main() -> None:
    """Take the pictures, or say what is missing for it."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit("There is no Chromium here. On Debian: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    asyncio.run(taken(browser))
    for path in sorted(IMAGES.glob("*.png")):
        print(f"docs/images/{path.name}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
