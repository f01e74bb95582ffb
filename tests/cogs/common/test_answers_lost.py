"""What Discord did although its answer was lost: a thread, event or file comes once, and nobody hears of a fault."""

import logging
import sqlite3
from contextlib import closing
from typing import Any

import discord
import pytest

from bot.errors import UserError
from cogs.setup.form import SetupForm
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, heads, says
from tests.cogs.network.test_network import given
from tests.cogs.panels import role_chosen, set_up

CALLBACK = "/callback$"
LOST: list[dict[str, Any]] = [
    *({"kind": "status", "status": status, "after": True} for status in (403, 500, 502, 503, 504, 522)),
    {"kind": "drop_after"},
    {"kind": "truncate", "at": 20},
]
lost = pytest.mark.parametrize("fault", LOST, ids=lambda fault: "-".join(map(str, fault.values())))


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as a warning or worse; fails for a traceback."""
    found = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not any(record.exc_info for record in found)
    return [record.getMessage() for record in found]


@lost
async def test_a_working_group_has_one_thread(ground: Ground, fault: dict[str, Any]) -> None:
    rule = ground.sandbox.faults.add(r"^POST /channels/\{channel_id\}/threads", **fault)
    shown = await ground.grace.slash("#london", "campaign group", campaign="Cuba")
    says(await ground.grace.press(shown, "Join this group"))
    await ground.until_settled()
    assert len(rule.hits) == 1
    (thread,) = ground.sandbox.guild().threads.values()
    assert ground.grace.id in thread.thread_members
    assert len(thread.messages) == 1


@lost
async def test_a_meeting_is_one_event(ground: Ground, fault: dict[str, Any]) -> None:
    says(await set_up(ground.ruth, "#welcome", "features", events="On"))
    rule = ground.sandbox.faults.add(r"^POST /guilds/\{guild_id\}/scheduled-events", **fault)
    await ground.scheduled()
    await ground.until_settled()
    assert len(rule.hits) == 1
    assert [event.name for event in ground.sandbox.guild().events.values()] == ["Spring meeting"]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403, "code": 40004},
        {"status": 404, "code": 10062},
        {"status": 404},
        {"status": 429, "retry_after": 10},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_an_answer_to_a_meeting_that_discord_does_not_confirm_stands_on_the_card(
    ground: Ground, fault: dict[str, Any]
) -> None:
    card = await ground.scheduled()
    ground.sandbox.faults.add(CALLBACK, times=None, **fault)
    assert (await ground.grace.press(card, "Going")).failed is not None
    await ground.until_settled()
    assert "1 going" in card.text


@pytest.mark.parametrize("code", [40004, 40006, 40333])
async def test_an_answer_that_discord_refuses_for_a_moment_is_given_all_the_same(
    ground: Ground, code: int
) -> None:
    rule = ground.sandbox.faults.add(CALLBACK, times=2, status=403, code=code)
    await ground.scheduled()
    assert len(rule.hits) == 2
    assert len(heads(ground.london.messages)) == 1


@lost
async def test_an_export_comes_once_and_without_a_fault(
    ground: Ground, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    card = await ground.scheduled()
    await (await ground.grace.press(card, "Going")).until_followups(1)
    rule = ground.sandbox.faults.add("^(POST|PATCH) /webhooks/", **fault)
    answer = await ground.grace.slash("#london", "privacy export")
    assert rule.hits
    assert len(answer.messages) == 1
    assert len(answer.message.attachments) == 2
    assert "went wrong" not in answer.text
    assert logged(caplog) == []


async def test_an_answer_that_is_limited_for_long_is_no_fault_of_ours(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    ground.sandbox.faults.add("/callback$", status=429, retry_after=10, times=None)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    ground.sandbox.faults.clear()
    await ground.settled()
    assert answer.failed is not None
    assert answer.messages == []
    assert heads(ground.london.messages) == ["## Spring"]
    assert len([words for words in logged(caplog) if "could not be answered" in words]) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_role_that_discord_does_not_give_now_is_not_said_to_be_forbidden(
    ground: Ground, status: int
) -> None:
    role = await given(ground)
    await role_chosen(ground.ruth, "#organisers", "London", str(role.id))
    ground.sandbox.faults.add("^PUT .*/roles/", status=status, times=None)
    text = says(await ground.grace.slash("#london", "network join"))
    assert "because Discord is having trouble" in text
    assert "You have joined the network" in text


async def test_a_text_longer_than_its_field_is_refused_in_words(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    modal = (await ground.amina.press(answer, "Change what I typed")).modal
    for component in modal.components:
        component["component"]["max_length"] = 4_000
    refused = await ground.amina.submit(modal, {"Title": "x" * 3_000, "When": "thursday 6pm"})
    assert "takes up to" in says(refused)
    assert await ground.count(Meeting) == 0


async def test_a_role_that_discord_does_not_resolve_is_refused_in_words(ground: Ground) -> None:
    form = SetupForm(ground.texts)
    picks = form.picks
    picks["organisers"]._values = [discord.Object(1)]  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] - as the library fills it in
    picks["organisers_channel"]._values = picks["regions"]._values = [object()]  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    with pytest.raises(UserError) as caught:
        form.check()  # pyright: ignore[reportPrivateUsage]
    assert caught.value.key == "errors.form_unresolved"


async def test_a_store_that_is_locked_is_one_line_for_each_press(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    card = await ground.scheduled()
    with closing(sqlite3.connect(ground.running.store.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        caplog.clear()
        answer = await ground.grace.press(card, "Going")
        assert "I couldn't save that" in says(answer)
        said = [words for words in logged(caplog) if words.startswith("not stored")]
        assert len(said) == 1
        other.execute("ROLLBACK")
