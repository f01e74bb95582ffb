"""Answers to people on a bad day: within the three seconds, once, and a refusal when there are too many."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal

import discord
import pytest
from discord.http import Route

from bot.discord_client.client import BUSY, RESTARTING
from bot.discord_client.errors import NotAnswered
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected, eventually

pytestmark = pytest.mark.faults

CALLBACK = "/callback$"
Kind = Literal["status", "drop_before", "drop_after", "slow", "truncate"]


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncGenerator[Sample]:
    async with connected(sandbox) as bot:
        yield bot


@pytest.mark.parametrize(
    ("kind", "status", "after"),
    [
        ("status", 503, False),
        ("status", 500, False),
        ("status", 500, True),
        ("status", 502, True),
        ("drop_before", 0, False),
        ("drop_after", 0, False),
        ("truncate", 0, False),
    ],
)
async def test_the_person_has_the_answer_and_the_bot_knows(
    sandbox: Sandbox, bot: Sample, kind: Kind, status: int, after: bool
) -> None:
    rule = sandbox.faults.add(CALLBACK, kind, status=status, after=after)
    answer = await sandbox.person("grace").slash("#london", "hello")
    assert answer.text == "Hello"
    await eventually(lambda: bot.done == 1)
    assert bot.failed == []
    assert len(rule.hits) == 1


async def test_an_answer_that_hangs_is_asked_about_within_the_three_seconds(
    sandbox: Sandbox, bot: Sample
) -> None:
    release = asyncio.Event()
    sandbox.faults.add(CALLBACK, "slow", until=release, after=True)
    answer = await sandbox.person("grace").slash("#london", "hello")
    assert answer.text == "Hello"
    await eventually(lambda: bot.done == 1)
    assert bot.failed == []
    release.set()


async def test_the_message_of_an_answer_is_known_although_the_answer_to_it_was_lost(
    sandbox: Sandbox, bot: Sample
) -> None:
    sandbox.faults.add(CALLBACK, "drop_after")
    answer = await sandbox.person("grace").slash("#london", "hello")
    await eventually(lambda: bot.done == 1)
    assert bot.last is not None
    assert bot.last.message_id == answer.message.id


async def test_a_429_on_an_answer_is_waited_out(sandbox: Sandbox, bot: Sample) -> None:
    sandbox.faults.add(CALLBACK, "status", status=429, retry_after=0.2)
    answer = await sandbox.person("grace").slash("#london", "hello")
    assert answer.text == "Hello"


async def test_a_second_answer_of_our_own_is_still_an_error(sandbox: Sandbox, bot: Sample) -> None:
    """Only a repeat makes 40060 a success; two answers from the code are a mistake in the code."""
    await sandbox.person("grace").slash("#london", "twice")
    await eventually(lambda: bot.failed)
    assert isinstance(bot.failed[0], discord.HTTPException)
    assert bot.failed[0].code == 40060


@pytest.mark.parametrize("kind", ["status", "drop_before"])
async def test_a_followup_is_sent_again(sandbox: Sandbox, bot: Sample, kind: Kind) -> None:
    sandbox.faults.add("POST /webhooks/", kind, times=2)
    answer = await sandbox.person("grace").slash("#london", "later")
    assert answer.text == "Hello at last"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("status", [403, 500, 502, 503, 504, 520])
async def test_a_followup_comes_once_whatever_came_in_place_of_the_answer(
    sandbox: Sandbox, bot: Sample, status: int, after: bool
) -> None:
    rule = sandbox.faults.add("(POST|PATCH) /webhooks/", status=status, after=after)
    answer = await sandbox.person("grace").slash("#london", "later")
    assert rule.hits
    assert [message.text for message in answer.messages] == ["Hello at last"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_second_answer_is_not_sent_again_when_it_may_have_come(
    sandbox: Sandbox, bot: Sample, status: int
) -> None:
    rule = sandbox.faults.add("POST /webhooks/", status=status, after=True)
    answer = await sandbox.person("grace").slash("#london", "more")
    await eventually(lambda: bot.failed)
    assert len(rule.hits) == 1
    assert [message.text for message in answer.messages] == ["Hello", "And more"]
    assert [type(error) for error in bot.failed] == [NotAnswered]


async def test_too_many_at_once_are_told_so_and_the_others_served(sandbox: Sandbox) -> None:
    async with connected(sandbox, most_waiting=4) as bot:
        people = [
            sandbox.person(name) for name in ("grace", "amina", "tomasz", "ruth", "mei", "imran", "cerys")
        ]
        asked = [asyncio.create_task(person.slash("#wales", "held")) for person in people]
        await eventually(lambda: sum(task.done() for task in asked) == 3)
        assert bot.admission.waiting == 4
        bot.release.set()
        texts = [(await task).text for task in asked]
    assert texts.count("Held") == 4
    assert texts.count(BUSY) == 3
    assert bot.admission.counts.refused == 3


async def test_whoever_comes_while_it_stops_is_told_so(sandbox: Sandbox, bot: Sample) -> None:
    bot.admission.closing = True
    answer = await sandbox.person("grace").slash("#london", "hello")
    assert answer.text == RESTARTING
    assert answer.ephemeral


async def test_the_api_base_is_this_clients_alone(sandbox: Sandbox, bot: Sample) -> None:
    async with Sandbox() as other, connected(other) as second:
        first = await sandbox.person("grace").slash("#london", "hello")
        answer = await other.person("grace").slash("#london", "hello")
        assert (first.text, answer.text) == ("Hello", "Hello")
        await eventually(lambda: bot.admission.counts.answered == second.admission.counts.answered == 1)
    assert Route.BASE == "https://discord.com/api/v10"
