"""Rules of venues: what is asked about access, when it has gone stale, and which venue words mean."""

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
"""What is known or not of a venue, in the order in which it is said. The union's toolkit: venues are accessible to all
members, 'taking into account physical, religious and other needs'."""
STEPS: Final = (
    ("address", "step_free", "hearing_loop", "toilets", "quiet_room"),
    ("transport", "parking", "food", "religious", "online"),
)
"""What each form asks; Discord allows five fields."""
STALE_AFTER: Final = timedelta(days=365)
NAME_LENGTH: Final = 100
DETAIL_LENGTH: Final = 150


KEPT: Final = ("address", *DETAILS)
"""All that is kept of a venue; of a change of it, those who come to a meeting there hear."""


def record(known: Mapping[str, str]) -> dict[str, str]:
    """Return a short mark of each thing that is known of a venue: it tells that it has changed, not what it says."""
    said = {name: known[name].strip() for name in KEPT}
    return {name: sha256(words.encode()).hexdigest()[:8] for name, words in said.items() if words}


def differing(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what differs between two records of a venue, in the order in which it is said."""
    return [name for name in KEPT if was.get(name) != now.get(name)]


# What words about access speak of; a lift or a ramp is a way in without steps.
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
    """Return which details of a venue words about a meeting speak of."""
    return {name for name, about in _ABOUT.items() if about.search(words)}


def beside(words: str, listed: Mapping[str, str]) -> tuple[str, set[str]]:
    """Return what a meeting says of access beside what is listed of its venue, and the details on which they differ.

    One says that there is a hearing loop, the other that there is none: neither is repeated, since nobody knows.
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
    """Whether words say that something is not there; 'no steps' and 'no stairs' say that it is."""
    if name == "step_free":
        if _NO_STEPS.search(words):
            return bool(_NOT.search(_NO_STEPS.sub("", words)))
        if _STEPS.search(words) and not re.search(r"step[- ]?free|ramp|lift|level", words, re.IGNORECASE):
            return True
    said = _NOT.search(words)
    # 'Yes, but not upstairs' says that there is one: what comes first counts.
    return bool(said) and not re.match(r"\s*yes\b", words, re.IGNORECASE)


def stale(checked_at: datetime, at: datetime) -> bool:
    """Whether what was checked then is too old to rely on at `at`."""
    return at - checked_at > STALE_AFTER


def clean_name(words: str) -> str | None:
    """Return a venue's name on one line, None when nothing is left of it or it is too long."""
    name = " ".join(words.split())
    return name if normalize(name) and len(name) <= NAME_LENGTH else None


def meant(words: str, names: Iterable[str]) -> str | None:
    """Return which of the folded `names` words mean: 'Hamilton House, 2nd floor' means 'hamilton house'."""
    sought = normalize(words) + " "
    found = [name for name in names if name and sought.startswith(name + " ")]
    return max(found, key=len, default=None)
