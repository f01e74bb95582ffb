"""`make dist`: builds sdist and wheel into dist/, then tries them in a new environment for each installed Python.

The wheel is built from the unpacked sdist, so that anything the sdist lacks shows at once. PYTHONS names the Pythons
to try, ARGS=--build-only tries none.
"""

import argparse
import base64
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
VERSIONS = ("3.11", "3.12", "3.13")
EXTRAS = "postgresql,demo,encryption"
SHIPPED = (
    "bot/content/en-GB/meetings.toml",
    "bot/sandbox/page/index.html",
    "bot/domain/care/",
    "db/migrations/env.py",
    "db/migrations/versions/0001_initial.py",
)
BUILD = "from setuptools.build_meta import build_{kind}; print(build_{kind}({target!r}))"
PORT = 8451
PHRASE = '{"phrase": "thursday 6pm", "now": "2026-03-02T10:00:00Z", "zone": "Europe/London"}\n'
TOKEN = (
    base64.urlsafe_b64encode(b"123456789012345678").decode().rstrip("=")
    + ".not-a.secret-of-anybody-at-all-1234"
)


def run(*command: str | Path, folder: Path = ROOT, words: str | None = None, **more: str) -> str:
    """Run a command; return its output, or exit with that if it fails."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ISO_BOT_", "PYTHON"))
    }
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env=environment | more,
        input=words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def build() -> tuple[Path, Path]:
    """Build sdist and wheel; return both."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-c", BUILD.format(kind="sdist", target=str(DIST)))
    (sdist,) = DIST.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as packed:
            packed.extractall(folder, filter="data")
        (source,) = Path(folder).iterdir()
        run(sys.executable, "-c", BUILD.format(kind="wheel", target=str(DIST)), folder=source)
    (wheel,) = DIST.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for part in SHIPPED:
        if not any(name.startswith(part) for name in names):
            sys.exit(f"{wheel.name} lacks {part}")
    if strange := [name for name in names if not name.startswith(("bot/", "cogs/", "db/", "iso_bot-"))]:
        sys.exit(f"{wheel.name} has what does not belong there: {strange[:5]}")
    return sdist, wheel


def pythons() -> dict[str, Path]:
    """Return the Pythons to try, by version: those that PYTHONS names, else the installed ones."""
    named = os.environ.get("PYTHONS", "").split()
    if named:
        candidates = [(each, Path(each)) for each in named]
    else:
        home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        candidates = [
            (version, Path(found))
            for version in VERSIONS
            for found in (shutil.which(f"python{version}"), *home.glob(f"{version}.*/bin/python3"))
            if found
        ]
    works: dict[str, Path] = {}
    for version, path in candidates:
        if (
            version not in works
            and not subprocess.run([path, "-m", "venv", "-h"], capture_output=True).returncode
        ):
            works[version] = path
    return works


def try_in(python: Path, package: Path, extras: str) -> str:
    """Install a package into a new environment and use it as an operator would; return its version."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(python, "-m", "venv", folder / "venv")
        pip = (folder / "venv/bin/python", "-m", "pip", "--disable-pip-version-check", "install", "-q")
        run(*pip, f"{package}[{extras}]" if extras else package)
        bot = folder / "venv/bin/iso-bot"
        said = run(bot, "--version", folder=folder).strip()
        run(bot, "init", folder=folder, words=TOKEN + "\n")
        if (folder / "config.toml").stat().st_mode & 0o077:
            sys.exit("others can read what iso-bot init wrote")
        run(bot, "content", "check", folder=folder)
        run(bot, "db", "upgrade", folder=folder)
        run(bot, "db", "check", folder=folder)
        run(
            bot,
            "when",
            folder=folder,
            words=PHRASE,
        )
        upgraded(folder, bot)
        demonstrated(folder, bot)
        return said


def upgraded(folder: Path, bot: Path) -> None:
    """Bring a database of the oldest version up to date: the migrations are in the package."""
    old = folder / "old.db"
    run(folder / "venv/bin/python", "-c", OLDEST, old, folder=folder)
    run(bot, "db", "upgrade", folder=folder, ISO_BOT_DATABASE__URL=f"sqlite+aiosqlite:///{old}")


OLDEST = """
import sys
from pathlib import Path
from db.engine.sqlite_file import writing_engine
from db.engine.upgrade import make, migrate
path = Path(sys.argv[1])
make(path)
with writing_engine(path, foreign_keys=False).connect() as connection, connection.begin():
    migrate(connection, "0001")
"""


def demonstrated(folder: Path, bot: Path) -> None:
    """Start the demo, read its page, and stop it with SIGTERM, which must exit with 0."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([bot, "demo", "--port", str(PORT)], cwd=folder, stdout=quiet, stderr=quiet)
    try:
        for _ in range(120):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=2) as answer:
                    page = answer.read().decode()
                break
            except OSError:
                time.sleep(0.5)
        else:
            sys.exit("the demo does not answer")
        if "<script" not in page:
            sys.exit("the demo's page is not there")
    finally:
        process.terminate()
    if process.wait(timeout=30):
        sys.exit(f"the demo ended with {process.returncode}")


def main() -> None:
    """Build, and try the wheel on each Python, the sdist on the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-only", action="store_true")
    build_only = parser.parse_args().build_only
    sdist, wheel = build()
    for package in (sdist, wheel):
        print(f"{package.relative_to(ROOT)}: {package.stat().st_size / 1e6:.1f} MB")
    if build_only:
        return
    found = pythons()
    for version, python in found.items():
        began = time.monotonic()
        said = try_in(python, wheel, EXTRAS)
        print(f"wheel[{EXTRAS}] on {version}: {said} ({time.monotonic() - began:.0f} s)")
    for version, python in list(found.items())[:1]:
        print(f"sdist alone on {version}: {try_in(python, sdist, '')}")
    if missing := [version for version in VERSIONS if version not in found and "PYTHONS" not in os.environ]:
        print(f"not tried, since it is not here: Python {', '.join(missing)}")
    if not found:
        sys.exit("there is no Python to try the packages on")


if __name__ == "__main__":
    main()
