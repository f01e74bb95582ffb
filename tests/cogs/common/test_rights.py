"""Who may do what, for every command and kind of person; a refusal says who may."""

import re
from typing import Any

import pytest
from discord import app_commands

from bot.sandbox.interactions import Refused
from bot.sandbox.people import Person
from bot.sandbox.world import building, membership
from tests.cogs.ground import Ground, says
from tests.tree import Tree
from tests.words import words

# Of London: grace is a member, siobhan organises another region, amina organises, imran is made an admin.
PEOPLE = ("grace", "siobhan", "amina", "imran")
ORGANISERS = {
    "campaign manage",
    "comms desk",
    "events add",
    "keydates add",
    "meeting cancel",
    "meeting edit",
    "meeting manage",
    "meeting move",
    "meeting poll",
    "meeting report",
    "meeting schedule",
    "meeting suggest",
    "network invite",
    "venue add",
}
"""The commands for organisers only, written out so that nothing which the bot says of itself decides it."""
ANY_REGION = {"campaign manage", "comms desk", "venue add"}
"""Those of them that are for the organisers of any region."""
ADMINS = {
    "admin audit",
    "admin deliveries",
    "admin former",
    "setup change",
    "setup check",
    "setup organisers",
    "setup region",
    "setup start",
}
"""The commands for admins only. All others are for every member."""
OPTIONS: dict[str, dict[str, Any]] = {
    "meeting answer": {"meeting": "1", "choice": "Going"},
    "meeting schedule": {"title": "Another", "when": "friday 7pm"},
    "meeting move": {"meeting": "1", "when": "friday 7pm"},
    "meeting poll": {"title": "Another", "options": "friday 7pm, saturday 11am"},
    "campaign show": {"campaign": "Cuba"},
    "campaign done": {"campaign": "Cuba", "action": "assembly"},
    "venue show": {"venue": "Hamilton House"},
    "guidance ask": {"topic": "a tweet"},
    "campaign group": {"campaign": "Cuba"},
    "campaign plan": {"campaign": "Cuba"},
    "keydates add": {"name": "Branch day", "date": "11 July every year"},
    "network start": {"region": "Wales"},
    "interests map": {"issue": "Cuba"},
    "affiliation record": {"organisation": "csc", "body": "me", "status": "idea"},
    "comms contribute": {"publication": "Educate", "text": "We held an assembly."},
    "comms desk": {"publication": "Educate"},
    "setup change": {"section": "facts"},
    "setup region": {"name": "Kent", "channel": "#welcome"},
    "setup organisers": {"role": "Wales", "region": "Wales"},
}
"""How commands are tried whose required options take more than a number or the first choice."""
UNDESCRIBED = {"meeting report", "meeting schedule"}
"""Organisers' commands of which the description says what members may do, and so doesn't end with '(organisers)'."""
REFUSALS = ("Only organisers", "Only the hosts", "Only people with the permission Manage Server")


def names() -> list[str]:
    """Return the whole names of all commands that the content describes, as a test holds it against the bot."""
    keys = [key for key in words().under("commands") if key.endswith(".summary")]
    found = {key.removeprefix("commands.").removesuffix(".summary").replace(".", " ") for key in keys}
    return sorted(name for name in found if not any(other.startswith(f"{name} ") for other in found))


def allowed_to(name: str) -> set[str]:
    """Return who may use a command."""
    if name in ADMINS:
        return {"imran"}
    if name in ORGANISERS:
        return {"amina", "imran"} | ({"siobhan"} if name in ANY_REGION else set())
    return set(PEOPLE)


def options_of(command: app_commands.Command[Any, ..., Any]) -> dict[str, Any]:
    """Return the options with which a command is tried."""
    required = [one for one in command.parameters if one.required]
    given = {one.display_name: one.choices[0].name if one.choices else "1" for one in required}
    return given | OPTIONS.get(command.qualified_name, {})


def unhide(ground: Ground) -> None:
    """Show every command to everybody, as an admin may do in the server's settings: the bot must check itself."""
    for command in ground.sandbox.world.commands.values():
        command.default_member_permissions = None


@pytest.mark.parametrize("command", names())
async def test_each_command_is_for_whom_it_is_for(ground: Ground, command: str) -> None:
    unhide(ground)
    ground.manager(ground.imran)
    (found,) = [one for one in Tree(ground.running).commands() if one.qualified_name == command]
    allowed, options = allowed_to(command), options_of(found)
    await ground.scheduled()
    for name in PEOPLE:
        person: Person = ground.sandbox.person(name)
        answer = await person.slash("#london", command, **options)
        refused = not answer.has_modal and any(refusal in answer.text for refusal in REFUSALS)
        assert refused is (name not in allowed), f"{name}: {answer.text}"
        if refused:
            says(answer)


async def test_every_command_is_in_the_matrix(tree: Tree) -> None:
    assert tree.names() == set(names())
    assert {*OPTIONS, *ORGANISERS, *ANY_REGION, *ADMINS, *UNDESCRIBED} <= tree.names()
    assert {*ANY_REGION, *UNDESCRIBED} <= ORGANISERS


async def test_a_command_says_in_its_description_whether_it_is_for_organisers(tree: Tree) -> None:
    described = {command.qualified_name: command.description for command in tree.commands()}
    said = {name for name, words in described.items() if re.search(r"\(.*organisers\)$", words)}
    assert said == ORGANISERS - UNDESCRIBED
    for name in UNDESCRIBED:
        assert re.search(r"\borganisers\b", described[name]), name


async def test_an_organiser_of_one_region_organises_that_one(ground: Ground) -> None:
    answer = await ground.siobhan.slash("#north-west", "meeting schedule", title="Ours", when="thursday 6pm")
    assert says(answer).startswith("## Scheduled")
    answer = await ground.siobhan.slash(
        "#north-west", "meeting schedule", title="Theirs", when="thursday 6pm", region="London"
    )
    assert "Only organisers of London can do this" in says(answer)
    await ground.settled()
    assert ground.london.messages == []


async def test_the_undo_of_a_meeting_is_for_organisers(ground: Ground) -> None:
    card = await ground.scheduled()
    answer = await ground.press_old(ground.grace, ground.london, "cancel:1")
    assert "Only organisers of London can do this" in says(answer)
    assert "cancelled" not in card.text


async def test_the_set_up_button_and_form_are_for_admins(fresh: Ground) -> None:
    answer = await fresh.press_old(fresh.grace, fresh.london, "setup:start")
    assert "Only people with the permission Manage Server" in says(answer)
    form = (await fresh.ruth.slash("#london", "setup start")).modal
    guild = fresh.sandbox.guild()
    guild.owner_id = fresh.sandbox.world.bot.id  # Ruth hands the server over while her form is open
    answer = await fresh.ruth.submit(form)
    assert "Only people with the permission Manage Server" in says(answer)


async def test_a_role_taken_away_takes_the_right_away(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    for role in tuple(guild.members[ground.amina.id].roles):
        membership.take(ground.sandbox.world, guild, guild.members[ground.amina.id], role)
    answer = await ground.amina.slash("#london", "meeting schedule", title="x", when="thursday 6pm")
    assert "Only organisers of London can do this" in says(answer)


async def test_organisers_chosen_anew_replace_those_before(ground: Ground) -> None:
    role = building.role(ground.sandbox.world, ground.sandbox.guild(), "New organisers")
    says(await ground.ruth.slash("#welcome", "setup organisers", role=role.name))
    answer = await ground.amina.slash("#london", "meeting schedule", title="x", when="thursday 6pm")
    assert "Only organisers of London can do this" in says(answer)


async def test_set_up_and_admin_commands_are_hidden_from_members(ground: Ground) -> None:
    assert {"setup", "admin"} & set(ground.grace.commands("#london")) == set()
    assert {"setup", "admin"} <= set(ground.ruth.commands("#london"))
    with pytest.raises(Refused):
        await ground.grace.slash("#london", "admin deliveries")


async def test_commands_of_admins_are_not_offered_in_private(ground: Ground) -> None:
    assert set(ground.ruth.commands("dm")) & {"setup", "admin"} == set()
    assert {"settings", "help", "mine", "meeting"} <= set(ground.grace.commands("dm"))
