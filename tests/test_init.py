"""`iso-bot init` writes settings that only their owner can read, asks for the token unseen, says what comes next."""

import base64
import os
import pty
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.cli.init import QUESTION, UNLIKE, application
from bot.cli.invitation import invitation
from bot.cli.version import version
from tests.uses import ROOT

APPLICATION = 1_234_567_890_123_456_789
TOKEN = base64.urlsafe_b64encode(str(APPLICATION).encode()).decode().rstrip("=") + ".Gabcde." + "x" * 38


def command(*words: str) -> tuple[list[str], dict[str, str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
    return [sys.executable, "-m", "bot", *words], environment | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def run(folder: Path, *words: str, given: str = "", **more: str) -> tuple[int, str]:
    arguments, environment = command(*words)
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=environment | more,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_file_is_its_owners_alone_and_what_comes_next_is_said(tmp_path: Path) -> None:
    code, said = run(tmp_path, "init", given=TOKEN + "\n")
    path = tmp_path / "config.toml"
    assert (code, stat.S_IMODE(path.stat().st_mode)) == (0, 0o600)
    settings = tomllib.loads(path.read_text("utf-8"))
    assert settings["discord"]["token"] == TOKEN
    assert settings["backup"]["hours"] == 24
    assert invitation(APPLICATION) in said
    assert TOKEN not in said
    assert [step for step in ("iso-bot check", "iso-bot run", "/setup start") if step not in said] == []


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[log]\n", "utf-8")
    code, said = run(tmp_path, "init", given=TOKEN)
    assert (code, path.read_text("utf-8")) == (2, "[log]\n")
    assert "left as it is" in said


@pytest.mark.parametrize("given", ["", "abc", "a" * 32, f"{TOKEN} {TOKEN}", TOKEN.replace(".", "", 1)])
def test_what_is_no_token_is_said_and_nothing_is_written(tmp_path: Path, given: str) -> None:
    code, said = run(tmp_path, "init", given=given)
    assert code == 2
    assert UNLIKE in said
    assert list(tmp_path.iterdir()) == []


def test_the_token_may_come_by_the_environment_and_the_database_be_named(tmp_path: Path) -> None:
    address = "postgresql+asyncpg://iso_bot:secret@127.0.0.1/iso_bot"
    words = ("init", "--config", "there.toml", "--database", address)
    assert run(tmp_path, *words, ISO_BOT_DISCORD__TOKEN=TOKEN)[0] == 0
    assert tomllib.loads((tmp_path / "there.toml").read_text("utf-8"))["database"]["url"] == address
    code, said = run(tmp_path, "init", "--database", "nowhere", given=TOKEN)
    assert code == 2
    assert "sqlite+aiosqlite:///" in said
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
def test_at_a_terminal_it_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    arguments, environment = command("init")
    with subprocess.Popen(
        arguments,
        cwd=tmp_path,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = b""
        while QUESTION.encode() not in shown:
            shown += os.read(ours, 1_000)
        os.write(ours, b"abc\n")
        while shown.count(QUESTION.encode()) < 2:
            shown += os.read(ours, 1_000)
        os.write(ours, TOKEN.encode() + b"\n")
        while True:
            try:
                more = os.read(ours, 1_000)
            except OSError:  # the other end is closed
                break
            shown += more
        assert process.wait(30) == 0
    os.close(ours)
    assert TOKEN.encode() not in shown
    assert UNLIKE.split(".")[0].encode() in shown
    assert (tmp_path / "config.toml").is_file()


def test_the_application_is_read_off_the_token() -> None:
    assert application(TOKEN) == APPLICATION
    assert application("MTIz.MTIz.MTIz") is None


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    code, said = run(tmp_path, "--version")
    assert code == 0
    assert said.startswith(f"iso-bot {version()} (tables 0")
    assert version() == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\n## {version()} (" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_a_token_that_is_none_is_noticed_without_a_network(tmp_path: Path) -> None:
    code, said = run(tmp_path, "check", ISO_BOT_DISCORD__TOKEN="abc", HTTPS_PROXY="http://127.0.0.1:9")
    assert code == 1
    assert f"WRONG Token: {UNLIKE}" in said
