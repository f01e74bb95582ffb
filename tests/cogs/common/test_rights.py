"""Who may do what, for every command and kind of person; a refusal says who may."""

import re
from typing import Any

import pytest

from bot.sandbox.interactions import Refused
from bot.sandbox.people import Person
from bot.sandbox.world import building, membership
from tests.cogs.ground import Ground, says
from tests.tree import Tree

# Of London: grace is a member, siobhan organises another region, amina organises, imran is made an admin.
PEOPLE = ("grace", "siobhan", "amina", "imran")
ORGANISERS = {"amina", "imran"}
ADMINS = {"imran"}
COMMANDS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "meeting list": (set(PEOPLE), {}),
    "meeting show": (set(PEOPLE), {"meeting": "1"}),
    "meeting answer": (set(PEOPLE), {"meeting": "1", "choice": "Going"}),
    "meeting schedule": (ORGANISERS, {"title": "Another", "when": "friday 7pm"}),
    "meeting edit": (ORGANISERS, {"meeting": "1"}),
    "meeting manage": (ORGANISERS, {"meeting": "1"}),
    "meeting move": (ORGANISERS, {"meeting": "1", "when": "friday 7pm"}),
    "meeting cancel": (ORGANISERS, {"meeting": "1"}),
    "meeting calendar": (set(PEOPLE), {}),
    "meeting attendance": (set(PEOPLE), {}),
    "meeting needs": (set(PEOPLE), {"meeting": "1"}),
    "meeting agenda": (set(PEOPLE), {"meeting": "1"}),
    "meeting goals": (set(PEOPLE), {}),
    "meeting poll": (ORGANISERS, {"title": "Another", "options": "friday 7pm, saturday 11am"}),
    "meeting vote": (set(PEOPLE), {"poll": "1"}),
    "meeting suggest": (ORGANISERS, {}),
    "meeting report": (ORGANISERS, {"meeting": "1"}),
    "campaign list": (set(PEOPLE), {}),
    "campaign show": (set(PEOPLE), {"campaign": "Cuba"}),
    "campaign act": (set(PEOPLE), {}),
    "campaign done": (set(PEOPLE), {"campaign": "Cuba", "action": "assembly"}),
    "campaign mine": (set(PEOPLE), {}),
    "campaign progress": (set(PEOPLE), {}),
    "campaign manage": (ORGANISERS | {"siobhan"}, {}),
    "venue list": (set(PEOPLE), {}),
    "venue show": (set(PEOPLE), {"venue": "Hamilton House"}),
    "venue add": (ORGANISERS | {"siobhan"}, {}),
    "guidance dos": (set(PEOPLE), {}),
    "guidance donts": (set(PEOPLE), {}),
    "guidance ask": (set(PEOPLE), {"topic": "a tweet"}),
    "guidance tip": (set(PEOPLE), {}),
    "guidance support": (set(PEOPLE), {}),
    "welcome start": (set(PEOPLE), {}),
    "welcome next": (set(PEOPLE), {}),
    "privacy show": (set(PEOPLE), {}),
    "privacy export": (set(PEOPLE), {}),
    "privacy erase": (set(PEOPLE), {}),
    "campaign group": (set(PEOPLE), {"campaign": "Cuba"}),
    "campaign plan": (set(PEOPLE), {"campaign": "Cuba"}),
    "keydates list": (set(PEOPLE), {}),
    "keydates add": (ORGANISERS, {"name": "Branch day", "date": "11 July every year"}),
    "network list": (set(PEOPLE), {}),
    "network join": (set(PEOPLE), {}),
    "network leave": (set(PEOPLE), {}),
    "network invite": (ORGANISERS, {}),
    "network next": (set(PEOPLE), {}),
    "network contacts": (set(PEOPLE), {}),
    "network start": (set(PEOPLE), {"region": "Wales"}),
    "network twinning": (set(PEOPLE), {}),
    "interests set": (set(PEOPLE), {}),
    "interests find": (set(PEOPLE), {}),
    "interests map": (set(PEOPLE), {"issue": "Cuba"}),
    "affiliation list": (set(PEOPLE), {}),
    "affiliation record": (set(PEOPLE), {"organisation": "csc", "body": "me", "status": "idea"}),
    "comms calendar": (set(PEOPLE), {}),
    "comms contribute": (set(PEOPLE), {"publication": "Educate", "text": "We held an assembly."}),
    "comms mine": (set(PEOPLE), {}),
    "comms desk": (ORGANISERS | {"siobhan"}, {"publication": "Educate"}),
    "events list": (set(PEOPLE), {}),
    "events going": (set(PEOPLE), {"event": "1"}),
    "events add": (ORGANISERS, {}),
    "events show": (set(PEOPLE), {"event": "1"}),
    "setup change": (ADMINS, {"section": "facts"}),
    "settings mine": (set(PEOPLE), {}),
    "help": (set(PEOPLE), {}),
    "mine": (set(PEOPLE), {}),
    "setup region": (ADMINS, {"name": "Kent", "channel": "#welcome"}),
    "setup organisers": (ADMINS, {"role": "Wales", "region": "Wales"}),
    "setup check": (ADMINS, {}),
    "setup start": (ADMINS, {}),
    "admin deliveries": (ADMINS, {}),
    "admin audit": (ADMINS, {}),
    "admin former": (ADMINS, {"member": "1"}),
}
REFUSALS = ("Only organisers", "Only the hosts", "Only people with the permission Manage Server")


def unhide(ground: Ground) -> None:
    """Show every command to everybody, as an admin may do in the server's settings: the bot must check itself."""
    for command in ground.sandbox.world.commands.values():
        command.default_member_permissions = None


@pytest.mark.parametrize("command", COMMANDS)
async def test_each_command_is_for_whom_it_is_for(ground: Ground, command: str) -> None:
    unhide(ground)
    ground.manager(ground.imran)
    allowed, options = COMMANDS[command]
    if command not in {found.qualified_name for found in ground.running.tree.walk_commands()}:
        pytest.skip("this command is not loaded")
    await ground.scheduled()
    for name in PEOPLE:
        person: Person = ground.sandbox.person(name)
        answer = await person.slash("#london", command, **options)
        refused = not answer.has_modal and any(refusal in answer.text for refusal in REFUSALS)
        assert refused is (name not in allowed), f"{name}: {answer.text}"
        if refused:
            says(answer)


async def test_every_command_is_in_the_matrix(tree: Tree) -> None:
    assert tree.names() - COMMANDS.keys() == set()


async def test_a_command_that_members_may_not_use_says_so_in_its_description(tree: Tree) -> None:
    described = {command.qualified_name: command.description for command in tree.commands()}
    for name, (allowed, _) in COMMANDS.items():
        if "grace" not in allowed and name in described and name.split()[0] not in ("setup", "admin"):
            assert re.search(r"\b(?:hosts|organisers|editors)\b", described[name]), name


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
