"""The page in a real Chromium, looking at a real sandbox with a real discord.py bot in it."""

import os
import signal
import subprocess
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Connect
from tests.sandbox.page.showing_bot import show_everything
from tests.sandbox.small_bot import SmallBot

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A window of Chromium's own is one more page to attach to, and now and then does not answer.
    "--no-startup-window",
]
START_MESSAGE = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 10_000

Look = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a Chromium that all tests share: starting one takes longer than most tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    profile = tmp_path_factory.mktemp("chromium")
    command = [str(CHROMIUM), *ARGS, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert running.stderr is not None
    said: list[str] = []
    for line in running.stderr:
        said.append(line)
        if line.startswith("DevTools listening on "):
            break
    else:
        pytest.fail(f"Chromium did not start: {''.join(said)}")
    # Nothing else reads the pipe, and a full one would block Chromium.
    drain = threading.Thread(target=running.stderr.read, daemon=True)
    drain.start()
    yield said[-1].removeprefix("DevTools listening on ").strip()
    os.killpg(running.pid, signal.SIGTERM)
    running.wait(10)
    drain.join(10)
    running.stderr.close()


@pytest.fixture
async def browser(chromium: str) -> AsyncGenerator[Browser]:
    """The shared Chromium; what a test opens in it is closed at its end."""
    expect.set_options(timeout=PATIENCE_MS)  # as pages have for everything else: it would be half of that
    async with async_playwright() as playwright:
        running = await playwright.chromium.connect_over_cdp(chromium)
        yield running
        await running.close()


@pytest.fixture
async def showing(connect: Connect) -> SmallBot:
    """The small bot with commands that show all that the page can draw."""
    bot = await connect(sync=False)
    show_everything(bot)
    await bot.tree.sync()
    return bot


@pytest.fixture
async def look(sandbox: Sandbox, browser: Browser) -> AsyncGenerator[Look]:
    """Open the page as somebody; at the end nothing may have failed in it or been fetched from elsewhere."""
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # An answer such as 409 is logged by the browser itself; that the page copes is what tests look at.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            problems.append(f"fetched {request.url}")

    async def look(
        person: str = "amina", channel: str = "#london", *, phone: bool = False, scheme: str = "light"
    ) -> Page:
        width, height = PHONE if phone else START_MESSAGE
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            timezone_id="Europe/London",
            locale="en-GB",
            has_touch=phone,
            is_mobile=phone,
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", heard)
        page.on("request", asked)
        page.on("pageerror", lambda error: problems.append(str(error)))
        where = sandbox.channel(channel).id
        await page.goto(f"{sandbox.url}/#as={sandbox.user(person).id}&channel={where}")
        await page.get_by_role("heading", name=channel.removeprefix("#"), level=1, exact=True).wait_for()
        return page

    yield look
    assert problems == []
