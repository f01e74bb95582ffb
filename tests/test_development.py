"""The page for developers is true: what it says of adding a command is done in a copy of the tree, and runs."""

import filecmp
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.uses import ROOT

PAGE = (ROOT / "docs" / "development.md").read_text("utf-8")
COMMAND, TABLE, NOTICE = (
    PAGE.partition(f"## Add a {name}\n")[2].partition("\n## ")[0] for name in ("command", "table", "notice")
)
BLOCK = re.compile(
    r"(?:New file\s+`(?P<new>[^`]+)`(?:, which is found by its name)?|"
    r"In\s+`(?P<old>[^`]+)`, below `(?P<below>[^`]+)`):\n\n"
    r"```\w+\n(?P<words>.*?)```",
    re.DOTALL,
)
HELD = (
    "in_the_table or tally or matrix or description or walk or present_members or declared or every_column "
    "or every_other or every_table or page_for or leads_to_the_member or swept_or or models_are or models_make "
    "or every_reason or every_text or every_kind or words_of_commands or no_identifier"
)
"""Of the tests of all commands, buttons, notices and tables, what a new one may fail."""
FOLDERS = ("bot", "cogs", "db", "docs", "tests", "tools")
COPIED = (*FOLDERS, *(path.name for path in ROOT.glob("*.md")), "pyproject.toml", "config.example.toml")
MADE = {
    "bot/content/en-GB/tally.toml",
    "cogs/tally/__init__.py",
    "cogs/tally/cog.py",
    "db/tally/__init__.py",
    "db/tally/models.py",
    "docs/privacy.md",
    "tests/cogs/tally/test_tally.py",
}
"""What the page has written by hand; the migration is the eighth file."""
GENERATED = {"docs/commands.md", "docs/messages.md", "tests/cogs/golden/lock_screens.md"}
"""What `make docs` and `make golden` write."""


def _copied(folder: Path) -> None:
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", "*.json")
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copyfile(source, folder / name)


def _carried_out(folder: Path, steps: str) -> set[str]:
    """Do what a section says, and return the files that it touches."""
    assert len(BLOCK.findall(steps)) == steps.count("```") // 2
    touched: set[str] = set()
    for step in BLOCK.finditer(steps):
        path = folder / (step["new"] or step["old"])
        touched.add(str(path.relative_to(folder)))
        if step["new"]:
            assert not path.exists(), path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["words"], "utf-8")
            continue
        lines = path.read_text("utf-8").splitlines(keepends=True)
        below = [number for number, line in enumerate(lines) if step["below"] in line]
        assert below, step["below"]
        lines.insert(below[-1] + 1, step["words"])
        path.write_text("".join(lines), "utf-8")
    return touched


def _changed(folder: Path) -> set[str]:
    """Return the files of a copy that are new, or not as they were."""
    files = [path for name in FOLDERS for path in (folder / name).rglob("*") if path.is_file()]
    names = {str(path.relative_to(folder)) for path in files if "__pycache__" not in path.parts}
    return {
        name
        for name in names
        if not (ROOT / name).exists() or not filecmp.cmp(ROOT / name, folder / name, shallow=False)
    }


def _run(folder: Path, *command: str) -> None:
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert run.returncode == 0, run.stdout[-3_000:] + run.stderr[-1_000:]


def _tests(folder: Path, *tests: str) -> None:
    _run(folder, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@pytest.mark.long
def test_a_command_with_a_row_a_card_and_a_reminder_is_eight_files_as_the_page_says(tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    _copied(folder)
    written = _carried_out(folder, COMMAND) | _carried_out(folder, TABLE)
    notice = _carried_out(folder, NOTICE)
    assert len({name for name in notice if not name.startswith("tests/")}) == 3
    assert written | notice == MADE
    _run(folder, sys.executable, "-m", "db.migrations.new", "tally subscriptions")
    made = ("cogs/tally", "db/tally", "tests/cogs/tally")
    _run(folder, _tool("ruff"), "check", "-q", "--fix", *made)
    _run(folder, _tool("ruff"), "format", "-q", *made)
    _run(folder, _tool("lint-imports"), "--no-cache")
    docs = (
        "import asyncio; from tools import docs; docs.PAGE.write_text(asyncio.run(docs.generated()), 'utf-8')"
    )
    _run(folder, sys.executable, "-c", docs)
    messages = "tests/cogs/meetings/test_mentions_table.py"
    golden = ("-k", "in_the_table or are_what_the_page", "--update-golden")
    _tests(folder, messages, "tests/cogs/common/test_lock_screens_read.py", *golden)
    migration, *others = sorted(_changed(folder) - MADE - GENERATED)
    assert others == []
    assert re.fullmatch(r"db/migrations/versions/\d{4}_tally_subscriptions\.py", migration)
    assert len(MADE) + 1 <= 8
    # What the page makes works, on both engines, and all that holds for every command, table and notice holds for it.
    _tests(
        folder, "tests/cogs/tally", "tests/test_commands_documented.py", "tests/test_documented_privacy.py"
    )
    every = ("test_rights.py", "test_audiences.py", "test_lock_screen.py")
    _tests(
        folder,
        messages,
        *(f"tests/cogs/common/{name}" for name in every),
        *(f"tests/db/test_{name}.py" for name in ("privacy", "retention", "migrations")),
        *(f"tests/test_{name}.py" for name in ("reasons", "content", "standard_names")),
        *("-k", HELD),
    )


def test_adding_a_command_takes_nine_ideas_which_the_page_explains() -> None:
    (said,) = re.findall(r"Nine\s+ideas are all that it takes:\s+([^.]+)\.", PAGE)
    ideas = said.replace("\n", " ").split(", ")
    assert len(ideas) == len(set(ideas)) == 9
    steps = COMMAND.partition(said)[2] + TABLE + NOTICE
    assert [idea for idea in ideas if idea not in steps.lower()] == []


def test_every_file_that_the_page_names_is_there() -> None:
    outside = PAGE.replace(COMMAND, "").replace(NOTICE, "").replace(TABLE, "")
    named = set(re.findall(r"`((?:bot|cogs|db|tests|docs)/[\w/.-]+)`", outside))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
