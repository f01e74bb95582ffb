"""The seal of a text: what binds a button to the words above it."""

import hashlib
from datetime import timedelta

LENGTH = 8
CLOCKS = timedelta(minutes=5)
"""How far our clock and Discord's may differ, where an old button is judged by when its message was posted."""


def seal(*words: str) -> str:
    """Return eight characters that are others for other words: a button with them agrees to these words alone."""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:LENGTH]
