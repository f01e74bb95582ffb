"""Rules of networks: their status, the seats in the Organising Forum, the steps of the roadmap, and twinning."""

import calendar
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from bot.domain.names import normalize

Status = Literal["established", "developing", "none", "unknown"]
STATUSES: tuple[Status, ...] = get_args(Status)

STEPS = ("representative", "others", "meeting", "focus", "groups", "goals")
"""The roadmap of the union's organising toolkit, in its order."""
NEEDS_MEETING = "meeting"
NEEDS_GROUPS = "groups"

NUDGE_EVERY = timedelta(days=14)
NUDGES = 2
"""After so many unanswered nudges the organisers are told, and no more are sent."""

WARN_BEFORE = timedelta(days=30)
"""How long before a term ends the organisers are told."""


def same_region(one: str, other: str) -> bool:
    """Whether two names mean the same region, as 'Yorkshire' and 'Yorkshire and the Humber' do."""
    first, second = sorted((normalize(one).split(), normalize(other).split()), key=len)
    return bool(first) and second[: len(first)] == first


Term = tuple[str | None, str | None]
"""First and last day of a term ('2026-09-01'), None for an end that is open."""


def serving(term: Term, today: date) -> bool:
    """Whether a term includes a day; both its ends are inclusive, and an open end goes on."""
    begins, ends = term
    return (begins is None or date.fromisoformat(begins) <= today) and (
        ends is None or today <= date.fromisoformat(ends)
    )


def over(term: Term, today: date) -> bool:
    """Whether a term has ended."""
    return term[1] is not None and date.fromisoformat(term[1]) < today


def vacant(seats: int, terms: Iterable[Term], today: date) -> int:
    """Return how many seats nobody holds."""
    return max(0, seats - sum(serving(term, today) for term in terms))


@dataclass(frozen=True, slots=True)
class Sought:
    """What a branch or a union looks for in a partner: a region of the world, campaigns, and languages it speaks."""

    world: str
    topics: Sequence[str]
    languages: Sequence[str]


def fit(one: Sought, other: Sought) -> tuple[int, Sequence[str]]:
    """Return how well two seekers match, and why as 'kind:value'; 0 when nothing matches."""
    reasons: list[str] = []
    if one.world == other.world:
        reasons.append(f"world:{one.world}")
    reasons += [f"campaign:{topic}" for topic in one.topics if topic in other.topics]
    spoken = {normalize(language) for language in other.languages}
    reasons += [f"language:{language}" for language in one.languages if normalize(language) in spoken]
    weights = {"world": 4, "campaign": 3, "language": 1}
    score = sum(weights[reason.partition(":")[0]] for reason in reasons)
    # A language alone is no reason for an introduction.
    return (score, reasons) if any(not reason.startswith("language") for reason in reasons) else (0, [])


def names_of_groups(words: str, known: Collection[str] = ()) -> list[str]:
    """Return the named groups, separated by lines or commas, without repeats."""
    names: dict[str, str] = {normalize(name): name for name in known}
    for part in words.replace(";", "\n").replace(",", "\n").splitlines():
        name = " ".join(part.split()).strip("-•* ")
        if name:
            names.setdefault(normalize(name) or name, name)
    return list(names.values())


_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_WRITTEN = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([a-z]{3,9})\.?,?\s+(\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def read_day(words: str, *, last: bool = False) -> date | None:
    """Return the day in '1 September 2026', '1/9/2026' or '2026-09-01'; a month alone is its first (or last) day.

    Unlike a meeting's time, the day may be past, since a term may have begun long ago. None for anything else.
    """
    said = " ".join(words.lower().split())
    try:
        if found := _NUMBERS.fullmatch(said):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WRITTEN.fullmatch(said):
            names = [number for name, number in _MONTHS.items() if name.startswith(found[2])]
            if len(names) != 1:
                return None
            year, month = int(found[3]), names[0]
            edge = calendar.monthrange(year, month)[1] if last else 1
            return date(year, month, int(found[1]) if found[1] else edge)
        return date.fromisoformat(said) if len(said) == 10 else None
    except ValueError:
        return None
