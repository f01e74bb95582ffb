"""`iso-bot --version`: what to quote in a bug report."""

import platform
import tomllib
from importlib import metadata
from pathlib import Path

from db.engine.upgrade import versions

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def version() -> str:
    """Return the version of iso-bot: of the checkout if it runs from one, else of the installed package."""
    if PROJECT.is_file():
        project = tomllib.loads(PROJECT.read_text("utf-8")).get("project", {})
        if project.get("name") == "iso-bot":
            return str(project["version"])
    return metadata.version("iso-bot")


def main() -> None:
    """Print the versions of the bot, its tables, discord.py and Python."""
    print(  # noqa: T201
        f"iso-bot {version()} (tables {versions()[-1]}, discord.py {metadata.version('discord.py')}, "
        f"Python {platform.python_version()} on {platform.system()})"
    )
