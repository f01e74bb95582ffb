"""The server itself: limits, faults, the official document, the file, loopback."""

import asyncio
import re
from collections import deque
from datetime import timedelta
from pathlib import Path

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.clock import MovableClock
from bot.sandbox import page_api, rest, seed
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from tests.official import DOCUMENT, missing
from tests.sandbox.raw import Rest

USER = "/users/@me"


async def test_only_loopback_is_served() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Sandbox(host="0.0.0.0")


async def test_each_start_has_a_token_of_its_own() -> None:
    assert Sandbox().token != Sandbox().token


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "[::1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_page_from_elsewhere_reaches_no_route(headers: dict[str, str]) -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        served = [(route.method, route.path) for route in (*rest.routes(sandbox), *page_api.routes(sandbox))]
        served += [("GET", sandbox.gateway.PATH), ("GET", "/attachments/1/1/1"), ("GET", "/nowhere")]
        for method, template in served:
            method = "GET" if method == "*" else method
            path = re.sub(r"\{[^}]+\}", "1", template)
            # What a page from elsewhere could know: a token of this very start would not help it.
            sent = headers | {"X-Sandbox": "1", "Authorization": f"Bot {sandbox.token}"}
            async with session.request(method, sandbox.url + path, headers=sent, json={}) as answer:
                assert answer.status == 403, (method, path)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(sandbox.gateway_url, headers=headers)
        assert not sandbox.gateway.sessions
        assert sandbox.requests == deque()


async def test_limits_are_told_and_kept() -> None:
    async with Sandbox(limits=Limits.discord()) as sandbox, Rest(sandbox) as rest:
        replies = [await rest.send("#london", {"content": str(index)}) for index in range(6)]
        assert [reply.status for reply in replies] == [200] * 5 + [429]
        assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["4", "3", "2", "1", "0", "0"]
        refused = replies[-1]
        assert refused.body["global"] is False
        assert 4.0 < refused.body["retry_after"] <= 5.0
        assert refused.headers["Retry-After"] == "5"
        assert refused.headers["X-RateLimit-Scope"] == "user"
        assert refused.headers["Via"]
        assert len({reply.headers["X-RateLimit-Bucket"] for reply in replies}) == 1
        # Another channel has a bucket of its own.
        assert (await rest.send("#wales", {"content": "x"})).status == 200
        assert sandbox.limits.refusals == sandbox.invalid_requests == 1


async def test_fifty_a_second_in_all_but_interactions_are_free() -> None:
    async with Sandbox(limits=Limits.discord()) as sandbox, Rest(sandbox) as rest:
        replies = await asyncio.gather(*(rest("GET", f"/users/{index}") for index in range(1, 31)))
        assert {reply.status for reply in replies} == {404}
        replies = await asyncio.gather(*(rest("GET", USER) for _ in range(25)))
        refused = [reply for reply in replies if reply.status == 429]
        assert len(refused) == 5
        assert refused[0].body["global"] is True
        assert refused[0].headers["X-RateLimit-Global"] == "true"
        answered = await rest("POST", "/interactions/1/token/callback", {"type": 5})
        assert answered.failed == (404, 10062)


async def test_the_real_client_keeps_to_what_the_headers_say(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(buckets={("POST", "/channels/{channel_id}/messages"): (2, 0.2)})
    async with Sandbox(limits=limits) as sandbox:
        monkeypatch.setattr(Route, "BASE", sandbox.api_base)
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(sandbox.token)
            place = client.get_partial_messageable(sandbox.channel("#london").id)
            for index in range(6):
                await place.send(str(index))
        assert [message.content for message in sandbox.channel("#london").messages] == list("012345")
        assert limits.refusals == 0
        arrivals = [record.monotonic for record in sandbox.asked("POST", "/channels/{channel_id}/messages")]
        assert arrivals[-1] - arrivals[0] >= 0.4


async def test_each_interaction_has_a_bucket_of_its_own() -> None:
    async with Sandbox(limits=Limits.discord()) as sandbox, Rest(sandbox) as rest:
        paths = [f"/interactions/{index}/token/callback" for index in range(1, 121)]
        replies = await asyncio.gather(*(rest("POST", path, {"type": 5}) for path in paths))
        assert {reply.status for reply in replies} == {404}


async def test_a_fault_strikes_as_often_as_told(rest: Rest) -> None:
    rule = rest.sandbox.faults.add("POST .*/messages", status=503, times=2)
    statuses = [(await rest.send("#london", {"content": "x"})).status for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert len(rule.hits) == 2
    assert len(rest.sandbox.channel("#london").messages) == 1


async def test_an_answer_can_be_lost_after_the_work(rest: Rest) -> None:
    rest.sandbox.faults.add("POST /channels/{channel_id}/messages", "drop_after")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await rest.send("#london", {"content": "x"})
    rest.sandbox.faults.add("POST .*/messages", status=500, after=True)
    assert (await rest.send("#london", {"content": "y"})).status == 500
    assert [message.content for message in rest.sandbox.channel("#london").messages] == ["x", "y"]
    assert [record.status for record in rest.sandbox.requests] == [0, 500]


async def test_a_connection_can_be_cut_before_the_work(rest: Rest) -> None:
    rest.sandbox.faults.add("POST .*/messages", "drop_before")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await rest.send("#london", {"content": "x"})
    assert rest.sandbox.channel("#london").messages == []


async def test_an_answer_can_end_in_the_middle(rest: Rest) -> None:
    rest.sandbox.faults.add("GET /users", "truncate", at=10)
    with pytest.raises(aiohttp.ClientPayloadError):
        await rest("GET", USER)


async def test_an_answer_can_wait(rest: Rest) -> None:
    admission = asyncio.Event()
    rest.sandbox.faults.add("GET /users", "slow", until=admission)
    asking = asyncio.create_task(rest("GET", USER))
    await rest.sandbox.until(lambda: rest.sandbox.requests)
    assert rest.sandbox.requests[0].status is None
    admission.set()
    assert (await asking).status == 200


async def test_a_429_of_the_edge_has_no_via(rest: Rest) -> None:
    rest.sandbox.faults.add("GET /users", status=429, via=False)
    rest.sandbox.faults.add("GET /users", status=429, scope="global", retry_after=0.01)
    edge, globally = await rest("GET", USER), await rest("GET", USER)
    assert "Via" not in edge.headers
    assert globally.body == {"message": "You are being rate limited.", "retry_after": 0.01, "global": True}
    assert (globally.headers["X-RateLimit-Scope"], "Via" in globally.headers) == ("global", True)


async def test_chance_is_the_same_every_time() -> None:
    async def struck() -> list[int]:
        async with Sandbox() as sandbox, Rest(sandbox) as rest:
            sandbox.faults.add("GET /users", probability=0.5, times=None)
            return [(await rest("GET", USER)).status for _ in range(20)]

    first = await struck()
    assert set(first) == {200, 503}
    assert await struck() == first


@pytest.mark.skipif(bool(missing()), reason=missing())
async def test_the_official_document_is_held_against_requests() -> None:
    async with Sandbox(openapi=DOCUMENT) as sandbox, Rest(sandbox) as rest:
        assert (
            await rest.send("#london", {"content": "fine", "allowed_mentions": {"users": [5]}})
        ).status == 200
        assert sandbox.violations == []
        refused = await rest.send("#london", {"content": 5})
        assert refused.failed == (400, 50035)
        assert refused.problems() == {"content": "OPENAPI"}
        assert (await rest("GET", "/users/@me/guilds?limit=ten")).failed == (400, 50035)
        assert (await rest("GET", "/users/@me/guilds?colour=red")).failed == (400, 50035)
        assert [violation.path for violation in sandbox.violations] == [
            "content",
            "query.limit",
            "query.colour",
        ]


@pytest.mark.skipif(bool(missing()), reason=missing())
async def test_the_sandbox_serves_nothing_that_discord_has_not() -> None:
    from bot.sandbox.openapi import Document
    from bot.sandbox.rest import ROUTES

    document = Document(DOCUMENT)
    assert [
        f"{route.method} {route.path}" for route in ROUTES if not document.knows(route.method, route.path)
    ] == []


async def test_the_world_outlives_the_server(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "world.json"
    clock = MovableClock()
    async with Sandbox(clock=clock, state_file=file) as sandbox, Rest(sandbox) as rest:
        clock.move(timedelta(days=7))
        form = aiohttp.FormData({"payload_json": '{"content": "hello"}'})
        form.add_field("files[0]", b"minutes", filename="minutes.txt", content_type="text/plain")
        url = f"{sandbox.api_base}/channels/{sandbox.channel('#london').id}/messages"
        async with aiohttp.ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session:
            await session.post(url, data=form)
        commands = f"/applications/{sandbox.world.bot.id}/commands"
        await rest("PUT", commands, [{"name": "meeting", "description": "Meetings"}])
        before = sandbox.world
        # As if the system's clock had been far ahead when the last id was made.
        before.last_id += 1 << 50
        sandbox.person("amina").say("#london", "later")
        moved = clock.now()
    assert file.stat().st_mode & 0o777 == 0o600
    again = MovableClock()
    async with Sandbox(clock=again, state_file=file) as sandbox, Rest(sandbox) as rest:
        after = sandbox.world
        assert after.users == before.users
        assert after.bot is after.users[before.bot.id]
        assert after.guilds[sandbox.guild().id].roles == before.guilds[sandbox.guild().id].roles
        assert after.guilds[sandbox.guild().id].members == before.guilds[sandbox.guild().id].members
        assert after.commands == before.commands
        message = sandbox.channel("#london").messages[0]
        assert message.content == "hello"
        assert abs(again.now() - moved) < timedelta(seconds=5)
        assert after.snowflake() > before.last_id
        # The port is another one, and the file is still found.
        async with aiohttp.ClientSession() as session, session.get(message.attachments[0]["url"]) as answer:
            assert await answer.read() == b"minutes"
        assert (await rest("GET", commands)).body[0]["name"] == "meeting"


async def test_a_change_reaches_the_file_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.state.EVERY", 0.01)
    file = tmp_path / "world.json"
    async with Sandbox(state_file=file) as sandbox, Rest(sandbox) as rest:
        await rest.send("#london", {"content": "in the file"})
        await sandbox.until(lambda: file.exists() and "in the file" in file.read_text())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
async def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "world.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=r"world\.json"):
        Sandbox(state_file=file)
    assert file.read_text() == content


async def test_many_guilds_for_the_bench() -> None:
    async with Sandbox(seed=seed.nothing) as sandbox, Rest(sandbox) as rest:
        seed.many(sandbox.world, 1500, members=2)
        gateway = (await rest("GET", "/gateway/bot")).body
        assert (gateway["url"], gateway["shards"]) == (sandbox.gateway_url, 2)
        first = (await rest("GET", "/users/@me/guilds")).body
        assert len(first) == 200
