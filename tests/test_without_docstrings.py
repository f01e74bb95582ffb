"""A bot that runs holds no docstrings, and all else is as it would be with them."""

import ast
import dis
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import discord
import pytest
import sqlalchemy

from bot.cli.docstrings import LEFT_OUT, SHORT, without
from tests.uses import ROOT

LONG = "What stands here is longer than the longest that may stay."
SOURCE = f'''
def told():
    """{LONG}"""
    return "other: {LONG}", told.__doc__

def untold():
    return "{LONG}"

def briefly():
    """Short."""

async def later():
    """{LONG}"""

class Told:
    """{LONG}"""
    words = "other: {LONG}"

    def method(self):
        """{LONG}"""

    class Inner:
        """{LONG}"""

class Untold:
    words = "{LONG}"

alone = lambda: "{LONG}"
several = ["{LONG}" for _ in range(1)]
lazily = next("{LONG}" for _ in range(1))
'''


def test_docstrings_alone_are_left_out() -> None:
    made: dict[str, Any] = {}
    exec(without(compile(SOURCE, "source", "exec")), made)  # noqa: S102 - the source above
    told, cls = made["told"], made["Told"]
    assert {each.__doc__ for each in (told, made["later"], cls, cls.method, cls.Inner)} == {LEFT_OUT}
    assert told() == (f"other: {LONG}", LEFT_OUT)
    assert (made["briefly"].__doc__, made["untold"].__doc__, made["Untold"].__doc__) == ("Short.", None, None)
    assert cls.words == f"other: {LONG}"
    assert {made["untold"](), made["Untold"].words, made["alone"](), made["lazily"], *made["several"]} == {
        LONG
    }


def docstrings(tree: ast.Module) -> int:
    """Return how many functions and classes have a docstring that is not short; one class says `__doc__ =`."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    found = [ast.get_docstring(node, clean=False) or "" for node in nodes]
    said = [ast.unparse(node.body[0]) for node in nodes]
    return sum(len(words) > SHORT for words in found) + sum(each.startswith("__doc__ = ") for each in said)


def loads(code: CodeType, words: object) -> int:
    """Return how often code works on a constant; a class does once, to say what its docstring is."""
    own = sum(
        each.opname.startswith("LOAD_CONST") and each.argval == words for each in dis.get_instructions(code)
    )
    return own - ("__doc__" in code.co_names)


def pairs(old: CodeType, new: CodeType) -> Iterator[tuple[object, object]]:
    """Yield every constant before and after, and what is done with them."""
    yield (old.co_code, old.co_names, old.co_linetable), (new.co_code, new.co_names, new.co_linetable)
    if LEFT_OUT in new.co_consts:
        assert loads(new, LEFT_OUT) <= 0
    for before, after in zip(old.co_consts, new.co_consts, strict=True):
        if isinstance(before, CodeType) and isinstance(after, CodeType):
            yield from pairs(before, after)
        else:
            yield before, after


@pytest.mark.parametrize("library", [discord, sqlalchemy], ids=lambda library: library.__name__)
def test_of_a_library_nothing_else_is_changed(library: Any) -> None:
    files = sorted(Path(library.__file__).parent.rglob("*.py"))
    gone = there = 0
    for file in files:
        tree = ast.parse(file.read_bytes())
        code = compile(tree, str(file), "exec")
        changed = [(before, after) for before, after in pairs(code, without(code)) if before != after]
        assert len(changed) <= docstrings(tree), file
        assert {after for _, after in changed} <= {LEFT_OUT}, file
        gone, there = gone + len(changed), there + docstrings(tree)
    assert gone >= 0.99 * there > 1_000


def test_a_bot_that_runs_holds_none() -> None:
    code = (
        "import sys; from bot.cli import docstrings; docstrings.leave_out();"
        "from discord import Client; from sqlalchemy.orm import Session;"
        "print({each.__doc__ for each in (Session, Session.get, Client, Client.login)} == {docstrings.LEFT_OUT})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "True"


COMMANDS = """
import asyncio, json, sys
from bot.cli import docstrings
if sys.argv[1] == "without":
    docstrings.leave_out()
from bot import commands
from tests.tree import loaded

async def main():
    async with loaded(sys.argv[2]) as tree:
        print(tree.bot.on_error.__doc__ == docstrings.LEFT_OUT)
        print(json.dumps(commands.payload(tree.bot.tree), default=str))

asyncio.run(main())
"""


def test_commands_are_registered_with_the_same_words(tmp_path: Path) -> None:
    shown: list[str] = []
    for which, left_out in (("with", "False"), ("without", "True")):
        database = f"sqlite+aiosqlite:///{tmp_path / which}.db"
        ran = subprocess.run(
            [sys.executable, "-c", COMMANDS, which, database],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        first, _, payload = ran.stdout.partition("\n")
        assert first == left_out
        shown.append(payload)
    assert len(shown[0]) > 10_000
    assert shown[0] == shown[1]
