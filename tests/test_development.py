"""The page for developers is true: what it says of adding a command is done in a copy of the tree, and runs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.uses import ROOT

PAGE = (ROOT / "docs" / "development.md").read_text("utf-8")
STEPS = PAGE.partition("## Add a command")[2].partition("\n## ")[0]
BLOCK = re.compile(
    r"(?:New file\s+`(?P<new>[^`]+)`|In `(?P<old>[^`]+)`, below (?:the row of )?`(?P<below>[^`]+)`):\n\n"
    r"```\w+\n(?P<words>.*?)```",
    re.DOTALL,
)
FOLDERS = ("bot", "cogs", "db", "docs", "tests", "tools")
COPIED = (*FOLDERS, *(path.name for path in ROOT.glob("*.md")), "pyproject.toml", "config.example.toml")


def _carried_out(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", "golden")
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copyfile(source, folder / name)
    for step in BLOCK.finditer(STEPS):
        if step["new"]:
            path = folder / step["new"]
            assert not path.exists(), path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["words"], "utf-8")
            continue
        path = folder / step["old"]
        lines = path.read_text("utf-8").splitlines(keepends=True)
        below = [number for number, line in enumerate(lines) if step["below"] in line]
        assert below, step["below"]
        lines.insert(below[-1] + 1, step["words"])
        path.write_text("".join(lines), "utf-8")


def test_a_command_is_added_as_the_page_says(tmp_path: Path) -> None:
    assert len(BLOCK.findall(STEPS)) == STEPS.count("```") // 2
    folder = tmp_path / "tree"
    folder.mkdir()
    _carried_out(folder)
    tests = ("tests/cogs/tally", "tests/test_commands_documented.py")
    docs = (
        "import asyncio; from tools import docs; docs.PAGE.write_text(asyncio.run(docs.generated()), 'utf-8')"
    )
    subprocess.run((sys.executable, "-c", docs), cwd=folder, check=True, timeout=120)
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-3_000:] + run.stderr[-1_000:]


def test_every_file_that_the_page_names_is_there() -> None:
    outside = PAGE.replace(STEPS, "")
    named = set(re.findall(r"`((?:bot|cogs|db|tests|docs)/[\w/.-]+)`", outside))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
