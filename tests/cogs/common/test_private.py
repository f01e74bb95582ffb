"""What members use in a direct message: personal commands work there, the others lead to the server."""

from bot.commands import is_personal
from bot.sandbox.answer import Answer
from bot.sandbox.world import building, membership
from tests.cogs.common.test_rights import COMMANDS
from tests.cogs.ground import Ground, buttons

ELSEWHERE = "This works in a server's channels"
OF_ADMINS = {"setup", "admin"}
PRIVATE = [name for name in COMMANDS if name.split()[0] not in OF_ADMINS]


async def test_each_command_works_in_private_or_leads_to_the_server(ground: Ground) -> None:
    await ground.scheduled()
    welcome = ground.sandbox.channel("#welcome").id
    for command in sorted(PRIVATE, key=lambda name: name == "privacy erase"):
        answer = await ground.grace.slash("dm", command, **COMMANDS[command][1])
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
    assert "share no server" in answer.text


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
