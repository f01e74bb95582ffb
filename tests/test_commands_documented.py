"""Every command is in docs/commands.md with its words of today, and no link of a page leads nowhere."""

import re
from pathlib import Path

import discord

from tests.tree import Tree
from tools import docs

ROW = re.compile(r"^\| `/([a-z]+(?: [a-z]+){0,2})", re.MULTILINE)


async def test_the_page_of_commands_is_what_make_docs_writes(tree: Tree) -> None:
    page = docs.PAGE.read_text("utf-8")
    assert set(ROW.findall(page.partition(docs.BEFORE)[0])) == tree.names()
    assert page == docs.commands_page(tree.bot), "the words of a command have changed: `make docs`"


def test_no_link_leads_nowhere() -> None:
    assert docs.broken() == []
    assert len(docs.pages()) > 10


def test_a_link_to_no_file_and_to_no_heading_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "there.md").write_text("# What's *there*, and more\n\n```\n# not this\n```\n", "utf-8")
    page = tmp_path / "docs/page.md"
    page.write_text(
        "[a](../there.md) [b](../there.md#whats-there-and-more) ![c](https://example.org)\n\n"
        "[d](gone.md) [e](../there.md#not-this) [f](#nothing)\n\n```\n[g](nowhere.md)\n```\n",
        "utf-8",
    )
    assert [line.split(": ")[1] for line in docs.broken(tmp_path)] == [
        "gone.md",
        "../there.md#not-this",
        "#nothing",
    ]


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
