"""Before a meeting moves or is cancelled it is said who will hear; afterwards it can be taken back for an hour."""

from datetime import timedelta

from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, head, heads, says
from tests.cogs.meeting_panels import agree, use
from tests.cogs.panels import settings


async def test_nothing_moves_before_it_is_said_who_hears_and_agreed_to(ground: Ground) -> None:
    card = await ground.scheduled()
    await ground.grace.press(card, "Going")
    await ground.settled()
    grace, before = len(ground.grace.dms), card.text
    asked = await ground.amina.slash(
        "#london", "meeting move", meeting="1", when="friday at 7 in the evening"
    )
    assert asked.ephemeral
    words = says(asked)
    assert words.startswith("## Move Spring meeting?\nNothing has moved yet.")
    assert "**New time:** Friday 6 March 2026, 7" in words
    assert "1 person has answered." in words
    assert f"**I'll tell:** <#{ground.london.id}>, and 1 person in private." in words
    await ground.later(timedelta(minutes=5))
    assert (len(ground.grace.dms), card.text) == (grace, before)
    assert await ground.rows("meeting.changed") == []
    assert says(await ground.amina.press(asked, "Yes, move it")).startswith("## Moved")
    await ground.later()
    assert len(ground.grace.dms) == grace + 1


async def test_a_second_thought_opens_the_time_that_was_typed(ground: Ground) -> None:
    await ground.scheduled()
    asked = await ground.amina.slash("#london", "meeting move", meeting="1", when="friday 7pm")
    form = (await ground.amina.press(asked, "Change the time")).modal
    assert form.values() == {"When": "friday 7pm"}
    asked = await ground.amina.submit(form, {"When": "saturday 11am"})
    assert "**New time:** Saturday 7 March 2026, 11" in says(asked)
    assert says(await agree(ground.amina, asked)).startswith("## Moved")


async def test_a_time_that_was_agreed_to_is_the_one_that_was_shown_or_is_asked_again(ground: Ground) -> None:
    await ground.scheduled()
    asked = await ground.amina.slash("#london", "meeting move", meeting="1", when="a week later")
    says(await use(ground.ruth, "#london", "meeting move", meeting="1", when="friday 7pm"))
    again = says(await ground.amina.press(asked, "Yes, move it"))
    assert again.startswith("## Move Spring meeting?")
    assert "**New time:** Friday 13 March 2026, 7" in again


@both
async def test_a_move_that_was_told_is_taken_back_and_that_is_told_too(ground: Ground) -> None:
    card = await ground.scheduled()
    await ground.grace.press(card, "Going")
    moved = await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm")
    assert "You can undo this until 11am." in says(moved)
    await ground.later(timedelta(minutes=5))
    (button,) = [
        label for label in says(moved).splitlines() if label.startswith("Undo: back to Thursday 5 March")
    ]
    back = await ground.amina.press(moved, button)
    assert "is now on Thursday 5 March 2026, 6" in says(back)
    await ground.later(timedelta(minutes=5))
    assert heads(ground.grace.dms)[-2:] == ["## Moved: Spring meeting", "## Moved: Spring meeting"]
    assert "Thursday 5 March 2026, 6" in card.text
    # The reminders are those of the old time again.
    await ground.go_to(ground.wall("2026-03-05T17:01"))
    assert head(ground.grace.dms[-1]) == "## In 1 hour: Spring meeting"


async def test_a_move_is_not_taken_back_late_or_over_another_one(ground: Ground) -> None:
    await ground.scheduled()
    first = await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm")
    second = await use(ground.ruth, "#london", "meeting move", meeting="1", when="saturday 11am")
    undo = next(line for line in says(first).splitlines() if line.startswith("Undo: "))
    assert "has been moved again since" in says(await ground.amina.press(first, undo))
    await ground.later(timedelta(hours=1))
    undo = next(line for line in says(second).splitlines() if line.startswith("Undo: "))
    assert "It is too late to undo that" in says(await ground.ruth.press(second, undo))


@both
async def test_a_cancelled_meeting_is_brought_back_and_those_who_were_told_hear_of_it(ground: Ground) -> None:
    card = await ground.scheduled()
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Can't come")
    cancelled = await use(ground.amina, "#london", "meeting cancel", meeting="1", reason="Flood")
    assert says(cancelled).startswith("## Cancelled")
    await ground.later(timedelta(minutes=20))
    assert head(ground.grace.dms[-1]) == "## Cancelled: Spring meeting"
    posted = len(ground.london.messages)
    back = await ground.amina.press(cancelled, "Undo: put it back on")
    assert says(back).startswith("## It's back on")
    assert "I'll tell the channel, and 2 people in private." in says(back)
    await ground.later()
    for person in (ground.grace, ground.tomasz):
        assert head(person.dms[-1]) == "## It's back on: Spring meeting"
        assert person.phone.lock_screen[-1].body.startswith("It's back on: Spring meeting")
    assert len(ground.london.messages) == posted + 1
    assert "is cancelled" not in card.text
    assert "1 going, 0 maybe, 1 can't come" in card.text
    await ground.go_to(ground.wall("2026-03-05T17:01"))
    assert head(ground.grace.dms[-1]) == "## In 1 hour: Spring meeting"
    # When it is cancelled a second time, people are told a second time.
    again = await use(ground.amina, "#london", "meeting cancel", meeting="1")
    assert "2 people in private" in says(again)
    await ground.later()
    assert heads(ground.grace.dms).count("## Cancelled: Spring meeting") == 2


async def test_a_meeting_that_nobody_has_seen_comes_back_with_its_card(ground: Ground) -> None:
    says(await ground.amina.slash("#london", "meeting schedule", title="Early", when="thursday 6pm"))
    cancelled = await use(ground.amina, "#london", "meeting cancel", meeting="1")
    await ground.settled()
    back = says(await ground.amina.press(cancelled, "Undo: put it back on"))
    assert back.startswith("## It's back on")
    await ground.settled()
    assert any("## Early" in message.text and "Going" in message.text for message in ground.london.messages)


async def test_it_is_too_late_to_bring_a_meeting_back_after_an_hour(ground: Ground) -> None:
    await ground.scheduled()
    cancelled = await use(ground.amina, "#london", "meeting cancel", meeting="1")
    await ground.later(timedelta(hours=1))
    assert "It is too late to undo that" in says(await ground.amina.press(cancelled, "Undo: put it back on"))


async def test_a_series_that_was_ended_goes_on_with_all_its_dates(ground: Ground) -> None:
    await ground.scheduled("Forum", "thursday 6pm", repeat="weekly")
    before = await ground.count(Meeting)
    says(await ground.grace.slash("#london", "meeting answer", meeting="2", choice="going"))
    ended = await use(ground.amina, "#london", "meeting cancel", meeting="2", which="later")
    assert says(ended).startswith("## Ended: Forum")
    await ground.later()
    listed = says(await ground.grace.slash("#london", "meeting list"))
    assert listed.count("**Forum**") == 1
    back = says(await ground.amina.press(ended, "Undo: put it back on"))
    assert back.startswith("## It's back on")
    await ground.later()
    assert head(ground.grace.dms[-1]) == "## It's back on: Forum"
    assert says(await ground.grace.slash("#london", "meeting list")).count("**Forum**") == before
    # And its rule has no end any more.
    await ground.go_to(ground.clock.now() + timedelta(days=30))
    assert await ground.count(Meeting) > before


async def test_whoever_has_quiet_hours_is_said_to_hear_later(ground: Ground) -> None:
    card = await ground.scheduled()
    says(await settings(ground.grace, "#london", quiet="09:00-15:00"))
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Going")
    asked = await ground.amina.slash("#london", "meeting move", meeting="1", when="friday 7pm")
    assert "1 of them has quiet hours, so I'll tell them afterwards." in says(asked)
    moved = says(await agree(ground.amina, asked))
    assert "2 people in private" in moved
    assert "1 of them has quiet hours, so I'll tell them afterwards." in moved
