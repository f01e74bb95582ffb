"""`make newest`: tries the bot on the newest releases of everything that it depends on, in a separate environment.

The pins of requirements/ say what is installed; this says what the next pins would break. Installed is the newest that
the bounds of pyproject.toml allow. Then: which releases are new, the private names of libraries that the bot uses
(tests/library_names.py), the layers of its imports, and a short profile of the tests. --tests names others; a week's
run is in docs/operation.md.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROFILE = (
    "tests/test_library_names.py",
    "tests/test_layers.py",
    "tests/test_schema.py",
    "tests/test_content.py",
    "tests/test_settings.py",
    "tests/domain/when/test_corpora.py",
    "tests/domain/when/test_other_languages.py",
    "tests/db/test_migrations.py",
    "tests/db/test_engine.py",
    "tests/db/test_backup.py",
    "tests/sandbox/test_gateway_client.py",
    "tests/sandbox/test_gateway_wire.py",
    "tests/cogs/meetings/test_meetings.py",
    "tests/cogs/setup/test_setup.py",
)
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


def wanted() -> list[str]:
    """Return everything that pyproject.toml names, with its bounds; fixed releases stay fixed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = [each for extra in project["project"]["optional-dependencies"].values() for each in extra]
    return [
        *project["project"]["dependencies"],
        *extras,
        *project["dependency-groups"]["dev"],
        "setuptools>=77",
    ]


def pinned() -> dict[str, str]:
    """Return the releases that are pinned, by name."""
    words = (ROOT / "requirements/dev.txt").read_text("utf-8")
    return {
        name.lower(): version for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", words, re.MULTILINE)
    }


def step(title: str, *command: str) -> bool:
    """Run a command in the checkout; return whether it exited with 0."""
    print(f"\n== {title}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def news(python: str) -> list[str]:
    """Return which releases are newer than the pinned ones."""
    done = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    )
    there = dict(line.split("==", 1) for line in done.stdout.split() if "==" in line)
    known = pinned()
    return [
        f"{name} {' or '.join(known[name.lower()])} -> {version}"
        for name, version in sorted(there.items())
        if name.lower() in known and version not in known[name.lower()]
    ]


def main() -> None:
    """Install the newest releases and try the bot on them; exit with 1 if something fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tests", nargs="+", default=PROFILE, help="other tests than the short profile")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/venv/bin/python"
        pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--upgrade")
        if not step("Environment", sys.executable, "-m", "venv", f"{folder}/venv"):
            sys.exit("no environment can be made")
        if not step("Newest releases", *pip, *wanted()):
            sys.exit("the newest releases do not fit together, or can't be had: see above")
        if not step("The bot", *pip, "--no-deps", "--no-build-isolation", "--target", f"{folder}/built", "."):
            sys.exit("the bot can't be built with them")
        print("\n".join(news(python)) or "nothing is newer than what is pinned")
        held = [
            step("Layers of imports", f"{folder}/venv/bin/lint-imports"),
            step("Declared and imported", f"{folder}/venv/bin/deptry", "."),
            step(
                "Private names and a short profile",
                python,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                *given.tests,
            ),
        ]
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
