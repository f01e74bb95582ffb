"""Reading and writing in the page: messages of every kind, unread marks, being somebody else."""

import re
from datetime import timedelta

import discord
import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.server import Sandbox
from tests.sandbox.page.conftest import Look
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.browser


def composer(page: Page, channel: str = "#london") -> Locator:
    return page.get_by_role("combobox", name=f"Message {channel}")


def newest(page: Page) -> Locator:
    return page.get_by_role("article").last


async def use(page: Page, command: str, channel: str = "#london") -> None:
    """Use a command without options."""
    await composer(page, channel).fill(f"/{command}")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send command").press("Enter")


async def test_what_one_person_writes_another_reads(look: Look, sandbox: Sandbox) -> None:
    amina = await look("amina")
    tomasz = await look("tomasz")
    await composer(tomasz).fill("See you on **Thursday** <img src=x>")
    await tomasz.keyboard.press("Enter")
    message = newest(amina)
    await expect(message).to_contain_text("See you on Thursday <img src=x>")
    await expect(message.get_by_text("Thursday", exact=True)).to_have_css("font-weight", "700")
    await expect(message).to_have_attribute("aria-label", re.compile(r"^Tomasz Zieliński, \d\d:\d\d$"))
    await expect(amina.locator("#announcer")).to_contain_text("Tomasz Zieliński: See you on Thursday")
    assert sandbox.channel("#london").messages[-1].content == "See you on **Thursday** <img src=x>"
    await expect(composer(tomasz)).to_have_value("")


async def test_markdown_of_a_message_is_rendered(look: Look, showing: SmallBot) -> None:
    page = await look()
    await use(page, "words")
    message = newest(page)
    for level, name in ((3, "Big"), (4, "Middle"), (5, "Small")):
        await expect(message.get_by_role("heading", level=level, name=name)).to_be_visible()
    await expect(message.get_by_role("link", name="the agenda")).to_have_attribute("target", "_blank")
    await expect(message.locator("time.timestamp")).to_have_text(
        re.compile("Sunday,? 17 March 2030 at 17:46")
    )
    hidden = message.get_by_text("hidden", exact=True)
    await expect(hidden).not_to_be_visible()
    await message.get_by_role("button", name="Show the spoiler").press("Enter")
    await expect(hidden).to_be_visible()
    await expect(message).to_contain_text("*literal*")
    await expect(message).to_contain_text("Amina Begum used /words")


async def test_a_card_has_all_its_parts(look: Look, showing: SmallBot) -> None:
    page = await look()
    await use(page, "card")
    message = newest(page)
    await expect(message.get_by_role("heading", name="Planning the spring campaign")).to_be_visible()
    await expect(message.locator(".container")).to_have_css("border-left-color", "rgb(88, 101, 242)")
    await expect(message.get_by_role("button", name="Full")).to_be_disabled()
    await expect(message.get_by_role("link", name="Agenda")).to_have_attribute(
        "href", "https://example.org/agenda"
    )
    picture = message.get_by_role("img", name="Attendance by month")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1
    async with page.expect_download() as fetching:
        await message.get_by_role("link", name="minutes.txt").click()
    assert (await fetching.value).suggested_filename == "minutes.txt"
    await message.get_by_role("button", name="Who is going").click()
    await expect(newest(page)).to_contain_text("Nobody yet")


async def test_an_embed_is_a_card(look: Look, showing: SmallBot) -> None:
    page = await look()
    await use(page, "embed")
    await expect(newest(page).get_by_role("heading", name="Progress")).to_be_visible()
    await expect(newest(page).get_by_role("term")).to_have_text("London")
    await expect(newest(page).get_by_role("definition")).to_have_text("20")


async def test_an_ephemeral_answer_is_for_one_and_can_be_dismissed(look: Look, bot: SmallBot) -> None:
    amina = await look("amina")
    tomasz = await look("tomasz")
    await use(amina, "slow")
    message = newest(amina)
    await expect(message).to_contain_text("and more")
    await expect(message).to_contain_text("Only you can see this")
    count = await amina.get_by_role("article").count()
    await message.get_by_role("button", name="Dismiss message").click()
    await expect(amina.get_by_role("article")).to_have_count(count - 1)
    await amina.reload()
    await expect(amina.get_by_role("article")).to_have_count(count - 1)
    await expect(tomasz.get_by_role("article")).to_have_count(0)


async def test_a_button_works_keeps_the_focus_and_shows_what_changed(look: Look, bot: SmallBot) -> None:
    page = await look()
    await use(page, "count")
    button = newest(page).get_by_role("button", name="Count")
    await button.focus()
    for pressed in (1, 2):
        await page.keyboard.press("Enter")
        await expect(newest(page)).to_contain_text(f"Pressed {pressed}")
        await expect(newest(page).get_by_role("button", name="Count")).to_be_focused()


async def test_old_buttons_of_a_bot_that_is_gone_fail_in_words(look: Look, bot: SmallBot) -> None:
    page = await look()
    await use(page, "count")
    await newest(page).get_by_role("button", name="Count").wait_for()
    await bot.close()
    await expect(page.get_by_text("is offline")).to_be_visible()
    await newest(page).get_by_role("button", name="Count").click()
    await expect(newest(page)).to_contain_text("The application did not respond")
    await expect(
        page.get_by_role("alert").filter(has_text="The application did not respond")
    ).to_be_attached()


async def test_unread_marks_and_the_line_above_what_is_new(
    look: Look, sandbox: Sandbox, showing: SmallBot
) -> None:
    page = await look("amina", "#welcome")
    tomasz = sandbox.person("tomasz")
    tomasz.say("#london", "First news")
    channel = page.get_by_role("button", name="london, unread", exact=True)
    await expect(channel).to_have_text("london")
    await expect(page).to_have_title(re.compile(r"^#welcome"))
    amina = sandbox.user("amina").mention
    tomasz.say("#london", f"Second news, {amina}")
    tomasz.say("#london", f"Third news, {amina}")
    channel = page.get_by_role("button", name="london, 2 mentions", exact=True)
    await expect(channel).to_contain_text("2")
    await expect(page.get_by_role("button", name="ISO Network (demo), 2 mentions")).to_be_visible()
    await expect(page).to_have_title(re.compile(r"^\(2\) #welcome"))
    await channel.click()
    await expect(page.get_by_text("New", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="london", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    await expect(page).to_have_title(re.compile(r"^#london"))


async def test_a_direct_message_arrives_and_waits_for_whoever_is_away(look: Look, showing: SmallBot) -> None:
    page = await look("tomasz")
    await use(page, "whisper")
    await expect(newest(page)).to_contain_text("I wrote to you")
    await page.get_by_role("button", name="Direct messages, 1 unread message").click()
    await expect(newest(page)).to_contain_text("Just between us")
    await expect(composer(page, "@small-bot").or_(composer(page, "@iso-bot"))).to_be_visible()


async def test_being_somebody_else(look: Look, sandbox: Sandbox) -> None:
    page = await look("amina", "#organisers")
    sandbox.person("ruth").say("#organisers", "Between organisers")
    await expect(newest(page)).to_contain_text("Between organisers")
    await page.get_by_role("combobox", name="You are").select_option(str(sandbox.user("tomasz").id))
    await expect(page.get_by_role("button", name="You are Tomasz Zieliński")).to_be_visible()
    await expect(page.get_by_role("button", name="organisers", exact=True)).to_have_count(0)
    await expect(page.get_by_text("Between organisers")).to_have_count(0)
    await expect(page.locator("#person-about")).to_have_text("member in London")
    await page.reload()
    await expect(page.get_by_role("button", name="You are Tomasz Zieliński")).to_be_visible()


async def test_older_messages_come_when_asked_for(look: Look, sandbox: Sandbox) -> None:
    tomasz = sandbox.person("tomasz")
    for number in range(70):
        tomasz.say("#london", f"Message {number}")
    page = await look()
    await expect(page.get_by_role("article")).to_have_count(50)
    await expect(newest(page)).to_be_in_viewport()
    await page.get_by_role("button", name="Show older messages").click()
    await expect(page.get_by_role("article")).to_have_count(70)
    await expect(page.get_by_role("heading", name="Welcome to #london")).to_be_attached()


async def test_a_thread_hangs_under_its_channel(look: Look, sandbox: Sandbox, bot: SmallBot) -> None:
    page = await look()
    channel = bot.get_channel(sandbox.channel("#london").id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("Let us plan")
    thread = await message.create_thread(name="Planning")
    await thread.send("Inside")
    await page.get_by_role("list", name="Threads of london").get_by_role("button", name="Planning").click()
    await expect(newest(page)).to_contain_text("Inside")


async def test_reactions_and_polls_can_be_read(look: Look, sandbox: Sandbox, bot: SmallBot) -> None:
    page = await look()
    channel = bot.get_partial_messageable(sandbox.channel("#london").id)
    message = await channel.send("Well done")
    await message.add_reaction("\N{THUMBS UP SIGN}")
    reactions = newest(page).get_by_role("list", name="Reactions")
    await expect(reactions.get_by_role("listitem")).to_have_text("\N{THUMBS UP SIGN} 1")
    poll = discord.Poll("Which evening?", timedelta(hours=4))
    poll.add_answer(text="Tuesday").add_answer(text="Thursday")
    await channel.send(poll=poll)
    shown = newest(page).get_by_role("region", name="Poll: Which evening?")
    await expect(shown.get_by_role("listitem")).to_have_text(["Tuesday0 votes", "Thursday0 votes"])


async def test_the_tab_key_does_not_stop_at_every_message(look: Look, sandbox: Sandbox) -> None:
    tomasz = sandbox.person("tomasz")
    for number in range(5):
        tomasz.say("#london", f"Message {number}")
    page = await look()
    await expect(newest(page)).to_contain_text("Message 4")
    messages = page.get_by_role("region", name="Messages in london")
    await messages.focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Commands")).to_be_focused()
    await messages.focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("article").nth(3)).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(
        page.get_by_role("article").nth(3).get_by_role("button", name="Message actions")
    ).to_be_focused()
