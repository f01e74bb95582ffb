"""Whoever runs the bot as root is told once, in plain words, what to do; it runs all the same."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import check, root
from bot.cli.run import NOT_GIVEN, warn_of_root
from tests.uses import ROOT

ORDINARY = 1000


def iso_bot(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "ISO_BOT_DATABASE__URL": f"sqlite+aiosqlite:///{folder}/iso-bot.db",
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def test_run_says_it_once_and_goes_on(tmp_path: Path) -> None:
    done = iso_bot(tmp_path, "run")
    assert done.stdout.count(root.AS_ROOT) == (os.geteuid() == 0)
    # It went on to what stops any bot, and to nothing else.
    assert NOT_GIVEN in done.stdout
    assert done.returncode == 2


def test_check_notes_it_and_does_not_count_it_as_a_fault(tmp_path: Path) -> None:
    done = iso_bot(tmp_path, "check")
    lines = done.stdout.splitlines()
    noted = [line for line in lines if line.startswith("note  User: ")]
    assert noted == [f"note  User: {root.CHECKED_AS_ROOT}"] * (os.geteuid() == 0)
    assert lines[-1] == "1 to fix before the bot can run as it should."  # the token


@pytest.mark.parametrize(
    ("user", "times"), [(0, 1), (ORDINARY, 0), (None, 0)], ids=["root", "ordinary", "none"]
)
def test_the_log_warns_of_root_alone(user: int | None, times: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        warn_of_root(user)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", root.AS_ROOT)
    ] * times


@pytest.mark.parametrize("user", [ORDINARY, None])
def test_a_check_by_anybody_else_has_no_note(user: int | None) -> None:
    assert check.user(user) is None


def test_both_say_what_to_do() -> None:
    for words in (root.AS_ROOT, root.CHECKED_AS_ROOT):
        for page in ("docs/operation.md", "deploy/iso-bot.service"):
            assert page in words
            assert (ROOT / page).is_file()
    assert "useradd --system" in (ROOT / "docs/operation.md").read_text("utf-8")
    assert "\nUser=iso-bot\n" in (ROOT / "deploy/iso-bot.service").read_text("utf-8")
