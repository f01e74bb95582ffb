"""The memory of the process: how the C library hands it out, and when what is free goes back to the system."""

import ctypes
import gc
import sys
from collections.abc import Callable

_M_ARENA_MAX = -8
"""As malloc.h of glibc names it."""


def share() -> None:
    """Have all threads take memory from one place: a place for each keeps 1.2 MiB more, and they take little."""
    if (mallopt := _of_glibc("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, 1)


def leave_alone() -> None:
    """Leave what is there out of later searches for garbage: each would hold everybody up for 0.1 s."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give what reading modules and content took back to the system: glibc keeps it by itself."""
    if (trim := _of_glibc("malloc_trim")) is not None:
        trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
