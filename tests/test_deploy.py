"""What an operator is given: a hardened unit, and pages that say what really exists."""

import asyncio
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.cli.store import copy
from tests.test_settings import keys
from tests.tree import Tree
from tests.uses import ROOT

UNIT = ROOT / "deploy/iso-bot.service"
OPERATION = (ROOT / "docs/operation.md").read_text("utf-8")
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not here (Debian: apt-get install systemd)",
)


@needs_systemd
def test_the_units_exposure_is_what_the_documentation_says() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for iso-bot.service: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert done.returncode == 0, "more exposed than 1.5 of 10"
    said = re.search(r"an exposure of \*\*([\d.]+)\*\* of 10", OPERATION)
    assert said is not None
    assert float(found[1]) <= float(said[1])


@needs_systemd
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    words = UNIT.read_text("utf-8").replace("/opt/iso-bot/.venv/bin/iso-bot run", "/bin/true")
    copy = tmp_path / UNIT.name
    copy.write_text(words, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
    )
    about_us = [line for line in done.stderr.splitlines() if "iso-bot.service" in line]
    assert about_us == []
    assert done.returncode == 0


def test_the_unit_stops_for_longer_than_the_bot_needs_and_does_not_repeat_a_mistake_in_the_settings() -> None:
    words = UNIT.read_text("utf-8")
    assert "RestartPreventExitStatus=2" in words
    stop = re.search(r"TimeoutStopSec=(\d+)", words)
    assert stop is not None
    assert int(stop[1]) >= 10
    assert "KillSignal=SIGTERM" in words


async def test_every_figure_is_explained_and_every_explained_one_is_there(tree: Tree) -> None:
    from bot.service.metrics import Metrics
    from bot.service.stock import Stock

    body, _ = Metrics(tree.bot, tree.bot.sender, tree.bot.backups).written(Stock(), "")
    served = set(re.findall(r"^# TYPE (isobot_\w+) ", body.decode(), re.MULTILINE))
    # These are only there once there is something to say.
    served |= {
        "isobot_backup_age_seconds",
        "isobot_gateway_latency_seconds",
        "isobot_gateway_silent_seconds",
        "isobot_delivery_next_seconds",
    }
    served = {name for name in served if not name.endswith("_created")}
    table = OPERATION[OPERATION.index("| figure |") : OPERATION.index("Worth an alarm")]
    assert set(re.findall(r"isobot_\w+", table)) == served
    alarms = OPERATION[OPERATION.index("Worth an alarm") : OPERATION.index("**The log**")]
    assert {name.removesuffix("_bucket") for name in re.findall(r"isobot_\w+", alarms)} <= served


def test_the_settings_that_the_pages_name_are_there() -> None:
    for page in ("operation.md", "scaling.md"):
        words = (ROOT / "docs" / page).read_text("utf-8")
        for table, key in re.findall(r"`\[(\w+)\] (\w+)", words):
            assert f"{table}.{key}" in keys(), f"{page}: [{table}] {key}"
    tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))


def test_a_container_has_no_rights_and_nothing_to_write_but_its_volume() -> None:
    image = (ROOT / "Containerfile").read_text("utf-8")
    user = re.search(r"^USER (\d+):(\d+)$", image, re.MULTILINE)
    assert user is not None
    assert min(map(int, user.groups())) > 0
    assert image.count("\nFROM ") == 2
    for line in ("VOLUME /data", "STOPSIGNAL SIGTERM", '["iso-bot", "health"]', "--require-hashes"):
        assert line in image
    alone, both = (
        yaml.safe_load((ROOT / name).read_text("utf-8"))
        for name in ("compose.yaml", "compose.postgresql.yaml")
    )
    bot = alone["services"]["bot"]
    assert (bot["read_only"], bot["cap_drop"], bot["volumes"]) == (True, ["ALL"], ["data:/data"])
    assert "no-new-privileges:true" in bot["security_opt"]
    assert int(bot["stop_grace_period"].removesuffix("s")) > 10
    url = both["services"]["bot"]["environment"]["ISO_BOT_DATABASE__URL"]
    assert url.startswith("postgresql+asyncpg://iso_bot:${POSTGRES_PASSWORD")
    for name in re.findall(r"ISO_BOT_(\w+?)__(\w+)", image + str(alone) + str(both)):
        assert ".".join(name).lower() in keys(), name


def test_the_installation_takes_nothing_that_is_not_pinned() -> None:
    pinned = (ROOT / "requirements/run.txt").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for required in (*project["build-system"]["requires"], *project["dependency-groups"]["build"]):
        name = re.split(r"[^\w-]", required)[0]
        assert re.search(rf"^{name}==\S+ \\\n    --hash=", pinned, re.MULTILINE), name
    commands = [line for line in OPERATION.splitlines() if "pip install" in line and ".venv/bin/pip" in line]
    assert len(commands) >= 2
    for line in commands:
        assert "--require-hashes" in line or ("--no-deps" in line and "--no-build-isolation" in line), line


async def test_a_password_need_not_stand_in_the_list_of_processes(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"sqlite+aiosqlite:///{tmp_path / 'copied.db'}"
    monkeypatch.setenv("COPY_TO", target)
    await asyncio.to_thread(copy, sqlite_url, "COPY_TO")
    assert (tmp_path / "copied.db").is_file()
