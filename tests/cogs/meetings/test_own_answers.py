"""An answer is confirmed to whoever gave it alone, and all that shows it to them says what is true now."""

from datetime import timedelta

from bot.sandbox.world import Message
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_one_message import IN_TEN_DAYS
from tests.cogs.meetings.test_rsvp import beside


@both
async def test_every_private_answer_on_the_screen_says_what_was_answered_last(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    shown = await ground.grace.slash("#london", "meeting show", meeting="1")
    first = await ground.grace.press(shown, "Going")
    assert first.message is shown.message
    assert "You are going: Spring meeting" in says(first)
    assert "1 going" in shown.text
    assert "Maybe" in buttons(shown.message)
    second = await ground.grace.press(card, "Maybe")
    await second.until_followups(1)
    await ground.sandbox.until(lambda: "You said maybe" in shown.text)
    third = await ground.grace.slash("#london", "meeting answer", meeting="1", choice="cant")
    assert "you can't come" in says(third)
    for message in (shown.message, second.messages[-1]):
        await ground.sandbox.until(lambda text=message: "you can't come" in text.text)
        assert "You said maybe" not in message.text
    await ground.settled()
    assert "0 going, 0 maybe, 1 can't come" in card.text


async def test_whoever_presses_again_and_again_is_followed_once(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    choices = ("Going", "Maybe", "Can't come") * 3 + ("Maybe",)
    answers = [await ground.grace.press(card, choice) for choice in choices]
    for answer in answers:
        await answer.until_followups(1)
    for answer in answers[-4:]:
        await ground.sandbox.until(lambda one=answer: "You said maybe" in one.messages[-1].text)
    changed = ground.sandbox.asked("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
    assert 3 <= len(changed) <= 6


async def test_an_answer_of_another_person_or_meeting_changes_nothing_on_the_screen(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    other = await ground.scheduled("Other", when="11/03/2026 18:00")
    answer = await ground.grace.press(card, "Going")
    await answer.until_followups(1)
    before = answer.messages[-1].text
    await beside(ground, ground.grace, other, "Can't come")
    await beside(ground, ground.tomasz, card, "Can't come")
    assert answer.messages[-1].text == before


async def reminded(ground: Ground) -> tuple[Message, Message]:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await beside(ground, ground.grace, card, "Going")
    await ground.go_to(ground.wall("2026-03-11T18:00"))
    return card, ground.grace.dms[-1]


@both
async def test_a_reminder_on_the_phone_follows_an_answer_given_elsewhere_without_a_sound(
    ground: Ground,
) -> None:
    card, reminder = await reminded(ground)
    heard = len(ground.grace.phone.heard)
    await beside(ground, ground.grace, card, "Can't come")
    await ground.settled()
    assert reminder.content.startswith("You can't come: Spring meeting")
    await beside(ground, ground.grace, card, "Maybe")
    await ground.settled()
    assert reminder.content.startswith("You said maybe: Spring meeting")
    assert len(ground.grace.phone.heard) == heard


async def test_an_answer_in_a_direct_message_stands_in_its_place(ground: Ground) -> None:
    _, reminder = await reminded(ground)
    count = len(ground.grace.dms)
    answer = await ground.grace.press(reminder, "Can't come")
    assert answer.message is reminder
    assert "you can't come to Spring meeting" in reminder.text
    await ground.settled()
    assert len(ground.grace.dms) == count
    assert "you can't come" in reminder.text
    await ground.grace.press(reminder, "Going")
    assert "You are going: Spring meeting" in reminder.text


@both
async def test_an_offer_that_is_taken_in_the_channel_offers_nothing_more(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS, capacity=1)
    await beside(ground, ground.grace, card, "Going")
    says(await ground.tomasz.press(card, "Going"))
    await ground.settled()
    await beside(ground, ground.grace, card, "Can't come")
    await ground.settled()
    (offer,) = ground.tomasz.dms
    assert "A place is free" in offer.text
    await beside(ground, ground.tomasz, card, "Going")
    await ground.settled()
    assert offer.content.startswith("You are going: Spring meeting")
    assert "is free" not in offer.text


async def test_whoever_answers_after_a_move_hears_of_it_with_their_answer(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS, venue="Town hall")
    await beside(ground, ground.grace, card, "Going")
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 19:00"))
    await ground.later(timedelta(minutes=5))
    said = await beside(ground, ground.tomasz, card, "Going")
    assert "It has changed since it was announced" in said
    assert "Friday 13 March, 7pm, Town hall." in said
    # Who heard of it with the others is not told again.
    assert "It has changed" not in await beside(ground, ground.grace, card, "Maybe")
