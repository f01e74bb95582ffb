"""docs/operation.md followed literally, as root and with a service's user, in a name space of its own mounts."""

import gzip
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.engine.backup import upgrade_copies
from db.engine.sqlite_file import reading_engine
from tests.db.test_releases import RELEASED, rows_of
from tests.test_init import TOKEN
from tests.uses import ROOT

PAGE = (ROOT / "docs/operation.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
(INSTALL,) = [block for block in BLOCKS if "useradd" in block]
(RESTORE,) = [block for block in BLOCKS if "db restore" in block]

WITHIN = """
set -e
mount -t tmpfs none /opt
mount -t tmpfs none /var/lib
cp -a /etc {there}/etc
mount --bind {there}/etc /etc
rm -rf /etc/iso-bot
export PATH={there}/bin:$PATH
"""
# What installs packages is the test of the packages; what starts is the one thing here that no container has.
STUBS = {
    "apt-get": "exit 0",
    "journalctl": "exit 0",
    "python3": "exit 0",
    "git": "mkdir -p /opt/iso-bot/.venv/bin && cp -r {root}/deploy {root}/requirements /opt/iso-bot && "
    "cp {there}/bin/iso-bot /opt/iso-bot/.venv/bin && "
    "printf '#!/bin/sh\\n' > /opt/iso-bot/.venv/bin/pip && chmod +x /opt/iso-bot/.venv/bin/*",
    "iso-bot": 'PYTHONPATH={root} exec {python} -m bot "$@"',
    "systemctl": 'echo systemctl "$@" >> {there}/said\n'
    "case $1 in enable|start) install -d -m 700 -o iso-bot -g iso-bot /var/lib/iso-bot;; esac",
    # The service's user, who can read this machine's Python wherever it lies, and write what is its own alone.
    "as-service": "cd /var/lib/iso-bot && umask 077 && exec setpriv --reuid iso-bot --regid iso-bot --clear-groups "
    "--inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search --bounding-set=-all,+dac_read_search "
    'env ISO_BOT_CONFIG=/etc/iso-bot/config.toml PYTHONDONTWRITEBYTECODE=1 {there}/bin/iso-bot "$@"',
}


def may() -> str:
    """Return why this can't be done here, or nothing."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root can be both root and a service's user"
    if any(shutil.which(each) is None for each in ("unshare", "setpriv", "useradd")):
        return "unshare, setpriv or useradd is not here"
    done = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/opt"], capture_output=True, check=False
    )
    return "" if done.returncode == 0 else "no mounts of one's own are allowed here"


needs_root = pytest.mark.skipif(bool(may()), reason=f"not followed here: {may()}")


def followed(there: Path, script: str) -> str:
    (there / "bin").mkdir(exist_ok=True)
    for name, words in STUBS.items():
        path = there / "bin" / name
        path.write_text(
            "#!/bin/sh\n" + words.format(root=ROOT, there=there, python=sys.executable) + "\n", "utf-8"
        )
        path.chmod(0o755)
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", WITHIN.format(there=there) + script],
        input=TOKEN + "\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
        | {"COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@needs_root
def test_the_installation_and_the_restore_work_as_they_are_written(tmp_path: Path) -> None:
    address = "git clone <the address of this repository> /opt/iso-bot"
    assert address in INSTALL
    install = INSTALL.replace("<the address of this repository>", "address")
    script = f"""
{install}
stat -c 'config %a %U:%G' /etc/iso-bot/config.toml
as-service db upgrade
cd /var/lib/iso-bot && chmod 640 iso-bot.db && mkdir -m 700 backups && chown iso-bot: backups
as-service db backup backups/iso-bot.scheduled.20260501T030000Z.db
as-service db backup backups/iso-bot.scheduled.20260502T030000Z.db
rm backups/iso-bot.scheduled.20260501T030000Z.db-* 2>/dev/null || true
cd /tmp
{RESTORE}
stat -c 'database %a %U:%G' /var/lib/iso-bot/iso-bot.db
as-service db check
as-service db upgrade
stat -c 'still %a %U:%G' /var/lib/iso-bot/iso-bot.db
find /var/lib/iso-bot ! -user iso-bot -printf 'strange %p\\n'
"""
    said = followed(tmp_path, script)
    assert "config 640 root:iso-bot" in said
    assert (
        "backups/iso-bot.scheduled.20260502T030000Z.db. What was there before is in /var/lib/iso-bot/iso-bot.replaced."
        in said
    )
    assert "database 640 iso-bot:iso-bot" in said
    assert "still 640 iso-bot:iso-bot" in said
    assert "strange" not in said
    assert "WRONG" not in said
    calls = (tmp_path / "said").read_text("utf-8").split("\n")
    assert calls[-3:] == ["systemctl stop iso-bot", "systemctl start iso-bot", ""]
    assert TOKEN not in said


def test_a_database_of_the_first_version_is_upgraded_and_the_copy_that_was_kept_is_the_way_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "iso-bot.db"
    with closing(sqlite3.connect(path)) as file:
        file.executescript(gzip.decompress((RELEASED / "0001.sqlite.sql.gz").read_bytes()).decode())
    environment = os.environ | {
        "ISO_BOT_DATABASE__URL": f"sqlite+aiosqlite:///{path}",
        "PYTHONPATH": str(ROOT),
    }

    def iso_bot(*words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "bot", *words], cwd=tmp_path, env=environment, check=True, timeout=120
        )

    before = rows(path)
    iso_bot("db", "upgrade")
    iso_bot("db", "check")
    (kept,) = upgrade_copies(path)
    # What the version before finds in it is what it left, and its own tables.
    assert rows(kept) == before
    assert before["alembic_version"] == [{"version_num": "0001"}]
    iso_bot("db", "restore", str(kept))
    iso_bot("db", "check")
    assert len(rows(path)["region"]) == len(before["region"])


def rows(path: Path) -> dict[str, list[dict[str, str]]]:
    with reading_engine(path).connect() as connection, connection.begin():
        return rows_of(connection)
