"""Reads something in a short-lived process, since the bot's own would keep in memory what that loads."""

import os
import pickle
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

Made = TypeVar("Made")


def apart(read: Callable[[], Made]) -> Made:
    """Read something in a separate process; use it only while there is one thread.

    An error there is repeated here, where it is reported.
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
