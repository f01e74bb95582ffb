"""Discord's bad days while the bot works: every message once, every answer once."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.world import Event
from db import meetings
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import use

SEND = r"^POST /channels/\{channel_id\}/messages"
EDIT = r"^PATCH /channels/\{channel_id\}/messages"
CALLBACK = r"^POST /interactions/.*/callback"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "status", "status": 500, "times": 2},
        {"kind": "status", "status": 502, "after": True},
        {"kind": "drop_before", "times": 2},
        {"kind": "drop_after"},
        {"kind": "truncate", "at": 20},
        {"kind": "status", "status": 429, "retry_after": 0.05},
        {"kind": "status", "status": 429, "retry_after": 0.05, "via": False},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_an_announcement_that_meets_a_fault_arrives_exactly_once(
    ground: Ground, fault: dict[str, Any]
) -> None:
    rule = ground.sandbox.faults.add(SEND, **fault)
    says(await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm"))
    await ground.sandbox.until(lambda: ground.london.messages)
    await ground.until_settled()
    assert rule.hits
    assert heads(ground.london.messages) == ["## Spring"]
    assert [row.status for row in await ground.rows(meetings.ANNOUNCE)] == ["sent"]
    await ground.grace.press(ground.london.messages[0], "Going")
    assert "1 going" in ground.london.messages[0].text


@pytest.mark.usefixtures("impatient")
@both
async def test_an_outage_of_sending_longer_than_a_requests_patience_is_ridden_out(ground: Ground) -> None:
    card = await ground.scheduled(when="12/03/2026 18:00")
    await ground.grace.press(card, "Going")
    ground.sandbox.faults.add(SEND, status=503, times=None)
    await ground.jump_to(ground.wall("2026-03-12T17:00"))
    assert ground.london.messages == [card]
    assert ground.grace.dms == []
    ground.sandbox.faults.clear()
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    for reminder in (ground.london.messages[1:], ground.grace.dms):
        assert len(reminder) == 1
        assert heads(reminder)[0].startswith("## In ")


async def test_a_change_of_the_card_that_meets_a_fault_is_made(ground: Ground) -> None:
    card = await ground.scheduled()
    ground.sandbox.faults.add(EDIT, status=503, times=2)
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", title="New title"))
    await ground.until_settled()
    assert heads([card]) == ["## New title"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 500, "after": True},
        {"kind": "status", "status": 503},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "status", "status": 429, "retry_after": 0.05},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_a_command_whose_answer_meets_a_fault_is_done_once_and_answered_once(
    ground: Ground, fault: dict[str, Any]
) -> None:
    rule = ground.sandbox.faults.add(CALLBACK, **fault)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    assert rule.hits
    assert says(answer).startswith("## Scheduled")
    assert len(answer.messages) == 1
    await ground.until_settled()
    assert heads(ground.london.messages) == ["## Spring"]


async def test_suggestions_that_come_too_late_are_no_error(ground: Ground) -> None:
    sandbox, sent = ground.sandbox, list[Event]()
    sandbox.world.subscribe(lambda event: sent.append(event) if event.name == "INTERACTION_CREATE" else None)
    admission = asyncio.Event()
    held = sandbox.faults.add(CALLBACK, "slow", until=admission)
    typing = asyncio.create_task(
        ground.amina.autocomplete("#london", "meeting show", focus="meeting", meeting="")
    )
    await sandbox.until(lambda: held.hits)
    interaction = sandbox.interactions.find(int(sent[0].data["id"]), sent[0].data["token"])
    assert interaction is not None
    interaction.sent_at -= 4.0
    admission.set()
    await sandbox.until(lambda: any(record.status == 404 for record in sandbox.requests))
    # What is asked next is answered; that nothing was logged as an error is seen to by the ground.
    assert says(await ground.amina.slash("#london", "meeting list"))
    typing.cancel()


@pytest.mark.parametrize("after", [False, True])
async def test_a_button_whose_answer_meets_a_fault_is_counted_once_and_shown(
    ground: Ground, after: bool
) -> None:
    card = await ground.scheduled()
    rule = ground.sandbox.faults.add(CALLBACK, status=500, after=after)
    answer = await ground.grace.press(card, "Going")
    assert rule.hits
    assert answer.failed is None
    assert "1 going, 0 maybe" in card.text
    assert answer.messages == [card]


async def test_a_slow_channel_holds_up_nobody_elses_messages(ground: Ground) -> None:
    release = asyncio.Event()
    ground.sandbox.faults.add(
        rf"^POST /channels/{ground.london.id}/messages", kind="slow", until=release, times=1
    )
    says(await ground.amina.slash("#london", "meeting schedule", title="Slow", when="thursday 6pm"))
    says(await ground.amina.slash("#yorkshire", "meeting schedule", title="Quick", when="thursday 6pm"))
    yorkshire = ground.sandbox.channel("#yorkshire")
    await ground.sandbox.until(lambda: yorkshire.messages)
    assert ground.london.messages == []
    release.set()
    await ground.sandbox.until(lambda: ground.london.messages)


async def test_many_answers_at_once_cost_few_edits_of_the_card_and_all_are_counted(ground: Ground) -> None:
    card = await ground.scheduled(when="12/03/2026 18:00")
    await ground.go_to(ground.wall("2026-03-05T18:00"))
    reminder = ground.london.messages[-1]
    people = [ground.grace, ground.tomasz, ground.cerys, ground.imran, ground.siobhan, ground.ruth]
    before = len(ground.sandbox.asked("PATCH", "/channels/{channel_id}/messages/{message_id}"))
    await asyncio.gather(*(person.press(reminder, "Going") for person in people))
    await ground.until_settled()
    assert "6 going" in card.text
    after = len(ground.sandbox.asked("PATCH", "/channels/{channel_id}/messages/{message_id}"))
    assert after - before <= len(people)
