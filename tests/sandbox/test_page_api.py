"""What the page in the browser asks for, and what it is told."""

import base64
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.sandbox.checks.messages import Draft
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import ScheduledEvent, building, posting
from tests.sandbox.page_calls import OWN, Page, told
from tests.sandbox.small_bot import SmallBot


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncGenerator[Page]:
    """The page of the sandbox."""
    async with aiohttp.ClientSession() as session:
        yield Page(sandbox, session)


@pytest.fixture
def clock() -> MovableClock:
    """Time that stands still unless it is moved."""
    return MovableClock(frozen=True)


async def test_a_snapshot_is_one_persons_view(
    sandbox: Sandbox, page: Page, amina: Person, tomasz: Person
) -> None:
    seen = await page.snapshot(tomasz)
    assert seen["me"]["username"] == "tomasz"
    assert seen["bot"] == {"id": str(sandbox.world.bot.id), "username": "iso-bot", "online": False}
    channels = {channel["name"]: channel for channel in seen["guilds"][0]["channels"]}
    assert channels["london"]["can_send"]
    assert not channels["organisers"]["can_view"]
    people = {person["username"]: person for person in seen["people"]}
    assert people["amina"]["about"] == "organiser of London"
    assert people["leila"]["in_guilds"] == []
    assert not people["mei"]["dms_open"]
    assert [dm["recipient"]["username"] for dm in seen["dms"]] == ["iso-bot"]
    assert (await page.snapshot(sandbox.person("leila")))["dms"] == []
    first = await page.get("/sandbox/snapshot")
    assert first["me"]["username"] == "ruth"


async def test_commands_listed_are_those_the_person_may_use(
    sandbox: Sandbox, page: Page, bot: SmallBot, tomasz: Person
) -> None:
    ruth = sandbox.person("ruth")
    his = {command["name"]: command["contexts"] for command in (await page.snapshot(tomasz))["commands"]}
    hers = {command["name"]: command["contexts"] for command in (await page.snapshot(ruth))["commands"]}
    assert his.keys() == hers.keys() >= {"echo", "meeting", "Quote", "Wave"}
    # What a server hides from members is theirs in direct messages: such permissions are the server's.
    assert (his.pop("secret"), hers.pop("secret")) == ([1], [0, 1])
    assert his == hers


async def test_messages_come_oldest_first_in_pages(sandbox: Sandbox, page: Page, amina: Person) -> None:
    said = [amina.say("#london", str(number)) for number in range(5)]
    london = sandbox.channel("#london").id
    newest = await page.messages(amina, london, limit=2)
    assert [message["content"] for message in newest] == ["3", "4"]
    older = await page.messages(amina, london, limit=2, before=newest[0]["id"])
    assert [message["id"] for message in older] == [str(message.id) for message in said[1:3]]


async def test_ephemeral_messages_are_for_one_person(
    sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    await amina.slash("#london", "slow")
    london = sandbox.channel("#london").id
    assert [message["flags"] & 64 for message in await page.messages(amina, london)][:1] == [64]
    assert await page.messages(tomasz, london) == []


async def test_a_command_in_the_page_and_its_answer_in_the_stream(
    sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person
) -> None:
    commands = {command["name"]: command["id"] for command in (await page.snapshot(amina))["commands"]}
    london = str(sandbox.channel("#london").id)
    async with page.stream(amina) as stream:
        options = [{"type": 3, "name": "text", "value": "from the page"}]
        done = await page.act(amina, "command", channel=london, command=commands["echo"], options=options)
        assert (done["ok"], done["error"]) == (True, None)
        message = await told(stream, "message.create")
        assert (message["content"], message["channel_id"]) == ("from the page", london)

        done = await page.act(amina, "command", channel=london, command=commands["count"])
        shown = await told(stream, "message.create")
        pressed = await page.act(amina, "component", message=shown["id"], custom_id="count", type=2)
        assert pressed["ok"]
        changed = await told(stream, "message.update")
        assert "Pressed 1" in str(changed["components"])


async def test_a_form_in_the_page_with_files(
    sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    shown = await amina.slash("#london", "doors")
    async with page.stream(amina) as stream:
        await page.act(amina, "component", message=str(shown.message.id), custom_id="form", type=2)
        opened = await told(stream, "modal.open")
        labels = [component["label"] for component in opened["components"]]
        assert labels == ["Who", "Where", "Papers"]
        values = [[str(tomasz.id)], [str(sandbox.channel("#yorkshire").id)], ["1"]]
        components = [
            {"type": 18, "id": label["id"], "component": {**label["component"], "values": value}}
            for label, value in zip(opened["components"], values, strict=True)
        ]
        file = {
            "id": "1",
            "filename": "notes.txt",
            "content_type": "text/plain",
            "data": base64.b64encode(b"N").decode(),
        }
        sent: dict[str, Any] = {
            "interaction": opened["interaction"],
            "custom_id": opened["custom_id"],
            "components": components,
        }
        done = await page.act(amina, "modal", **sent, files=[file])
        assert done["ok"]
        answer = await told(stream, "message.create")
        assert answer["content"] == "tomasz yorkshire notes.txt=N"
        assert answer["flags"] & 64
    refused = await page.act(tomasz, "modal", **sent, status=404)
    assert "not open" in refused["error"]


async def test_autocomplete_in_the_page(sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person) -> None:
    commands = {command["name"]: command["id"] for command in (await page.snapshot(amina))["commands"]}
    options = [
        {
            "type": 1,
            "name": "schedule",
            "options": [{"type": 3, "name": "title", "value": "Pl", "focused": True}],
        }
    ]
    london = str(sandbox.channel("#london").id)
    answer = await page.act(
        amina, "autocomplete", channel=london, command=commands["meeting"], options=options
    )
    assert answer == {"choices": [{"name": "Pl with None", "value": "Pl!"}]}


async def test_no_answer_and_what_the_client_forbids_are_sentences(
    sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    commands = {command.name: str(command.id) for command in sandbox.world.commands.values()}
    london = str(sandbox.channel("#london").id)
    silent = await page.act(amina, "command", channel=london, command=commands["silent"])
    assert (silent["ok"], silent["error"]) == (False, "The application did not respond")
    hidden = await page.act(tomasz, "command", status=400, channel=london, command=commands["secret"])
    assert "permissions" in hidden["error"]
    missing = await page.act(amina, "command", status=400, channel=london, command=commands["echo"])
    assert "'text' is required" in missing["error"]
    assert "no such person" in (await page.post("/sandbox/act", {"as": "1", "do": "message"}, 404))["error"]
    assert "nothing called" in (await page.act(amina, "dance", status=400))["error"]
    assert "not an id" in (await page.act(amina, "message", status=400, channel="x", content="x"))["error"]


@pytest.mark.parametrize(
    "body",
    [
        {"do": "command", "channel": "$london", "command": "$echo", "options": "text"},
        {"do": "command", "channel": "$london", "command": "$echo", "options": [{"value": 1}]},
        {
            "do": "command",
            "channel": "$london",
            "command": "$echo",
            "options": [{"name": "text", "type": 11}],
        },
        {"do": "command", "channel": "$london", "command": "$echo", "files": [{"id": "1"}]},
        {"do": "autocomplete", "channel": "$london", "command": "$echo", "options": [None]},
        {"do": "component", "message": "1", "custom_id": ["x"]},
        {"do": "component", "channel": [], "message": "1"},
        {"do": "modal", "interaction": "1"},
        {"do": "message", "channel": "$london", "content": ""},
        {"do": "join", "guild": {}},
        {"do": "leave", "guild": "5"},
        {"do": ["command"]},
        {},
    ],
)
async def test_nonsense_is_refused_in_a_sentence(
    sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person, body: dict[str, Any]
) -> None:
    echo = next(command.id for command in sandbox.world.commands.values() if command.name == "echo")
    known = {"$london": str(sandbox.channel("#london").id), "$echo": str(echo)}
    sent = {key: known.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
    url = f"{sandbox.url}/sandbox/act"
    async with page.session.post(url, json={"as": str(amina.id), **sent}, headers=OWN) as answer:
        assert answer.status in {400, 404}
        assert len((await answer.json())["error"]) > 10


async def test_saying_joining_leaving_and_closing_direct_messages(
    sandbox: Sandbox, page: Page, amina: Person, tomasz: Person
) -> None:
    guild = str(sandbox.guild().id)
    async with page.stream(tomasz) as stream:
        await page.act(amina, "message", channel=str(sandbox.channel("#london").id), content="hello")
        assert (await told(stream, "message.create"))["content"] == "hello"
        joined = await page.post("/sandbox/act", {"do": "join", "guild": guild, "name": "Robin"})
        added = await told(stream, "member.add")
        assert added["user"]["id"] == joined["person"]
        robin = next(user for user in sandbox.world.users.values() if user.global_name == "Robin")
        await page.act(Person(sandbox, robin), "leave", guild=guild)
        assert (await told(stream, "member.remove"))["user"]["username"] == robin.username
    await page.act(amina, "dms", open=False)
    assert not amina.user.dms_open
    names = [(await page.post("/sandbox/act", {"do": "join", "guild": guild}))["person"] for _ in range(9)]
    assert len({sandbox.world.users[int(name)].username for name in names}) == 9


async def test_the_stream_keeps_secrets(
    sandbox: Sandbox, page: Page, bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    async with page.stream(tomasz) as stream:
        amina.say("#organisers", "among organisers")
        await (await amina.slash("#london", "slow")).until_followups(1)
        amina.say("dm", "to the bot")
        amina.say("#london", "for all")
        assert (await told(stream, "message.create"))["content"] == "for all"


async def test_deletions_reactions_channels_and_the_bot_are_told(
    sandbox: Sandbox, page: Page, tomasz: Person, amina: Person
) -> None:
    world = sandbox.world
    async with page.stream(tomasz) as stream:
        message = amina.say("#london", "hello")
        posting.react(world, message, tomasz.user, "👍")
        assert (await told(stream, "message.update"))["reactions"][0]["count"] == 1
        posting.delete(world, message)
        assert (await told(stream, "message.delete"))["id"] == str(message.id)
        made = building.channel(world, sandbox.guild(), "later")
        assert (await told(stream, "channel.create"))["id"] == str(made.id)
        posting.post(world, building.dm(world, tomasz.user, world.bot), world.bot, Draft(content="psst"))
        assert (await told(stream, "message.create"))["content"] == "psst"
    seen = await page.snapshot(tomasz)
    assert seen["dms"][0]["recipient"]["username"] == "iso-bot"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/sandbox/act", {}),
        ("POST", "/sandbox/clock", {"X-Sandbox": "yes"}),
        ("POST", "/sandbox/act", OWN | {"Origin": "https://evil.example"}),
        ("GET", "/sandbox/snapshot", {"Host": "evil.example"}),
        ("GET", "/", {"Host": "evil.example:80"}),
        ("GET", "/sandbox/stream?as=1", {"Origin": "http://evil.example"}),
    ],
)
async def test_other_sites_are_kept_out(page: Page, method: str, path: str, headers: dict[str, str]) -> None:
    async with page.session.request(method, page.sandbox.url + path, headers=headers, json={}) as answer:
        assert answer.status == 403


async def test_the_page_and_nothing_beside_it_is_given_out(page: Page) -> None:
    async with page.session.get(page.sandbox.url + "/") as answer:
        assert answer.content_type == "text/html"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    async with page.session.get(page.sandbox.url + "/page/app.js") as answer:
        assert answer.content_type == "text/javascript"
    for path in ("/page/none.js", "/page/%2e%2e%2fserver.py", "/page/..%2f__init__.py"):
        async with page.session.get(page.sandbox.url + path) as answer:
            assert answer.status == 404


async def test_events_are_seen_and_pressed_by_whoever_is_in_their_server(
    sandbox: Sandbox, page: Page, tomasz: Person
) -> None:
    guild = sandbox.guild()
    begins = sandbox.world.clock.now() + timedelta(days=1)
    event = ScheduledEvent(
        7, guild.id, sandbox.world.bot, "Meeting", begins, begins + timedelta(hours=1), 3, location="Hall"
    )
    guild.events[event.id] = event
    async with page.stream(tomasz) as stream:
        await page.act(tomasz, "interested", event="7", going=True)
        assert (await told(stream, "events.update"))["user_id"] == str(tomasz.id)
        (seen,) = (await page.snapshot(tomasz))["guilds"][0]["events"]
        assert (seen["name"], seen["location"], seen["interested"], seen["count"]) == (
            "Meeting",
            "Hall",
            True,
            1,
        )
        await page.act(tomasz, "interested", event="7", going=False)
    assert event.interested == {}
    await page.act(tomasz, "interested", event="8", going=True, status=404)
    event.status = 3
    assert (await page.snapshot(tomasz))["guilds"][0]["events"] == []
