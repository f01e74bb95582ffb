"""What newcomers want, done in the demo in a browser as docs/first-minute.md says, and how the demo opens."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.cli.demo import Demo, served
from tests.cogs.common.test_browser import command
from tests.sandbox.page.conftest import PATIENCE_MS, PHONE
from tests.sandbox.page.conftest import browser as browser
from tests.sandbox.page.conftest import chromium as chromium
from tests.uses import ROOT

pytestmark = pytest.mark.browser

MOST_TAPS, TASKS = 4, 25


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the table: what is pressed, and what is seen then; 'form' for a form."""

    name: str
    pressed: list[str]
    taps: int
    shows: str


def tasks() -> list[Task]:
    """Return the rows of docs/first-minute.md."""
    page = (ROOT / "docs/first-minute.md").read_text("utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [Task(row[0], row[4].split(" › "), int(row[5]), row[7]) for row in cells[2:]]


@pytest.fixture
async def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Demo]:
    """What `make demo` runs, new: people have used it before."""
    monkeypatch.chdir(tmp_path)
    async with served(0, tmp_path / "demo", furnished=True) as demo:
        yield demo


async def opened(browser: Browser, demo: Demo, width: int, height: int, at: str = "") -> Page:
    """Return the page as a new user opens it."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", timezone_id="Europe/London"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(demo.sandbox.url + at)
    return page


def test_no_task_takes_more_than_four_taps() -> None:
    found = tasks()
    assert len(found) == TASKS
    for task in found:
        taps = sum(2 if one.startswith("[") else 1 for one in task.pressed)
        assert taps == task.taps <= MOST_TAPS, task


@pytest.mark.long
async def test_each_task_is_done_in_the_browser(browser: Browser, demo: Demo) -> None:
    grace, london = demo.sandbox.user("grace").id, demo.sandbox.channel("#london").id
    page = await opened(browser, demo, 1280, 1600, f"/#as={grace}&channel={london}")
    await expect(page.locator("#whoami")).to_contain_text("Grace")
    await expect(page.get_by_role("article").last).to_be_visible()
    for task in tasks():
        doors = page.get_by_role("article").filter(has_text="What are you looking for?")
        there = await doors.count()
        await command(page, "help")
        # Those of the task before have the same buttons: pressed there, the answer may stand above these.
        await expect(doors).to_have_count(there + 1)
        card = doors.last
        for label in task.pressed:
            if label.startswith("["):
                await card.get_by_role("combobox").click()
                await page.get_by_role("option").filter(has_text=label.strip("[]")).first.click()
            else:
                await card.get_by_role("button", name=label, exact=True).click()
            if label == task.pressed[-1] and task.shows == "form":
                break
            if following := task.pressed[task.pressed.index(label) + 1 :]:
                menu = following[0].startswith("[")
                next_press = (
                    page.get_by_role("combobox")
                    if menu
                    else page.get_by_role("button", name=following[0], exact=True)
                )
                articles = page.get_by_role("article")
                await expect(articles.last.locator(next_press)).to_be_visible()
                # By the time that it is pressed, something else may stand below it.
                card = articles.filter(has=next_press).last
        if task.shows == "form":
            await expect(page.get_by_role("dialog")).to_be_visible()
            await page.keyboard.press("Escape")
        else:
            await expect(page.get_by_role("article").last, task.name).to_contain_text(task.shows)


async def test_the_demo_opens_with_a_card_of_five_steps(browser: Browser, demo: Demo) -> None:
    page = await opened(browser, demo, 1280, 900)
    card = page.get_by_role("region", name="Try this")
    await expect(card.get_by_role("listitem")).to_have_count(5)
    await card.get_by_role("button", name=re.compile("Go there.*You are Amina")).click()
    await expect(page.locator("#whoami")).to_contain_text("Amina")
    await expect(page.locator("#channel-name")).to_have_text("london")
    # The conversation has room now: one step is shown, and the next one and all of them are a press away.
    await expect(card.get_by_role("listitem")).to_have_count(1)
    await card.get_by_role("button", name="Next step").click()
    await expect(page.locator("#whoami")).to_contain_text("Tomasz")
    await card.get_by_role("button", name="All five steps").click()
    await expect(card.get_by_role("listitem")).to_have_count(5)
    await card.get_by_role("button", name="Close this card").click()
    await expect(card).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("region", name="Try this")).to_be_hidden()
    phone = await opened(browser, demo, *PHONE)
    folded = phone.get_by_role("region", name="Try this")
    await expect(folded.get_by_text("Try this: five steps")).to_be_visible()
    await expect(folded.get_by_role("listitem").first).to_be_hidden()


async def test_the_demo_has_a_past_and_welcomes_at_once(demo: Demo) -> None:
    leila = demo.sandbox.person("leila")
    leila.join(demo.sandbox.guild())
    await demo.sandbox.until(lambda: leila.dms, timeout=20)
    assert "Welcome to" in leila.dms[0].text
    grace = demo.sandbox.person("grace")
    assert "Hamilton House" in (await grace.slash("#london", "venue list")).text
    report = await grace.slash("#london", "meeting report", meeting="Palestine film evening")
    assert "two schools" in report.text
