"""Discord's official document of its HTTP API, against which every request of the tests is held where it is here."""

import os
from importlib.util import find_spec
from pathlib import Path

from tests.uses import ROOT

DOCUMENT = Path(os.environ.get("DISCORD_OPENAPI", ROOT / "var/openapi.json"))
NOT_HELD = (
    "Requests and the local Discord's answers were NOT held against Discord's official document, which is not here: "
    "`make openapi` brings it (it needs npm and a registry)."
)
NO_VALIDATOR = (
    "Nothing was held against Discord's official document: the extra `demo` (jsonschema-rs) is not installed."
)


def missing() -> str:
    """Return why nothing is held against the document, or nothing."""
    if not DOCUMENT.exists():
        return NOT_HELD
    return "" if find_spec("jsonschema_rs") else NO_VALIDATOR
