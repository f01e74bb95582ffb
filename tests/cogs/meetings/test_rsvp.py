"""Answers to a meeting: the buttons on the card, on reminders and in private, before and after restarts."""

from bot.sandbox.people import Person
from bot.sandbox.world import Message
from cogs.common.times import short
from db import meetings
from tests.cogs.ground import LONDON, Ground, both, buttons, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import settings

IN_TEN_DAYS = "12/03/2026 18:00"


async def reminded(ground: Ground, person: Person) -> tuple[Message, Message, Message]:
    """Have a meeting reminded of: its card, the reminder in the channel, and that in the person's DM."""
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await person.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T17:01"))
    return card, ground.london.messages[-1], person.dms[-1]


@both
async def test_an_answer_shows_on_the_card_that_was_pressed(ground: Ground) -> None:
    card = await ground.scheduled()
    answer = await ground.grace.press(card, "Going")
    assert answer.failed is None
    assert answer.message is card
    assert "1 going, 0 maybe, 0 can't come" in card.text
    await ground.tomasz.press(card, "Maybe")
    await ground.cerys.press(card, "Can't come")
    assert "1 going, 1 maybe, 1 can't come" in card.text
    assert ground.london.messages == [card]
    assert not card.pinged


async def test_an_answer_can_be_changed_and_is_counted_once(ground: Ground) -> None:
    card = await ground.scheduled()
    for name in ("Going", "Maybe", "Can't come", "Going", "Going"):
        await ground.grace.press(card, name)
    assert "1 going, 0 maybe, 0 can't come" in card.text


async def test_who_is_coming_is_shown_to_the_one_who_asks_and_pings_nobody(ground: Ground) -> None:
    card = await ground.scheduled()
    assert "Nobody has answered yet" in says(await ground.tomasz.press(card, "Who's coming?"))
    await ground.grace.press(card, "Going")
    await ground.mei.press(card, "Can't come")
    text = says(await ground.tomasz.press(card, "Who's coming?"))
    assert f"**Going (1):** {ground.grace.mention}" in text
    assert f"**Can't come (1):** {ground.mei.mention}" in text
    assert ground.grace.mention not in card.text


async def test_a_reminder_in_the_channel_is_answered_in_private_and_counted_on_the_card(
    ground: Ground,
) -> None:
    card, in_channel, _ = await reminded(ground, ground.grace)
    before = in_channel.text
    assert "you can't come to Spring meeting" in says(await ground.tomasz.press(in_channel, "Can't come"))
    await ground.until_settled()
    assert in_channel.text == before
    assert "1 going, 0 maybe, 1 can't come" in card.text


@both
async def test_a_reminder_in_private_is_answered_there_and_counted_on_the_card(ground: Ground) -> None:
    card, _, in_private = await reminded(ground, ground.grace)
    answer = await ground.grace.press(in_private, "Can't come")
    assert answer.failed is None
    assert "you can't come to Spring meeting" in answer.text
    await ground.until_settled()
    assert "0 going, 0 maybe, 1 can't come" in card.text
    assert ground.grace.mention in (await ground.grace.press(in_private, "Who's coming?")).text


async def test_buttons_from_before_a_restart_still_work(ground: Ground) -> None:
    card, in_channel, in_private = await reminded(ground, ground.grace)
    await ground.restart()
    await ground.tomasz.press(card, "Going")
    assert "2 going" in card.text
    says(await ground.cerys.press(in_channel, "Going"))
    assert (await ground.grace.press(in_private, "Maybe")).failed is None
    await ground.until_settled()
    assert "2 going, 1 maybe" in card.text
    assert ground.cerys.mention in says(await ground.tomasz.press(card, "Who's coming?"))


async def test_an_undo_from_before_a_restart_still_works(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Oops", when="thursday 6pm")
    await ground.until_settled()
    await ground.restart()
    assert "**Oops** is cancelled" in says(await ground.amina.press(answer, "Undo: cancel this meeting"))


async def test_a_cancelled_meeting_takes_no_answers_from_its_old_reminders(ground: Ground) -> None:
    card, in_channel, in_private = await reminded(ground, ground.grace)
    await use(ground.amina, "#london", "meeting cancel", meeting="1")
    await ground.until_settled()
    for message in (card, in_channel, in_private):
        assert buttons(message) == []
        assert "This meeting is cancelled" in message.text
    # Whoever still has the buttons on the screen can press them.
    answer = await ground.press_old(ground.tomasz, ground.london, "rsvp:1:going")
    assert "Spring meeting was cancelled" in says(answer)


async def test_a_meeting_takes_answers_until_it_is_over(ground: Ground) -> None:
    card = await ground.scheduled(duration="2 hours")
    await ground.go_to(ground.wall("2026-03-05T19:59"))
    await ground.grace.press(card, "Going")
    assert "1 going" in card.text
    await ground.go_to(ground.wall("2026-03-05T20:00"))
    answer = await ground.press_old(ground.tomasz, ground.london, "rsvp:1:going")
    assert "Spring meeting is over" in says(answer)
    assert "1 going" in card.text


async def beside(ground: Ground, person: Person, card: Message, name: str) -> str:
    """Press a button of a card; return what only the one who pressed sees beside it."""
    answer = await person.press(card, name)
    await answer.until_followups(1)
    assert answer.failed is None
    assert answer.message is card
    said = answer.messages[-1]
    assert said is not card
    assert said.seen_by == person.id
    return said.text


@both
async def test_whoever_presses_the_card_is_told_their_answer_and_when_they_are_reminded(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    said = await beside(ground, ground.grace, card, "Going")
    assert "You are going: Spring meeting" in said
    due = sorted(
        one.due_at
        for one in await ground.rows("meeting.remind")
        if one.target_id == ground.grace.id and one.status == "pending"
    )
    assert due
    assert all(short(at, LONDON, ground.texts) in said for at in due)
    says(await settings(ground.grace, "#london", reminders="2 hours"))
    said = await beside(ground, ground.grace, card, "Maybe")
    assert "You said maybe: Spring meeting" in said
    assert "I'll remind you in private on Thursday 12 March, 4pm." in said
    said = await beside(ground, ground.grace, card, "Can't come")
    assert "you can't come to Spring meeting" in said
    assert "remind you" not in said


async def test_whoever_cannot_be_reminded_is_told_so_where_they_press(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-11T18:01"))
    said = await beside(ground, ground.mei, card, "Maybe")
    assert "your direct messages are closed" in said
    assert "I'll remind you" not in said
    says(await settings(ground.cerys, "#london", dms="off"))
    assert "won't remind you" in await beside(ground, ground.cerys, card, "Going")
    await ground.go_to(ground.wall("2026-03-12T17:59"))
    assert "I have no more reminders of it to send" in await beside(ground, ground.tomasz, card, "Going")


@both
async def test_an_answer_that_was_stored_and_not_shown_before_a_kill_is_shown_after_the_start(
    ground: Ground,
) -> None:
    card = await ground.scheduled()
    guild = await ground.running.guild_record(ground.sandbox.guild().id)
    assert guild is not None
    # As far as a press gets when its process is killed right after the commit.
    await ground.running.store.write(
        meetings.answer,
        1,
        guild_id=guild.id,
        user_id=ground.grace.id,
        choice="going",
        guild=guild,
        now=ground.clock.now(),
    )
    assert "Nobody has answered yet" in card.text
    await ground.restart()
    await ground.until_settled()
    assert "1 going, 0 maybe, 0 can't come" in card.text
