"""What nobody promises to keep of the libraries is in one list, is used nowhere else, and is still as it was."""

import ast
import importlib
import inspect
import sys
import textwrap
from types import ModuleType

import pytest
from discord import Client, Guild
from discord.http import HTTPClient
from discord.state import ConnectionState
from typing_extensions import override

from tests.library_names import NAMES, WORDS
from tests.private_uses import all_used, inherited, shape, used

# What is used without its class being known is listed under this one.
ALIASES = {
    "__dict__": "sqlalchemy.orm.base.instance_dict",
    "_sa_instance_state": "sqlalchemy.orm.base.DEFAULT_STATE_ATTR",
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name_is_there_and_has_the_shape_that_is_relied_on(name: str) -> None:
    assert shape(name) == NAMES[name]


@pytest.mark.parametrize(
    ("module", "words"), [(module, words) for module in sorted(WORDS) for words in WORDS[module]]
)
def test_a_library_still_writes_the_words_that_are_looked_for(module: str, words: str) -> None:
    assert words in inspect.getsource(importlib.import_module(module))


def listed(name: str) -> bool:
    name = ALIASES.get(name, name)
    return name in NAMES or any(each.rpartition(".")[2] == name for each in NAMES)


def test_no_other_is_used() -> None:
    strangers = {name: places for name, places in all_used().items() if not listed(name)}
    assert strangers == {}


def test_each_private_name_of_the_list_is_used() -> None:
    found = {ALIASES.get(name, name) for name in all_used()}
    idle = {
        name
        for name in NAMES
        if name.rpartition(".")[2].startswith("_")
        and not name.endswith("__")
        and not {name, name.rpartition(".")[2]} & found
    }
    assert idle == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import aiosqlite\ndb._conn.close()", "_conn"),
        ("def f(session): return getattr(session, '_transaction')", "_transaction"),
        ("setattr(thing, '_closed', True)", "_closed"),
        ("from aiosqlite.core import _Worker", "aiosqlite.core._Worker"),
        ("import _sqlite3", "_sqlite3"),
        ("from asyncpg._testbase import x", "asyncpg._testbase.x"),
        ("from discord.backoff import ExponentialBackoff", "discord.backoff.ExponentialBackoff"),
        ("class A:\n def f(self, other): other._hidden = 1", "_hidden"),
        ("class A:\n def f(self): return self.client._hidden", "_hidden"),
        ("async def f(bot): await bot.http.ban(1, 2)", "discord.http.HTTPClient.ban"),
        ("async def f(http): await http.ban(1, 2)", "discord.http.HTTPClient.ban"),
        ("state = vars(record).pop('_sa_instance_state')", "_sa_instance_state"),
        ("record.__dict__['x'] = 1", "__dict__"),
    ],
)
def test_a_name_is_found_by_whatever_way_it_is_reached(source: str, found: str) -> None:
    assert found in [name for _, name in used(ast.parse(source), None)]


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n def __init__(self): self._own = 1\n def f(self, other): return other._own",
        "from discord.ext import commands, tasks",
        "from discord import app_commands, ui",
        "name = getattr(thing, 'public')",
        "class A:\n __slots__ = ('_own',)",
    ],
)
def test_what_is_our_own_or_promised_is_not_found(source: str) -> None:
    assert list(used(ast.parse(source), None)) == []


class Same(HTTPClient):
    """Overrides, reads and happens to name what its base keeps to itself."""

    @override
    async def get_from_cdn(self, url: str) -> bytes:
        self._global_over.set()
        return await super().get_from_cdn(url)


class Chance(ConnectionState[Client]):
    """Takes a name of the base without knowing it."""

    @override
    def _add_guild(self, guild: Guild) -> None:
        self._mine = guild


@pytest.mark.parametrize(
    ("cls", "found"),
    [
        (Same, {"discord.http.HTTPClient.get_from_cdn", "discord.http.HTTPClient._global_over"}),
        (Chance, {"discord.state.ConnectionState._add_guild"}),
    ],
)
def test_what_a_class_takes_from_its_base_is_found(cls: type, found: set[str]) -> None:
    node = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(node, ast.ClassDef)
    assert {name for _, name in inherited(node, cls)} == found


@pytest.fixture
def library() -> ModuleType:
    made = ModuleType("a_library")
    exec("class Client:\n def _go(self, a, *, b=1): self._kept = a", made.__dict__)  # noqa: S102 - a release of it
    return made


def test_a_name_that_changed_or_is_gone_is_noticed(
    library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "a_library", library)
    assert shape("a_library.Client._go") == "(self, a, *, b=...)"
    with pytest.raises(LookupError):
        shape("a_library.Client._gone")
    with pytest.raises(LookupError):
        shape("a_library.Gone._go")
    with pytest.raises(LookupError):
        shape("no_such_library.Gone")
