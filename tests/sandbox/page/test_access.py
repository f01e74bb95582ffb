"""The page for everybody: axe, keyboard, screen reader, phone."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.sandbox.server import Sandbox
from tests.sandbox.page.conftest import Look
from tests.sandbox.page.test_chat import composer, newest, use
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44


async def too_small(page: Page) -> list[tuple[str, int, int]]:
    """What can be pressed but is narrower or lower than a thumb; words within a text are exempt (WCAG 2.5.8)."""
    return await page.evaluate(
        """(least) => [...document.querySelectorAll(
            "button, a.button, input, select, textarea, [role=option], [role=menuitem]"
        )]
        .filter((node) => node.checkVisibility({visibilityProperty: true}))
        .filter((node) => !node.closest("[inert], .text, .skip, .select"))
        .map((node) => {
            const ticked = node.matches("input[type=checkbox], input[type=radio]");
            const box = ((ticked && node.closest("label")) || node).getBoundingClientRect();
            const name = node.textContent.trim() || node.getAttribute("aria-label") || node.id;
            return [name, Math.round(box.width), Math.round(box.height)];
        })
        .filter(([, width, height]) => height < least || width < least)""",
        SMALLEST_TARGET,
    )


async def faults(page: Page) -> list[str]:
    """What axe finds that is serious or critical, and where."""
    found: Any = await Axe().run(page)
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for rule in found.response["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


async def furnish(page: Page) -> None:
    """Put one of everything on the screen."""
    for command in ("words", "embed", "menus", "card"):
        await use(page, command)
        await expect(newest(page)).to_contain_text(f"used /{command}")


@pytest.mark.parametrize(
    ("scheme", "phone"), [("light", False), ("dark", False), ("light", True), ("dark", True)]
)
async def test_axe_finds_no_serious_fault(
    look: Look, sandbox: Sandbox, showing: SmallBot, scheme: str, phone: bool
) -> None:
    page = await look(scheme=scheme, phone=phone)
    sandbox.person("tomasz").say("#wales", "Unread")
    await furnish(page)
    await newest(page).get_by_role("button", name="Who is going").click()
    await expect(newest(page)).to_contain_text("Nobody yet")
    assert await faults(page) == []

    await composer(page).fill("/mee")
    await expect(page.get_by_role("listbox", name="Commands")).to_be_visible()
    assert await faults(page) == []
    await page.keyboard.press("Enter")
    await page.get_by_role("combobox", name="host").click()
    await expect(page.get_by_role("listbox")).to_be_visible()
    assert await faults(page) == []
    for _ in range(2):
        await page.keyboard.press("Escape")

    await newest(page).get_by_role("button", name="Message actions").click()
    await expect(page.get_by_role("menu")).to_be_visible()
    assert await faults(page) == []
    await page.keyboard.press("Escape")

    await use(page, "report")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_text("Choose one.")).to_be_visible()
    assert await faults(page) == []
    await page.keyboard.press("Escape")

    if phone:
        for button, other in (
            ("Show channels", "Servers and channels"),
            ("Show the sandbox controls", "Sandbox"),
        ):
            await page.get_by_role("button", name=button).click()
            await expect(page.get_by_label(other).first).to_be_visible()
            assert await faults(page) == []
            await page.keyboard.press("Escape")


async def test_a_phone_shows_drawers_and_nothing_is_wider_than_it(
    look: Look, sandbox: Sandbox, showing: SmallBot
) -> None:
    page = await look(phone=True)
    await furnish(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await page.evaluate("document.getElementById('messages').scrollWidth") <= 390
    await expect(page.get_by_role("button", name="welcome", exact=True)).not_to_be_visible()
    opener = page.get_by_role("button", name="Show channels")
    await opener.tap()
    await page.get_by_role("button", name="welcome", exact=True).tap()
    await expect(page.get_by_role("heading", name="welcome", level=1)).to_be_visible()
    await expect(page.get_by_role("button", name="wales", exact=True)).not_to_be_visible()
    await opener.tap()
    await page.get_by_role("button", name="You are Amina Begum").tap()
    await expect(page.get_by_role("combobox", name="You are")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("combobox", name="You are")).not_to_be_visible()


async def test_targets_on_a_phone_can_be_hit_with_a_thumb(look: Look, showing: SmallBot) -> None:
    page = await look(phone=True)
    await furnish(page)
    await use(page, "slow")
    assert await too_small(page) == []
    await page.get_by_role("button", name="Show channels").tap()
    assert await too_small(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Show the sandbox controls").tap()
    assert await too_small(page) == []
    await page.keyboard.press("Escape")
    await composer(page).fill("/meeting")
    await expect(page.get_by_role("listbox", name="Commands")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="places").tap()
    assert await too_small(page) == []


async def test_the_skip_link_comes_first_and_leads_to_the_message_box(look: Look) -> None:
    page = await look()
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the message box")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(composer(page)).to_be_focused()


async def test_nothing_moves_for_those_who_asked_for_stillness(look: Look, showing: SmallBot) -> None:
    page = await look(phone=True)
    await use(page, "slow")
    await page.get_by_role("button", name="Show channels").click()
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_new_messages_are_announced_once_with_who_and_what(
    look: Look, sandbox: Sandbox, showing: SmallBot
) -> None:
    page = await look()
    announcer = page.locator("#announcer")
    await use(page, "card")
    await expect(announcer).to_contain_text("iso-bot: Planning the spring campaign")
    await expect(announcer).to_contain_text("To press: Who is going, Going, Full, Agenda")
    await use(page, "slow")
    await expect(announcer).to_contain_text("iso-bot, only you can see this: done")
    sandbox.person("tomasz").say("#wales", "Over here")
    await expect(announcer).to_have_text("New message in wales")


async def test_the_page_finds_its_way_back_after_the_connection_broke(look: Look, sandbox: Sandbox) -> None:
    page = await look()
    tomasz = sandbox.person("tomasz")
    tomasz.say("#london", "Before")
    await expect(newest(page)).to_contain_text("Before")
    (before,) = sandbox.pages
    assert before.transport is not None
    before.transport.abort()
    tomasz.say("#london", "Meanwhile")
    await expect(page.get_by_text("Connected again")).to_be_visible()
    await expect(newest(page)).to_contain_text("Meanwhile")
    assert before not in sandbox.pages
