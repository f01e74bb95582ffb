"""A process that reads something and ends: what is loaded for that would be kept for good in the bot's own."""

import os
import pickle
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

Made = TypeVar("Made")


def apart(read: Callable[[], Made]) -> Made:
    """Have a process of its own read something; to be used while there is one thread.

    What goes wrong there goes wrong here a second time, in front of whoever has to hear of it.
    """
    if sys.platform == "win32":
        return read()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _answer(read, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return read() if status else pickle.loads(answer)  # noqa: S301 - written by this program


def _answer(read: Callable[[], object], pipe: int) -> NoReturn:
    status = 1
    try:
        answer = pickle.dumps(read(), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(pipe, "wb") as writing:
            writing.write(answer)
        status = 0
    finally:
        os._exit(status)
