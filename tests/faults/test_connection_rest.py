"""The bot's REST routes on a bad day: what is sent again, what is not, and when it ends."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal

import aiohttp
import discord
import pytest

from bot.discord_client import http, retry, retry_after, transient
from bot.discord_client.errors import TokenRefused, refusal
from bot.discord_client.fast.http_parser import HttpResponse
from bot.discord_client.refusals import LASTING
from bot.discord_client.retry import Bounds, decode, like
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected

pytestmark = pytest.mark.faults

MESSAGES = "POST /channels/{channel_id}/messages"
Kind = Literal["status", "drop_before", "drop_after", "slow", "truncate"]


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncGenerator[Sample]:
    async with connected(sandbox) as bot:
        yield bot


def london(bot: Sample) -> discord.TextChannel:
    channel = discord.utils.get(bot.get_all_channels(), name="london")
    assert isinstance(channel, discord.TextChannel)
    return channel


def texts(sandbox: Sandbox) -> list[str]:
    return [message.content for message in sandbox.channel("#london").messages]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("status", 500),
        ("status", 502),
        ("status", 503),
        ("status", 504),
        ("drop_before", 0),
        ("drop_after", 0),
    ],
)
async def test_a_message_arrives_once(sandbox: Sandbox, bot: Sample, kind: Kind, status: int) -> None:
    rule = sandbox.faults.add(MESSAGES.replace("{", r"\{"), kind, times=2, status=status)
    message = await london(bot).send("Meeting moved")
    assert len(rule.hits) == 2
    assert texts(sandbox) == ["Meeting moved"]
    assert message.id == sandbox.channel("#london").messages[0].id


@pytest.mark.parametrize("at", [0, 1, 40, 200])
async def test_an_answer_cut_at_any_byte_still_means_one_message(
    sandbox: Sandbox, bot: Sample, at: int
) -> None:
    sandbox.faults.add("/messages$", "truncate", at=at)
    await london(bot).send("Meeting moved")
    assert texts(sandbox) == ["Meeting moved"]


async def test_work_done_and_answered_500_still_means_one_message(sandbox: Sandbox, bot: Sample) -> None:
    sandbox.faults.add("/messages$", "status", status=500, after=True)
    await london(bot).send("Meeting moved")
    assert texts(sandbox) == ["Meeting moved"]


async def test_what_would_double_is_not_sent_again(sandbox: Sandbox, bot: Sample) -> None:
    """A thread has no nonce: whether the first attempt made one is unknown, so a second is not made."""
    sandbox.faults.add("/threads$", "drop_after")
    with pytest.raises(aiohttp.ServerDisconnectedError) as caught:
        await london(bot).create_thread(name="Planning", type=discord.ChannelType.public_thread)
    assert transient(caught.value)
    assert len(sandbox.asked("POST", "/channels/{channel_id}/threads")) <= 1


async def test_what_was_certainly_not_done_is_sent_again(sandbox: Sandbox, bot: Sample) -> None:
    rule = sandbox.faults.add("POST .*/typing$", "status", status=503, times=2)
    await london(bot).typing()
    assert len(rule.hits) == 2


async def test_a_deletion_whose_answer_was_lost_has_worked(sandbox: Sandbox, bot: Sample) -> None:
    message = await london(bot).send("Typo")
    sandbox.faults.add("DELETE .*/messages/", "drop_after")
    await message.delete()
    assert texts(sandbox) == []


async def test_files_are_sent_whole_again(sandbox: Sandbox, bot: Sample) -> None:
    import io

    sandbox.faults.add("/messages$", "drop_after", times=1)
    message = await london(bot).send(
        "Calendar", file=discord.File(io.BytesIO(b"BEGIN:VCALENDAR"), "meeting.ics")
    )
    assert texts(sandbox) == ["Calendar"]
    assert message.attachments[0].size == len(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("via", [True, False])
@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_429_is_waited_out(sandbox: Sandbox, bot: Sample, via: bool, scope: str) -> None:
    rule = sandbox.faults.add("/messages$", "status", status=429, retry_after=0.2, scope=scope, via=via)
    begun = asyncio.get_running_loop().time()
    await london(bot).send("Meeting moved")
    waited = asyncio.get_running_loop().time() - begun
    assert len(rule.hits) == 1
    assert waited >= (0.2 if via else 1.0)  # without a body the header counts, in whole seconds
    assert texts(sandbox) == ["Meeting moved"]
    assert bot.health.globally_limited == (1 if scope == "global" else 0)


async def test_a_429_longer_than_a_request_may_take_says_when(sandbox: Sandbox, bot: Sample) -> None:
    sandbox.faults.add("/messages$", "status", status=429, retry_after=600)
    with pytest.raises(discord.RateLimited) as caught:
        await london(bot).send("Meeting moved")
    assert transient(caught.value)
    assert retry_after(caught.value) == 600


async def test_every_request_ends(sandbox: Sandbox, bot: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ROUTINE", Bounds(total=0.5, attempt=0.2, pause=0.05))
    sandbox.faults.add("/messages$", "status", times=None, status=503)
    begun = asyncio.get_running_loop().time()
    with pytest.raises(discord.DiscordServerError) as caught:
        await london(bot).send("Meeting moved")
    assert asyncio.get_running_loop().time() - begun < 1.0
    assert transient(caught.value)
    assert bot.health.rest.given_up == 1


async def test_an_answer_that_never_comes_ends(
    sandbox: Sandbox, bot: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ROUTINE", Bounds(total=0.6, attempt=0.2, pause=0.05))
    never = asyncio.Event()
    sandbox.faults.add("/messages$", "slow", times=None, until=never)
    with pytest.raises(TimeoutError) as caught:
        await london(bot).send("Meeting moved")
    assert transient(caught.value)
    never.set()


async def test_a_request_whose_turn_comes_after_its_time_ends(
    sandbox: Sandbox, bot: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ROUTINE", Bounds(total=0.1, attempt=0.1, pause=0.05))
    never = asyncio.Event()
    rule = sandbox.faults.add("/messages$", "slow", times=None, until=never)
    bot.http.pacer.pause(0.3)
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(5.0):
            await london(bot).send("Meeting moved")
    assert "turn" in str(caught.value)
    assert transient(caught.value)
    assert not rule.hits
    never.set()


async def test_a_refusal_is_not_transient(sandbox: Sandbox, bot: Sample) -> None:
    message = await london(bot).send("Once")
    await message.delete()
    with pytest.raises(discord.NotFound) as caught:
        await message.edit(content="Twice")
    assert not transient(caught.value)
    assert len(sandbox.asked("PATCH", "/channels/{channel_id}/messages/{message_id}")) == 1


async def test_one_blocked_channel_does_not_hold_up_another(sandbox: Sandbox, bot: Sample) -> None:
    rule = sandbox.faults.add(
        f"POST /channels/{london(bot).id}/messages", "status", status=429, retry_after=2.0
    )
    held = asyncio.create_task(london(bot).send("Held"))
    await sandbox.until(lambda: rule.hits)
    wales = discord.utils.get(bot.get_all_channels(), name="wales")
    assert isinstance(wales, discord.TextChannel)
    await wales.send("Free")
    assert not held.done()
    await held
    assert texts(sandbox) == ["Held"]


def test_bounds_of_the_module_are_those_of_the_docs() -> None:
    assert http.ROUTINE.total == 30.0


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524, 403])
async def test_a_thread_is_not_begun_twice_whatever_came_in_place_of_the_answer(
    sandbox: Sandbox, bot: Sample, status: int
) -> None:
    rule = sandbox.faults.add("POST .*/threads$", "status", status=status, after=True)
    with pytest.raises(discord.HTTPException) as caught:
        await london(bot).create_thread(name="Planning", type=discord.ChannelType.public_thread)
    assert transient(caught.value)
    assert len(rule.hits) == len(sandbox.asked("POST", "/channels/{channel_id}/threads")) == 1


NOT_DISCORDS = [
    b"", b"[]", b"null", b"50013", b"{}", b'{"code": "50013"}', b'{"code": 50013.5}', b'{"code": true}',
    b'{"error": {"code": 50013}}', b'{"message": "Forbidden"}', b'{"code": null, "errors": [1]}', b"<html>no</html>",
    b"error code: 1020", b"\xff\xfe\x00",
]  # fmt: skip


@pytest.mark.parametrize("status", [300, 302, 400, 401, 403, 404, 405, 407, 408, 410, 418, 451, 499])
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_whatever_is_not_discords_own_passes(status: int, kind: str) -> None:
    for body in NOT_DISCORDS:
        answer = HttpResponse(
            status, f"HTTP/1.1 {status} -\r\nContent-Type: {kind}".encode(), body, 0, keeps=True
        )
        try:
            error: Exception = refusal(like(answer), decode(answer, body))
        except aiohttp.ClientError as cut:
            error = cut
        assert transient(error)
        assert not isinstance(error, (discord.Forbidden, discord.NotFound, TokenRefused))
        assert "<html>" not in str(error)


def test_every_lasting_code_lasts_and_every_other_one_passes() -> None:
    for code in (*LASTING, *range(0, 130_001, 7), 10004, 30046, 40003, 40004, 40006, 40333, 130000):
        answer = HttpResponse(403, b"HTTP/1.1 403 -", b"", 0, keeps=True)
        error = refusal(like(answer), {"code": code, "message": "no", "errors": "odd"})
        assert transient(error) is (code not in LASTING)
        assert error.code == code


def test_what_headers_say_does_not_matter_when_it_is_nonsense() -> None:
    for words in ("", "soon", "nan", "inf", "-1", "1e400", "Wed, 21 Oct 2015 07:28:00 GMT"):
        head = f"HTTP/1.1 429 -\r\nRetry-After: {words}".encode()
        bodies: list[dict[str, object]] = [
            {},
            {"retry_after": words},
            {"retry_after": [1]},
            {"retry_after": {}},
        ]
        for body in bodies:
            asked = retry.wait_asked(HttpResponse(429, head, b"", 0, keeps=True), body)
            assert 0.0 <= asked <= 86_400.0
