"""Series over the wire: scheduled in words, skipped, moved from one on, kept alive or put on hold."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.world import Message
from db.meetings import series as verbs
from db.meetings.models import Meeting, Series
from tests.cogs.ground import Ground, both, called, card_text, heads, says
from tests.cogs.meeting_panels import use

WANTED = "## Is Reading group still wanted?"


async def begun(ground: Ground, repeat: str = "weekly", when: str = "thursday 6pm", **more: str) -> Message:
    return await ground.scheduled("Reading group", when, repeat=repeat, **more)


async def planned(ground: Ground) -> list[tuple[str, str]]:
    """The wall times of the stored occurrences that take place, with what the rule said."""

    def load(session: Session) -> list[tuple[str, str]]:
        found = session.scalars(
            select(Meeting).where(Meeting.cancelled_at.is_(None)).order_by(Meeting.starts_at)
        )
        return [(one.wall, one.slot or "") for one in found]

    return await ground.running.store.read(load)


@both
async def test_a_series_keeps_its_wall_time_across_the_clock_change(ground: Ground) -> None:
    card = await begun(ground, "weekly 6 times")
    assert "**Repeats:** every Thursday, 6pm, from 5 March 2026, 6 times" in card.text
    walls = [wall for wall, _ in await planned(ground)]
    assert walls == [
        "2026-03-05T18:00",
        "2026-03-12T18:00",
        "2026-03-19T18:00",
        "2026-03-26T18:00",
        "2026-04-02T18:00",
        "2026-04-09T18:00",
    ]
    await ground.go_to(ground.wall("2026-04-10T09:00"))
    cards = [
        message for message in ground.london.messages if card_text(message).startswith("## Reading group")
    ]
    assert len(cards) == 6
    assert "Thursday 9 April 2026, 6pm" in cards[-1].text


async def test_occurrences_are_stored_ahead_by_themselves_for_as_long_as_it_goes_on(ground: Ground) -> None:
    await begun(ground)
    assert len(await planned(ground)) == 9
    await ground.go_to(ground.wall("2026-03-05T18:30"))
    assert (await planned(ground))[-1][0] == "2026-05-07T18:00"
    await ground.restart()
    await ground.go_to(ground.wall("2026-03-12T18:30"))
    assert (await planned(ground))[-1][0] == "2026-05-14T18:00"


async def test_a_monthly_series_is_asked_for_and_the_question_is_pressed(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Forum", when="26 march 6pm", repeat="monthly"
    )
    says(answer)
    answer = await ground.amina.press(answer, "last Thursday of every month, 6pm, from 26 March 2026")
    assert "**Repeats:** last Thursday of every month" in says(answer)
    assert [wall for wall, _ in await planned(ground)] == ["2026-03-26T18:00", "2026-04-30T18:00"]


async def test_words_for_a_series_can_stand_in_when_itself(ground: Ground) -> None:
    await ground.scheduled("Choir", "every tuesday 7pm until 24 march")
    assert [wall[:10] for wall, _ in await planned(ground)] == [
        "2026-03-03",
        "2026-03-10",
        "2026-03-17",
        "2026-03-24",
    ]


async def test_one_is_skipped_and_the_others_stay(ground: Ground) -> None:
    await begun(ground, "weekly 3 times")
    await use(ground.amina, "#london", "meeting cancel", meeting="2", reason="Half term")
    await ground.settled()
    assert heads(ground.london.messages)[-1] == "## Cancelled: Reading group"
    assert [wall[:10] for wall, _ in await planned(ground)] == ["2026-03-05", "2026-03-19"]
    count = len(ground.london.messages)
    await ground.go_to(ground.wall("2026-03-20T10:00"))
    later = ground.london.messages[count:]
    assert later
    assert not any("Thursday 12 March 2026" in message.text for message in later)


async def test_answers_belong_to_one_occurrence(ground: Ground) -> None:
    card = await begun(ground, "weekly 3 times")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T19:30"))
    assert heads(ground.grace.dms) == ["## In 1 day: Reading group", "## In 1 hour: Reading group"]


async def test_this_and_later_are_moved_along_and_what_was_changed_alone_stays(ground: Ground) -> None:
    await begun(ground, "weekly 6 times")
    await use(ground.amina, "#london", "meeting move", meeting="4", when="27 march 10am")
    answer = await use(
        ground.amina, "#london", "meeting move", meeting="2", when="tuesday 10 march 7pm", which="later"
    )
    assert "This one and all later ones have moved" in says(answer)
    assert await planned(ground) == [
        ("2026-03-05T18:00", "2026-03-05T18:00"),
        ("2026-03-10T19:00", "2026-03-10T19:00"),
        ("2026-03-17T19:00", "2026-03-17T19:00"),
        ("2026-03-27T10:00", "2026-03-24T19:00"),
        ("2026-03-31T19:00", "2026-03-31T19:00"),
        ("2026-04-07T19:00", "2026-04-07T19:00"),
    ]
    assert await ground.count(Series) == 2
    await ground.later()
    assert (
        heads(ground.london.messages).count("## Moved: Reading group") == 2
    )  # once alone, once for the rest


async def test_this_and_later_are_cancelled(ground: Ground) -> None:
    await begun(ground)
    answer = await use(ground.amina, "#london", "meeting cancel", meeting="3", which="later", reason="Enough")
    assert "This one and all later ones are cancelled" in says(answer)
    assert [wall[:10] for wall, _ in await planned(ground)] == ["2026-03-05", "2026-03-12"]
    await ground.go_to(ground.wall("2026-05-30T10:00"))
    assert len(await planned(ground)) == 2
    assert heads(ground.london.messages).count("## Cancelled: Reading group") == 1


async def test_this_and_later_say_something_else(ground: Ground) -> None:
    await begun(ground)
    await use(ground.amina, "#london", "meeting edit", meeting="2", venue="The library", which="later")
    await ground.go_to(ground.wall("2026-04-08T10:00"))
    cards = [
        message.text
        for message in ground.london.messages
        if card_text(message).startswith("## Reading group")
    ]
    assert "The library" not in cards[0]
    assert all("The library" in text for text in cards[1:])
    assert len(cards) == 6


@pytest.mark.long
async def test_a_weekly_host_is_asked_after_eight_weeks_and_an_answer_keeps_it_going(ground: Ground) -> None:
    await begun(ground)
    await ground.go_to(ground.wall("2026-04-20T17:30"))
    assert WANTED not in heads(ground.amina.dms)
    await ground.go_to(ground.wall("2026-04-20T18:00"))
    (question,) = [each for each in ground.amina.dms if card_text(each).startswith(WANTED)]
    answer = await ground.amina.press(question, "Yes, keep it going")
    assert "carries on" in answer.text
    await ground.go_to(ground.wall("2026-06-25T18:30"))
    assert heads(ground.amina.dms).count(WANTED) == 2
    assert not any("On hold" in head for head in heads(ground.sandbox.channel("#organisers").messages))


@pytest.mark.long
@both
async def test_two_open_questions_put_it_on_hold_and_an_organiser_lets_it_go_on(ground: Ground) -> None:
    await begun(ground)
    await ground.go_to(ground.wall("2026-06-25T18:30"))
    notice = ground.sandbox.channel("#organisers").messages[-1]
    assert card_text(notice).startswith("## On hold: Reading group")
    asked = [message.text for message in ground.amina.dms if card_text(message).startswith(WANTED)]
    assert ["no answer when I last asked" in words for words in asked] == [False, True]
    assert [wall for wall, _ in await planned(ground)][-1] <= "2026-07-02T18:00"
    await ground.go_to(ground.wall("2026-07-10T10:00"))
    said = await ground.amina.press(notice, "Yes, keep it going")
    assert "carries on" in said.text
    assert [wall for wall, _ in await planned(ground)][-1] > "2026-08-01"


async def test_strangers_can_not_answer_for_a_series(ground: Ground) -> None:
    await begun(ground)
    answer = await ground.press_old(ground.grace, ground.london, f"hold:{ground.sandbox.guild().id}:1")
    assert "organise" in says(answer)


async def test_a_host_hands_over_and_shares_the_job(ground: Ground) -> None:
    card = await begun(ground)
    await use(
        ground.amina,
        "#london",
        "meeting host",
        meeting="1",
        member=ground.grace.id,
        change="host",
        which="later",
    )
    await use(ground.grace, "#london", "meeting host", meeting="1", member=ground.tomasz.id, change="co-host")
    await ground.settled()
    assert f"**Hosts:** {called(ground.grace)}, {called(ground.tomasz)}" in card.text
    await ground.go_to(ground.wall("2026-04-20T18:00") + timedelta(minutes=1))
    assert heads(ground.grace.dms).count(WANTED) == 1
    assert ground.amina.dms == []


async def test_jobs_of_a_series_end_as_done(ground: Ground) -> None:
    await begun(ground, "weekly 10 times")
    await ground.go_to(ground.wall("2026-05-20T10:00"))
    rows = await ground.rows(verbs.JOB)
    assert rows
    assert {(row.status, row.reason) for row in rows} == {("done", None)}


async def test_a_moved_series_posts_its_cards_one_after_another_and_so_does_one_that_is_back(
    ground: Ground,
) -> None:
    await begun(ground, duration="1h")
    posted = len(ground.london.messages)
    moved = await use(
        ground.amina, "#london", "meeting move", which="later", meeting="2", when="friday 13 march 5pm"
    )
    says(moved)
    await ground.later(timedelta(minutes=5))
    assert heads(ground.london.messages[posted:]) == ["## Moved: Reading group"]
    await ground.go_to(ground.wall("2026-03-05T19:30"))
    cards = [head for head in heads(ground.london.messages[posted:]) if head == "## Reading group"]
    assert len(cards) == 1
    ended = await use(ground.amina, "#london", "meeting cancel", which="later", meeting="3")
    await ground.later(timedelta(minutes=5))
    posted = len(ground.london.messages)
    says(await ground.amina.press(ended, "Undo: put it back on"))
    await ground.later(timedelta(minutes=5))
    assert [head for head in heads(ground.london.messages[posted:]) if head == "## Reading group"] == []
