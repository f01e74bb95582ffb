"""A call for help is met with people to turn to, wherever it is typed, and nothing of it is kept or logged."""

import logging

import pytest

from tests.cogs.ground import Ground, buttons, card_text, says

TITLE = "You don't have to deal with this alone"


def cards(ground: Ground, person: str) -> list[str]:
    """Return the cards of care that a person sees, in whatever channel."""
    who = ground.sandbox.person(person)
    return [
        message.text
        for channel in ground.sandbox.world.channels.values()
        for message in channel.history.values()
        if TITLE in message.text and who.sees(message)
    ]


@pytest.mark.parametrize(
    ("command", "option"), [("guidance ask", "topic"), ("help", "topic")], ids=["ask", "help"]
)
@pytest.mark.parametrize(
    "words",
    [
        "i want to kill myself",
        "nobody would miss me",
        "i was raped at a union social",
        "my husband is hitting me",
        "a pupil told me she is being hit",
        "they doxxed me",
    ],
)
async def test_a_question_that_is_a_call_for_help_is_answered_with_people_alone(
    ground: Ground, command: str, option: str, words: str
) -> None:
    answer = await ground.grace.slash("#london", command, **{option: words})
    text = says(answer)
    assert text.startswith(f"## {TITLE}")
    assert "999" in text
    assert "116 123" in text
    assert "safeguarding lead" in text
    assert "Perhaps also" not in text
    assert buttons(answer.message) == ["Tell the organisers"]
    assert answer.message.ephemeral
    await ground.settled()
    assert len(cards(ground, "grace")) == 1


async def test_the_card_leads_to_the_private_note(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "guidance ask", topic="i cant go on")
    assert (await ground.grace.press(answer, "Tell the organisers")).has_modal


async def test_a_direct_message_that_is_a_call_for_help_is_answered(ground: Ground) -> None:
    dm = ground.grace.channel("dm")
    ground.grace.say("dm", "kms lol year 9 again")
    await ground.sandbox.until(lambda: len(dm.messages) == 2)
    text = card_text(dm.messages[-1])
    assert text.startswith(f"## {TITLE}")
    assert "999" in text
    assert "</guidance support:" in text
    ground.grace.say("dm", "when is the next meeting?")
    ground.grace.say("dm", "i want to die")
    await ground.sandbox.until(lambda: len(dm.messages) == 6)
    assert [TITLE in message.text for message in dm.messages].count(True) == 2
    doors = [message for message in dm.messages if "I'm new" in message.text]
    assert len(doors) == 1  # a question about a meeting has them; what somebody in need writes has not


async def test_what_is_published_is_not_held_up_and_the_card_comes_privately_beside(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="I want to die", when="thursday 6pm"
    )
    assert says(await answer.until_followups(1)).startswith("## Scheduled")
    await ground.settled()
    assert "I want to die" in ground.london.messages[-1].text
    (card,) = cards(ground, "amina")
    assert "116 123" in card
    assert cards(ground, "grace") == []


async def test_a_topic_of_campaigning_gets_no_card(ground: Ground) -> None:
    await ground.scheduled("Motion on violence against women")
    answer = await ground.grace.slash(
        "#london", "guidance ask", topic="children killed in Gaza in our assembly"
    )
    assert TITLE not in says(answer)
    await ground.settled()
    assert cards(ground, "amina") == cards(ground, "grace") == []


async def test_the_card_comes_beside_a_refusal_too(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "meeting show", meeting="my husband hits me")
    await answer.until_followups(1)
    assert len(cards(ground, "grace")) == 1


async def test_a_form_that_speaks_of_danger_is_passed_on_and_the_card_comes_beside(ground: Ground) -> None:
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    sent = await ground.grace.submit(form.modal, {"words": "He says he will kill me", "consent": ["yes"]})
    assert says(await sent.until_followups(1)).startswith("## Passed on")
    await ground.settled()
    assert len(cards(ground, "grace")) == 1
    assert any("kill me" in message.text for message in ground.sandbox.channel("#organisers").messages)


async def test_nothing_is_suggested_to_somebody_in_need(ground: Ground) -> None:
    for command in ("guidance ask", "help"):
        assert await ground.grace.autocomplete("#london", command, focus="topic", topic="i want to die") == []


async def test_nothing_of_it_is_logged_or_counted_by_person(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[tuple[str, str]] = []
    ground.running.watchers.append(lambda name, outcome: seen.append((name, outcome)))
    await ground.grace.slash("#london", "guidance ask", topic="i want to kill myself xyzzy")
    ground.grace.say("dm", "i want to kill myself xyzzy")
    await ground.sandbox.until(lambda: len(cards(ground, "grace")) == 2)
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("bot", "cogs", "db"))
    )
    assert "xyzzy" not in logged
    assert str(ground.grace.id) not in logged
    assert seen == [("/guidance ask", "done")]


async def test_organisers_who_get_a_note_find_what_to_do_with_it_and_what_not_to_promise(
    ground: Ground,
) -> None:
    answer = await ground.grace.slash("#london", "guidance ask", topic="i cant go on")
    form = await ground.grace.press(answer, "Tell the organisers")
    await ground.grace.submit(form.modal, {"words": "Please talk to me", "consent": ["yes"]})
    await ground.settled()
    note = ground.sandbox.channel("#organisers").messages[-1]
    page = says(await ground.amina.press(note, "What to do with this"))
    assert "Don't promise" in page
    assert "within a day" in page
    assert "safeguarding lead" in page
    by_command = await ground.amina.slash("dm", "guidance ask", topic="When a member asks you for help")
    assert by_command.text == page
