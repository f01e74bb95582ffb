"""Who is let in and who is refused, and that a refusal arrives on a bad day too."""

import asyncio
import time
from typing import Any, Literal

import pytest

from bot.discord_client import admission as admission_module
from bot.discord_client.admission import DISCORD_EPOCH_MS, FEWEST_WAITING, Admission
from bot.discord_client.client import RESTARTING, TOO_FAST
from bot.discord_client.person_limit import PersonLimit
from bot.sandbox.server import Sandbox
from tests.faults.connecting import connected, eventually

pytestmark = pytest.mark.faults

Kind = Literal["status", "drop_before", "drop_after", "slow", "truncate"]


def interaction(*, ago: float = 0.0, number: int = 0) -> dict[str, Any]:
    """Return what admission looks at of an interaction that Discord made `ago` seconds before now."""
    milliseconds = int((time.time() - ago) * 1000) - DISCORD_EPOCH_MS
    return {"id": str((milliseconds << 22) + number)}


async def test_one_that_comes_late_is_not_begun() -> None:
    admission = Admission()
    assert admission.admits(interaction())
    assert admission.admits(interaction(ago=1.0, number=1))
    assert not admission.admits(interaction(ago=2.5, number=2))
    assert admission.counts.refused == 1


async def test_a_clock_that_differs_from_discords_is_not_lateness() -> None:
    admission = Admission()
    for number in range(3):
        assert admission.admits(interaction(ago=7.0, number=number))


async def test_a_clock_that_was_moved_is_noticed() -> None:
    admission = Admission()
    assert admission.admits(interaction())
    assert admission.admits(interaction(ago=3600.0, number=1))
    assert admission.admits(interaction(ago=3600.0, number=2))
    assert admission.admits(interaction(ago=-3600.0, number=3))
    assert admission.admits(interaction(ago=-3600.0, number=4))


async def test_the_time_left_counts_from_when_discord_made_it() -> None:
    admission = Admission()
    admission.admits(interaction())
    late = interaction(ago=1.5, number=1)
    admission.admits(late)
    assert 1.3 < admission.left(int(late["id"])) <= 1.6


async def test_no_more_wait_than_can_be_answered() -> None:
    admission = Admission(most_waiting=2)
    first, second, third = (interaction(number=number) for number in range(3))
    assert admission.admits(first)
    assert admission.admits(second)
    assert not admission.admits(third)
    admission.answered(int(first["id"]))
    assert admission.admits(interaction(number=4))


async def test_the_bound_follows_how_long_people_really_wait() -> None:
    admission = Admission()
    admission.admits(interaction())
    for number in range(1, 100):
        slow = interaction(ago=1.5, number=number)
        admission.admits(slow)
        admission.answered(int(slow["id"]))
    assert admission.bound == FEWEST_WAITING
    for number in range(100, 120):
        quick = interaction(number=number)
        admission.admits(quick)
        admission.answered(int(quick["id"]))
    assert admission.bound == FEWEST_WAITING + 10


async def test_few_are_worked_on_at_once_and_the_others_follow_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission_module, "MOST_IN_FLIGHT", 2)
    admission, begun = Admission(), list[str]()
    admission.opens(begin=lambda data: begun.append(data["id"]), refuse=lambda data: pytest.fail("refused"))
    every = [interaction(number=number) for number in range(5)]
    for each in every:
        admission.arrive(each)
    assert len(begun) == 2
    admission.worked(int(begun[1]))
    await eventually(lambda: len(begun) == 3)
    admission.worked(int(begun[0]))
    admission.worked(int(begun[2]))
    await eventually(lambda: len(begun) == 5)
    assert begun == [each["id"] for each in every]
    assert admission.waiting == 5


async def test_work_that_waits_for_something_else_lets_the_next_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission_module, "MOST_IN_FLIGHT", 1)
    monkeypatch.setattr(admission_module, "STEPS_ASIDE", 0.02)
    admission, begun = Admission(), list[str]()
    admission.opens(begin=lambda data: begun.append(data["id"]), refuse=lambda data: pytest.fail("refused"))
    for number in range(3):
        admission.arrive(interaction(number=number))
    await eventually(lambda: len(begun) == 3)


async def test_one_whose_turn_comes_too_late_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_module, "MOST_IN_FLIGHT", 1)
    admission, begun, refused = Admission(), list[str](), list[str]()
    admission.opens(
        begin=lambda data: begun.append(data["id"]), refuse=lambda data: refused.append(data["id"])
    )
    first, late = interaction(), interaction(ago=1.9, number=1)
    admission.arrive(first)
    admission.arrive(late)
    monkeypatch.setattr(admission_module, "STALE", 1.5)
    admission.worked(int(first["id"]))
    await eventually(lambda: refused)
    assert refused == [late["id"]]
    assert begun == [first["id"]]
    assert admission.counts.refused == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("drop_before", 0), ("drop_after", 0), ("status", 503), ("truncate", 0)]
)
async def test_a_refusal_arrives_on_a_bad_day(kind: Kind, status: int) -> None:
    async with Sandbox() as sandbox, connected(sandbox) as bot:
        bot.admission.closing = True
        rule = sandbox.faults.add("/callback$", kind, status=status)
        answer = await sandbox.person("grace").slash("#london", "hello")
        assert answer.text == RESTARTING
        await eventually(lambda: bot.http.responses.callback_pool.refused == 1)
        assert len(rule.hits) == 1
        await bot.http.responses.callback_pool.quiet()


async def test_many_refusals_share_few_connections() -> None:
    async with Sandbox() as sandbox, connected(sandbox) as bot:
        bot.admission.closing = True
        people = [sandbox.person(name) for name in ("grace", "amina", "tomasz", "ruth")]
        for _ in range(3):
            answers = await asyncio.gather(*(person.slash("#wales", "hello") for person in people))
            assert [answer.text for answer in answers] == [RESTARTING] * 4
        assert len(bot.http.responses.callback_pool._connections) <= 4  # pyright: ignore[reportPrivateUsage] - nobody else asks


async def test_one_person_is_limited_before_anybody_else_is_refused() -> None:
    admission, begun, refused, slowed = Admission(burst=40), list[str](), list[str](), list[str]()
    admission.opens(
        begin=lambda data: begun.append(data["id"]),
        refuse=lambda data: refused.append(data["id"]),
        slow_down=lambda data: slowed.append(data["id"]),
    )
    for number in range(600):
        admission.arrive(interaction(number=number) | {"member": {"user": {"id": "7"}}})
    for number in range(100):
        admission.arrive(interaction(number=600 + number) | {"user": {"id": str(8 + number)}})
    assert (refused, len(slowed)) == ([], 560)
    assert admission.counts.too_fast == 560
    assert admission.waiting == 140


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
        assert bot.admission.counts.refused == bot.admission.counts.too_fast
