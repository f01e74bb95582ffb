"""A meeting is moved while its reminders are being sent: the old time is never sent after the move was acknowledged."""

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.answer import Answer
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, says
from tests.cogs.meeting_panels import use

IN_TEN_DAYS = "12/03/2026 18:00"
OLD, NEW = "Thursday 12 March", "Friday 13 March"


async def move(ground: Ground, which: str = "") -> Answer:
    options = {"which": which} if which else {}
    return await use(ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 19:00", **options)


async def wall(ground: Ground) -> str:
    return await ground.running.store.read(lambda session: session.get_one(Meeting, 1).wall)


def shown(ground: Ground) -> list[str]:
    """Return what stands in the channel and in direct messages, but for the news, which say what was before."""
    found = [*ground.london.messages, *ground.grace.dms, *ground.tomasz.dms]
    return [message.text for message in found if not message.text.startswith("Moved: ")]


@pytest.mark.parametrize("after", [False, True], ids=["before-discord-has-it", "after-discord-has-it"])
@pytest.mark.parametrize("held", [1, 2, 3])
async def test_a_move_is_acknowledged_once_old_reminders_under_way_have_arrived(
    ground: Ground, held: int, after: bool
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Maybe")
    admission = asyncio.Event()
    rule = ground.sandbox.faults.add(
        r"POST /channels/\d+/messages", "slow", times=held, until=admission, after=after
    )
    ground.clock.move_to(ground.wall("2026-03-12T17:00"))
    await ground.sandbox.until(lambda: len(rule.hits) == held)
    moving = asyncio.create_task(move(ground))
    while await wall(ground) != "2026-03-13T19:00":  # noqa: ASYNC110 - stored and not acknowledged: no event tells
        await asyncio.sleep(0)
    done, _ = await asyncio.wait({moving}, timeout=0.2)
    assert not done
    admission.set()
    assert NEW in says(await moving)
    await ground.settled()
    await ground.go_to(ground.wall("2026-03-13T18:30"))
    later = shown(ground)
    # What had arrived with the old time is brought up to date, as what was sent before the move.
    assert not [text for text in later if OLD in text or NEW not in text]
    assert held <= sum(text.startswith("Updated: ") for text in later) <= 3
    assert sum(text.startswith("In ") for text in later) == 5  # the channel's last, and two to each who comes
    await ground.go_to(ground.wall("2026-03-13T20:00"))
    assert not [text for text in shown(ground) if OLD in text]


async def test_whatever_the_order_the_last_reminder_says_the_last_time(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    for minutes in (-1, 0, 1):
        await ground.jump_to(ground.wall("2026-03-11T18:00") + timedelta(minutes=minutes))
        sent = len(ground.grace.dms)
        await move(ground)
        await ground.settled()
        told = [message.text.replace(f"It was on {OLD}", "") for message in ground.grace.dms[sent:]]
        assert not [text for text in told if OLD in text]
    await ground.go_to(ground.clock.now() + timedelta(minutes=11))
    assert NEW in ground.grace.dms[-1].text


async def test_a_meeting_is_moved_by_a_length_at_its_time_on_the_wall(ground: Ground) -> None:
    await ground.scheduled(when="26 march 6pm")
    for words, said in (
        ("a week later", "Thursday 2 April 2026, 6pm"),
        ("by half an hour earlier", "Thursday 2 April 2026, 5.30pm"),
        ("7 days earlier", "Thursday 26 March 2026, 5.30pm"),
    ):
        answer = await use(ground.amina, "#london", "meeting move", meeting="1", when=words)
        assert f"is now on {said}" in answer.text
    assert "I'll tell the channel in about two minutes" in answer.text
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when="4 weeks earlier")
    assert "has already passed" in answer.text


async def test_a_move_by_a_length_is_echoed_while_it_is_typed(ground: Ground) -> None:
    await ground.scheduled(title="Planning night", when="26 march 6pm")

    async def offered(when: str, meeting: str) -> list[str]:
        given = {"meeting": meeting, "when": when}
        return [
            one.name
            for one in await ground.amina.autocomplete("#london", "meeting move", focus="when", **given)
        ]

    for meeting in ("1", "plann"):
        (said,) = await offered("a week later", meeting)
        assert said == "Thursday 2 April 2026, 6pm (UK time, BST)"
    # What can't be counted from is read as any other words, and said when the command is sent.
    for words, meeting in (("a week later", "77"), ("4 weeks earlier", "1"), ("a week later", "")):
        assert await offered(words, meeting) == await offered(words, "") != [said]
    assert "Friday 3 April" in (await offered("3 april 6pm", "1"))[0]
    choices = await ground.amina.autocomplete(
        "#london", "meeting move", focus="when", meeting="1", when="half an hour later"
    )
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when=choices[0].value)
    assert "is now on Thursday 26 March 2026, 6.30pm" in answer.text
