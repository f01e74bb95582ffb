"""The gateway's protocol, payload by payload."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox import seed
from bot.sandbox.gateway import intents
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import building
from tests.sandbox.raw_gateway import ACK, HEARTBEAT, HELLO, IDENTIFY, INVALID, MEMBERS, RESUME, USUAL, Wire


@pytest.mark.parametrize("compress", ["", "&compress=zlib-stream", "&compress=zstd-stream"])
async def test_hello_ready_guilds_and_heartbeats_in_every_transport(sandbox: Sandbox, compress: str) -> None:
    async with Wire(sandbox, f"?v=10&encoding=json{compress}") as wire:
        ready = await wire.identify()
        assert ready["user"]["id"] == str(sandbox.world.bot.id)
        assert ready["guilds"] == [{"id": str(sandbox.guild().id), "unavailable": True}]
        (guild,) = await wire.guilds(ready)
        assert guild["member_count"] == len(sandbox.guild().members)
        assert [member["user"]["id"] for member in guild["members"]] == [str(sandbox.world.bot.id)]
        assert {channel["name"] for channel in guild["channels"]} >= {"london", "welcome"}
        await wire.send(HEARTBEAT, 1)
        assert (await wire.receive())["op"] == ACK


async def test_payload_compression_of_big_packets(sandbox: Sandbox) -> None:
    async with Wire(sandbox) as wire:
        building.crowd(sandbox.world, sandbox.guild(), 200)
        ready = await wire.identify(USUAL | intents.GUILD_MEMBERS, compress=True)
        await wire.guilds(ready)
        await wire.send(MEMBERS, {"guild_id": str(sandbox.guild().id), "query": "", "limit": 0})
        assert len((await wire.event("GUILD_MEMBERS_CHUNK"))["members"]) == len(sandbox.guild().members)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"shard": [2, 2]}, 4010),
        ({"shard": "0"}, 4010),
        ({"intents": 1 << 30}, 4013),
        ({"intents": None}, 4013),
        ({"intents": intents.MESSAGE_CONTENT}, 4014),
        ({"intents": intents.GUILD_PRESENCES}, 4014),
    ],
)
async def test_a_bad_identify_is_closed_with_its_code(
    sandbox: Sandbox, change: dict[str, Any], code: int
) -> None:
    async with Wire(sandbox) as wire:
        identify: dict[str, Any] = {"token": sandbox.token, "intents": USUAL, "properties": {}}
        await wire.send(IDENTIFY, identify | change)
        assert await wire.close_code() == code
    assert not sandbox.gateway.online


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", 4002),
        ("[]", 4002),
        ('{"op": 77, "d": null}', 4001),
        ('{"op": 3, "d": {}}', 4003),
        ('{"op": 2}', 4002),
    ],
)
async def test_nonsense_is_closed_with_its_code(sandbox: Sandbox, text: str, code: int) -> None:
    async with Wire(sandbox) as wire:
        await wire.send_raw(text)
        assert await wire.close_code() == code


async def test_identifying_twice_is_closed(sandbox: Sandbox) -> None:
    async with Wire(sandbox) as wire:
        await wire.identify()
        await wire.send(IDENTIFY, {"token": sandbox.token, "intents": USUAL, "properties": {}})
        assert await wire.close_code() == 4005


@pytest.mark.parametrize(
    ("query", "code"),
    [("?v=8&encoding=json", 4012), ("?v=10&encoding=etf", 4002), ("?v=10&compress=lz4", 4002)],
)
async def test_other_versions_and_encodings_are_closed(sandbox: Sandbox, query: str, code: int) -> None:
    async with Wire(sandbox, query) as wire:
        assert await wire.close_code() == code


async def test_more_than_120_payloads_a_minute_are_closed(sandbox: Sandbox) -> None:
    async with Wire(sandbox) as wire:
        await wire.identify()
        for _ in range(119):
            await wire.send(HEARTBEAT, 1)
        for _ in range(119):
            assert (await wire.receive())["op"] in {0, ACK}
        await wire.send(HEARTBEAT, 1)
        assert await wire.close_code() == 4008


async def test_each_shard_gets_its_guilds_and_the_first_the_direct_messages() -> None:
    async with Sandbox(seed=seed.nothing) as sandbox:
        guilds = seed.many(sandbox.world, 5)
        bits = USUAL | intents.DIRECT_MESSAGES
        async with Wire(sandbox) as first, Wire(sandbox) as second:
            wires = {0: first, 1: second}
            for shard_id, wire in wires.items():
                ready = await wire.identify(bits, shard=[shard_id, 2])
                mine = [str(guild.id) for guild in guilds if (guild.id >> 22) % 2 == shard_id]
                assert [guild["id"] for guild in ready["guilds"]] == mine
                await wire.guilds(ready)
            owner = Person(sandbox, sandbox.user("owner"))
            owner.say("dm", "hello")
            for guild in guilds:
                owner.say(next(iter(guild.channels.values())), f"in {guild.name}")
            assert (await first.event("MESSAGE_CREATE"))["content"] == "hello"
            for guild in guilds:
                event = await wires[(guild.id >> 22) % 2].event("MESSAGE_CREATE")
                assert event["guild_id"] == str(guild.id)


async def test_events_need_their_intent(sandbox: Sandbox, amina: Person) -> None:
    async with Wire(sandbox) as wire:
        ready = await wire.identify(intents.GUILDS)
        await wire.guilds(ready)
        amina.say("#london", "unheard")
        sandbox.newcomer("Robin").join()
        building.channel(sandbox.world, sandbox.guild(), "later")
        assert (await wire.receive())["t"] == "CHANNEL_CREATE"


async def test_content_is_hidden_unless_it_concerns_the_bot(sandbox: Sandbox, amina: Person) -> None:
    async with Wire(sandbox) as wire:
        await wire.guilds(await wire.identify(USUAL | intents.DIRECT_MESSAGES))
        amina.say("#london", "among us")
        hidden = await wire.event("MESSAGE_CREATE")
        assert (hidden["content"], hidden["author"]["username"]) == ("", "amina")
        assert hidden["member"]["roles"]
        amina.say("#london", f"hello {sandbox.world.bot.mention}")
        assert (await wire.event("MESSAGE_CREATE"))["content"].startswith("hello")
        amina.say("dm", "to you")
        assert (await wire.event("MESSAGE_CREATE"))["content"] == "to you"


async def test_content_is_there_with_the_intent_allowed(sandbox: Sandbox, amina: Person) -> None:
    sandbox.gateway.allowed_intents |= intents.MESSAGE_CONTENT
    async with Wire(sandbox) as wire:
        await wire.guilds(await wire.identify(USUAL | intents.MESSAGE_CONTENT))
        amina.say("#london", "among us")
        assert (await wire.event("MESSAGE_CREATE"))["content"] == "among us"


async def test_what_the_bot_cannot_see_it_is_not_told(sandbox: Sandbox) -> None:
    ruth, guild = sandbox.person("ruth"), sandbox.guild()
    see = 1 << 10
    secret = building.channel(sandbox.world, guild, "secret", overwrites={guild.id: (0, 0, see)})
    async with Wire(sandbox) as wire:
        await wire.guilds(await wire.identify())
        ruth.say(secret, "not for bots")
        ruth.say("#london", "for all")
        event = await wire.event("MESSAGE_CREATE")
        assert event["channel_id"] == str(sandbox.channel("#london").id)


async def test_members_are_asked_for_by_name_by_id_and_all(sandbox: Sandbox, amina: Person) -> None:
    guild = sandbox.guild()
    building.crowd(sandbox.world, guild, 2300)
    async with Wire(sandbox) as wire:
        await wire.guilds(await wire.identify())
        where = {"guild_id": str(guild.id)}
        await wire.send(MEMBERS, where | {"query": "ami", "limit": 5, "nonce": "n1"})
        named = await wire.event("GUILD_MEMBERS_CHUNK")
        assert [member["user"]["username"] for member in named["members"]] == ["amina"]
        assert named["nonce"] == "n1"
        await wire.send(MEMBERS, where | {"user_ids": [str(amina.id), "7"]})
        by_id = await wire.event("GUILD_MEMBERS_CHUNK")
        assert [member["user"]["id"] for member in by_id["members"]] == [str(amina.id)]
        assert by_id["not_found"] == ["7"]
        await wire.send(MEMBERS, where | {"query": "", "limit": 0})
        sizes = [len((await wire.event("GUILD_MEMBERS_CHUNK"))["members"]) for _ in range(3)]
        assert sizes == [1000, 1000, len(guild.members) - 2000]


async def test_all_members_need_the_intent(sandbox: Sandbox) -> None:
    async with Wire(sandbox) as wire:
        await wire.identify(intents.GUILDS)
        await wire.send(MEMBERS, {"guild_id": str(sandbox.guild().id), "query": "", "limit": 0})
        assert await wire.close_code() == 4014


async def test_a_resume_replays_what_was_missed_and_nothing_else(sandbox: Sandbox, amina: Person) -> None:
    async with Wire(sandbox) as wire:
        ready = await wire.identify()
        await wire.guilds(ready)
        seen = amina.say("#london", "seen")
        assert (await wire.event("MESSAGE_CREATE"))["id"] == str(seen.id)
        await wire.leave(4000)
    missed = [amina.say("#london", text) for text in ("one", "two")]
    resume = {"token": sandbox.token, "session_id": ready["session_id"], "seq": 3}
    async with Wire(sandbox) as wire:
        assert (await wire.receive())["op"] == HELLO
        await wire.send(RESUME, resume)
        replayed = [await wire.receive() for _ in range(3)]
        assert [payload["t"] for payload in replayed] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
        assert [payload["d"]["id"] for payload in replayed[:2]] == [str(message.id) for message in missed]
        assert [payload["s"] for payload in replayed] == [4, 5, 6]


@pytest.mark.parametrize("change", [{"seq": 99}, {"session_id": "unknown"}])
async def test_a_resume_that_cannot_be_is_an_invalid_session(
    sandbox: Sandbox, change: dict[str, Any]
) -> None:
    async with Wire(sandbox) as wire:
        ready = await wire.identify()
        await wire.leave(4000)
    resume = {"token": sandbox.token, "session_id": ready["session_id"], "seq": 1}
    async with Wire(sandbox) as wire:
        await wire.receive()
        await wire.send(RESUME, resume | change)
        assert await wire.receive() == {"op": INVALID, "d": False, "s": None, "t": None}
        await wire.send(IDENTIFY, {"token": sandbox.token, "intents": USUAL, "properties": {}})
        assert (await wire.receive())["t"] == "READY"


async def test_a_client_that_says_goodbye_loses_its_session(sandbox: Sandbox) -> None:
    async with Wire(sandbox) as wire:
        await wire.identify()
        await wire.leave(1000)
    await sandbox.until(lambda: not sandbox.gateway.online)
    assert sandbox.gateway.sessions == {}


async def test_a_refused_connection_gets_a_status_or_nothing(sandbox: Sandbox) -> None:
    sandbox.gateway.refuse(503)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with Wire(sandbox):
            pass
    assert refused.value.status == 503
    sandbox.gateway.refuse(None)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        async with Wire(sandbox):
            pass
    sandbox.gateway.accept()
    async with Wire(sandbox) as wire:
        assert (await wire.identify())["v"] == 10


async def test_lost_events_leave_a_hole_that_no_resume_fills(sandbox: Sandbox, amina: Person) -> None:
    async with Wire(sandbox) as wire:
        await wire.guilds(await wire.identify())
        with sandbox.gateway.losing_events():
            amina.say("#london", "lost")
        kept = amina.say("#london", "kept")
        payload = await wire.receive()
        assert (payload["d"]["id"], payload["s"]) == (str(kept.id), 4)


async def test_a_client_without_heartbeats_is_closed_and_may_come_back(sandbox: Sandbox) -> None:
    sandbox.gateway.heartbeat_interval = 40
    async with Wire(sandbox) as wire:
        ready = await wire.identify()
        assert await wire.close_code() == 4009
    assert list(sandbox.gateway.sessions) == [ready["session_id"]]
