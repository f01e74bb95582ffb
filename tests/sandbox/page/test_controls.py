"""The sandbox's own controls in the page: people, the clock, the bot."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from bot.clock import MovableClock
from bot.sandbox.server import Sandbox
from tests.sandbox.page.conftest import Look
from tests.sandbox.page.test_chat import newest
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.browser


async def test_a_new_person_joins_and_can_be_played(look: Look, sandbox: Sandbox) -> None:
    page = await look("amina", "#welcome")
    await page.get_by_role("button", name="A new person joins").click()
    dialog = page.get_by_role("dialog", name="A new person joins")
    await dialog.get_by_role("textbox", name="Their name").fill("Wren Hale")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="You are Wren Hale")).to_be_visible()
    await expect(newest(page)).to_contain_text("Wren Hale joined the server.")
    assert any(member.name == "Wren Hale" for member in sandbox.guild().members.values())


async def test_somebody_outside_comes_in_and_leaves_again(look: Look, sandbox: Sandbox) -> None:
    page = await look("amina", "#welcome")
    await page.get_by_role("combobox", name="You are").select_option(str(sandbox.user("leila").id))
    await expect(page.get_by_role("heading", name="You are in no server yet")).to_be_visible()
    await page.get_by_role("button", name="Join ISO Network (demo)").click()
    await expect(newest(page)).to_contain_text("Leila Haddad joined the server.")
    await page.get_by_role("button", name="Leave ISO Network (demo)").click()
    await expect(
        page.get_by_role("region", name="People").get_by_text("You are in no server.")
    ).to_be_visible()
    assert sandbox.user("leila").id not in sandbox.guild().members


async def test_direct_messages_can_be_closed(look: Look, sandbox: Sandbox) -> None:
    page = await look("tomasz")
    switch = page.get_by_role("switch", name="Close my direct messages")
    await switch.press(" ")
    await expect(page.locator("#announcer")).to_contain_text("closed")
    assert not sandbox.user("tomasz").dms_open
    await switch.press(" ")
    await expect(page.locator("#announcer")).to_contain_text("are open")
    assert sandbox.user("tomasz").dms_open


async def test_the_clock_goes_forward_and_what_fired_is_listed(
    look: Look, sandbox: Sandbox, clock: MovableClock, bot: SmallBot
) -> None:
    due = [clock.now() + timedelta(hours=2), clock.now() + timedelta(days=3)]
    sent = 0

    async def next_due() -> datetime | None:
        return due[0] if due else None

    async def settled() -> None:
        nonlocal sent
        if due and due[0] <= clock.now():
            del due[0]
            sent += 1
            await bot.get_partial_messageable(sandbox.channel("#london").id).send(f"Reminder {sent}")

    sandbox.next_due, sandbox.settled = next_due, settled
    page = await look("amina", "#welcome")
    controls = page.get_by_role("complementary", name="Sandbox controls")
    fired = controls.get_by_role("list", name="What the bot sent while the clock moved, newest first")
    before = clock.now()
    await controls.get_by_role("button", name="+1 hour").click()
    await expect(controls.get_by_text("The bot sent nothing.")).to_be_visible()
    assert timedelta(hours=1) <= clock.now() - before < timedelta(hours=1, minutes=1)
    await controls.get_by_role("button", name="+1 day").click()
    await expect(fired.get_by_role("listitem")).to_have_count(1)
    await expect(fired).to_contain_text("Reminder 1")
    await controls.get_by_role("button", name="To the next delivery").click()
    await expect(fired.get_by_role("listitem").first).to_contain_text("Reminder 2")
    assert timedelta(days=3, minutes=-1) <= clock.now() - before < timedelta(days=3, minutes=1)
    await fired.get_by_role("button", name="#london").first.click()
    await expect(newest(page)).to_contain_text("Reminder 2")
    shown = await controls.locator(".clock-face").get_attribute("datetime")
    assert shown is not None
    assert abs(datetime.fromisoformat(shown) - clock.now()) < timedelta(minutes=2)


async def test_relative_times_follow_the_clock(look: Look, sandbox: Sandbox, clock: MovableClock) -> None:
    soon = int((clock.now() + timedelta(hours=5, minutes=1)).timestamp())
    sandbox.person("tomasz").say("#london", f"It is <t:{soon}:R>")
    page = await look()
    await expect(newest(page)).to_contain_text("in 5 hours")
    await page.get_by_role("button", name="+1 day").click()
    await expect(newest(page)).to_contain_text("19 hours ago")


async def test_the_bot_is_restarted_or_says_why_not(look: Look, sandbox: Sandbox, bot: SmallBot) -> None:
    page = await look()
    restart = page.get_by_role("button", name="Restart the bot")
    await restart.click()
    await expect(
        page.get_by_text("This sandbox did not start the bot, so it can't restart it.")
    ).to_be_visible()
    asked: list[str] = []

    async def again() -> None:
        asked.append("again")

    sandbox.restart = again
    await restart.click()
    await expect(page.get_by_text("The bot was restarted.")).to_be_visible()
    assert asked == ["again"]
