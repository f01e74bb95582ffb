"""Rules of venues: what to ask about access, when it is stale, and which venue words mean."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.names import normalize

DETAILS: Final = (
    "step_free",
    "hearing_loop",
    "toilets",
    "quiet_room",
    "transport",
    "parking",
    "food",
    "religious",
    "online",
)
"""The details of a venue, in order of display. The union's toolkit: venues are accessible to all
members, 'taking into account physical, religious and other needs'."""
STEPS: Final = (
    ("address", "step_free", "hearing_loop", "toilets", "quiet_room"),
    ("transport", "parking", "food", "religious", "online"),
)
"""The details that each form asks for; Discord allows five fields."""
STALE_AFTER: Final = timedelta(days=365)
NAME_LENGTH: Final = 100
DETAIL_LENGTH: Final = 150


KEPT: Final = ("address", *DETAILS)
"""All that is stored of a venue; those coming to a meeting there hear of changes to it."""


def record(known: Mapping[str, str]) -> dict[str, str]:
    """Return a short hash of each known detail of a venue, which shows that it changed but not what it says."""
    said = {name: known[name].strip() for name in KEPT}
    return {name: sha256(words.encode()).hexdigest()[:8] for name, words in said.items() if words}


def differing(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what differs between two records of a venue, in order of display."""
    return [name for name in KEPT if was.get(name) != now.get(name)]


# Words by which access details are recognised; a lift or a ramp is a way in without steps.
_ABOUT: Final = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "step_free": r"step[- ]?free|level access|wheelchairs?|ramps?|lifts?|steps|stairs",
        "hearing_loop": r"(?:hearing|induction)[- ]loops?|loops?",
        "toilets": r"toilets?|loos?|wc",
        "quiet_room": r"(?:quiet|rest) (?:room|space)s?",
        "parking": r"parking|car parks?|blue badge",
        "online": r"online|zoom|teams|hybrid",
    }.items()
}
_NOT: Final = re.compile(
    r"\b(no|none|not|never|without|nothing|nowhere|unavailable|broken|inaccessible)\b|n['’]t\b|out of order",
    re.IGNORECASE,
)
_STEPS: Final = re.compile(r"(?<!no )\b(steps|stairs)\b", re.IGNORECASE)
_NO_STEPS: Final = re.compile(r"\b(no|without|not any) (steps|stairs)\b", re.IGNORECASE)
_PART: Final = re.compile(r"[,;.\n]+|\s(?:and|but)\s")


def told(words: str) -> set[str]:
    """Return which details of a venue are mentioned in words about a meeting."""
    return {name for name, about in _ABOUT.items() if about.search(words)}


def beside(words: str, listed: Mapping[str, str]) -> tuple[str, set[str]]:
    """Return a meeting's access notes beyond its venue's listed ones, and the details on which they differ.

    If one says that there is a hearing loop and the other that there is none, neither is repeated.
    """
    differing: set[str] = set()
    for part in _PART.split(words):
        for name in told(part):
            if listed.get(name) and _denies(name, part) != _denies(name, listed[name]):
                differing.add(name)
    if not differing:
        return words, differing
    kept = [
        part.strip() for part in re.split(r"[,;.\n]+", words) if part.strip() and not told(part) & differing
    ]
    rest = ", ".join(kept)
    return rest[:1].upper() + rest[1:], differing


def _denies(name: str, words: str) -> bool:
    """Whether words deny something; 'no steps' and 'no stairs' affirm it."""
    if name == "step_free":
        if _NO_STEPS.search(words):
            return bool(_NOT.search(_NO_STEPS.sub("", words)))
        if _STEPS.search(words) and not re.search(r"step[- ]?free|ramp|lift|level", words, re.IGNORECASE):
            return True
    said = _NOT.search(words)
    # 'Yes, but not upstairs' affirms it: what comes first counts.
    return bool(said) and not re.match(r"\s*yes\b", words, re.IGNORECASE)


def stale(checked_at: datetime, at: datetime) -> bool:
    """Whether a check made then is too old to rely on at `at`."""
    return at - checked_at > STALE_AFTER


def clean_name(words: str) -> str | None:
    """Return a venue's name on one line, None when it is empty or too long."""
    name = " ".join(words.split())
    return name if normalize(name) and len(name) <= NAME_LENGTH else None


def meant(words: str, names: Iterable[str]) -> str | None:
    """Return which of the folded `names` is meant: 'Hamilton House, 2nd floor' means 'hamilton house'."""
    sought = normalize(words) + " "
    found = [name for name in names if name and sought.startswith(name + " ")]
    return max(found, key=len, default=None)
