"""What is kept of a member: seen, taken away and deleted by themselves; and kept no longer than said."""

import asyncio
import json

from db.meetings.models import Answer as Answered
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.panels import set_up
from tests.cogs.privacy.steps import IN_TEN_DAYS, attached, done, left_something, stored


async def test_whoever_left_nothing_is_told_so(ground: Ground) -> None:
    await ground.written_to(before=False)
    assert "I keep nothing about you" in says(await ground.cerys.slash("#wales", "privacy show"))
    assert "nothing to give you" in says(await ground.cerys.slash("#wales", "privacy export"))
    assert "nothing to delete" in says(await ground.cerys.slash("#wales", "privacy erase"))


@both
async def test_what_is_kept_is_shown_with_why_and_until_when_to_its_owner_alone(ground: Ground) -> None:
    await ground.written_to(before=False)
    await left_something(ground, ground.grace)
    text = says(await ground.grace.slash("#london", "privacy show"))
    for what in ("Your settings", "Your answers to meetings", "Messages to you"):
        assert f"**{what}** (" in text
    assert text.count("Why: ") == text.count("Kept: ") == 3
    assert "365 days after the meeting" in text
    assert "/privacy export" in text
    assert "/privacy erase" in text
    assert "I keep nothing" in says(await ground.cerys.slash("#wales", "privacy show"))


@both
async def test_an_export_is_two_files_with_all_of_it_and_nobody_else(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    await ground.tomasz.press(ground.london.messages[0], "Maybe")
    answer = await ground.grace.slash("#london", "privacy export")
    says(answer)
    files = attached(ground, answer)
    data = json.loads(files["iso-bot-data.json"])
    assert data["member"] == str(ground.grace.id)
    assert set(data["tables"]) == {"answer", "person", "delivery"}
    assert data["tables"]["answer"]["rows"][0]["choice"] == "going"
    assert data["tables"]["person"]["rows"][0]["quiet_from"] == "22:00"
    readable = files["iso-bot-data.txt"].decode()
    assert "Your answers to meetings: 1" in readable
    assert "Why: so that hosts know how many are coming" in readable
    assert "    choice: going" in readable
    assert "Monday 2 March 2026" in readable
    for person in (ground.tomasz, ground.amina, ground.ruth):
        assert str(person.id) not in str(data)
        assert str(person.id) not in readable


@both
async def test_after_erasing_nothing_is_left_and_nothing_more_comes(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    card = ground.london.messages[0]
    await ground.tomasz.press(card, "Going")
    asked = await ground.grace.slash("#london", "privacy erase")
    assert "Your answers to meetings: 1" in says(asked)
    assert buttons(asked.message) == ["Delete everything about me", "Keep it"]
    assert str(ground.grace.id) in await stored(ground)
    deleted = await done(ground.grace, asked, "Delete everything about me")
    assert says(deleted).startswith("## Deleted")
    assert str(ground.grace.id) not in await stored(ground)
    await ground.settled()
    assert "1 going," in card.text
    await ground.go_to(ground.wall("2026-03-12T18:30"))
    assert ground.grace.dms == []
    assert len(ground.tomasz.dms) == 3
    assert "I keep nothing" in says(await ground.grace.slash("#london", "privacy show"))


@both
async def test_a_first_message_under_way_to_somebody_who_is_erased_stores_nothing_of_them(
    ground: Ground,
) -> None:
    await ground.written_to(before=False)
    card = await ground.scheduled(when=IN_TEN_DAYS)
    admission = asyncio.Event()
    held = ground.sandbox.faults.add("POST /users/@me/channels", "slow", until=admission, after=True)
    await ground.grace.press(card, "Going")
    await ground.sandbox.until(lambda: held.hits)
    asked = await ground.grace.slash("#london", "privacy erase")
    deleted = await done(ground.grace, asked, "Delete everything about me")
    assert says(deleted).startswith("## Deleted")
    admission.set()
    await ground.settled()
    assert str(ground.grace.id) not in await stored(ground)


async def test_the_question_can_be_answered_with_no_and_after_a_restart(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    kept = await ground.grace.slash("#london", "privacy erase")
    assert "Nothing was deleted" in says(await ground.grace.press(kept, "Keep it"))
    asked = await ground.grace.slash("#london", "privacy erase")
    await ground.restart()
    assert await ground.count(Answered) == 1
    assert says(await done(ground.grace, asked, "Delete everything about me")).startswith("## Deleted")
    assert await ground.count(Answered) == 0


async def test_all_of_it_works_in_a_direct_message(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    assert "Your answers to meetings" in (await ground.grace.slash("dm", "privacy show")).text
    answer = await ground.grace.slash("dm", "privacy export")
    assert set(attached(ground, answer)) == {"iso-bot-data.json", "iso-bot-data.txt"}
    asked = await ground.grace.slash("dm", "privacy erase")
    assert (await done(ground.grace, asked, "Delete everything about me")).text.startswith("## Deleted")
    assert str(ground.grace.id) not in await stored(ground)


async def test_whoever_hosted_a_meeting_is_no_longer_named_on_its_card(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    assert ground.amina.mention in card.text
    asked = await ground.amina.slash("#london", "privacy erase")
    await done(ground.amina, asked, "Delete everything about me")
    await ground.settled()
    assert "**Host:** the organisers of London" in card.text
    assert str(ground.amina.id) not in await stored(ground)
    assert await ground.count(Meeting) == 1
    audit = says(await ground.ruth.slash("#organisers", "admin audit"))
    assert "a former member scheduled a meeting" in audit


async def test_when_whoever_set_the_bot_up_goes_the_owner_hears_of_failures(ground: Ground) -> None:
    ground.manager(ground.amina)
    await set_up(ground.amina, "#london", "reminders", before="1 day")
    asked = await ground.amina.slash("#london", "privacy erase")
    await done(ground.amina, asked, "Delete everything about me")
    record = await ground.running.guild_record(ground.sandbox.guild().id)
    assert record is not None
    assert record.admin_id == ground.ruth.id


async def test_an_old_button_of_the_question_still_only_erases_whoever_presses_it(ground: Ground) -> None:
    await left_something(ground, ground.grace)
    await ground.tomasz.press(ground.london.messages[0], "Going")
    answer = await ground.press_old(ground.tomasz, ground.london, "privacy:erase")
    assert answer.failed is None
    held = await stored(ground)
    assert str(ground.tomasz.id) not in held
    assert str(ground.grace.id) in held
