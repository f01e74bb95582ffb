"""The seal of a text: what binds a button to the words above it."""

import hashlib
from datetime import timedelta

LENGTH = 8
CLOCKS = timedelta(minutes=5)
"""How far our clock and Discord's may differ when an old button is judged by its message's time."""


def seal(*words: str) -> str:
    """Return eight characters derived from the words, so that a button with them agrees to these words alone."""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:LENGTH]
