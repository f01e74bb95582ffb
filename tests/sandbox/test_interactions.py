"""Interactions between people and the real discord.py, over the wire."""

from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from tests.sandbox.small_bot import SmallBot


async def test_a_command_with_an_option_is_answered(sandbox: Sandbox, bot: SmallBot, amina: Person) -> None:
    answer = await amina.slash("#london", "echo", text="hello there")
    assert answer.failed is None
    assert answer.text == "hello there"
    assert sandbox.channel("#london").messages == [answer.message]


async def test_a_button_press_edits_its_message(bot: SmallBot, amina: Person, tomasz: Person) -> None:
    answer = await amina.slash("#london", "count")
    pressed = await tomasz.press(answer.message, "Count")
    assert pressed.message is answer.message
    assert "Pressed 1" in answer.text


async def test_a_modal_makes_the_round_trip(bot: SmallBot, amina: Person) -> None:
    answer = await amina.slash("#london", "form")
    assert answer.modal.labels == ["Text", "Colour", "Ticks", "Way", "Agree"]
    done = await amina.submit(
        answer.modal, {"Text": "abc", "Colour": "Blue", "Ticks": ["Two"], "Way": "Left", "Agree": True}
    )
    assert done.text == "abc b 2 l True"
    assert done.ephemeral
