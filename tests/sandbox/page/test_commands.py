"""Commands, menus and forms of the page, by keyboard."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.server import Sandbox
from tests.sandbox.page.conftest import Look
from tests.sandbox.page.test_chat import composer, newest, use
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.browser


def offered(page: Page, name: str | None = None) -> Locator:
    """The options of the list that is open."""
    return page.get_by_role("listbox").get_by_role("option", name=name)


async def test_a_command_is_found_filled_in_and_sent_by_keyboard(
    look: Look, sandbox: Sandbox, bot: SmallBot
) -> None:
    page = await look()
    box = composer(page)
    await box.press_sequentially("/")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options.first).to_be_visible()
    assert await options.count() > 5
    await box.press_sequentially("meet")
    await expect(options).to_have_count(1)
    await expect(box).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Enter")

    form = page.get_by_role("form", name="/meeting schedule")
    title = form.get_by_role("combobox", name="title")
    await expect(title).to_be_focused()
    await title.press_sequentially("Plan")
    choice = offered(page, "Plan with None")
    await expect(choice).to_be_visible()
    await expect(title).to_have_attribute("aria-activedescendant", await choice.get_attribute("id") or "-")
    await page.keyboard.press("Tab")
    await expect(title).to_have_value("Plan with None")
    host = form.get_by_role("combobox", name="host")
    await expect(host).to_be_focused()
    await page.keyboard.type("tom")
    await expect(offered(page)).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(host).to_have_value("Tomasz Zieliński")

    await form.get_by_role("button", name="places").press("Enter")
    await page.keyboard.type("eleven")
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("Write a number.")).to_be_visible()
    await expect(form.get_by_role("textbox", name="places")).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("11")
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("Write 10 or less.")).to_be_visible()
    await form.get_by_role("textbox", name="places").fill("7")
    await form.get_by_role("button", name="channel").press("Enter")
    await page.keyboard.type("york")
    await page.keyboard.press("Enter")
    await form.get_by_role("button", name="online").press("Enter")
    await expect(offered(page)).to_have_text(["True", "False"])
    await page.keyboard.press("Enter")
    await form.get_by_role("button", name="paper").click()
    await form.get_by_label("paper").set_input_files(
        {"name": "minutes.txt", "mimeType": "text/plain", "buffer": b"we met"}
    )
    await form.get_by_role("button", name="Send command").press("Enter")
    await expect(newest(page)).to_contain_text(
        "Plan! | Tomasz Zieliński | yorkshire | None | 7 | 0.5 | True | we met"
    )
    await expect(newest(page)).to_contain_text("Amina Begum used /meeting schedule")
    await expect(composer(page)).to_be_focused()


async def test_what_is_missing_is_asked_for_and_escape_lets_go(look: Look, bot: SmallBot) -> None:
    page = await look()
    await composer(page).fill("/echo")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send command").click()
    await expect(page.get_by_text("Say what text is: this command needs it.")).to_be_visible()
    field = page.get_by_role("textbox", name="text")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(composer(page)).to_be_focused()


async def test_a_command_written_out_in_full_fills_its_fields(look: Look, bot: SmallBot) -> None:
    page = await look()
    await composer(page).fill("/echo text: hello there: you")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="text")).to_have_value("hello there: you")
    await page.get_by_role("textbox", name="text").press("Enter")
    await expect(newest(page)).to_contain_text("hello there: you")


async def test_a_mentioned_command_goes_into_the_composer(
    look: Look, sandbox: Sandbox, bot: SmallBot
) -> None:
    page = await look()
    command = next(command for command in sandbox.world.commands.values() if command.name == "echo")
    sandbox.person("tomasz").say("#london", f"Try </echo:{command.id}>")
    await newest(page).get_by_role("button", name="/echo").click()
    await expect(page.get_by_role("form", name="/echo")).to_be_visible()
    await expect(page.get_by_role("textbox", name="text")).to_be_focused()


async def test_an_application_that_does_not_respond_loses_nothing(look: Look, bot: SmallBot) -> None:
    page = await look()
    await composer(page).fill("/echo text: keep this")
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name="text").wait_for()
    await bot.close()
    await page.keyboard.press("Enter")
    failed = newest(page)
    await expect(failed).to_contain_text("The application did not respond")
    await expect(failed).to_contain_text("Only you can see this")
    await failed.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("textbox", name="text")).to_have_value("keep this")


async def test_select_menus_of_every_kind(look: Look, sandbox: Sandbox, showing: SmallBot) -> None:
    page = await look()
    await use(page, "menus")
    message = page.get_by_role("article").filter(has_text="Choose").first
    lead = message.get_by_role("combobox", name="Remind me")
    await lead.click()
    await offered(page, "Week").click()
    await offered(page, "Hour").click()
    await expect(offered(page, "Day")).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Escape")
    await expect(newest(page)).to_contain_text("You chose week, hour")
    await message.get_by_role("combobox", name="Pick a person").press_sequentially("grace")
    await page.keyboard.press("Enter")
    await expect(newest(page)).to_contain_text(f"You chose {sandbox.user('grace').id}")
    await message.get_by_role("combobox", name="Pick a role").click()
    await offered(page, "@Organisers").click()
    role = next(role for role in sandbox.guild().roles.values() if role.name == "Organisers")
    await expect(newest(page)).to_contain_text(f"You chose {role.id}")
    await message.get_by_role("combobox", name="Pick a channel").click()
    await offered(page, "#wales").click()
    await expect(newest(page)).to_contain_text(f"You chose {sandbox.channel('#wales').id}")


async def test_a_form_says_what_is_missing_and_sends_what_was_written(look: Look, showing: SmallBot) -> None:
    page = await look()
    await use(page, "report")
    form = page.get_by_role("dialog", name="Report back")
    decided = form.get_by_role("textbox", name="What was decided")
    await expect(decided).to_be_focused()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_text("Write something here: the form needs it.")).to_be_visible()
    await expect(form.get_by_text("Choose one.")).to_be_visible()
    await decided.fill("Go on as before")
    await expect(form.get_by_text("Write something here: the form needs it.")).to_have_count(0)
    await form.get_by_role("radio", name="Lively").check()
    for topic in ("Pay", "Palestine", "Climate"):
        await form.get_by_role("checkbox", name=topic).check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_text("Tick no more than 2.")).to_be_visible()
    await form.get_by_role("checkbox", name="Climate").uncheck()
    await form.get_by_role("combobox", name="Who hosted").click()
    await offered(page, "Grace Owusu").click()
    await page.keyboard.press("Escape")
    await expect(form).to_be_visible()
    await form.get_by_label("Minutes").set_input_files(
        {"name": "minutes.txt", "mimeType": "text/plain", "buffer": b"we met"}
    )
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)
    sent = re.compile(r"Reported: \['Go on as before', \['\d+'\], 'lively', \['Pay', 'Palestine'\]")
    await expect(newest(page)).to_contain_text(sent)
    await expect(newest(page)).to_contain_text("['minutes.txt']")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.type("Thanks")  # what has the focus may take keys and no letters
    await expect(composer(page)).to_have_value("Thanks")


async def test_a_form_that_is_not_answered_keeps_what_was_written(look: Look, showing: SmallBot) -> None:
    page = await look()
    await use(page, "report")
    form = page.get_by_role("dialog", name="Report back")
    decided = form.get_by_role("textbox", name="What was decided")
    await decided.fill("say nothing")
    await form.get_by_role("radio", name="Quiet").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_role("alert")).to_contain_text("The application did not respond")
    await expect(decided).to_have_value("say nothing")
    await expect(form.get_by_role("radio", name="Quiet")).to_be_checked()
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_message_and_user_commands_are_in_their_menus(
    look: Look, sandbox: Sandbox, bot: SmallBot
) -> None:
    page = await look()
    sandbox.person("tomasz").say("#london", "Something to keep")
    await newest(page).wait_for()
    await page.get_by_role("region", name="Messages in london").focus()
    await page.keyboard.press("ArrowUp")
    await expect(newest(page)).to_be_focused()
    await page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="Message actions")
    await expect(menu.get_by_role("menuitem", name="Copy text")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(newest(page)).to_be_focused()
    await newest(page).get_by_role("button", name="Message actions").press("Enter")
    await page.keyboard.press("q")
    await page.keyboard.press("Enter")
    await expect(newest(page).get_by_role("blockquote")).to_have_text("Something to keep")
    await page.get_by_role("list").get_by_role("button", name="Grace Owusu").click()
    await page.get_by_role("menuitem", name="Wave").click()
    await expect(newest(page)).to_contain_text("Hello Grace Owusu")
