"""Settings and content are read by a process that ends: the bot's own never loads what that takes."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import shards_to_run
from bot.texts import CONTENT
from tests.uses import ROOT

RUN = """
import json, sys
import bot.cli.run as run
from bot.app import features
from bot.cli.pages import PAGES
from bot.texts import Texts

async def held(settings, texts):
    features()
    got = {pages.under: pages.of(texts) for pages in PAGES}
    loaded = sorted({"pydantic", "typer", "yaml"} & set(sys.modules))
    fresh = Texts.load()
    same = got == {pages.under: pages.of(fresh) for pages in PAGES}
    words = [text.words for _, text in texts.items()] == [text.words for _, text in fresh.items()]
    print(json.dumps([loaded, settings.log.level, same, words, len(got["guidance"]) > 50]))

run._run = held
sys.argv[1:] = ["run"]
from bot.__main__ import main
main()
"""
READ = """
import pathlib, sys
from bot.cli.apart import apart
from bot.cli.pages import read
try:
    apart(lambda: read("en-GB", pathlib.Path(sys.argv[1])))
except Exception as error:
    print(type(error).__name__, error)
"""


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with settings of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bot_that_runs_has_its_words_and_loads_nothing_that_reads_them() -> None:
    ran = python("-c", RUN, ISO_BOT_DISCORD__TOKEN="x", ISO_BOT_LOG__LEVEL="error")
    assert json.loads(ran.stdout or ran.stderr) == [[], "error", True, True, True]


def test_a_wrong_setting_is_named_once(tmp_path: Path) -> None:
    ran = python("-m", "bot", "run", ISO_BOT_DISCORD__TOKEN="x", ISO_BOT_LOG__LEVEL="loud")
    assert ran.returncode == 2
    assert ran.stderr.startswith("ISO_BOT_LOG__LEVEL: 'log.level': ")
    assert ran.stderr.count("\n") == 1


def test_what_is_wrong_in_the_content_is_named_with_file_and_line(tmp_path: Path) -> None:
    shutil.copytree(CONTENT, tmp_path, dirs_exist_ok=True)
    page = tmp_path / "en-GB" / "guidance" / "abuse.md"
    lines = page.read_text("utf-8").split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("title:"))
    lines[at] = "title: " + "x" * 81
    page.write_text("\n".join(lines), "utf-8")
    ran = python("-c", READ, str(tmp_path))
    assert ran.stdout.startswith("SetupError The content is invalid:\n")
    assert f"guidance/abuse.md:{at + 1}: give a `title` of at most 80 characters" in ran.stdout


@pytest.mark.parametrize(
    ("words", "shards"),
    [
        (["run"], ("", 0)),
        (["run", "--shard-ids", "0-1", "--shard-count", "4"], ("0-1", 4)),
        (["run", "--shard-count", "4"], ("", 4)),
        (["run", "--shard-count", "four"], None),
        (["run", "--shard-count=4"], None),
        (["run", "--shard-count"], None),
        (["run", "--help"], None),
        (["check"], None),
        ([], None),
    ],
)
def test_what_is_no_plain_call_to_run_is_left_to_the_command_line(
    words: list[str], shards: tuple[str, int] | None
) -> None:
    assert shards_to_run(words) == shards


CREATE = """
import sys
from bot.cli.apart import apart
from bot.cli.run import create_file
from bot.app import features
from db.base import Base

features()
for url in sys.argv[1:]:
    apart(lambda: create_file(url))
print(any("dialect_options" in vars(column) for table in Base.metadata.tables.values() for column in table.columns))
"""


def test_a_new_database_is_created_by_a_process_that_ends(tmp_path: Path) -> None:
    addresses = [
        f"sqlite+aiosqlite:///{tmp_path / name}" for name in ("new.db", "new.db", "no folder/new.db")
    ]
    server = "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"
    ran = python("-c", CREATE, *addresses, server, "no address")
    assert ran.stdout.strip() == "False", ran.stderr
    with closing(sqlite3.connect(tmp_path / "new.db")) as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM meeting").fetchone() == (0,)
    assert [path.name for path in tmp_path.iterdir()] == ["new.db"]
