"""`/help`: the doors by what somebody wants, what any words find, and the answer to a direct message."""

import re
from datetime import timedelta

import pytest

from bot.sandbox.answer import Answer
from bot.sandbox.world import Command, Message
from cogs.common.doing import can_be_asked, command_of
from cogs.common.renamed import PLACES, RENAMED
from cogs.help.cog import DOORS, FOR_ALL, Door
from tests.cogs.ground import Ground, buttons, says

MENTION = re.compile(r"</([a-z ]+):(\d+)>")
LABELS: dict[Door, str] = {
    "new": "I'm new",
    "near": "What's on near me",
    "minutes": "I have ten minutes",
    "care": "I need someone to talk to",
    "organise": "I organise",
    "setup": "Set up",
}


async def test_members_find_four_doors_organisers_five_and_admins_six(ground: Ground) -> None:
    assert buttons((await ground.grace.slash("#london", "help")).message) == [LABELS[one] for one in FOR_ALL]
    assert buttons((await ground.amina.slash("#london", "help")).message) == list(LABELS.values())[:5]
    assert buttons((await ground.ruth.slash("#london", "help")).message) == list(LABELS.values())


@pytest.mark.parametrize("door", LABELS)
async def test_each_door_leads_to_at_most_five_things_and_each_does_it(ground: Ground, door: Door) -> None:
    await ground.scheduled()
    for name in DOORS[door]:
        command = command_of(ground.running, name)
        assert command is not None, name
        assert can_be_asked(command), name
    behind = await ground.ruth.press(await ground.ruth.slash("#london", "help"), LABELS[door])
    things = buttons(behind.message)[:-1]
    assert 1 <= len(things) <= 5
    assert buttons(behind.message)[-1] == "Back"
    for thing in things:
        card = await ground.ruth.press(await ground.ruth.slash("#london", "help"), LABELS[door])
        answer = await ground.ruth.press(card, thing)
        assert answer.failed is None
        assert answer.has_modal or answer.ephemeral, thing
    back = await ground.ruth.press(behind, "Back")
    assert buttons(back.message) == list(LABELS.values())


async def test_a_button_says_what_the_command_says(ground: Ground) -> None:
    await ground.scheduled()
    door = await ground.grace.press(await ground.grace.slash("#london", "help"), LABELS["near"])
    pressed = await ground.grace.press(door, "All meetings")
    assert says(pressed) == says(await ground.grace.slash("#london", "meeting list"))


async def test_a_command_that_needs_words_asks_for_them_in_a_form(ground: Ground) -> None:
    door = await ground.amina.press(await ground.amina.slash("#london", "help"), LABELS["organise"])
    form = (await ground.amina.press(door, "Schedule a meeting")).modal
    done = await ground.amina.submit(form, {"Title": "Film night", "When": "thursday 6pm"})
    assert says(done).startswith("## Scheduled")


async def test_a_command_that_needs_one_thing_offers_what_there_is(ground: Ground) -> None:
    await ground.scheduled("Film night")
    found = await ground.grace.slash("#london", "help", topic="needs, hearing loop")
    asked = await ground.grace.press(found, "/meeting needs")
    chosen = await ground.grace.choose(asked, "Choose one", ["1"])
    assert "Film night" in chosen.text or chosen.has_modal


async def test_a_region_is_asked_for_and_what_was_typed_is_kept(ground: Ground) -> None:
    asked = await ground.amina.slash("#welcome", "meeting schedule", title="Film night", when="thursday 6pm")
    assert "Which region" in says(asked)
    done = await ground.amina.choose(asked, "Choose one", ["London"])
    assert says(done).startswith("## Scheduled")
    assert "Film night" in done.text


async def test_help_lists_commands_as_mentions_that_can_be_pressed(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "help", topic="meetings"))
    mentioned = MENTION.findall(text)
    assert mentioned
    commands: dict[int, Command] = ground.sandbox.world.commands
    for name, command_id in mentioned:
        assert commands[int(command_id)].name == name.split()[0]


async def test_every_topic_that_is_offered_has_its_page(ground: Ground) -> None:
    choices = await ground.grace.autocomplete("#london", "help", focus="topic", topic="")
    assert len(choices) >= 5
    for choice in choices:
        text = says(await ground.grace.slash("#london", "help", topic=choice.value))
        assert text.startswith("### ")


@pytest.mark.parametrize("topic", ["Meetings", "meeting", "meetings"])
async def test_a_topic_is_found_by_its_name(ground: Ground, topic: str) -> None:
    text = says(await ground.grace.slash("#london", "help", topic=topic))
    assert text.startswith("### Meetings")
    assert "</meeting schedule:" in text


@pytest.mark.parametrize(
    ("words", "button"),
    [
        ("poll", "/meeting poll"),
        ("how do I vote", "/meeting vote"),
        ("I can't come", "/meeting answer"),
        ("delete my data", "/privacy erase"),
        ("minutes of the last meeting", "/meeting report"),
        ("someone is abusive", "/guidance support"),
        ("stop writing to me", "/settings mine"),
        ("five minutes", "/campaign act"),
        ("outlook", "/meeting calendar"),
        ("wheelchair", "/meeting needs"),
        ("what do I have to do", "/mine"),
        ("pol", "/meeting poll"),
        ("a tweet", "Think before you post"),
    ],
)
async def test_any_words_find_commands_and_advice(ground: Ground, words: str, button: str) -> None:
    found = await ground.grace.slash("#london", "help", topic=words)
    assert says(found).startswith("### What I found")
    if button.startswith("/"):
        assert button in buttons(found.message)[:3], buttons(found.message)
    else:
        assert "Advice:" in found.text


async def test_help_does_not_find_itself(ground: Ground) -> None:
    found = await ground.grace.slash("#london", "help", topic="poll")
    assert buttons(found.message) == ["/meeting poll", "/meeting vote", "/mine"]


async def test_commands_for_admins_are_found_by_admins_alone(ground: Ground) -> None:
    asked = {"topic": "failed deliveries"}
    assert "/admin deliveries" in buttons((await ground.ruth.slash("#london", "help", **asked)).message)
    answer = await ground.grace.slash("#london", "help", **asked)
    assert "admin" not in " ".join(buttons(answer.message))


async def test_a_call_for_help_is_met_with_care_and_no_search(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "help", topic="I want to kill myself")
    assert says(answer).startswith("## You don't have to deal with this alone")
    assert not [label for label in buttons(answer.message) if label.startswith("/")]


async def test_an_unknown_topic_leads_to_the_doors(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "help", topic="**zzz** @everyone" + "x" * 1900)
    assert "I found nothing about" in says(answer)
    assert LABELS["new"] in buttons(answer.message)


async def test_help_works_in_private_and_before_any_set_up(fresh: Ground) -> None:
    assert "What are you looking for?" in says(await fresh.grace.slash("#london", "help"))
    answer = await fresh.grace.slash("dm", "help")
    assert answer.failed is None
    assert "What are you looking for?" in answer.text


async def test_help_is_the_same_after_a_restart_and_its_doors_open(ground: Ground) -> None:
    before = await ground.grace.slash("#london", "help")
    await ground.restart()
    assert says(await ground.grace.slash("#london", "help")) == says(before)
    assert "## What's on" in says(await ground.grace.press(before, LABELS["near"]))


async def test_commands_are_registered_once_and_not_again_at_a_restart(ground: Ground) -> None:
    route = "/applications/{application_id}/commands"
    assert len(ground.sandbox.asked("PUT", route)) == 1
    await ground.restart()
    assert len(ground.sandbox.asked("PUT", route)) == 1


def doors_sent(ground: Ground) -> list[Message]:
    """Return the doors that Grace was sent in private."""
    return [one for one in ground.grace.channel("dm").messages if LABELS["new"] in buttons(one)]


async def test_a_direct_message_is_answered_with_the_doors_once_in_a_while(ground: Ground) -> None:
    ground.grace.say("dm", "hello bot, what can you do?")
    await ground.sandbox.until(lambda: len(doors_sent(ground)) == 1)
    ground.grace.say("dm", "hello?")
    ground.clock.move(timedelta(minutes=11))
    ground.grace.say("dm", "are you there")
    await ground.sandbox.until(lambda: len(doors_sent(ground)) == 2)
    assert len(ground.grace.channel("dm").messages) == 5


async def test_the_doors_in_a_direct_message_lead_to_what_works_there(ground: Ground) -> None:
    ground.grace.say("dm", "hello")
    await ground.sandbox.until(lambda: len(doors_sent(ground)) == 1)
    door = await ground.grace.press(doors_sent(ground)[0], LABELS["new"])
    assert "What is coming up" in buttons(door.message)
    listed = await ground.grace.press(door, "What is coming up")
    assert listed.failed is None
    joined = await ground.grace.press(door, "Join my region")
    assert "Which region do you mean?" in joined.text


async def test_an_old_name_is_told_the_new_one(ground: Ground) -> None:
    tree = {command.qualified_name for command in ground.running.tree.walk_commands()}
    for old, new in RENAMED.items():
        if old in tree or new not in tree:
            continue
        answer: Answer = await ground.grace.slash("#london", "help", topic=f"/{old}")
        assert f"is now </{new}:" in says(answer)
        if old in PLACES:
            assert f"at *{ground.texts(PLACES[old])}*" in answer.text
