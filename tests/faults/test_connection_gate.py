"""Who is let in and who is refused, and that a refusal arrives on a bad day too."""

import asyncio
import time
from typing import Any, Literal

import pytest

from bot.discord_client import gate as gate_module
from bot.discord_client.client import RESTARTING, TOO_FAST
from bot.discord_client.gate import DISCORD_EPOCH_MS, FEWEST_WAITING, Gate
from bot.discord_client.person_limit import PersonLimit
from bot.sandbox.server import Sandbox
from tests.faults.connecting import connected, eventually

pytestmark = pytest.mark.faults

Kind = Literal["status", "drop_before", "drop_after", "slow", "truncate"]


def interaction(*, ago: float = 0.0, number: int = 0) -> dict[str, Any]:
    """Return what the gate looks at of an interaction that Discord made `ago` seconds before now."""
    milliseconds = int((time.time() - ago) * 1000) - DISCORD_EPOCH_MS
    return {"id": str((milliseconds << 22) + number)}


async def test_one_that_comes_late_is_not_begun() -> None:
    gate = Gate()
    assert gate.admits(interaction())
    assert gate.admits(interaction(ago=1.0, number=1))
    assert not gate.admits(interaction(ago=2.5, number=2))
    assert gate.counts.refused == 1


async def test_a_clock_that_differs_from_discords_is_not_lateness() -> None:
    gate = Gate()
    for number in range(3):
        assert gate.admits(interaction(ago=7.0, number=number))


async def test_a_clock_that_was_moved_is_noticed() -> None:
    gate = Gate()
    assert gate.admits(interaction())
    assert gate.admits(interaction(ago=3600.0, number=1))
    assert gate.admits(interaction(ago=3600.0, number=2))
    assert gate.admits(interaction(ago=-3600.0, number=3))
    assert gate.admits(interaction(ago=-3600.0, number=4))


async def test_the_time_left_counts_from_when_discord_made_it() -> None:
    gate = Gate()
    gate.admits(interaction())
    late = interaction(ago=1.5, number=1)
    gate.admits(late)
    assert 1.3 < gate.left(int(late["id"])) <= 1.6


async def test_no_more_wait_than_can_be_answered() -> None:
    gate = Gate(most_waiting=2)
    first, second, third = (interaction(number=number) for number in range(3))
    assert gate.admits(first)
    assert gate.admits(second)
    assert not gate.admits(third)
    gate.answered(int(first["id"]))
    assert gate.admits(interaction(number=4))


async def test_the_bound_follows_how_long_people_really_wait() -> None:
    gate = Gate()
    gate.admits(interaction())
    for number in range(1, 100):
        slow = interaction(ago=1.5, number=number)
        gate.admits(slow)
        gate.answered(int(slow["id"]))
    assert gate.bound == FEWEST_WAITING
    for number in range(100, 120):
        quick = interaction(number=number)
        gate.admits(quick)
        gate.answered(int(quick["id"]))
    assert gate.bound == FEWEST_WAITING + 10


async def test_few_are_worked_on_at_once_and_the_others_follow_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate_module, "MOST_UNDER_WAY", 2)
    gate, begun = Gate(), list[str]()
    gate.opens(begin=lambda data: begun.append(data["id"]), refuse=lambda data: pytest.fail("refused"))
    every = [interaction(number=number) for number in range(5)]
    for each in every:
        gate.arrive(each)
    assert len(begun) == 2
    gate.worked(int(begun[1]))
    await eventually(lambda: len(begun) == 3)
    gate.worked(int(begun[0]))
    gate.worked(int(begun[2]))
    await eventually(lambda: len(begun) == 5)
    assert begun == [each["id"] for each in every]
    assert gate.waiting == 5


async def test_work_that_waits_for_something_else_lets_the_next_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate_module, "MOST_UNDER_WAY", 1)
    monkeypatch.setattr(gate_module, "STEPS_ASIDE", 0.02)
    gate, begun = Gate(), list[str]()
    gate.opens(begin=lambda data: begun.append(data["id"]), refuse=lambda data: pytest.fail("refused"))
    for number in range(3):
        gate.arrive(interaction(number=number))
    await eventually(lambda: len(begun) == 3)


async def test_one_whose_turn_comes_too_late_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "MOST_UNDER_WAY", 1)
    gate, begun, refused = Gate(), list[str](), list[str]()
    gate.opens(begin=lambda data: begun.append(data["id"]), refuse=lambda data: refused.append(data["id"]))
    first, late = interaction(), interaction(ago=1.9, number=1)
    gate.arrive(first)
    gate.arrive(late)
    monkeypatch.setattr(gate_module, "STALE", 1.5)
    gate.worked(int(first["id"]))
    await eventually(lambda: refused)
    assert refused == [late["id"]]
    assert begun == [first["id"]]
    assert gate.counts.refused == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("drop_before", 0), ("drop_after", 0), ("status", 503), ("truncate", 0)]
)
async def test_a_refusal_arrives_on_a_bad_day(kind: Kind, status: int) -> None:
    async with Sandbox() as sandbox, connected(sandbox) as bot:
        bot.gate.closing = True
        rule = sandbox.faults.add("/callback$", kind, status=status)
        answer = await sandbox.person("grace").slash("#london", "hello")
        assert answer.text == RESTARTING
        await eventually(lambda: bot.http.answers.lines.refused == 1)
        assert len(rule.hits) == 1
        await bot.http.answers.lines.quiet()


async def test_many_refusals_share_few_connections() -> None:
    async with Sandbox() as sandbox, connected(sandbox) as bot:
        bot.gate.closing = True
        people = [sandbox.person(name) for name in ("grace", "amina", "tomasz", "ruth")]
        for _ in range(3):
            answers = await asyncio.gather(*(person.slash("#wales", "hello") for person in people))
            assert [answer.text for answer in answers] == [RESTARTING] * 4
        assert len(bot.http.answers.lines._lines) <= 4  # pyright: ignore[reportPrivateUsage] - nobody else asks


async def test_one_person_is_limited_before_anybody_else_is_refused() -> None:
    gate, begun, refused, slowed = Gate(burst=40), list[str](), list[str](), list[str]()
    gate.opens(
        begin=lambda data: begun.append(data["id"]),
        refuse=lambda data: refused.append(data["id"]),
        slow_down=lambda data: slowed.append(data["id"]),
    )
    for number in range(600):
        gate.arrive(interaction(number=number) | {"member": {"user": {"id": "7"}}})
    for number in range(100):
        gate.arrive(interaction(number=600 + number) | {"user": {"id": str(8 + number)}})
    assert (refused, len(slowed)) == ([], 560)
    assert gate.counts.too_fast == 560
    assert gate.waiting == 140


def test_what_one_person_may_send_comes_back_with_time() -> None:
    limit = PersonLimit(10)
    assert [limit.takes(7, 100.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert not limit.takes(7, 100.4)
    assert limit.takes(7, 100.6)
    assert not limit.takes(7, 100.6)
    assert [limit.takes(7, 106.0) for _ in range(11)] == [True] * 10 + [False]
    assert all(PersonLimit(0).takes(7, 1.0) for _ in range(1_000))


async def test_six_hundred_presses_of_one_account_get_nobody_else_refused() -> None:
    async with Sandbox() as sandbox, connected(sandbox, burst=40) as bot:
        flood = [asyncio.ensure_future(sandbox.person("grace").slash("#wales", "hello")) for _ in range(600)]
        others = [
            asyncio.ensure_future(sandbox.person(name).slash("#wales", "hello"))
            for name in ("amina", "tomasz", "ruth")
        ]
        assert all(not answer.failed and answer.text != TOO_FAST for answer in await asyncio.gather(*others))
        told = [answer.text for answer in await asyncio.gather(*flood)]
        assert told.count(TOO_FAST) >= 400
        assert bot.gate.counts.refused == bot.gate.counts.too_fast
