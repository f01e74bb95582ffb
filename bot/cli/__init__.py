"""The command line `iso-bot`: one file a command; each imports what it needs only when it runs."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def named(command: str) -> Callable[..., Any]:
    """Return a function of this folder, such as `store:copy` or `run:main`, importing only its file."""
    file, _, name = command.partition(":")
    return getattr(import_module(f"{__name__}.{file}"), name or "main")
