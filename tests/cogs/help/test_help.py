"""`/help`: what the bot can do, as commands that can be pressed."""

import re

import pytest

from bot.sandbox.world import Command
from tests.cogs.ground import Ground, says

MENTION = re.compile(r"</([a-z ]+):(\d+)>")


async def test_help_lists_commands_as_mentions_that_can_be_pressed(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "help"))
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


@pytest.mark.parametrize("topic", ["meet", "Meetings", "meetings", "meting"])
async def test_a_topic_is_found_by_what_somebody_types(ground: Ground, topic: str) -> None:
    text = says(await ground.grace.slash("#london", "help", topic=topic))
    assert text.startswith("### Meetings")
    assert "</meeting schedule:" in text


async def test_an_unknown_topic_says_which_there_are(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "help", topic="**zzz** @everyone" + "x" * 1900))
    assert "I have no help on" in text
    assert "meeting" in text


async def test_help_works_in_private_and_before_any_set_up(fresh: Ground) -> None:
    assert "## What I can do" in says(await fresh.grace.slash("#london", "help"))
    answer = await fresh.grace.slash("dm", "help")
    assert answer.failed is None
    assert "## What I can do" in answer.text


async def test_help_is_the_same_after_a_restart(ground: Ground) -> None:
    before = says(await ground.grace.slash("#london", "help"))
    await ground.restart()
    assert says(await ground.grace.slash("#london", "help")) == before


async def test_commands_are_registered_once_and_not_again_at_a_restart(ground: Ground) -> None:
    route = "/applications/{application_id}/commands"
    assert len(ground.sandbox.asked("PUT", route)) == 1
    await ground.restart()
    assert len(ground.sandbox.asked("PUT", route)) == 1
