"""What the contracts in pyproject.toml do not say: no circle, no package that is really two, few late imports."""

import ast
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.uses import ROOT

SANDBOX = "bot.sandbox"
FILES = [
    path
    for folder in ("bot", "cogs", "db")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "sandbox" not in path.parts and "versions" not in path.parts
]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("bot", "cogs", "db")


def test_there_is_no_circle_of_imports_not_even_for_types(graph: grimp.ImportGraph) -> None:
    modules = [name for name in graph.modules if not name.startswith(SANDBOX)]
    imports = {
        name: [
            other for other in graph.find_modules_directly_imported_by(name) if not other.startswith(SANDBOX)
        ]
        for name in modules
    }
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def test_only_the_demo_knows_the_local_discord_which_knows_the_clock_alone(graph: grimp.ImportGraph) -> None:
    inside = {name for name in graph.modules if name.startswith(SANDBOX)}
    users = {user for name in inside for user in graph.find_modules_that_directly_import(name)} - inside
    used = {name for one in inside for name in graph.find_modules_directly_imported_by(one)} - inside
    assert users == {"bot.cli.demo"}
    assert used == {"bot.clock"}


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path) for path in FILES if len(path.read_text("utf-8").splitlines()) > 400}
    assert long == set()


def test_few_imports_stand_inside_functions_and_each_says_why() -> None:
    found: set[str] = set()
    unexplained: set[str] = set()
    for path in FILES:
        lines = path.read_text("utf-8").splitlines()
        for function in ast.walk(ast.parse("\n".join(lines))):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for one in ast.walk(function):
                if isinstance(one, ast.Import | ast.ImportFrom):
                    place = f"{path.relative_to(ROOT)}:{one.lineno}"
                    found.add(place)
                    if "# " not in " ".join(lines[one.lineno - 2 : one.end_lineno]):
                        unexplained.add(place)
    assert len(found) <= 15, found
    assert unexplained == set()
