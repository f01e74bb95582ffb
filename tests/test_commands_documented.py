"""Every command is in the README's table and has its words; the table names none that is not there."""

import re

import discord

from tests.tree import Tree
from tests.uses import ROOT

ROW = re.compile(r"^\| `/([a-z]+(?: [a-z]+){0,2})", re.MULTILINE)
README = (ROOT / "README.md").read_text("utf-8")


async def test_every_command_is_in_the_readmes_table(tree: Tree) -> None:
    assert tree.names() - set(ROW.findall(README)) == set()


async def test_the_readmes_table_names_only_commands_that_there_are(tree: Tree) -> None:
    assert set(ROW.findall(README)) - tree.names() == set()


async def test_every_command_and_option_has_words_of_its_own(tree: Tree) -> None:
    for command in tree.commands():
        assert 10 <= len(command.description) <= 100, command.qualified_name
        for parameter in command.parameters:
            words = str(parameter.description)
            assert 3 <= len(words) <= 100, f"{command.qualified_name} {parameter.display_name}"


async def test_every_group_of_commands_has_its_page_of_help(tree: Tree) -> None:
    texts = tree.bot.texts
    for command in tree.bot.tree.get_commands(type=discord.AppCommandType.chat_input):
        if command.name != "help":
            for leaf in ("choice", "title", "body"):
                assert f"commands.{command.name}.help.{leaf}" in texts
