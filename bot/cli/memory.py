"""The process's memory: how the C library allocates it, and when free memory is returned to the system."""

import ctypes
import gc
import linecache
import sys
from collections.abc import Callable

_M_ARENA_MAX = -8
"""The name in glibc's malloc.h."""


def share() -> None:
    """Make all threads share one malloc arena: an arena each keeps 1.2 MiB more, and they allocate little."""
    if (mallopt := _of_glibc("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, 1)


def forget_loading() -> None:
    """Drop caches used only for loading: sources of generated methods, and folder listings (0.4 MiB)."""
    linecache.clearcache()
    sys.path_importer_cache.clear()


def leave_alone() -> None:
    """Leave what is there out of later searches for garbage: each would hold everybody up for 0.1 s."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Return the memory that loading took to the system: glibc would keep it."""
    if (trim := _of_glibc("malloc_trim")) is not None:
        trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
