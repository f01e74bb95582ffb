"""Links that people type: complete, on the web, and hiding nothing."""

import re
from urllib.parse import urlsplit

LONGEST = 300
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&+,;=%()]+")


def read_link(words: str) -> str | None:
    """Return a link as stored, with its scheme ('https://neu.org.uk/x'); None when it is not a link.

    Only http and https, a host with a dot, no user name before it, and no characters that need encoding.
    """
    words = words.strip().strip("<>")
    if re.match(r"[a-z][a-z0-9+.-]*:", words, re.IGNORECASE) is None or re.match(r"[^/:]+:\d", words):
        words = "https://" + words
    if len(words) > LONGEST or _ALLOWED.fullmatch(words) is None:
        return None
    try:
        parts = urlsplit(words)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc or not port_is_number:
        return None
    return words if _HOST.fullmatch(parts.hostname or "") else None
