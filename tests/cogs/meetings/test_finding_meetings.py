"""Meetings are found by those who look for them: past ones too, by number, and of two of one name it is asked which."""

from datetime import timedelta

from tests.cogs.ground import MONDAY, Ground, buttons, says
from tests.cogs.meeting_panels import agree, use


async def held(ground: Ground) -> None:
    """Hold a meeting with a report, and schedule another."""
    await ground.scheduled("Past meeting", "tuesday 6pm")
    await ground.scheduled("Next meeting", "thursday 6pm")
    await ground.go_to(MONDAY + timedelta(days=2))
    form = (await ground.amina.slash("#london", "meeting report", meeting="past")).modal
    says(
        await ground.amina.submit(
            form, {"How many came?": "7", "What was decided?": "To write to the council"}
        )
    )
    await ground.settled()


async def test_a_past_meeting_is_offered_first_for_its_report(ground: Ground) -> None:
    await held(ground)
    choices = await ground.grace.autocomplete("#london", "meeting report", focus="meeting", meeting="")
    assert choices[0].name == "Past meeting, Tuesday 3 March, 6pm (number 1)"
    answer = await ground.grace.slash("#london", "meeting report", meeting=choices[0].value)
    assert "To write to the council" in says(answer)
    assert "number 1" in answer.text
    assert "To write to the council" in says(
        await ground.grace.slash("#london", "meeting report", meeting="past")
    )


async def test_a_past_meeting_is_shown_without_buttons_to_answer(ground: Ground) -> None:
    await held(ground)
    offered = await ground.grace.autocomplete("#london", "meeting show", focus="meeting", meeting="past")
    assert [choice.value for choice in offered] == ["1"]
    shown = await ground.grace.slash("#london", "meeting show", meeting="past meeting")
    assert says(shown).startswith("## Past meeting")
    assert buttons(shown.message) == ["Read the report"]
    assert "To write to the council" in says(await ground.grace.press(shown, "Read the report"))


async def test_what_cannot_be_done_to_a_past_meeting_does_not_offer_it(ground: Ground) -> None:
    await held(ground)
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    for command in ("answer", "move", "cancel", "edit"):
        offered = await ground.amina.autocomplete(
            "#london", f"meeting {command}", focus="meeting", meeting=""
        )
        assert [choice.value for choice in offered] == ["2"], command


async def test_of_two_meetings_of_one_name_it_is_asked_which(ground: Ground) -> None:
    await ground.scheduled("Network meeting", "tuesday 6pm")
    await ground.scheduled("Network meeting", "thursday 6pm")
    asked = await ground.grace.slash("#london", "meeting show", meeting="network meeting")
    assert "More than one meeting here matches" in says(asked)
    assert "Network meeting (number 2)" in asked.text
    chosen = await ground.grace.choose(
        asked, "Choose one", ["Network meeting, Thursday 5 March, 6pm (number 2)"]
    )
    assert "Thursday 5 March" in says(chosen)
    typed = await ground.grace.slash("#london", "meeting show", meeting="Network meeting (number 2)")
    assert "Thursday 5 March" in says(typed)


async def test_what_else_was_typed_is_kept_when_it_is_asked_which(ground: Ground) -> None:
    await ground.scheduled("Network meeting", "tuesday 6pm")
    await ground.scheduled("Network meeting", "thursday 6pm")
    asked = await use(
        ground.amina, "#london", "meeting cancel", meeting="network meeting", reason="The hall is flooded"
    )
    says(await agree(ground.amina, await ground.amina.choose(asked, "Choose one", ["2"])))
    await ground.settled()
    assert "The hall is flooded" in "\n".join(message.text for message in ground.london.messages)


async def test_the_list_leads_to_each_meeting(ground: Ground) -> None:
    await ground.scheduled("Film night", "thursday 6pm")
    listed = await ground.grace.slash("#london", "meeting list")
    shown = await ground.grace.choose(listed, "See one and answer it", ["1"])
    assert "number 1" in says(shown)
    says(await ground.grace.press(shown, "Can't come"))
    await ground.settled()
    assert "1 can't come" in ground.london.messages[-1].text
