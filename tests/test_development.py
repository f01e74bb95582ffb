"""The page for developers is true: what it says of adding a command is done in a copy of the tree, and runs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.uses import ROOT

PAGE = (ROOT / "docs" / "development.md").read_text("utf-8")
COMMAND, NOTICE = (
    PAGE.partition(f"## Add a {name}\n")[2].partition("\n## ")[0] for name in ("command", "notice")
)
BLOCK = re.compile(
    r"(?:New file\s+`(?P<new>[^`]+)`|In\s+`(?P<old>[^`]+)`, below (?:the row of )?`(?P<below>[^`]+)`):\n\n"
    r"```\w+\n(?P<words>.*?)```",
    re.DOTALL,
)
FOLDERS = ("bot", "cogs", "db", "docs", "tests", "tools")
COPIED = (*FOLDERS, *(path.name for path in ROOT.glob("*.md")), "pyproject.toml", "config.example.toml")


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


def _run(folder: Path, *tests: str) -> None:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-3_000:] + run.stderr[-1_000:]


def test_a_command_and_a_notice_are_added_as_the_page_says(tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    _copied(folder)
    _carried_out(folder, COMMAND)
    docs = (
        "import asyncio; from tools import docs; docs.PAGE.write_text(asyncio.run(docs.generated()), 'utf-8')"
    )
    subprocess.run((sys.executable, "-c", docs), cwd=folder, check=True, timeout=120)
    touched = {name for name in _carried_out(folder, NOTICE) if not name.startswith("tests/")}
    assert len(touched) == 3
    table = "tests/cogs/meetings/test_mentions_table.py"
    _run(folder, table, "-k", "in_the_table", "--update-golden")
    declared = "tests/cogs/common/test_lock_screen.py"
    _run(folder, "tests/cogs/tally", "tests/test_commands_documented.py")
    _run(
        folder,
        table,
        declared,
        "tests/test_reasons.py",
        "tests/test_content.py",
        "-k",
        "tree or table or every",
    )


def test_every_file_that_the_page_names_is_there() -> None:
    outside = PAGE.replace(COMMAND, "").replace(NOTICE, "")
    named = set(re.findall(r"`((?:bot|cogs|db|tests|docs)/[\w/.-]+)`", outside))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
