"""What members use in a direct message: personal commands work there, the others lead to the server."""

import re
from pathlib import Path

from bot.commands import PRESSED, is_personal
from bot.sandbox.answer import Answer
from bot.sandbox.world import Payload, building, membership
from tests.cogs.common.test_rights import names, options_of
from tests.cogs.comms.steps import set_up as mail_out
from tests.cogs.ground import Ground, buttons
from tests.tree import Tree

ELSEWHERE = "This works in a server's channels"
OF_ADMINS = {"setup", "admin"}
PRIVATE = [name for name in names() if name.split()[0] not in OF_ADMINS]


async def test_each_command_works_in_private_or_leads_to_the_server(ground: Ground) -> None:
    await ground.scheduled()
    welcome = ground.sandbox.channel("#welcome").id
    commands = {one.qualified_name: one for one in Tree(ground.running).commands()}
    for command in sorted(PRIVATE, key=lambda name: name == "privacy erase"):
        answer = await ground.grace.slash("dm", command, **options_of(commands[command]))
        assert answer.failed is None, command
        if is_personal(command):
            assert answer.has_modal or ELSEWHERE not in answer.text, command
        else:
            assert ELSEWHERE in answer.text, command
            assert ground.sandbox.guild().name in buttons(answer.message), command
            links = [part["url"] for part in answer.message.walk() if part.get("style") == 5]
            assert links == [f"https://discord.com/channels/{ground.sandbox.guild().id}/{welcome}"]


async def test_what_was_typed_in_private_is_given_back(ground: Ground) -> None:
    answer = await ground.amina.slash("dm", "meeting schedule", title="Film night", when="thursday 6pm")
    assert "Film night" in answer.text


async def test_a_meeting_is_answered_in_private(ground: Ground) -> None:
    await ground.scheduled("Film night")
    found = await ground.grace.autocomplete("dm", "meeting answer", focus="meeting", meeting="film")
    answer = await ground.grace.slash("dm", "meeting answer", meeting=found[0].value, choice="Can't come")
    assert "Film night" in answer.text
    await ground.settled()
    assert "1 can't" in ground.london.messages[-1].text or "can't" in ground.london.messages[-1].text


async def test_of_several_servers_it_is_asked_which_and_remembered(ground: Ground) -> None:
    await ground.scheduled("Film night")
    other = ground.second_guild().name
    asked: Answer = await ground.grace.slash("dm", "meeting show", meeting="film night")
    assert "Which server do you mean?" in asked.text
    assert set(buttons(asked.message)) == {ground.sandbox.guild().name, other}
    shown = await ground.grace.press(asked, ground.sandbox.guild().name)
    assert "## Film night" in shown.text
    again = await ground.grace.slash("dm", "meeting list")
    assert "Film night" in again.text


async def test_who_is_in_none_of_the_servers_is_told_so(ground: Ground) -> None:
    answer = await ground.leila.slash("dm", "meeting list")
    assert "not in any server together" in answer.text


async def test_who_has_left_reads_nothing_in_private(ground: Ground) -> None:
    await ground.scheduled("Film night")
    assert "Film night" in (await ground.grace.slash("dm", "meeting list")).text
    membership.leave(ground.sandbox.world, ground.sandbox.guild(), ground.grace.id)
    await ground.settled()
    answer = await ground.grace.slash("dm", "meeting list")
    assert answer.failed is None
    assert "Film night" not in answer.text


async def test_a_server_that_is_not_set_up_says_so_in_private(fresh: Ground) -> None:
    building.channel(fresh.sandbox.world, fresh.sandbox.guild(), "somewhere")
    answer = await fresh.grace.slash("dm", "meeting list")
    assert "I haven't been set up in this server yet" in answer.text


async def test_what_a_button_in_private_offers_is_what_the_server_has(ground: Ground) -> None:
    await ground.scheduled("Film night")
    await mail_out(ground)
    for command, there in (
        ("comms contribute", "Mail-Out"),
        ("interests map", "Cuba"),
        ("meeting agenda", "Film night"),
    ):
        answer = await ground.press_old(ground.grace, ground.grace.dm, f"do:{command}")
        offered = answer.modal.text if answer.has_modal else str(answer.message.components)
        assert there in offered, f"{command}: {offered}"
    form = (await ground.press_old(ground.grace, ground.grace.dm, "do:affiliation record")).modal
    said = {"Organisation": "Cuba Solidarity Campaign", "Body": "me", "Status": "affiliated"}
    assert "Recorded for Cuba Solidarity Campaign" in (await ground.grace.submit(form, said)).text


async def test_a_button_in_private_does_what_it_says_and_so_do_the_buttons_of_its_answer(
    ground: Ground,
) -> None:
    await ground.scheduled("Film night")
    wrong: list[str] = []
    for command in sorted(PRESSED):
        first = await ground.press_old(ground.grace, ground.grace.dm, f"do:{command}")
        answers = [first]
        for at in range(0 if first.has_modal else len(pressed(first))):
            part = pressed(again := await ground.press_old(ground.grace, ground.grace.dm, f"do:{command}"))[
                at
            ]
            if chosen := [one["value"] for one in part.get("options", [])][:1]:
                answers.append(await ground.grace.choose(again, part["custom_id"], chosen))
            else:
                answers.append(await ground.grace.press(again, part["custom_id"]))
        wrong += [
            f"{command}: answer {at}"
            for at, answer in enumerate(answers)
            if answer.failed is not None or (not answer.has_modal and ELSEWHERE in answer.text)
        ]
    assert wrong == []


async def test_a_campaign_opened_from_the_list_in_private_does_what_its_buttons_say(ground: Ground) -> None:
    listed = await ground.press_old(ground.grace, ground.grace.dm, "do:campaign list")
    page = await ground.grace.choose(listed, "See a campaign", "Cuba")
    assert "## Cuba" in page.text
    for part in pressed(page):
        chosen = [one["value"] for one in part.get("options", [])][:1]
        answer = await (
            ground.grace.choose(page, part["custom_id"], chosen)
            if chosen
            else ground.grace.press(page, part["custom_id"])
        )
        assert answer.has_modal or ELSEWHERE not in answer.text, part


def pressed(answer: Answer) -> list[Payload]:
    """Return the buttons and menus of an answer."""
    return [part for part in answer.message.walk() if part.get("custom_id")]


def test_what_a_step_of_the_welcome_offers_is_done_where_the_step_is_read() -> None:
    steps = [path.read_text("utf-8") for path in Path("bot/content/en-GB/onboarding").glob("*.md")]
    offered = {name for step in steps for name in re.findall(r"^  ([a-z]+ [a-z]+): ", step, re.MULTILINE)}
    assert "network join" in offered
    assert {name for name in offered if not is_personal(name)} <= PRESSED
