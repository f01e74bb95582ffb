"""`make docs`: writes docs/commands.md from the commands and their words, and checks the links of all pages."""

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from bot.app import Bot
from bot.clock import Clock
from bot.settings import Settings
from bot.texts import Texts
from cogs.common.renamed import PLACES, RENAMED, now_called, place_of
from db.engine import open_store

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/commands.md"
HEAD = """\
# Commands

What Discord offers when somebody types `/`, with the words it shows. Used in a region's channel, a command means that
region. `when` and `duration` take plain words, such as *thursday 6pm* and *an hour and a half*; how they are read is
shown while they are typed. In brackets: what can be left out. Every button has a command, and every command works by
keyboard and screen reader.

"(organisers)" and "(admins)" say who may; without either, everyone may. This page is made by `make docs`.
"""
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+(?:\([^()]*\))?)\)")
FENCE = re.compile(r"^(?:```.*?^```|    .*?$)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
TABLE = "| command | what it does | what is asked |\n|---|---|---|\n"
FIRST = ("meeting", "venue", "campaign", "keydates", "network", "guidance", "welcome")
LAST = ("settings", "privacy", "organise", "setup", "admin", "help")
MENUS = "Apps, in the menu of a message"
BEFORE = """
## What commands were called before

Whoever types an old one, where Discord still shows it, or looks it up with `/help`, is told the new one. In the last
column: the button, menu or field that does what was a command, or an option, of its own.

| before | now | there |
|---|---|---|
"""

Command = app_commands.Command[Any, ..., Any]


def commands_page(bot: Bot) -> str:
    """Return the page of all commands, grouped as Discord groups them."""
    parts = [HEAD]
    # As the content has them: that of the code is the order in which files are loaded.
    keys = [key for key in bot.texts.under("commands") if key.endswith(".summary")]
    order = {
        key.removeprefix("commands.").removesuffix(".summary").replace(".", " "): at
        for at, key in enumerate(keys)
    }
    for group in sorted(bot.tree.get_commands(type=discord.AppCommandType.chat_input), key=_place):
        parts.append(f"\n## /{group.name}\n\n{group.description}.\n\n{TABLE}")
        parts += [_row(each) for each in sorted(_leaves(group), key=lambda one: order[one.qualified_name])]
    parts.append(f"\n## {MENUS}\n\n| name | on |\n|---|---|\n")
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        parts += [f"| {menu.name} | a {kind.name} |\n" for menu in bot.tree.get_commands(type=kind)]
    return "".join([*parts, BEFORE, *_before(bot)])


def _before(bot: Bot) -> Iterator[str]:
    """Yield the rows of removed commands and options."""
    commands = {each.qualified_name for each in bot.tree.walk_commands()}
    for name in sorted({*RENAMED, *PLACES}):
        command, _, option = name.rpartition(" ")
        if (now := now_called(bot.tree, name)) is not None:
            before = f"`/{name}`"
        elif name not in RENAMED and command in commands:
            before, now = f"`/{command}`, option `{option}`", command
        else:
            continue
        yield f"| {before} | `/{now}` | {place_of(name, bot.texts) or ''} |\n"


def _place(group: app_commands.Group | Command) -> tuple[int, str]:
    if group.name in FIRST:
        return FIRST.index(group.name), ""
    return len(FIRST) + (1 + LAST.index(group.name) if group.name in LAST else 0), group.name


def _leaves(command: app_commands.Group | Command) -> Iterator[Command]:
    if isinstance(command, app_commands.Group):
        for each in command.commands:
            yield from _leaves(each)
    else:
        yield command


def _row(command: Command) -> str:
    options = [_option(each) for each in command.parameters]
    return f"| `/{command.qualified_name}` | {_cell(command.description)} | {'<br>'.join(options)} |\n"


def _option(parameter: app_commands.Parameter) -> str:
    name = f"`{parameter.display_name}`" if parameter.required else f"[`{parameter.display_name}`]"
    return f"{name} {_cell(str(parameter.description))}"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


async def generated() -> str:
    """Return the page, from the features loaded on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        async with open_store(url) as store, Bot(Settings(), store, Texts.load(), Clock()) as bot:
            await bot.setup_hook()
            return commands_page(bot)


def pages(root: Path = ROOT) -> list[Path]:
    """Return every page of the project's documentation."""
    return sorted([*root.glob("*.md"), *root.glob("docs/*.md")])


def broken(root: Path = ROOT, files: Iterable[Path] | None = None) -> list[str]:
    """Return each link that leads nowhere: to no file, or to no heading of a page."""
    found: list[str] = []
    for page in files or pages(root):
        words = FENCE.sub("", page.read_text("utf-8"))
        for target in LINK.findall(words):
            if target.startswith(("https://", "mailto:")):
                continue
            name, _, anchor = target.partition("#")
            path = (page.parent / name).resolve() if name else page
            if not path.exists():
                found.append(f"{page.relative_to(root)}: {target}: there is no such file")
            elif anchor and path.suffix == ".md" and anchor not in anchors(path):
                found.append(f"{page.relative_to(root)}: {target}: there is no such heading")
    return found


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as repositories make them."""
    words = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(words)
    }


def main() -> None:
    """Write the page and exit with 1 if a link is broken."""
    words = asyncio.run(generated())
    if not PAGE.exists() or PAGE.read_text("utf-8") != words:
        PAGE.write_text(words, "utf-8")
        print(f"{PAGE.relative_to(ROOT)} is new")
    else:
        print(f"{PAGE.relative_to(ROOT)} was up to date")
    wrong = broken()
    for each in wrong:
        print(each)
    print(f"{len(pages())} pages, {len(wrong)} broken links")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
