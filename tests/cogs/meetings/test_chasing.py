"""The one gentle question to members of the network who have not answered, and the one to those who said maybe."""

from datetime import timedelta

import pytest

from bot.sandbox.people import Person
from db.meetings.models import Answer
from tests.cogs.ground import Ground, both, card_text, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up, settings

WHEN = "12 march 2026 6pm"
QUESTION = "## Can you come? Spring meeting"


async def joined(ground: Ground, *people: Person) -> None:
    for person in people:
        says(await person.slash("#london", "network join"))


async def chase(ground: Ground, **options: str) -> str:
    return says(await use(ground.amina, "#london", "meeting chase", meeting="Spring", **options))


def asked(*people: Person) -> list[int]:
    return [heads(person.dms).count(QUESTION) for person in people]


@both
async def test_who_has_not_answered_is_asked_once_and_answers_from_there(ground: Ground) -> None:
    await joined(ground, ground.grace, ground.imran, ground.tomasz)
    card = await ground.scheduled(when=WHEN)
    await ground.imran.press(card, "Can't come")
    text = await chase(ground, ask="On")
    assert "**On.** On Monday 9 March 2026, 5pm" in text
    await ground.go_to(ground.wall("2026-03-09T16:59"))
    assert asked(ground.grace, ground.imran, ground.tomasz, ground.cerys) == [0, 0, 0, 0]
    await ground.go_to(ground.wall("2026-03-09T17:01"))
    assert asked(ground.grace, ground.imran, ground.tomasz, ground.cerys) == [1, 0, 1, 0]
    question = next(message for message in ground.grace.dms if card_text(message).startswith(QUESTION))
    assert "a no is as welcome as a yes" in question.text
    await ground.restart()
    await ground.grace.press(question, "Maybe")
    assert await ground.count(Answer) == 2
    await ground.go_to(ground.wall("2026-03-12T19:00"))
    # Her answer stands in the question's place.
    assert asked(ground.grace, ground.tomasz) == [0, 1]
    assert "You said maybe:" in question.text
    assert any("You answered maybe. Are you coming?" in message.text for message in ground.grace.dms)


async def test_it_is_off_unless_somebody_switches_it_on(ground: Ground) -> None:
    await joined(ground, ground.grace)
    await ground.scheduled(when=WHEN)
    assert "**Off.** I don't ask anyone." in await chase(ground)
    await chase(ground, ask="On")
    assert "**Off.**" in await chase(ground, ask="Off")
    await ground.go_to(ground.wall("2026-03-12T19:00"))
    assert asked(ground.grace) == [0]


async def test_a_server_switches_it_on_for_all_and_one_meeting_can_do_without(ground: Ground) -> None:
    await joined(ground, ground.grace)
    await ground.scheduled("Earlier", "13 march 2026 6pm")
    says(await set_up(ground.ruth, "#welcome", "features", chase="On"))
    await ground.scheduled(when=WHEN)
    assert "**On.**" in await chase(ground)
    await chase(ground, ask="Off")
    await ground.go_to(ground.wall("2026-03-13T19:00"))
    assert asked(ground.grace) == [0]
    assert heads(ground.grace.dms).count("## Can you come? Earlier") == 1


async def test_nobody_is_asked_about_two_meetings_within_four_weeks(ground: Ground) -> None:
    await joined(ground, ground.grace)
    says(await set_up(ground.ruth, "#welcome", "features", chase="On"))
    await ground.scheduled(when=WHEN, repeat="weekly")
    await ground.go_to(ground.wall("2026-04-05T12:00"))
    assert asked(ground.grace) == [1]
    await ground.go_to(ground.wall("2026-04-20T12:00"))
    assert asked(ground.grace) == [2]


async def test_who_wants_no_messages_or_can_not_get_them_is_left_alone(ground: Ground) -> None:
    await joined(ground, ground.grace, ground.imran, ground.tomasz)
    await settings(ground.grace, "#london", dms="off")
    ground.imran.close_dms()
    card = await ground.scheduled(when="9 march 2026 6pm", title="First")
    await ground.imran.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-09T19:00"))
    await ground.scheduled(when="20 march 2026 6pm")
    await chase(ground, ask="On")
    await ground.go_to(ground.wall("2026-03-20T19:00"))
    assert asked(ground.grace, ground.imran, ground.tomasz) == [0, 0, 1]
    told = heads(ground.sandbox.channel("#organisers").messages)
    assert [head for head in told if "couldn't be sent" in head] == []


async def test_quiet_hours_are_kept(ground: Ground) -> None:
    await joined(ground, ground.grace)
    await settings(ground.grace, "#london", quiet="16:00 to 10:00")
    await ground.scheduled(when=WHEN)
    await chase(ground, ask="On")
    await ground.go_to(ground.wall("2026-03-10T09:59"))
    assert asked(ground.grace) == [0]
    await ground.go_to(ground.wall("2026-03-10T10:01"))
    assert asked(ground.grace) == [1]


async def test_an_answer_in_the_meantime_or_a_cancellation_ends_it(ground: Ground) -> None:
    await joined(ground, ground.grace, ground.tomasz)
    await settings(ground.grace, "#london", quiet="16:00 to 10:00")
    await settings(ground.tomasz, "#london", quiet="16:00 to 11:00")
    card = await ground.scheduled(when=WHEN)
    await chase(ground, ask="On")
    await ground.go_to(ground.wall("2026-03-10T08:00"))
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-10T10:30"))
    says(await use(ground.amina, "#london", "meeting cancel", meeting="Spring"))
    await ground.go_to(ground.wall("2026-03-12T19:00"))
    assert asked(ground.grace, ground.tomasz) == [0, 0]


async def test_it_moves_with_the_meeting_and_asks_nobody_twice(ground: Ground) -> None:
    await joined(ground, ground.grace)
    await ground.scheduled(when=WHEN)
    await chase(ground, ask="On")
    says(await use(ground.amina, "#london", "meeting move", meeting="Spring", when="19 march 2026 6pm"))
    await ground.go_to(ground.wall("2026-03-16T16:59"))
    assert asked(ground.grace) == [0]
    await ground.go_to(ground.wall("2026-03-16T17:01"))
    assert asked(ground.grace) == [1]
    question = ground.grace.dms[-1]
    says(await use(ground.amina, "#london", "meeting move", meeting="Spring", when="30 april 2026 6pm"))
    await ground.later(timedelta(minutes=5))
    assert question.text.startswith("Updated: Spring meeting, Thursday 30 April, 6pm")
    await ground.go_to(ground.wall("2026-04-30T19:00"))
    assert (ground.grace.dms[-1], asked(ground.grace)) == (question, [0])


async def test_a_meeting_at_short_notice_asks_nobody(ground: Ground) -> None:
    await joined(ground, ground.grace)
    await ground.scheduled(when="tuesday 6pm")
    assert "too late to ask" in await chase(ground, ask="On")
    await ground.go_to(ground.wall("2026-03-03T19:00"))
    assert asked(ground.grace) == [0]


@pytest.mark.parametrize("lead", ["1 day", "1 day, 1 hour"])
async def test_who_said_maybe_is_asked_the_day_before_whether_they_still_come(
    ground: Ground, lead: str
) -> None:
    await settings(ground.grace, "#london", reminders=lead)
    card = await ground.scheduled(when=WHEN)
    await ground.grace.press(card, "Maybe")
    await ground.imran.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-11T18:01"))
    assert "You answered maybe. Are you coming?" in ground.grace.dms[-1].text
    assert not any("You answered maybe. Are you coming?" in message.text for message in ground.imran.dms)
    await ground.grace.press(ground.grace.dms[-1], "Going")
    dms = len(ground.grace.dms)
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    assert not any("still coming" in message.text for message in ground.grace.dms[dms:])


async def test_buttons_in_private_show_no_meeting_to_whom_it_does_not_concern(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    stranger = ground.sandbox.newcomer("Boris")
    answer = await ground.press_old(stranger, stranger.dm, "rsvp:1:going")
    assert answer.text == str(ground.texts("errors.not_here"))
    await ground.later(timedelta(minutes=1))


@both
async def test_the_question_follows_an_answer_that_is_given_elsewhere(ground: Ground) -> None:
    await joined(ground, ground.grace)
    card = await ground.scheduled(when=WHEN)
    await chase(ground, ask="On")
    await ground.go_to(ground.wall("2026-03-09T17:01"))
    question = next(message for message in ground.grace.dms if card_text(message).startswith(QUESTION))
    await ground.grace.press(card, "Going")
    await ground.later()
    assert "Can you come?" not in question.text
    assert "You are going" in question.text


async def test_news_of_a_move_follows_an_answer_that_is_given_elsewhere(ground: Ground) -> None:
    card = await ground.scheduled(when=WHEN)
    await ground.grace.press(card, "Going")
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 19:00"))
    await ground.later(timedelta(minutes=20))
    news = next(message for message in ground.grace.dms if "Moved" in message.text or "moved" in message.text)
    await ground.grace.press(card, "Can't come")
    await ground.later()
    assert "You can't come" in news.text
