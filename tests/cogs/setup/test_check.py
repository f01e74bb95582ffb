"""`iso-bot check` as an operator meets it: each line says what is wrong and how to mend it."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from bot.settings import Monitoring
from tests.cogs.ground import Ground
from tests.uses import ROOT

VIEW_CHANNEL = 1 << 10


async def check(ground: Ground, folder: Path, command: str = "check", **more: str) -> tuple[int, list[str]]:
    """Run a command line in a folder of its own; returns the exit code and the lines."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "ISO_BOT_DISCORD__TOKEN": ground.sandbox.token,
        "ISO_BOT_DISCORD__API_BASE": ground.sandbox.api_base,
        "ISO_BOT_DATABASE__URL": ground.settings.database.url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", command),
        cwd=folder,
        env=environment | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    words, _ = await process.communicate()
    return process.returncode or 0, words.decode().splitlines()


def wrong(lines: list[str]) -> list[str]:
    return [line.removeprefix("WRONG ") for line in lines if line.startswith("WRONG ")]


async def test_a_deployment_that_is_well_passes_while_its_bot_runs(ground: Ground, tmp_path: Path) -> None:
    ground.settings = replace(ground.settings, monitoring=Monitoring(address=":0"))
    await ground.restart()
    address = f"127.0.0.1:{ground.running.monitoring.port}"
    code, lines = await check(
        ground, tmp_path, ISO_BOT_MONITORING__ADDRESS=address, ISO_BOT_BACKUP__HOURS="24"
    )
    assert (code, wrong(lines)) == (0, [])
    assert "ok    Running: it is, and says that it is well." in lines
    assert "ok    Copies: every 24 hours into backups; none is there yet." in lines
    guild = ground.sandbox.guild().name
    assert f"ok    {guild}: the bot may write in every channel that it needs." in lines
    assert lines[-1] == "The bot can run."
    said = await check(ground, tmp_path, "health", ISO_BOT_MONITORING__ADDRESS=address)
    assert said == (0, ["The bot says that it is well."])
    code, lines = await check(ground, tmp_path, "health", ISO_BOT_MONITORING__ADDRESS="127.0.0.1:9")
    assert (code, lines) == (1, ["No bot answers at 127.0.0.1:9 (ConnectionRefusedError)."])
    assert (await check(ground, tmp_path, "health"))[0] == 2


async def test_a_channel_that_is_gone_or_closed_to_the_bot_is_named(ground: Ground, tmp_path: Path) -> None:
    ground.deny(ground.london, VIEW_CHANNEL)
    gone = ground.sandbox.channel("#wales")
    ground.delete(gone)
    code, lines = await check(ground, tmp_path)
    assert code == 1
    first, second = wrong(lines)
    assert "in #london the bot lacks: View Channel" in first
    assert f"channel {gone.id} is gone" in second


async def test_a_bot_that_does_not_run_is_no_fault(ground: Ground, tmp_path: Path) -> None:
    code, lines = await check(ground, tmp_path, ISO_BOT_MONITORING__ADDRESS="127.0.0.1:9")
    assert code == 0
    assert any("so none is running with these settings" in line for line in lines)


async def test_settings_that_can_not_be_are_named(ground: Ground, tmp_path: Path) -> None:
    code, lines = await check(ground, tmp_path, ISO_BOT_DISCORD__TOKEN="")
    assert code == 1
    assert "or token in the table [discord] of config.toml" in wrong(lines)[0]
    code, lines = await check(
        ground, tmp_path, ISO_BOT_DISCORD__SHARD_IDS="2-4", ISO_BOT_DISCORD__SHARD_COUNT="4"
    )
    assert code == 1
    assert "There is no shard 4" in wrong(lines)[0]
    code, lines = await check(
        ground, tmp_path, ISO_BOT_BACKUP__HOURS="24", ISO_BOT_BACKUP__FOLDER="/proc/copies"
    )
    if os.geteuid() != 0:  # root may write everywhere, the system says
        assert "Copies: /proc/copies can't be written" in wrong(lines)[0]


async def test_files_that_other_users_can_read_are_named(ground: Ground, tmp_path: Path) -> None:
    database = Path(ground.settings.database.url.removeprefix("sqlite+aiosqlite:///"))
    kept = database.with_name("iso-bot.v0001.20260101T000000Z.db")
    config, harmless = tmp_path / "config.toml", tmp_path / "harmless.toml"
    await asyncio.to_thread(kept.touch)
    config.write_text('[discord]\ntoken = "x"\n', "utf-8")
    harmless.write_text('[language]\nlocale = "en-GB"\n', "utf-8")
    for path in (database, kept, config, harmless):
        path.chmod(0o644)
    code, lines = await check(ground, tmp_path)
    assert code == 1
    (line,) = wrong(lines)
    for path in (database, kept, Path(config.name)):
        assert str(path) in line
    for path in (database, *database.parent.glob("iso-bot*"), config):
        path.chmod(0o600)
    assert (await check(ground, tmp_path))[0] == 0
    assert (await check(ground, tmp_path, ISO_BOT_CONFIG=str(harmless)))[0] == 0
