"""What had another name before: no command or option is lost, and whoever uses an old one is told the new one.

`commands_f7fbd7b4.json` has the commands of that version with their options, as its docs/commands.md named them.
"""

import json
from pathlib import Path
from typing import Any

from bot.sandbox.world import Command
from cogs.common.renamed import PLACES, RENAMED
from tests.cogs.ground import Ground, says
from tests.tree import Tree

OLD: dict[str, list[str]] = json.loads(Path(__file__).with_name("commands_f7fbd7b4.json").read_text("utf-8"))
TEXT, SUBCOMMAND, GROUP = 3, 1, 2
MOST_FOR_MEMBERS = 72
FOR_ADMINS = ("setup", "admin")


def options_of(tree: Tree) -> dict[str, set[str]]:
    """Return the options of each command."""
    return {
        command.qualified_name: {one.display_name for one in command.parameters}
        for command in tree.commands()
    }


async def test_every_old_command_still_exists_or_leads_to_one_that_does(tree: Tree) -> None:
    assert len(OLD) == 119
    names = tree.names()
    lost = {old for old in OLD if old not in names and RENAMED.get(old) not in names}
    assert lost == set()


async def test_every_option_that_is_gone_leads_to_where_it_went(tree: Tree) -> None:
    now = options_of(tree)
    gone = {f"{name} {one}" for name in OLD if name in now for one in OLD[name] if one not in now[name]}
    assert gone - PLACES.keys() == set()


async def test_every_place_has_words_and_is_of_something_that_was_there(tree: Tree) -> None:
    there = {*OLD, *(f"{name} {option}" for name in OLD for option in OLD[name])}
    assert PLACES.keys() - there == set()
    assert {key for key in PLACES.values() if key not in tree.bot.texts} == set()


async def test_members_find_few_commands(tree: Tree) -> None:
    members = {name for name in tree.names() if name.partition(" ")[0] not in FOR_ADMINS}
    assert len(members) <= MOST_FOR_MEMBERS, len(members)


def still_shown(ground: Ground, name: str, *options: str) -> None:
    """Have Discord show a command as it was, with these options, as it does until it has loaded the new ones."""
    first, *path = name.split()
    commands = ground.sandbox.world.commands.values()
    found: Command = next(one for one in commands if one.name == first)
    within = found.options
    for at, part in enumerate(path):
        kind = SUBCOMMAND if at == len(path) - 1 else GROUP
        described: dict[str, Any] | None = next((one for one in within if one["name"] == part), None)
        if described is None or described["type"] != kind:
            described = {"type": kind, "name": part, "description": "Old", "options": []}
            within[:] = [*(one for one in within if one["name"] != part), described]
        within = described.setdefault("options", [])
    within += [{"type": TEXT, "name": one, "description": "Old", "required": False} for one in options]


async def test_an_outdated_call_of_each_old_command_is_told_the_new_one(ground: Ground) -> None:
    names = {command.qualified_name for command in ground.running.tree.walk_commands()}
    for old in OLD:
        if old not in names:
            still_shown(ground, old, "words")
            answer = await ground.ruth.slash("#london", old, words="as they were")
            assert f"`/{old}` is now </{RENAMED[old]}:" in says(answer)
            assert f"/{old} words:as they were" in answer.text


async def test_an_outdated_option_is_not_passed_over_in_silence(ground: Ground) -> None:
    names = {command.qualified_name: command for command in ground.running.tree.walk_commands()}
    for old, options in OLD.items():
        now: Any = names.get(old)
        gone = [one for one in options if now and one not in {each.display_name for each in now.parameters}]
        if not gone:
            continue
        still_shown(ground, old, *gone)
        needed = {
            one.display_name: one.choices[0].name if one.choices else "1"
            for one in now.parameters
            if one.required
        }
        answer = await ground.ruth.slash("#london", old, **needed, **dict.fromkeys(gone, "as it was"))
        assert f"can't be typed with </{old}:" in says(answer)
        assert ground.texts(PLACES[f"{old} {gone[0]}"]) in answer.text
