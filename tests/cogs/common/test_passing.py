"""Refusals by Discord that pass: the bot is patient, floods nobody, and gives a true reason when time runs out."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.discord_client.refusals import LASTING, PASSING
from bot.sandbox.world import Channel
from db import meetings
from db.meetings.reminding import CANCELLED
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import use

OPEN = r"^POST /users/@me/channels"
SEND = r"^POST /channels/\{channel_id\}/messages"
EDIT = r"^PATCH /channels/\{channel_id\}/messages"
IN_TEN_DAYS = "12/03/2026 18:00"

# As Discord, Cloudflare and proxies give them; the other shapes are those of test_connection_rest.
PASSING_ANSWERS: list[dict[str, Any]] = [
    *({"status": 403, "code": code} for code in (40003, 40004, 40006, 40333)),
    {"status": 404, "code": 10004},
    {"status": 503, "code": 130000},
    *({"status": status} for status in (400, 401, 403, 404, 522)),
    {"status": 403, "body": "<html>blocked</html>", "content_type": "application/json"},
    {"status": 200, "body": "<html>log in to the network</html>"},
    {"status": 302, "body": ""},
]


def named(answer: dict[str, Any] | str) -> str:
    if isinstance(answer, str):
        return ""
    return "-".join(str(part)[:30] for part in answer.values())


def organisers(ground: Ground) -> Channel:
    return ground.sandbox.channel("#organisers")


async def going(ground: Ground, *names: str) -> None:
    """Have a meeting that these people go to, to whom the bot has not written: its next message opens their DMs."""
    card = await ground.scheduled(when=IN_TEN_DAYS)
    for name in names:
        await getattr(ground, name).press(card, "Going")
    await ground.settled()
    await ground.written_to(before=False)


@pytest.mark.parametrize("answer", PASSING_ANSWERS, ids=named)
async def test_an_announcement_and_a_private_word_outlive_a_passing_refusal(
    ground: Ground, answer: dict[str, Any]
) -> None:
    await going(ground, "grace")
    rules = [ground.sandbox.faults.add(match, "status", times=2, **answer) for match in (SEND, OPEN)]
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.go_to(ground.clock.now() + timedelta(minutes=45))
    assert [len(rule.hits) for rule in rules] == [2, 2]
    assert {row.status for row in await ground.rows(CANCELLED)} <= {"sent", "late"}
    assert len(heads(ground.grace.dms)) == 1
    assert "cancelled" in ground.london.messages[-1].text.lower()
    assert organisers(ground).messages == []


@pytest.mark.parametrize("answer", PASSING_ANSWERS[::4], ids=named)
async def test_a_receipt_outlives_a_passing_refusal(ground: Ground, answer: dict[str, Any]) -> None:
    await ground.written_to(before=False)
    card = await ground.scheduled(when=IN_TEN_DAYS)
    rule = ground.sandbox.faults.add(OPEN, "status", times=2, **answer)
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.clock.now() + timedelta(minutes=45))
    assert len(rule.hits) == 2
    assert {row.status for row in await ground.rows(meetings.RECEIPT)} <= {"sent", "late"}
    (receipt,) = ground.grace.dms
    assert receipt.text.startswith("You are going: Spring meeting")
    assert organisers(ground).messages == []


@both
async def test_when_dms_are_opened_too_fast_everybody_hears_in_the_end_and_discord_is_left_in_peace(
    ground: Ground,
) -> None:
    await going(ground, "grace", "tomasz", "cerys", "imran")
    before = len(ground.sandbox.asked("POST", "/users/@me/channels"))
    rule = ground.sandbox.faults.add(OPEN, "status", times=3, status=403, code=40003)
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.go_to(ground.clock.now() + timedelta(seconds=110))
    asked = len(ground.sandbox.asked("POST", "/users/@me/channels")) - before
    assert asked <= 4
    await ground.go_to(ground.clock.now() + timedelta(minutes=40))
    assert len(rule.hits) == 3
    for person in (ground.grace, ground.tomasz, ground.cerys, ground.imran):
        assert len(person.dms) == 1
    assert organisers(ground).messages == []


async def test_only_so_many_dms_are_asked_for_while_they_are_refused_for_hours(ground: Ground) -> None:
    await going(ground, "grace", "tomasz", "cerys", "imran", "siobhan")
    before = len(ground.sandbox.asked("POST", "/users/@me/channels"))
    ground.sandbox.faults.add(OPEN, "status", times=None, status=403, code=40003)
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.go_to(ground.clock.now() + timedelta(hours=2))
    assert len(ground.sandbox.asked("POST", "/users/@me/channels")) - before < 30
    assert {row.reason for row in await ground.rows(CANCELLED) if row.private} == {"dms_too_fast"}
    assert {row.status for row in await ground.rows(CANCELLED) if row.private} == {"pending"}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 403, "code": 40003}, "Discord limited how fast I may open direct messages"),
        ({"status": 403, "code": 40004}, "Discord had switched off sending messages for a while"),
        ({"status": 403}, "something on the way to Discord answered in its place (error 403)"),
        ({"status": 403, "code": 0}, "Discord refused it without saying why (error 403)"),
        ({"status": 403, "code": 31337}, "Discord refused it for the time being (its error 31337)"),
        ({"status": 504}, "Discord had a fault of its own (error 504)"),
        ({"status": 403, "code": 50007}, "direct messages are closed"),
        ({"status": 403, "code": 20009}, "blocked its words"),
    ],
    ids=named,
)
async def test_at_the_end_the_organisers_read_what_discord_said(
    ground: Ground, answer: dict[str, Any], words: str
) -> None:
    await going(ground, "grace")
    ground.sandbox.faults.add(OPEN, "status", times=None, **answer)
    await ground.go_to(ground.wall("2026-03-12T19:00"))
    reminders = [row for row in await ground.rows(meetings.REMIND) if row.private]
    assert {row.status for row in reminders} <= {"failed", "suppressed", "expired"}
    assert any(words in message.text for message in organisers(ground).messages)
    assert ground.grace.dms == []


async def test_old_messages_changed_too_often_hold_up_nothing_else_of_their_channel(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    rule = ground.sandbox.faults.add(EDIT, "status", times=2, status=429, code=30046)
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", title="New title"))
    await ground.settled()
    says(await ground.amina.slash("#london", "meeting schedule", title="Second", when="thursday 6pm"))
    await ground.settled()
    assert heads(ground.london.messages) == ["## Spring meeting", "## Second"]
    await ground.go_to(ground.clock.now() + timedelta(minutes=30))
    assert len(rule.hits) == 2
    assert heads([card]) == ["## New title"]


@both
async def test_a_token_that_is_refused_for_a_while_halts_the_sender_and_is_said_once(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    await going(ground, "grace", "tomasz", "cerys", "imran", "siobhan")
    rule = ground.sandbox.faults.add(
        r"^(POST|PATCH) /(channels|users)", "status", times=None, status=401, code=0
    )
    with caplog.at_level(logging.WARNING):
        says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
        await ground.settled()
        at_once = len(rule.hits)
        for minute in range(10):
            await ground.go_to(ground.clock.now() + timedelta(minutes=1))
            assert len(rule.hits) - at_once <= 2 * (minute + 1)
        assert len(rule.hits) >= 8
        ground.sandbox.faults.clear()
        await ground.go_to(ground.clock.now() + timedelta(minutes=3))
    for person in (ground.grace, ground.tomasz, ground.cerys, ground.imran, ground.siobhan):
        assert len(person.dms) == 1
    said = [record.getMessage() for record in caplog.records if "token" in record.getMessage()]
    assert len(said) == 2
    assert "401" in said[0]
    assert said[1] == "Discord accepts the token again"


def test_the_one_list_of_lasting_codes_holds_none_that_pass() -> None:
    assert not LASTING.keys() & PASSING.keys()
    for code in (0, 10004, 30034, 30046, 40001, 40003, 40004, 40006, 40062, 40333, 50014, 110001, 130000):
        assert code not in LASTING


async def test_each_reason_has_words_of_its_own(ground: Ground) -> None:
    for reason in {*LASTING.values(), *PASSING.values()}:
        assert f"deliveries.reasons.{reason}" in ground.texts
