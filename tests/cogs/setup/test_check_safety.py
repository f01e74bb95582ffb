"""`iso-bot check` warns of what nobody notices while all is well: old copies, open folders, addresses, growth."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import safety
from bot.cli.live import readable_by_others
from bot.clock import MovableClock
from bot.settings import Backup, Calendar, Database, Log, Monitoring, Settings
from tests.cogs.ground import Ground
from tests.cogs.setup.test_check import check, wrong

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
CLOCK = MovableClock(NOW, frozen=True)


def copied(folder: Path, made: datetime) -> Settings:
    (folder / f"iso-bot.scheduled.{made:%Y%m%dT%H%M%SZ}.db").touch()
    return Settings(backup=Backup(hours=24, folder=str(folder)))


def test_a_copy_that_is_older_than_two_turns_is_wrong(tmp_path: Path) -> None:
    line = safety.copies(copied(tmp_path, NOW - timedelta(hours=49)), CLOCK)
    assert not line.good
    assert "the newest in" in line.words
    assert "01 May 2026 11:00" in line.words
    assert safety.copies(copied(tmp_path, NOW - timedelta(hours=47)), CLOCK).good


def test_that_no_copies_are_made_is_noted() -> None:
    line = safety.copies(Settings(), CLOCK)
    assert (line.good, line.advice) == (True, True)
    assert "hours = 24" in line.words


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (Settings(monitoring=Monitoring(address="0.0.0.0:8481")), "[monitoring] address"),
        (Settings(calendar=Calendar(address="https://calendar.example", host="::")), "[calendar] host"),
        (Settings(database=Database(url="postgresql+asyncpg://a:b@db.example/c")), "ssl=require"),
        (Settings(log=Log(level="debug")), "debug"),
    ],
)
def test_what_lets_others_listen_is_noted(
    settings: Settings, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = safety.surroundings(settings)
    assert (line.good, line.advice) == (True, True)
    assert word in line.words


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:///iso-bot.db",
        "postgresql+asyncpg://a:b@127.0.0.1/c",
        "postgresql+asyncpg://a:b@db.example/c?ssl=require",
        "postgresql+asyncpg://db.example/c",
    ],
)
def test_what_is_as_it_should_be_is_not_noted(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(safety.surroundings(Settings(database=Database(url=url)))) == []


def test_a_folder_that_everybody_may_write_in_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(database=Database(url=f"sqlite+aiosqlite:///{tmp_path}/there/iso-bot.db"))
    folder = tmp_path / "there"
    folder.mkdir()
    folder.chmod(0o777)
    (line,) = safety.surroundings(settings)
    assert not line.good
    assert str(folder) in line.words
    folder.chmod(0o777 | stat.S_ISVTX)
    assert list(safety.surroundings(settings)) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ISO_BOT_DISCORD__TOKEN=abc\n", True),
        ("# mine\nexport POSTGRES_PASSWORD = abc", True),
        ("ISO_BOT_DATABASE__URL=postgresql+asyncpg://a:b@c/d", True),
        ("ISO_BOT_DISCORD__TOKEN=\n", False),
        ("ISO_BOT_LOG__LEVEL=debug\n", False),
    ],
)
def test_a_file_of_variables_with_secrets_that_others_can_read_is_named(
    words: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text(words, "utf-8")
    file.chmod(0o644)
    line = readable_by_others(Settings())
    assert line is not None
    assert line.good is not told
    assert (".env" in line.words) is told
    file.chmod(0o640)
    line = readable_by_others(Settings())
    assert line is not None
    assert line.good


@pytest.mark.parametrize(
    ("flags", "people", "advice", "word"),
    [
        (safety.UNREVIEWED, 200, False, "up to 200 people"),
        (safety.UNREVIEWED, 8_000, True, "90 days"),
        (safety.UNREVIEWED, 25_000, True, "up to 25,000 people"),
        (safety.REVIEWED, 25_000, False, "once a year"),
    ],
)
def test_discords_review_of_the_intent_is_said_before_it_comes(
    flags: int, people: int, advice: bool, word: str
) -> None:
    line = safety.review(flags, people)
    assert line is not None
    assert line.advice is advice
    assert word in line.words
    assert safety.review(0, people) is None


async def test_people_are_counted_over_all_servers(ground: Ground, tmp_path: Path) -> None:
    code, lines = await check(ground, tmp_path)
    assert (code, wrong(lines)) == (0, [])
    people = len(ground.sandbox.guild().members)
    assert any(f"Intent review: up to {people} people" in line for line in lines), lines
    # The local Discord is not Discord, and no copies are made.
    noted = [line.split(":")[0].removeprefix("note  ") for line in lines if line.startswith("note  ")]
    assert set(noted) - {"User"} == {"Address", "Copies"}
