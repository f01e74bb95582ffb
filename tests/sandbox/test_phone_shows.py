"""What a phone shows: the words on the lock screen, what is unread, and how long either stays."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.sandbox.checks.messages import Draft
from bot.sandbox.people import Person
from bot.sandbox.phone import Level, Unread
from bot.sandbox.phone.phones import MOST_SHOWN
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Upload, building, posting
from tests.sandbox.raw import Rest
from tests.sandbox.small_bot import SmallBot

V2 = 1 << 15
SILENT = 1 << 12


@pytest.fixture
def clock() -> MovableClock:
    """Time that stands still unless it is moved."""
    return MovableClock(frozen=True)


@pytest.fixture
async def ask(sandbox: Sandbox) -> AsyncGenerator[Rest]:
    """The bot's requests to the strict sandbox."""
    async with Rest(sandbox) as asking:
        yield asking


@pytest.fixture
def hearing(sandbox: Sandbox, tomasz: Person) -> Person:
    """Somebody whose phone rings for every message of the server."""
    tomasz.phone.set_server(sandbox.guild(), level=Level.ALL_MESSAGES)
    return tomasz


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


async def test_the_heading_says_who_and_where(sandbox: Sandbox, ask: Rest, hearing: Person) -> None:
    guild, london = sandbox.guild(), sandbox.channel("#london")
    await ask.send("#london", {"content": "In the channel"})
    await ask("POST", f"/channels/{hearing.dm.id}/messages", {"content": "In private"})
    london.parent_id = building.channel(sandbox.world, guild, "Regions", 4).id
    await ask.send("#london", {"content": "In a category"})
    made = (await ask("POST", f"/channels/{london.id}/threads", {"name": "Planning", "type": 11})).body
    guild.threads[int(made["id"])].thread_members[hearing.id] = sandbox.clock.now()
    await ask.send("Planning", {"content": "In a thread"})
    guild.members[hearing.id].nick = "Tomek"
    guild.members[sandbox.user("grace").id].nick = "Grace (she/her)"
    sandbox.person("grace").say("#london", f"By somebody to {hearing.mention}")
    assert [(shown.title, shown.channel, shown.body) for shown in hearing.phone.lock_screen] == [
        ("iso-bot (#london, ISO Network (demo))", "#london", "In the channel"),
        ("iso-bot", "DM", "In private"),
        ("iso-bot (#london, Regions)", "#london", "In a category"),
        ("iso-bot (Planning, #london)", "#Planning", "In a thread"),
        ("Grace (she/her) (#london, Regions)", "#london", "By somebody to @Tomek"),
    ]
    assert {shown.at for shown in hearing.phone.lock_screen} == {sandbox.clock.now()}
    assert hearing.phone.lock_screen[1].line == "iso-bot: In private"


WORDS: dict[str, tuple[dict[str, Any], str]] = {
    "content": ({"content": "Tomorrow at 6 pm: Spring meeting"}, "Tomorrow at 6 pm: Spring meeting"),
    "content before an embed": ({"content": "New meeting", "embeds": [{"title": "Spring"}]}, "New meeting"),
    "an embed alone": ({"embeds": [{"title": "Spring meeting", "description": "Thursday"}]}, ""),
    "Components V2": ({"flags": V2, "components": [text("Tomorrow at 6 pm")]}, ""),
    "a mention that notifies": ({"content": "Ask <@{grace}>"}, "Ask @Grace Owusu"),
    "a mention that does not": (
        {"content": "Ask Grace (<@{grace}>)", "allowed_mentions": {"parse": []}}, "Ask Grace (@unknown-user)",
    ),
    "roles, channels, commands, emoji": (
        {"content": "<@&{role}> in <#{london}>: </meeting list:123456789012345678> <:fist:123456789012345678>"},
        "@London in #london: /meeting list :fist:",
    ),
    "what no longer exists": (
        {"content": "<@&{none}> <#{none}> <@{none}>"}, "@unknown-role #unknown @unknown-user",
    ),
    "times and Markdown as typed": (
        {"content": "**When:** <t:1773338400:R>\n-# [here](https://example.org)"},
        "**When:** <t:1773338400:R>\n-# [here](https://example.org)",
    ),
    "@everyone that may not": ({"content": "Hello @everyone"}, "Hello @everyone"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
async def test_the_words_of_a_push(sandbox: Sandbox, ask: Rest, hearing: Person, name: str) -> None:
    body, shown = WORDS[name]
    ids = {
        "grace": sandbox.user("grace").id,
        "london": sandbox.channel("#london").id,
        "role": next(role.id for role in sandbox.guild().roles.values() if role.name == "London"),
        "none": 111111111111111111,
    }
    filled = body | ({"content": body["content"].format(**ids)} if "content" in body else {})
    assert (await ask.send("#london", filled)).status == 200
    assert [notification.body for notification in hearing.phone.lock_screen] == [shown]


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [("card.png", "image/png", "iso-bot sent an image"), ("meeting.ics", "text/calendar", "")],
)
async def test_a_file_without_words(
    sandbox: Sandbox, hearing: Person, name: str, kind: str, body: str
) -> None:
    form = aiohttp.FormData({"payload_json": "{}"})
    form.add_field("files[0]", b"data", filename=name, content_type=kind)
    url = f"{sandbox.api_base}/channels/{hearing.dm.id}/messages"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session,
        session.post(url, data=form) as answer,
    ):
        assert answer.status == 200
    assert [notification.body for notification in hearing.phone.lock_screen] == [body]


async def test_a_picture_in_components_v2_brings_no_words(sandbox: Sandbox, hearing: Person) -> None:
    gallery = {"type": 12, "id": 1, "items": [{"media": {"url": "attachment://card.png"}}]}
    picture = Upload(0, "card.png", "image/png", b"data")
    card = Draft(components=[gallery], flags=V2, uploads=[picture])
    posting.post(sandbox.world, sandbox.channel("#london"), sandbox.world.bot, card)
    assert [notification.body for notification in hearing.phone.lock_screen] == [""]
    assert hearing.phone.lock_screen[0].line == "iso-bot (#london, ISO Network (demo)): no words"


async def test_an_ephemeral_answer_rings_nobody_and_a_public_one_the_others(
    sandbox: Sandbox, bot: SmallBot, hearing: Person, amina: Person
) -> None:
    amina.phone.set_server(sandbox.guild(), level=Level.ALL_MESSAGES)
    answer = await amina.slash("#london", "slow")
    assert answer.ephemeral
    assert (amina.phone.heard, hearing.phone.heard) == ([], [])
    answer = await amina.slash("#london", "echo", text="Hello all")
    assert not answer.ephemeral
    assert [shown.channel for shown in hearing.phone.heard] == ["#london"]


async def test_the_lock_screen_keeps_what_came_until_the_channel_is_opened(
    sandbox: Sandbox, ask: Rest, clock: MovableClock, tomasz: Person
) -> None:
    phone, london = tomasz.phone, sandbox.channel("#london")
    await ask.send("#london", {"content": f"First {tomasz.mention}"})
    clock.move(timedelta(days=3))
    await ask.send("#wales", {"content": f"Second {tomasz.mention}"})
    await ask("POST", f"/channels/{tomasz.dm.id}/messages", {"content": "Third"})
    assert [shown.channel for shown in phone.lock_screen] == ["#london", "#wales", "DM"]
    assert phone.lock_screen[1].at - phone.lock_screen[0].at == timedelta(days=3)
    assert phone.badge == 3
    phone.open(london)
    assert [shown.channel for shown in phone.lock_screen] == ["#wales", "DM"]
    phone.read(sandbox.channel("#wales"))  # while they are at a computer, the phone stays in the pocket
    assert ([shown.channel for shown in phone.lock_screen], phone.badge) == (["#wales", "DM"], 1)
    phone.clear()
    assert (phone.lock_screen, phone.badge) == ([], 1)
    assert [shown.channel for shown in phone.heard] == ["#london", "#wales", "DM"]


async def test_who_writes_or_presses_has_opened_the_channel(
    sandbox: Sandbox, bot: SmallBot, tomasz: Person
) -> None:
    for writes in (True, False):
        sandbox.person("grace").say("#london", f"Are you coming, {tomasz.mention}?")
        assert len(tomasz.phone.lock_screen) == tomasz.phone.badge == 1
        if writes:
            tomasz.say("#london", "Yes")
        else:
            await tomasz.slash("#london", "slow")
        assert (tomasz.phone.lock_screen, tomasz.phone.unread) == ([], {})


async def test_a_dot_for_what_is_unread_and_a_number_for_what_mentions(
    sandbox: Sandbox, ask: Rest, tomasz: Person
) -> None:
    phone = tomasz.phone
    london, wales, dm = sandbox.channel("#london"), sandbox.channel("#wales"), tomasz.dm
    assert phone.unread == {}
    await ask.send("#london", {"content": "For all"})
    await ask.send("#london", {"content": f"Quietly, {tomasz.mention}", "flags": SILENT})
    await ask.send("#wales", {"content": "For all"})
    await ask("POST", f"/channels/{dm.id}/messages", {"content": "For you"})
    await ask("POST", f"/channels/{dm.id}/messages", {"content": "And again"})
    assert phone.unread == {london.id: Unread(True, 1), wales.id: Unread(True, 0), dm.id: Unread(True, 2)}
    # A muted channel is not unread, but a mention in it counts.
    phone.set_server(sandbox.guild(), muted=True)
    assert phone.unread == {london.id: Unread(True, 1), dm.id: Unread(True, 2)}
    await ask.send("#wales", {"content": f"For you, {tomasz.mention}"})
    assert (phone.unread_in(wales), phone.badge) == (Unread(True, 1), 4)
    # What is suppressed counts no more than it rings.
    phone.set_server(sandbox.guild(), muted=False, suppress_roles=True)
    role = next(role for role in sandbox.guild().roles.values() if role.name == "London")
    await ask.send("#yorkshire", {"content": role.mention})
    assert phone.unread_in(sandbox.channel("#yorkshire")) == Unread(True, 0)


async def test_what_came_before_somebody_joined_is_read(
    sandbox: Sandbox, ask: Rest, clock: MovableClock
) -> None:
    await ask.send("#wales", {"content": "Before"})
    clock.move(timedelta(minutes=1))
    leila = sandbox.person("leila")
    leila.join()
    assert leila.phone.unread == {}
    clock.move(timedelta(minutes=1))
    await ask.send("#wales", {"content": "After"})
    assert leila.phone.unread == {sandbox.channel("#wales").id: Unread(dot=True, mentions=0)}


async def test_a_lock_screen_does_not_grow_for_ever(sandbox: Sandbox, hearing: Person) -> None:
    grace = sandbox.person("grace")
    for number in range(MOST_SHOWN + 5):
        grace.say("#london", f"Message {number}")
    assert len(hearing.phone.lock_screen) == MOST_SHOWN
    assert hearing.phone.lock_screen[0].body == "Message 5"
    assert len(hearing.phone.heard) == MOST_SHOWN + 5


async def test_settings_marks_and_lock_screen_outlive_the_sandbox(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    async with Sandbox(state_file=file) as sandbox, Rest(sandbox) as rest:
        tomasz, guild = sandbox.person("tomasz"), sandbox.guild()
        tomasz.phone.set_server(guild, level=Level.ALL_MESSAGES, suppress_roles=True)
        tomasz.phone.set_channel(sandbox.channel("#wales"), muted=True)
        await rest.send("#london", {"content": "Read"})
        tomasz.phone.open(sandbox.channel("#london"))
        await rest.send("#yorkshire", {"content": f"Not read, {tomasz.mention}"})
        before = sandbox.world.phones
    async with Sandbox(state_file=file) as sandbox:
        phone = sandbox.person("tomasz").phone
        assert sandbox.world.phones == before
        assert sandbox.guild().default_notifications is Level.ONLY_MENTIONS
        assert phone.state.server(sandbox.guild().id).level is Level.ALL_MESSAGES
        assert [shown.body for shown in phone.lock_screen] == ["Not read, @Tomasz Zieliński"]
        assert phone.unread == {sandbox.channel("#yorkshire").id: Unread(dot=True, mentions=1)}


async def test_a_state_of_before_there_were_phones_is_read(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    async with Sandbox(state_file=file):
        pass
    data = file.read_text("utf-8")
    assert '"phones":[]' in data
    file.write_text(data.replace(',"phones":[]', "").replace(',"default_notifications":1', ""), "utf-8")
    async with Sandbox(state_file=file) as sandbox:
        assert sandbox.person("tomasz").phone.lock_screen == []
        assert sandbox.guild().default_notifications is Level.ALL_MESSAGES


async def test_the_bot_is_told_the_servers_default(sandbox: Sandbox, ask: Rest) -> None:
    guild = (await ask("GET", f"/guilds/{sandbox.guild().id}")).body
    assert guild["default_message_notifications"] == 1
