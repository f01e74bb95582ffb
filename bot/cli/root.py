"""Whether the bot runs as root, whose rights it does not need."""

import os

INSTEAD = (
    "It does not need that: if somebody found a hole in it, they would have the whole machine. Make a user who has "
    "the bot's own files and nothing else, give the database to that user, and run the bot as that user. "
    "docs/operation.md shows how, and deploy/iso-bot.service does it."
)
AS_ROOT = f"The bot is being run as root, the user who may do everything on this machine. {INSTEAD}"
CHECKED_AS_ROOT = (
    f"You are root here. That is fine for a check, but don't let the bot itself run as root. {INSTEAD}"
)


def user() -> int | None:
    """Return the id of the user that this process runs as; None where users have none (Windows)."""
    return os.geteuid() if os.name == "posix" else None


def is_root(number: int | None) -> bool:
    """Whether this user id is root's."""
    return number == 0
