"""`iso-bot init`: asks for the token and writes the settings file, readable by its owner alone."""

import base64
import binascii
import getpass
import json
import os
import re
import sys
from pathlib import Path

from bot.cli.invitation import invitation
from bot.errors import SetupError
from bot.settings import PREFIX, Database, config_path
from db.engine import read_url

VARIABLE = f"{PREFIX}DISCORD__TOKEN"
TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}", re.ASCII)
TRIES = 3
QUESTION = "The bot's token (paste it and press Enter; it is not shown): "
UNLIKE = (
    "That is no bot token. A token is some 70 letters and digits with two dots in it; Discord's developer portal shows "
    "it on the page Bot after Reset Token. The client secret and the public key are something else."
)
SETTINGS = """\
# Settings of iso-bot, written by `iso-bot init`. config.example.toml explains every key that there is.
# Whoever has the token is the bot: keep this file to yourself.

[discord]
token = "{token}"

[database]
url = {database}

[backup]
# A copy of the database every 24 hours into the folder backups, the newest 7 are kept.
hours = 24
"""
NEXT = """\
{path} is written, and only you can read it.

What comes next:
  1. iso-bot check     looks whether all is well with Discord, and prints the invitation again
  2. Open this link and choose your server:
     {link}
  3. iso-bot run       starts the bot; it must keep running (docs/operation.md has it start by itself)
  4. In the server, type /setup start
"""


def application(token: str) -> int | None:
    """Return the id of the application that a token belongs to; None if it can't be a bot's token."""
    first = token.partition(".")[0]
    if not TOKEN.fullmatch(token):
        return None
    try:
        number = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(number) if number.isdigit() else None


def main(path: Path | None, database: str) -> None:
    """Write the settings file, which must not exist yet, and say what comes next.

    The token comes from the environment, from standard input unless that is a terminal, or from a prompt.

    Raises:
        SetupError: the file exists or can't be written, no token was given, or the database's address is invalid.
    """
    target = path or config_path()
    if target.exists():
        raise SetupError(
            f"There is {target} already, and it was left as it is. Change it, or name another file with --config."
        )
    address = database or Database().url
    read_url(address)
    token = _token()
    _write(target, SETTINGS.format(token=token, database=json.dumps(address)))
    print(NEXT.format(path=target, link=invitation(application(token) or 0)))  # noqa: T201


def _token() -> str:
    if given := os.environ.get(VARIABLE, ""):
        return _checked(given.strip())
    if not sys.stdin.isatty():
        return _checked(sys.stdin.readline().strip())
    for left in reversed(range(TRIES)):
        try:
            return _checked(getpass.getpass(QUESTION).strip())
        except SetupError as error:
            if not left:
                raise
            print(error, file=sys.stderr)  # noqa: T201
        except (EOFError, KeyboardInterrupt):
            break
    raise SetupError("No token was given, and nothing was written.")


def _checked(token: str) -> str:
    if application(token) is None:
        raise SetupError(UNLIKE)
    return token


def _write(path: Path, words: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(words)
    except OSError as error:
        raise SetupError(f"{path} can't be written: {error.strerror}.") from None
