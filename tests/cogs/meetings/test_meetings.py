"""Meetings over the wire: scheduled, listed, shown, changed, moved and cancelled."""

import asyncio

import pytest

from bot.sandbox.world import Message
from db import meetings
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, buttons, called, card_text, says
from tests.cogs.meeting_panels import use

POST = r"^POST /channels/{}/messages"


def lines(message: Message) -> list[str]:
    return card_text(message).splitlines()


@both
async def test_a_meeting_scheduled_in_words_is_announced_in_its_regions_channel(ground: Ground) -> None:
    card = await ground.scheduled("Spring meeting", "thursday 6pm", venue="Mechanics' Institute")
    assert lines(card)[:2] == ["## Spring meeting", "Meeting of the London network"]
    assert "**When:** Thursday 5 March 2026, 6pm" in card.text
    assert ", for 1 hour" in card.text
    assert "**Where:** Mechanics' Institute" in card.text
    assert f"**Host:** {called(ground.amina)}" in card.text
    assert "Nobody has answered yet" in card.text
    assert not card.pinged
    assert ground.london.messages == [card]


async def test_scheduling_is_confirmed_to_the_organiser_alone_with_number_and_undo(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Spring meeting", when="thursday 6pm", duration="90 minutes"
    )
    text = says(answer)
    assert "**Spring meeting** is on Thursday 5 March 2026, 6pm" in text
    assert "for 1 hour 30 minutes" in text
    assert ground.london.mention in text
    assert "Its number is 1." in text
    undone = await ground.amina.press(answer, "Undo: cancel this meeting")
    assert undone.text.startswith("## Cancelled")
    await ground.settled()
    listed = await ground.amina.slash("#london", "meeting list")
    assert "I know of no meetings" in says(listed)


@pytest.mark.parametrize("after", [False, True], ids=["before-discord-has-it", "after-discord-has-it"])
async def test_an_undo_while_the_announcement_is_on_its_way_leaves_one_card_that_says_cancelled(
    ground: Ground, after: bool
) -> None:
    admission = asyncio.Event()
    held = ground.sandbox.faults.add(POST.format(ground.london.id), "slow", until=admission, after=after)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Oops", when="thursday 6pm")
    await ground.sandbox.until(lambda: held.hits)
    undoing = asyncio.create_task(ground.amina.press(answer, "Undo: cancel this meeting"))
    done, _ = await asyncio.wait({undoing}, timeout=0.2)
    assert not done
    admission.set()
    assert "cancelled" in says(await undoing)
    await ground.later()
    (card,) = ground.london.messages
    assert card_text(card).startswith("## Oops")
    assert "cancelled" in card.text
    assert buttons(card) == []


async def test_an_undo_before_the_announcement_is_begun_announces_nothing(ground: Ground) -> None:
    first = asyncio.Event()
    ground.sandbox.faults.add(POST.format(ground.london.id), "slow", until=first)
    others = [
        await ground.amina.slash("#london", "meeting schedule", title=f"Other {number}", when="thursday 6pm")
        for number in range(2)
    ]
    answer = await ground.amina.slash("#london", "meeting schedule", title="Oops", when="thursday 6pm")
    await ground.amina.press(answer, "Undo: cancel this meeting")
    first.set()
    await ground.later()
    assert len(others) == len(ground.london.messages)
    assert not any("Oops" in message.text for message in ground.london.messages)


async def test_a_region_named_is_used_instead_of_the_channels(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Elsewhere", when="thursday 6pm", region="yorkshire"
    )
    await ground.settled()
    assert ground.sandbox.channel("#yorkshire").mention in says(answer)
    assert ground.london.messages == []
    assert "Meeting of the Yorkshire network" in ground.sandbox.channel("#yorkshire").messages[0].text


async def test_a_host_and_access_and_link_are_shown_on_the_card(ground: Ground) -> None:
    card = await ground.scheduled(
        host=ground.grace.user, access="Step-free, hearing loop", online="https://meet.example/iso_room"
    )
    assert f"**Host:** {called(ground.grace)}" in card.text
    assert "**Access:** Step-free, hearing loop" in card.text
    assert "**Online:** https://meet.example/iso_room" in card.text
    assert not card.pinged


async def test_a_span_typed_as_when_gives_start_and_length(ground: Ground) -> None:
    card = await ground.scheduled(when="thursday 6pm to 7:30pm")
    assert "6pm" in card.text
    assert "for 1 hour 30 minutes" in card.text


async def test_while_typing_a_time_its_reading_is_echoed(ground: Ground) -> None:
    choices = await ground.amina.autocomplete(
        "#london", "meeting schedule", focus="when", title="x", when="thursday 6pm"
    )
    assert "Thursday 5 March 2026, 6pm" in choices[0].name
    picked = await ground.amina.slash("#london", "meeting schedule", title="Echo", when=choices[0].value)
    assert "**Echo** is on Thursday 5 March 2026, 6pm" in says(picked)


async def test_while_typing_a_meeting_those_that_match_are_offered(ground: Ground) -> None:
    await ground.scheduled("Spring meeting")
    await ground.scheduled("Planning night", "friday 7pm")
    every = await ground.tomasz.autocomplete("#london", "meeting show", focus="meeting", meeting="")
    assert [choice.value for choice in every] == ["1", "2"]
    some = await ground.tomasz.autocomplete("#london", "meeting show", focus="meeting", meeting="plan")
    assert [choice.value for choice in some] == ["2"]
    assert some[0].name.startswith("Planning night, Friday 6 March, 7pm")


async def test_while_typing_a_region_those_that_match_are_offered(ground: Ground) -> None:
    every = await ground.tomasz.autocomplete("#london", "meeting list", focus="region", region="")
    assert [choice.name for choice in every] == ["London", "North West", "Wales", "Yorkshire"]
    some = await ground.tomasz.autocomplete("#london", "meeting list", focus="region", region="north")
    assert [choice.name for choice in some] == ["North West"]


@both
async def test_a_list_in_a_regions_channel_shows_that_regions_meetings_soonest_first(ground: Ground) -> None:
    await ground.scheduled("Later", "friday 7pm")
    await ground.scheduled("Sooner", "thursday 6pm")
    await ground.scheduled("Elsewhere", "thursday 6pm", place="#yorkshire")
    text = says(await ground.tomasz.slash("#london", "meeting list"))
    assert "Coming up in London" in text
    assert text.index("**Sooner** (number 2)") < text.index("**Later** (number 1)")
    assert "Elsewhere" not in text


async def test_a_list_outside_a_regions_channel_shows_every_region(ground: Ground) -> None:
    await ground.scheduled("Here")
    await ground.scheduled("There", place="#yorkshire")
    text = says(await ground.tomasz.slash("#welcome", "meeting list"))
    assert "Here" in text
    assert "There" in text
    only = says(await ground.tomasz.slash("#welcome", "meeting list", region="London"))
    assert "There" not in only


async def test_a_list_for_a_period_shows_what_lies_in_it(ground: Ground) -> None:
    await ground.scheduled("This week", "thursday 6pm")
    await ground.scheduled("Next week", "12/03/2026 18:00")
    text = says(await ground.tomasz.slash("#london", "meeting list", period="next week"))
    assert "**Next week**" in text
    assert "**This week**" not in text


async def test_a_long_list_stays_within_what_discord_shows(ground: Ground) -> None:
    for number in range(12):
        await ground.scheduled(f"{number:02} " + "*" * 97, "thursday 6pm", venue="_" * 200)
    answer = await ground.tomasz.slash("#london", "meeting list")
    assert "**00 " in says(answer)
    assert "more." in says(answer)


async def test_a_meeting_is_shown_by_number_title_or_its_beginning(ground: Ground) -> None:
    await ground.scheduled("Spring meeting")
    await ground.scheduled("Planning night")
    for words in ("1", "#1", "Spring meeting", "spring"):
        text = says(await ground.tomasz.slash("#london", "meeting show", meeting=words))
        assert text.startswith("## Spring meeting\nMeeting of the London network")


async def test_a_shown_meeting_can_be_answered_under_it(ground: Ground) -> None:
    card = await ground.scheduled()
    shown = await ground.tomasz.slash("#london", "meeting show", meeting="1")
    answered = await ground.tomasz.press(shown, "Maybe")
    assert "You said maybe: Spring meeting" in says(answered)
    await ground.settled()
    assert "0 going, 1 maybe, 0 can't come" in card.text


@pytest.mark.parametrize(
    ("choice", "counts"),
    [("Going", "1 going, 0 maybe, 0"), ("Maybe", "0 going, 1 maybe, 0"), ("Can't come", "0 maybe, 1 can't")],
)
async def test_an_answer_by_command_is_counted_on_the_card(ground: Ground, choice: str, counts: str) -> None:
    card = await ground.scheduled()
    says(await ground.tomasz.slash("#london", "meeting answer", meeting="1", choice=choice))
    await ground.settled()
    assert counts in card.text


async def test_an_edit_changes_the_announced_card_and_says_how_it_reads_now(ground: Ground) -> None:
    card = await ground.scheduled()
    answer = await use(
        ground.amina,
        "#london",
        "meeting edit",
        meeting="1",
        title="Summer meeting",
        venue="Town hall",
        online="https://meet.example/x",
        access="Lift",
        duration="2 hours",
    )
    assert "**Summer meeting** now says:" in says(answer)
    says(await use(ground.amina, "#london", "meeting host", meeting="1", member=ground.grace.user))
    await ground.settled()
    assert lines(card)[0] == "## Summer meeting"
    for part in ("Town hall", "https://meet.example/x", "Lift", "for 2 hours", f"<@{ground.grace.id}>"):
        assert part in card.text
    assert ground.london.messages == [card]
    assert not card.pinged


async def test_the_form_of_an_edit_shows_what_holds_and_sent_as_it_is_changes_nothing(ground: Ground) -> None:
    await ground.scheduled(venue="Room 1", access="Lift", duration="90 minutes")
    form = (await ground.amina.slash("#london", "meeting edit", meeting="1")).modal
    assert list(form.values().values()) == ["Spring meeting", "1 hour 30 minutes", "Room 1", "", "Lift"]
    # What somebody else changes meanwhile stays: only what is changed in the form is stored.
    says(await use(ground.ruth, "#london", "meeting edit", meeting="1", venue="Room 2"))
    assert "Nothing has changed" in says(await ground.amina.submit(form))
    again = (await ground.amina.slash("#london", "meeting edit", meeting="1")).modal
    assert again.values()["Where (optional)"] == "Room 2"


@both
async def test_a_move_changes_the_card_and_tells_the_channel(ground: Ground) -> None:
    card = await ground.scheduled()
    await ground.grace.press(card, "Going")
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm")
    text = says(answer)
    assert "**Spring meeting** is now on Friday 6 March 2026, 7pm" in text
    assert "the channel, and 1 person in private" in text
    await ground.later()
    assert "Friday 6 March 2026, 7pm" in card.text
    news = ground.london.messages[-1]
    assert lines(news)[0] == "## Moved: Spring meeting"
    assert "It was on Thursday 5 March 2026, 6pm" in news.text
    assert "**When:** Friday 6 March 2026, 7pm" in news.text
    assert not news.pinged


async def test_a_cancelled_meeting_says_so_on_its_card_without_buttons(ground: Ground) -> None:
    card = await ground.scheduled()
    answer = await use(ground.amina, "#london", "meeting cancel", meeting="1", reason="The hall is flooded")
    assert "**Spring meeting** is cancelled" in says(answer)
    await ground.settled()
    assert "**This meeting is cancelled.** Reason: The hall is flooded" in card.text
    assert not [part for part in card.walk() if part["type"] == 2]
    news = ground.london.messages[-1]
    assert lines(news)[0] == "## Cancelled: Spring meeting"
    assert "The hall is flooded" in news.text
    assert "It was planned for Thursday 5 March 2026, 6pm" in news.text


async def test_a_cancelled_or_past_meeting_can_not_be_changed(ground: Ground) -> None:
    await ground.scheduled("Cancelled")
    await use(ground.amina, "#london", "meeting cancel", meeting="1")
    for command, more in (("edit", {"title": "New"}), ("move", {"when": "friday 7pm"}), ("cancel", {})):
        answer = await use(ground.amina, "#london", f"meeting {command}", meeting="1", **more)
        assert "Cancelled was cancelled" in says(answer)
    await ground.scheduled("Held", "tomorrow 6pm")
    await ground.go_to(ground.wall("2026-03-03T19:01"))
    for command, more in (("edit", {"title": "New"}), ("move", {"when": "friday 7pm"}), ("cancel", {})):
        answer = await use(ground.amina, "#london", f"meeting {command}", meeting="2", **more)
        assert "Held is over" in says(answer)


async def test_a_meeting_keeps_its_wall_time_across_the_clock_change(ground: Ground) -> None:
    await ground.scheduled("Summer time", "30/03/2026 18:00")
    meeting: Meeting = await ground.running.store.read(meetings.find, 1, guild_id=ground.sandbox.guild().id)
    assert (meeting.wall, meeting.zone) == ("2026-03-30T18:00", "Europe/London")
    assert meeting.starts_at == ground.wall("2026-03-30T18:00")
    assert f"{meeting.starts_at:%H:%M}" == "17:00"


async def test_a_day_is_offered_with_times_since_a_meeting_needs_one(ground: Ground) -> None:
    found = await ground.amina.autocomplete(
        "#london", "meeting schedule", focus="when", title="x", when="friday"
    )
    assert found[0].name == "Friday 6 March 2026, 6pm (UK time, GMT)"
    assert all("m (UK time" in one.name for one in found)
    tonight = await ground.amina.autocomplete(
        "#london", "meeting schedule", focus="when", title="x", when="tonight"
    )
    assert "6.30pm" in tonight[1].name
