"""The first direct message is a receipt for somebody's own press; closed ones show there and then."""

from datetime import timedelta

import pytest

from bot.sandbox.people import Person
from bot.sandbox.world import Message
from db import meetings
from tests.cogs.counts import crowd
from tests.cogs.events.test_events import added, go
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_rsvp import beside
from tests.cogs.panels import settings

IN_TEN_DAYS = "12/03/2026 18:00"
OPENING = ("POST", "/users/@me/channels")


@pytest.fixture
async def ground(ground: Ground) -> Ground:
    """The server as it is at the beginning: the bot has written to nobody."""
    await ground.written_to(before=False)
    return ground


def opened(ground: Ground) -> int:
    """Return how many direct messages the bot has opened."""
    return len(ground.sandbox.asked(*OPENING))


async def going(ground: Ground, person: Person, card: Message, answer: str = "Going") -> str:
    """Have somebody answer on the card; returns what they are told beside it."""
    said = await beside(ground, person, card, answer)
    await ground.settled()
    return said


@both
async def test_the_first_answer_is_receipted_on_the_phone_with_when_reminders_come(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS, venue="Town hall")
    said = await going(ground, ground.grace, card)
    assert "I'll remind you in private on Thursday 5 March, 6pm; Wednesday 11 March, 6pm; and" in said
    (shown,) = ground.grace.phone.lock_screen
    assert shown.channel == "DM"
    assert shown.body.startswith("You are going: Spring meeting, Thursday 12 March, 6pm, Town hall.")
    assert "I'll remind you here on Thursday 5 March, 6pm; Wednesday 11 March, 6pm; and" in shown.body
    assert "Did your phone stay silent" in shown.body
    # Once a person: neither another meeting nor another answer, nor the same after a restart.
    other = await ground.scheduled("Other", when="11/03/2026 18:00")
    await going(ground, ground.grace, other, "Maybe")
    await ground.restart()
    await going(ground, ground.grace, card, "Can't come")
    await going(ground, ground.grace, card)
    assert len(ground.grace.dms) == 1
    assert opened(ground) == 1


@pytest.mark.long
async def test_a_crowds_first_reminder_opens_no_direct_message(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    people = crowd(ground, 200)
    for at in range(0, len(people), 20):
        for person in people[at : at + 20]:
            await person.press(card, "Going")
        await ground.settled()
    assert opened(ground) == 200
    assert {len(person.dms) for person in people} == {1}
    await ground.go_to(ground.wall("2026-03-05T18:00"))
    assert {heads(person.dms)[-1] for person in people} == {"## In 7 days: Spring meeting"}
    assert opened(ground) == 200
    assert "200 going" in card.text


@both
async def test_closed_direct_messages_show_while_the_person_looks(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    answer = await ground.mei.press(card, "Going")
    await answer.until_followups(1)
    await ground.settled()
    await ground.sandbox.until(lambda: "closed" in answer.messages[-1].text)
    told = answer.messages[-1].text
    assert "You are going: Spring meeting" in told
    assert "your direct messages are closed" in told
    assert "allow Direct Messages" in told
    assert "I'll remind you" not in told
    settings = says(await ground.mei.slash("#london", "settings mine"))
    assert "your direct messages are closed" in settings
    assert "**Direct messages:** on" not in settings
    # What they are told to do helps.
    ground.mei.open_dms()
    await ground.later(timedelta(hours=1))
    await going(ground, ground.mei, card)
    assert ground.mei.phone.lock_screen[-1].body.startswith("You are going: Spring meeting")
    assert "**Direct messages:** on" in says(await ground.mei.slash("#london", "settings mine"))
    assert "I'll remind you" in await going(ground, ground.mei, card, "Maybe")


async def test_organisers_hear_once_a_week_how_many_cannot_be_reached_and_of_nobody(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    other = await ground.scheduled("Other", when="11/03/2026 18:00")
    ground.tomasz.close_dms()
    for person in (ground.mei, ground.tomasz, ground.grace):
        for one in (card, other):
            await going(ground, person, one)
    office = ground.sandbox.channel("#organisers")
    await ground.go_to(ground.wall("2026-03-09T08:59"))
    assert office.messages == []
    await ground.go_to(ground.wall("2026-03-09T09:00"))
    (notice,) = office.messages
    assert heads([notice]) == ["## 2 members get no reminders"]
    assert "allow Direct Messages" in notice.text
    for person in (ground.mei, ground.tomasz):
        assert str(person.id) not in notice.text
        person.open_dms()
        await going(ground, person, card)
    await ground.go_to(ground.wall("2026-03-16T10:00"))
    assert [one for one in heads(office.messages) if "get no reminders" in one] == heads([notice])


async def test_a_place_on_the_waiting_list_is_receipted_too(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS, capacity=1)
    await going(ground, ground.grace, card)
    says(await ground.tomasz.press(card, "Going"))
    await ground.settled()
    (shown,) = ground.tomasz.phone.lock_screen
    assert shown.body.startswith("You are on the waiting list: Spring meeting, Thursday 12 March, 6pm.")
    assert "as soon as there is a place" in shown.body


@pytest.mark.parametrize("what", ["welcome", "event", "network"])
async def test_other_first_steps_are_receipted_in_general_words(ground: Ground, what: str) -> None:
    if what == "welcome":
        says(await ground.grace.slash("#london", "welcome start"))
    elif what == "event":
        says(await added(ground))
        await ground.settled()
        await go(ground, ground.grace)
    else:
        says(await ground.grace.slash("#london", "network join", region="London"))
    await ground.settled()
    (shown,) = ground.grace.phone.lock_screen
    begins = {
        "welcome": "Your welcome steps have started.",
        "event": "I have noted that you are going.",
        "network": "You have joined the network.",
    }
    assert shown.body.startswith(begins[what])
    assert "This is how my messages look and reach you" in shown.body
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await going(ground, ground.grace, card)
    assert len(ground.grace.dms) == 1


async def test_whoever_switched_private_messages_off_gets_no_receipt(ground: Ground) -> None:
    says(await settings(ground.grace, "#london", dms="off"))
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await going(ground, ground.grace, card)
    assert ground.grace.dms == []
    assert opened(ground) == 0


async def test_a_receipt_that_a_kill_kept_back_comes_after_the_start(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    guild = await ground.running.guild_record(ground.sandbox.guild().id)
    assert guild is not None
    await ground.running.store.write(
        meetings.answer,
        1,
        guild_id=guild.id,
        user_id=ground.grace.id,
        choice="going",
        guild=guild,
        now=ground.clock.now(),
    )
    await ground.restart()
    await ground.settled()
    assert ground.grace.phone.lock_screen[-1].body.startswith("You are going: Spring meeting")
    assert card.text


async def test_a_receipt_follows_its_meeting_and_what_its_reader_answers_and_keeps_the_reminders(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS, venue="Town hall")
    await going(ground, ground.grace, card, "Maybe")
    (receipt,) = ground.grace.dms
    await going(ground, ground.grace, card)
    await ground.later()
    assert "You are going: Spring meeting, Thursday 12 March, 6pm" in receipt.text
    assert "I'll remind you here on Thursday 5 March, 6pm" in receipt.text
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 13 march 7pm"))
    await ground.later(timedelta(minutes=5))
    assert "You are going: Spring meeting, Friday 13 March, 7pm" in receipt.text
    assert "I'll remind you here on Friday 6 March, 7pm" in receipt.text
    assert "Thursday 12 March, 6pm" not in receipt.text
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.later(timedelta(minutes=5))
    assert receipt.text.startswith("Cancelled: Spring meeting, Friday 13 March, 7pm")
    assert "remind" not in receipt.text
