"""Who has left: erased when their time is over, by the nightly sweep, or by an admin whom they ask."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.people import Person
from bot.sandbox.world import membership
from db import privacy
from db.meetings.models import Answer as Answered
from db.membership import hashes
from db.membership.models import Departure
from db.models import Audit, MaintenanceTask
from tests.cogs.common.test_rights import unhide
from tests.cogs.ground import MONDAY, Ground, both, heads, says
from tests.cogs.panels import settings
from tests.cogs.privacy.steps import attached, days_later, departure, done, left_something, stored, upkept


@both
async def test_what_is_kept_of_somebody_who_left_goes_when_the_time_is_over(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    ground.grace.leave()
    await ground.sandbox.until(lambda: True)
    await departure(ground)
    await days_later(ground, 89)
    assert str(ground.grace.id) in await stored(ground)
    await days_later(ground, 2)
    assert str(ground.grace.id) not in await stored(ground)
    assert await ground.count(Departure) == 0


async def test_coming_back_stops_the_clock(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    ground.grace.leave()
    await departure(ground)
    ground.grace.join()
    await departure(ground, 0)
    await days_later(ground, 100)
    assert "Your settings" in says(await ground.grace.slash("#london", "privacy show"))


async def test_of_whoever_left_nothing_it_is_not_noted_that_they_left(ground: Ground) -> None:
    await ground.written_to(before=False)
    await left_something(ground, ground.grace)
    ground.cerys.leave()
    ground.grace.leave()
    await departure_seen(ground)
    assert str(ground.cerys.id) not in await stored(ground)


async def departure_seen(ground: Ground) -> None:
    for _ in range(200):
        if await ground.count(Departure):
            return
        await ground.imran.autocomplete("#yorkshire", "help", focus="topic", topic="x")
    raise AssertionError("the departure was not noted")


async def test_whoever_left_while_the_bot_was_away_is_noticed_by_the_next_sweep(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    await ground.stop()
    ground.grace.leave()
    await ground.start()
    assert await ground.count(Departure) == 0
    await days_later(ground, 1)
    assert await ground.count(Departure) == 1
    await days_later(ground, 91)
    assert str(ground.grace.id) not in await stored(ground)


async def test_a_sweep_that_fell_due_while_the_bot_was_away_is_made_up_for(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    ground.grace.leave()
    await departure(ground)
    await ground.stop()
    ground.clock.move(timedelta(days=100))
    await ground.start()
    await upkept(ground)
    assert str(ground.grace.id) not in await stored(ground)


async def test_a_sweep_that_was_broken_off_is_done_again(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    ground.grace.leave()
    await departure(ground)
    await upkept(ground)

    def begun(session: Session) -> None:
        session.get_one(MaintenanceTask, "privacy.sweep").due_at = ground.clock.now() + timedelta(
            days=100, minutes=15
        )

    await ground.running.store.write(begun)
    await ground.restart()
    await days_later(ground, 100)
    assert str(ground.grace.id) in await stored(ground)
    await ground.later(timedelta(minutes=16))
    await upkept(ground)
    assert str(ground.grace.id) not in await stored(ground)


async def test_a_server_that_sends_the_bot_away_is_forgotten_in_time(ground: Ground) -> None:
    other = ground.second_guild()
    await settings(ground.grace, "#branch", quiet="22:00-07:00")
    await left_something(ground, ground.tomasz)
    membership.leave(ground.sandbox.world, other, ground.sandbox.world.bot.id)
    await days_later(ground, 1)
    assert str(other.id) in await stored(ground)
    await days_later(ground, 92)
    assert str(other.id) in await stored(ground)
    (word,) = [message for message in ground.ruth.dms if "will soon be deleted" in message.text]
    assert str(other.id) in word.text
    assert "Wednesday 10 June 2026" in word.text
    await ground.restart()
    await days_later(ground, 1)
    assert len(ground.ruth.dms) == 1
    await days_later(ground, 7)
    held = await stored(ground)
    assert str(other.id) not in held
    assert str(ground.tomasz.id) in held


async def former(ground: Ground) -> Person:
    await left_something(ground, ground.grace)
    ground.grace.leave()
    await departure(ground)
    return ground.grace


async def test_an_admin_is_shown_nothing_of_somebody_who_left(ground: Ground) -> None:
    grace = await former(ground)
    choices = await ground.ruth.autocomplete("#organisers", "admin former", focus="member", member="")
    assert [choice.value for choice in choices] == [str(grace.id)]
    assert "left on Monday 2 March 2026" in choices[0].name
    asked = await ground.ruth.slash("#organisers", "admin former", member=choices[0].value)
    text = says(asked)
    assert "I don't show anyone's data to others" in text
    assert asked.message.attachments == []
    for what in ("Your answers to meetings", "Messages to you", "going"):
        assert what not in text
    of_a_stranger = says(await ground.ruth.slash("#organisers", "admin former", member="123456789012345678"))
    assert of_a_stranger.replace("123456789012345678", str(grace.id)) == text


async def test_somebody_who_left_gets_their_own_copy_in_a_direct_message(ground: Ground) -> None:
    grace = await former(ground)
    answer = await grace.slash("dm", "privacy export")
    data = json.loads(attached(ground, answer)["iso-bot-data.json"])
    assert {"answer", "delivery", "departure"} <= set(data["tables"])


async def test_an_admin_deletes_for_somebody_who_left(ground: Ground) -> None:
    grace = await former(ground)
    asked = await ground.ruth.slash("#organisers", "admin former", member=grace.mention)
    await ground.restart()
    deleted = await done(ground.ruth, asked, "Delete it")
    assert says(deleted).startswith("## Deleted")
    assert str(grace.id) not in await stored(ground)
    text = says(await ground.ruth.slash("#organisers", "admin audit"))
    assert "deleted the data of someone who left" in text
    about = await ground.running.store.write(hashes.digest, "erased", ground.sandbox.guild().id, grace.id)
    assert f"former:{about[: hashes.SHORT]}" in text
    assert str(grace.id) not in text


async def test_nobody_sees_or_deletes_the_data_of_a_member(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    refused = await ground.ruth.slash("#organisers", "admin former", member=str(ground.grace.id))
    assert "still a member here" in says(refused)
    forged = await ground.press_old(ground.ruth, ground.london, f"privacy:former:{ground.grace.id}")
    assert "still a member here" in forged.text
    assert await ground.count(Answered) == 1


@pytest.mark.parametrize("name", ["amina", "cerys"])
async def test_only_admins_answer_requests(ground: Ground, name: str) -> None:
    unhide(ground)
    grace = await former(ground)
    person: Person = getattr(ground, name)
    refused = await person.slash("#london", "admin former", member=str(grace.id))
    assert "Manage Server" in says(refused)
    assert await person.autocomplete("#london", "admin former", focus="member", member="") == []
    forged = await ground.press_old(person, ground.london, f"privacy:former:{grace.id}")
    assert "Manage Server" in forged.text
    assert await ground.count(Answered) == 1


@pytest.mark.parametrize("words", ["Grace Owusu", "12", "<@&123456789012345678>", "9" * 25, "@everyone"])
async def test_what_is_nobodys_number_is_refused_with_the_way_to_find_it(ground: Ground, words: str) -> None:
    answer = await ground.ruth.slash("#organisers", "admin former", member=words)
    assert "Copy User ID" in says(answer)


async def test_a_line_of_the_audit_names_an_erased_admin_by_nothing(ground: Ground) -> None:
    grace = await former(ground)
    request = await ground.ruth.slash("#organisers", "admin former", member=str(grace.id))
    await done(ground.ruth, request, "Delete it")
    asked = await ground.ruth.slash("#organisers", "privacy erase")
    await done(ground.ruth, asked, "Delete everything about me")
    lines: list[Any] = await ground.running.store.read_in_thread(
        lambda session: list(session.scalars(select(Audit)))
    )
    assert any(line.action == "privacy.erase" and line.actor_id < 0 for line in lines)
    assert str(ground.ruth.id) not in await stored(ground)
    assert heads(ground.ruth.dms) == []


async def test_messages_already_sent_are_swept_after_their_time(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    await ground.go_to(ground.wall("2026-03-12T18:30"))
    assert "delivery" in await ground.running.store.read_in_thread(privacy.find, ground.grace.id)
    await days_later(ground, 92)
    found = await ground.running.store.read_in_thread(privacy.find, ground.grace.id)
    assert set(found) == {"answer", "person"}
    assert ground.clock.now() > MONDAY
