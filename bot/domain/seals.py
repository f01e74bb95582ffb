"""The seal of a text: what binds a button to the words above it."""

import hashlib

LENGTH = 8


def seal(*words: str) -> str:
    """Return eight characters that are others for other words: a button with them agrees to these words alone."""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:LENGTH]
