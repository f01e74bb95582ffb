"""Imports point one way: domain <- db <- delivery <- cogs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.uses import ROOT

# What each layer may import of the project; the first prefix that fits a file is its layer.
DOMAIN = ("bot.domain",)
TEXTS = ("bot.texts", "bot.errors", *DOMAIN)
DB = ("db", *DOMAIN, "bot.clock", "bot.errors", "bot.settings")
GROUND = ("bot.core", "bot.clock", "bot.discord_client", "bot.settings", *TEXTS, *DB)
ASKING = ("bot.known", "bot.standings", *GROUND)
SENDING = ("bot.delivery", "bot.facts", "bot.patience", *ASKING)
SHARED = ("bot.app", "bot.inbox", "bot.service", *SENDING)
RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("bot/domain/", DOMAIN),
    ("bot/discord_client/", ("bot.discord_client",)),
    ("bot/content/", ()),
    ("bot/texts/", TEXTS),
    ("bot/errors.py", ()),
    ("bot/clock.py", ()),
    ("bot/settings.py", ("bot.texts.encoding", "bot.errors")),
    ("bot/inbox.py", ("bot.errors", "bot.patience", "db")),
    ("bot/core.py", GROUND),
    ("bot/commands.py", GROUND),
    ("bot/known.py", GROUND),
    ("bot/standings.py", ASKING),
    ("bot/facts.py", ASKING),
    ("bot/delivery/", SENDING),
    ("bot/service/", ("bot.service", *SENDING)),
    ("bot/app.py", ("bot.commands", *SHARED)),
    ("db/", DB),
    ("cogs/", ("cogs", *SHARED)),
)
FILES = [
    path
    for folder in ("bot", "cogs", "db")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "sandbox" not in path.parts and "versions" not in path.parts
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path, *, types: bool = True) -> Iterator[tuple[str, int]]:
    """Yield the modules that a file imports with their lines; those under TYPE_CHECKING only when `types`."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden: set[ast.AST] = set()
    if not types:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                hidden.update(inner for part in node.body for inner in ast.walk(part))
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            yield modules[0] if node.module not in {"bot", "db", "cogs"} else modules[1], node.lineno
            if node.module in {"bot", "db", "cogs"}:
                yield from ((module, node.lineno) for module in modules[2:])


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_layer_imports_only_what_lies_below_it(path: Path) -> None:
    allowed = next((modules for prefix, modules in RULES if name_of(path).startswith(prefix)), None)
    if allowed is None:
        return
    for module, line in imports(path, types=False):
        if within(module, ("bot", "cogs", "db")):
            assert within(module, allowed), f"{name_of(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", [path for path in FILES if "domain" in path.parts], ids=name_of)
def test_rules_know_neither_discord_nor_the_database(path: Path) -> None:
    for module, line in imports(path):
        assert not within(module, ("discord", "sqlalchemy", "aiohttp", "db")), f"line {line}: {module}"


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.relative_to(ROOT).parts[0] == "db"], ids=name_of
)
def test_the_store_does_not_know_discord(path: Path) -> None:
    for module, line in imports(path):
        assert not within(module, ("discord", "cogs")), f"line {line}: {module}"


def test_only_the_demo_knows_the_sandbox() -> None:
    users = {
        name_of(path) for path in FILES for module, _ in imports(path) if within(module, ("bot.sandbox",))
    }
    assert users == {"bot/cli/demo.py"}


def test_the_sandbox_does_not_know_the_bot() -> None:
    for path in sorted((ROOT / "bot" / "sandbox").rglob("*.py")):
        for module, line in imports(path):
            if within(module, ("bot", "cogs", "db")):
                assert within(module, ("bot.sandbox", "bot.clock")), f"{name_of(path)}:{line} {module}"


def test_no_file_is_longer_than_400_lines() -> None:
    long = {name_of(path) for path in FILES if len(path.read_text("utf-8").splitlines()) > 400}
    assert long == set()
