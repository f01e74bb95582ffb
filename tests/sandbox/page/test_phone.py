"""The phone beside the chat: what rings is shown, said, kept until its channel is opened, and set by its settings."""

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.checks.messages import Draft
from bot.sandbox.phone import Level
from bot.sandbox.server import Sandbox
from bot.sandbox.world import posting
from tests.sandbox.page.conftest import Look
from tests.sandbox.page.test_access import faults, too_small
from tests.sandbox.page.test_chat import composer
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.browser


def phone(page: Page, name: str = "Tomasz Zieliński") -> Locator:
    return page.get_by_role("complementary", name=f"{name}’s phone")


def shown(page: Page) -> Locator:
    return phone(page).get_by_role("list", name="Lock screen, newest first").get_by_role("listitem")


def announce(sandbox: Sandbox, words: str = "New meeting: Thursday, 6 pm.", place: str = "#london") -> None:
    """Have the bot mention the network's role."""
    role = next(role for role in sandbox.guild().roles.values() if role.name == "London")
    draft = Draft(content=f"{words} {role.mention}")
    posting.post(sandbox.world, sandbox.channel(place), sandbox.world.bot, draft)


def private(sandbox: Sandbox, words: str, flags: int = 0) -> None:
    """Have the bot write to Tomasz."""
    world = sandbox.world
    posting.post(world, sandbox.person("tomasz").dm, world.bot, Draft(content=words, flags=flags))


async def test_what_rings_stands_on_the_lock_screen_and_is_said(look: Look, sandbox: Sandbox) -> None:
    page = await look("tomasz", "#welcome")
    await expect(phone(page)).to_contain_text("Nothing here.")
    announce(sandbox)
    private(sandbox, "Tomorrow at 6 pm: Spring meeting")
    await expect(shown(page)).to_contain_text(
        ["iso-botTomorrow at 6 pm: Spring meeting", "iso-bot (#london, ISO Network (demo))New meeting"]
    )
    await expect(page.locator("#announcer")).to_contain_text(
        "Your phone rings. iso-bot: Tomorrow at 6 pm: Spring meeting"
    )
    await expect(page.get_by_role("button", name="Show the phone, 2 notifications")).to_be_visible()
    await expect(page.get_by_role("button", name="Direct messages, 1 unread message")).to_be_visible()
    # What rings nobody, and an edit, leave it as it is.
    sandbox.person("grace").say("#wales", "For nobody in particular")
    message = sandbox.channel("#london").messages[-1]
    posting.edit(sandbox.world, message, Draft(content="Moved to Friday", given=frozenset({"content"})))
    await expect(page.get_by_role("button", name="wales, unread")).to_be_visible()
    await expect(shown(page)).to_have_count(2)
    await expect(shown(page).last).to_contain_text("New meeting: Thursday, 6 pm. @London")


async def test_a_notification_stays_until_its_channel_is_opened(look: Look, sandbox: Sandbox) -> None:
    page = await look("tomasz", "#london")
    # The phone lies in the pocket while its owner sits before the open channel.
    announce(sandbox)
    await expect(shown(page)).to_have_count(1)
    await expect(page.get_by_role("button", name="london", exact=True)).to_be_visible()
    # It is said once, as the message that it is.
    await expect(page.locator("#announcer")).to_contain_text("iso-bot: New meeting")
    await expect(page.locator("#announcer")).not_to_contain_text("rings")
    private(sandbox, "Tomorrow at 6 pm")
    await expect(shown(page)).to_have_count(2)
    # Neither a look at it by reloading, nor somebody else's, takes it away.
    await page.reload()
    await expect(shown(page)).to_have_count(2)
    me = page.get_by_role("combobox", name="You are")
    await me.select_option(str(sandbox.user("imran").id))
    await expect(phone(page, "Imran Hussain")).to_contain_text("Nothing here.")
    await me.select_option(str(sandbox.user("tomasz").id))
    await expect(shown(page)).to_have_count(2)
    await shown(page).first.get_by_role("button").press("Enter")
    await expect(page.get_by_role("heading", level=1, name="iso-bot", exact=True)).to_be_visible()
    await expect(shown(page)).to_have_count(1)
    await phone(page).get_by_role("button", name="Clear all").click()
    await expect(phone(page)).to_contain_text("Nothing here.")
    await expect(phone(page).get_by_role("button", name="Lock screen")).to_be_focused()


async def test_who_writes_has_the_channel_open(look: Look, sandbox: Sandbox) -> None:
    page = await look("tomasz", "#london")
    announce(sandbox)
    await expect(shown(page)).to_have_count(1)
    await composer(page).fill("I am coming")
    await page.keyboard.press("Enter")
    await expect(shown(page)).to_have_count(0)


async def test_a_message_without_words_is_shown_as_that(
    look: Look, sandbox: Sandbox, showing: SmallBot
) -> None:
    sandbox.person("tomasz").phone.set_server(sandbox.guild(), level=Level.ALL_MESSAGES)
    page = await look("tomasz", "#welcome")
    card = Draft(components=[{"type": 10, "id": 1, "content": "Tomorrow at 6 pm"}], flags=1 << 15)
    posting.post(sandbox.world, sandbox.channel("#london"), sandbox.world.bot, card)
    await expect(shown(page)).to_contain_text("No words")
    await expect(shown(page)).not_to_contain_text("Tomorrow")


async def test_settings_of_server_and_channel_say_what_rings(look: Look, sandbox: Sandbox) -> None:
    page = await look("tomasz", "#wales")
    grace, guild = sandbox.person("grace"), sandbox.guild()
    state = sandbox.person("tomasz").phone.state
    await phone(page).get_by_role("button", name="Notification settings").click()
    server = phone(page).get_by_role("group", name="Notify me of").first
    place = phone(page).get_by_role("group", name="Notify me of").last
    await expect(server.get_by_role("radio", name="Only @mentions (this server’s default)")).to_be_checked()
    await expect(phone(page)).to_contain_text("the harder case: whoever is not mentioned hears nothing")
    await server.get_by_role("radio", name="All messages").focus()
    await page.keyboard.press("Space")
    await expect(server.get_by_role("radio", name="All messages")).to_be_checked()
    await sandbox.until(lambda: state.server(guild.id).level is Level.ALL_MESSAGES)
    grace.say("#london", "For all")
    await expect(page.get_by_role("button", name="Show the phone, 1 notification")).to_be_visible()
    await place.get_by_role("radio", name="Nothing").check()
    await sandbox.until(lambda: state.channel(sandbox.channel("#wales").id).level is Level.NOTHING)
    await phone(page).get_by_role("switch", name="Mute this channel").check()
    await expect(page.get_by_role("button", name="wales, muted")).to_be_visible()
    await phone(page).get_by_role("switch", name="Suppress all role @mentions").check()
    await phone(page).get_by_role("switch", name="Push notifications on the phone").uncheck()
    await sandbox.until(lambda: not state.server(guild.id).mobile_push)
    announce(sandbox)
    grace.say("#wales", f"Hello {sandbox.user('tomasz').mention}")
    await phone(page).get_by_role("button", name="Lock screen").click()
    await expect(shown(page)).to_have_count(1)
    await page.reload()
    await phone(page).get_by_role("button", name="Notification settings").click()
    await expect(
        phone(page).get_by_role("switch", name="Push notifications on the phone")
    ).not_to_be_checked()
    await page.get_by_role("button", name="Direct messages").click()
    await phone(page).get_by_role("switch", name="Mute this conversation").check()
    await sandbox.until(lambda: state.channel(sandbox.person("tomasz").dm.id).muted)


async def test_who_manages_the_server_changes_its_default(look: Look, sandbox: Sandbox) -> None:
    page = await look("ruth", "#london")
    await phone(page, "Ruth Abiola").get_by_role("button", name="Notification settings").click()
    everybody = phone(page, "Ruth Abiola").get_by_role("group", name="Default for everybody")
    await everybody.get_by_role("radio", name="All messages").check()
    await sandbox.until(lambda: sandbox.guild().default_notifications is Level.ALL_MESSAGES)
    await expect(
        phone(page, "Ruth Abiola").get_by_role("radio", name="All messages (this server’s default)")
    ).to_be_checked()
    member = await look("tomasz", "#welcome")
    await phone(member).get_by_role("button", name="Notification settings").click()
    await expect(phone(member).get_by_role("group", name="Default for everybody")).to_have_count(0)
    await phone(member).get_by_role("button", name="Lock screen").click()
    sandbox.person("grace").say("#wales", "For all")
    await expect(shown(member)).to_contain_text("For all")


@pytest.mark.parametrize(
    ("scheme", "small"), [("light", False), ("dark", False), ("light", True), ("dark", True)]
)
async def test_axe_finds_no_serious_fault_in_the_phone(
    look: Look, sandbox: Sandbox, scheme: str, small: bool
) -> None:
    page = await look("tomasz", "#welcome", scheme=scheme, phone=small)
    announce(sandbox)
    private(sandbox, "Tomorrow at 6 pm")
    await page.get_by_role("button", name="Show the phone, 2 notifications").wait_for()
    sandbox.person("tomasz").phone.set_channel(sandbox.channel("#wales"), muted=True)
    if small:
        await page.get_by_role("button", name="Show the phone").tap()
    await expect(shown(page)).to_have_count(2)
    assert await faults(page) == []
    await phone(page).get_by_role("button", name="Notification settings").click()
    await expect(phone(page).get_by_role("switch", name="Mute this server")).to_be_visible()
    assert await faults(page) == []


async def test_on_a_phone_it_is_a_screen_of_its_own(look: Look, sandbox: Sandbox) -> None:
    page = await look("tomasz", "#welcome", phone=True)
    announce(sandbox, "A long announcement " + "with many words " * 20)
    opener = page.get_by_role("button", name="Show the phone, 1 notification")
    await expect(phone(page)).not_to_be_visible()
    await opener.tap()
    box = await phone(page).bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["height"]) == (0, 390, 844)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await too_small(page) == []
    await phone(page).get_by_role("button", name="Notification settings").tap()
    assert await too_small(page) == []
    await page.keyboard.press("Escape")
    await expect(phone(page)).not_to_be_visible()
    await expect(opener).to_be_focused()
    # A notification leads into its channel and puts the phone away.
    await opener.tap()
    await phone(page).get_by_role("button", name="Lock screen").tap()
    await shown(page).get_by_role("button").tap()
    await expect(page.get_by_role("heading", level=1, name="london")).to_be_visible()
    await expect(phone(page)).not_to_be_visible()
    await expect(page.get_by_role("button", name="Show the phone", exact=True)).to_be_visible()


async def test_beside_the_chat_it_can_be_put_away(look: Look) -> None:
    page = await look("tomasz", "#welcome")
    box = await phone(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] == 1280
    await page.get_by_role("button", name="Show the phone").click()
    await expect(phone(page)).not_to_be_visible()
    await page.get_by_role("button", name="Show the phone").click()
    await expect(phone(page)).to_be_visible()
