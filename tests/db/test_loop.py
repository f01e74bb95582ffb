"""No read takes long: on a SQLite file all wait for one another."""

import ast
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from db.engine import open_store
from db.engine.prepare import prepare_sqlite
from db.engine.sqlite_file import writing_engine
from db.privacy import tables
from tests.db.every_verb import Given, verbs
from tests.db.history import NOW, lived
from tests.db.test_costs import THROUGH, UNCALLED
from tests.uses import sources

LENGTH = 20_000
MOST = 0.02
"""Seconds of processor time."""


def first(session: Session, table: Any) -> dict[str, Any]:
    row = (
        session.execute(select(table).order_by(*table.primary_key.columns).limit(1)).mappings().one_or_none()
    )
    return dict(row) if row is not None else {}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Given]:
    """A store with a long past, and arguments for verbs from it."""
    path = tmp_path_factory.mktemp("loop") / "lived.db"
    prepare_sqlite(path, NOW)
    with Session(writing_engine(path)) as session:
        lived(session, LENGTH)
        session.commit()
        return path, Given({table.name: first(session, table) for table in tables()})


async def test_no_read_holds_up_the_others(lived_in: tuple[Path, Given]) -> None:
    path, given = lived_in
    slow: dict[str, float] = {}
    async with open_store(f"sqlite:///{path}") as store:
        for name, verb in verbs():
            if name in THROUGH:
                continue
            spent: list[float] = []

            def timed(session: Session, verb: Any = verb, spent: list[float] = spent) -> None:
                arguments = given.arguments(session, verb, whole=False)
                begun = time.thread_time()
                try:
                    verb(session, **arguments)
                finally:
                    spent.append(time.thread_time() - begun)

            for _ in range(3):  # what only the first use costs is paid once in the life of a process
                try:
                    await store.read(timed)
                except UserError:
                    pass  # it looked and refused
                except Exception as error:
                    if "readonly" not in str(error) and not spent and name not in UNCALLED:
                        raise
            if spent and min(spent) > MOST:
                slow[name] = min(spent)
    assert slow == {}


def test_what_may_look_through_much_is_never_read_among_the_short_ones() -> None:
    """`read` and `read_cached` share a thread, `read_in_thread` has its own; tests/db/test_costs.py says which."""
    through = {tuple(name.split(".")[-2:]) for name in THROUGH}
    verbs_of = {name for _, name in through}
    found: set[str] = set()
    for path in sources("bot", "cogs"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"read", "read_cached"}
                and node.args
                and isinstance(verb := node.args[0], ast.Attribute)
                and isinstance(verb.value, ast.Name)
                and verb.attr in verbs_of
                and any(_same(verb.value.id, verb.attr, name) for name in THROUGH)
            ):
                found.add(f"{path.name}:{node.lineno} {verb.value.id}.{verb.attr}")
    assert found == set()


def _same(package: str, verb: str, name: str) -> bool:
    """Whether `package.verb`, as cogs write it, is the verb with this whole name."""
    return name.endswith(f".{verb}") and package in name.split(".")
