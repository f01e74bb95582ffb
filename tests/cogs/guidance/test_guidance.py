"""Guidance over the wire: lists, tips, questions, a warning at the risky moment, and the note to the organisers."""

from datetime import timedelta

import pytest

from bot.sandbox.interactions import Refused
from bot.sandbox.world import Message
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.guidance.test_help_arrives import options


def notes(ground: Ground) -> list[Message]:
    """Return the notes in the organisers' channel."""
    messages = ground.sandbox.channel("#organisers").messages
    return [message for message in messages if "asks for help" in message.text]


async def test_the_dos_and_the_donts_are_listed_and_each_has_more(ground: Ground) -> None:
    for command, lead, labels in (
        ("guidance dos", "Share the role", ["Share the job", "Be creative"]),
        ("guidance donts", "Don't engage", ["Don't engage with abuse", "Don't make promises you can't keep"]),
    ):
        answer = await ground.grace.slash("#london", command)
        assert lead in says(answer)
        for button in labels:
            more = await ground.grace.press(answer, button)
            assert says(more).startswith(f"## {button}")
            answer = await ground.grace.slash("#london", command)


async def test_tips_go_round_and_work_in_a_dm_and_after_a_restart(ground: Ground) -> None:
    first = await ground.grace.slash("dm", "guidance tip")
    await ground.restart()
    second = await ground.grace.press(first, "Another tip")
    assert second.failed is None
    assert second.text != first.text or second.message is not first.message
    tomorrow = ground.clock.now() + timedelta(days=1)
    before = (await ground.grace.slash("#london", "guidance tip")).text
    ground.clock.move_to(tomorrow)
    assert (await ground.grace.slash("#london", "guidance tip")).text != before


async def test_a_question_gets_the_advice_and_what_else_may_be_meant(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "guidance ask", topic="who pays for the room?")
    assert says(answer).startswith("## Before you spend or promise money")
    assert answer.message.channel_id == ground.london.id


async def test_an_unrelated_question_gets_nothing_and_whom_to_ask(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "guidance ask", topic="what's the weather like tomorrow")
    text = says(answer)
    assert text.startswith("## Sorry, I don't have anything on that")
    assert "international@neu.org.uk" in text
    assert "Organising Forum" in text
    in_private = await ground.grace.slash("dm", "guidance ask", topic="asdfgh")
    assert in_private.text.startswith("## Sorry, I don't have anything on that")


async def test_topics_are_suggested_while_typing_and_a_picked_one_is_shown(ground: Ground) -> None:
    offered = await ground.grace.autocomplete("#london", "guidance ask", focus="topic", topic="whelchair")
    assert offered[0].name == "Make sure everyone can come"
    answer = await ground.grace.slash("#london", "guidance ask", topic=str(offered[0].value))
    assert says(answer).startswith("## Make sure everyone can come")
    assert len(await ground.grace.autocomplete("#london", "guidance ask", focus="topic", topic="")) == 25


@both
async def test_a_note_reaches_only_the_organisers_with_the_name_when_that_is_wanted(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "guidance support")
    assert "What to do now" in says(answer)
    form = await ground.grace.press(answer, "Tell the organisers")
    sent = await ground.grace.submit(
        form.modal, {"words": "He **shouts** at me @everyone", "consent": ["yes"]}
    )
    assert says(sent).startswith("## Passed on")
    await ground.settled()
    (note,) = notes(ground)
    assert f"<@{ground.grace.id}>" in note.text
    assert r"He \*\*shouts\*\* at me" in note.text
    roles = {role.id: role.name for role in ground.sandbox.guild().roles.values()}
    assert not note.pinged.users
    assert not note.pinged.everyone
    assert [roles[number] for number in note.pinged.roles] == ["Organisers"]
    assert ground.london.messages == []
    assert not ground.grace.sees(note)
    assert ground.amina.sees(note)


async def test_a_note_without_a_name_names_nobody_and_its_words_are_not_kept(ground: Ground) -> None:
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    await ground.grace.submit(form.modal, {"words": "A secret", "consent": ["no"]})
    await ground.settled()
    (note,) = notes(ground)
    assert "doesn't want to be named" in note.text
    assert str(ground.grace.id) not in note.text
    assert "Grace" not in note.text

    def words(session: object) -> list[str]:
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        from db.guidance.models import SupportRequest

        assert isinstance(session, Session)
        return [call.words for call in session.scalars(select(SupportRequest))]

    assert await ground.running.store.read(words) == []


async def test_the_message_menu_links_the_message_and_shows_nothing_of_it(ground: Ground) -> None:
    message = ground.tomasz.say("#london", "You are all fools")
    form = await ground.grace.menu(message, "Ask organisers for help")
    await ground.grace.submit(form.modal, {"consent": ["yes"]})
    await ground.settled()
    (note,) = notes(ground)
    assert (
        f"https://discord.com/channels/{ground.sandbox.guild().id}/{ground.london.id}/{message.id}"
        in note.text
    )
    assert "fools" not in note.text
    assert ground.london.messages == [message]


async def test_a_form_without_the_consent_can_not_be_sent(ground: Ground) -> None:
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    with pytest.raises(Refused):
        await ground.grace.submit(form.modal, {"words": "x"})


async def test_a_form_sent_after_a_restart_still_arrives(ground: Ground) -> None:
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    await ground.restart()
    sent = await ground.grace.submit(form.modal, {"words": "Help", "consent": ["yes"]})
    assert says(sent).startswith("## Passed on")
    await ground.settled()
    assert len(notes(ground)) == 1


async def test_three_notes_a_day_are_enough(ground: Ground) -> None:
    for _ in range(3):
        form = await ground.grace.menu(ground.tomasz.say("#london", "hm"), "Ask organisers for help")
        await ground.grace.submit(form.modal, {"consent": ["no"]})
    refused = await ground.grace.menu(ground.tomasz.say("#london", "hm"), "Ask organisers for help")
    assert "3 notes within a day" in says(refused)
    assert "It works again <t:" in refused.text
    assert "What to do now" in says(await ground.grace.slash("#london", "guidance support"))
    await ground.later(timedelta(days=1, minutes=1))
    assert (await ground.grace.menu(ground.tomasz.say("#london", "hm"), "Ask organisers for help")).has_modal
    assert len(notes(ground)) == 3


async def test_without_an_organisers_channel_it_says_whom_to_write_to(fresh: Ground) -> None:
    text = says(await fresh.grace.slash("#london", "guidance support"))
    assert "What to do now" in text
    assert "no private channel for organisers yet" in text
    assert "international@neu.org.uk" in text
    form = await fresh.grace.menu(fresh.tomasz.say("#london", "hm"), "Ask organisers for help")
    assert [option["value"] for option in options(form.modal, "to")] == ["admins"]


async def test_a_channel_that_everyone_sees_gets_no_note(ground: Ground) -> None:
    channel = ground.sandbox.channel("#organisers")
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    channel.overwrites.clear()
    ground.allow(channel)
    await ground.grace.slash("#london", "guidance tip")
    refused = await ground.grace.submit(form.modal, {"words": "private", "consent": ["yes"]})
    assert "is open to others" in says(refused)
    await ground.settled()
    assert channel.messages == []


async def test_support_in_a_dm_says_what_to_do_and_where_to_tell(ground: Ground) -> None:
    answer = await ground.grace.slash("dm", "guidance support")
    assert "What to do now" in answer.text
    assert "international@neu.org.uk" in answer.text
    assert buttons(answer.message) == [ground.sandbox.guild().name]
    (link,) = [part for part in answer.message.walk() if part.get("style") == 5]
    place = ground.sandbox.channel("#welcome")
    assert link["url"] == f"https://discord.com/channels/{ground.sandbox.guild().id}/{place.id}"


async def test_a_word_at_the_risky_moment_is_said_once_and_privately(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="We promise £200 to our partners", when="thursday 6pm"
    )
    await answer.until_followups(1)
    advice = answer.messages[-1]
    assert advice.ephemeral
    assert "Don't make promises you can't keep" in advice.text
    second = await ground.amina.slash("#london", "meeting schedule", title="A promise", when="friday 6pm")
    await ground.settled()
    await ground.amina.slash("#london", "guidance tip")
    assert len(second.messages) == 1


async def test_a_form_that_speaks_of_money_gets_a_word_too(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Quiz", when="thursdy in the blue")
    if not answer.has_modal:
        answer = await ground.amina.press(answer, "Change what I typed")
    answer = await ground.amina.submit(
        answer.modal, {"Title": "Quiz with a budget of £50", "When": "thursday 6pm"}
    )
    await answer.until_followups(1)
    assert "Before you spend or promise money" in answer.text


async def test_somebody_with_many_open_tasks_hears_of_job_sharing_once(ground: Ground) -> None:
    for number in range(5):
        await ground.scheduled(f"Meeting {number}", f"{10 + number} March 6pm")
    answer = await ground.amina.slash("#london", "meeting schedule", title="The sixth", when="20 March 6pm")
    await answer.until_followups(1)
    assert "Share the job" in answer.text
    assert answer.messages[-1].ephemeral
