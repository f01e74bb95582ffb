"""School terms of a guild, from which 'after half term' and 'first week back' are counted."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its days and those of its half term are inclusive; half term may be unknown."""

    name: str
    starts: date
    ends: date
    half_term_starts: date | None = None
    half_term_ends: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """All the terms that a guild has configured, in order of time."""

    terms: tuple[Term, ...] = ()
