"""Lead times: how long before a meeting its reminders come, in words and in minutes."""

import re

from bot.domain.names import normalize
from bot.domain.when import Refusal, read_duration

MOST = 5
FARTHEST = 60 * 1440
UNITS = (("days", 1440), ("hours", 60), ("minutes", 1))
NONE = frozenset({"none", "off", "no", "never"})
_DAYS = re.compile(r"(\d{1,2})\s*(?:d|days?)", re.IGNORECASE)
_ASIDE = re.compile(r"\b(?:before(?:hand)?|ahead|in advance|of it|the meeting)\b", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+|\s*[&+]\s*", re.IGNORECASE)


def read_lead_times(words: str) -> list[int]:
    """Read lead times such as '1 week, 1 day and 2 hours' as minutes, the longest first; 'none' is an empty list.

    '1 day and 2 hours' are two, '2h30' and 'an hour and a half' one; '1 hour and 30 minutes' could be either.

    Raises:
        ValueError: it contains something else, is ambiguous, or has more than five or more than 60 days.
    """
    if normalize(words) in NONE:
        return []
    parts = [part for part in re.split(r"[,;\n]", _ASIDE.sub(" ", words)) if part.strip()]
    leads = sorted({lead for part in parts for lead in _leads(part.strip())}, reverse=True)
    if not leads or len(leads) > MOST or leads[0] > FARTHEST or leads[-1] < 1:
        raise ValueError(words)
    return leads


def _leads(part: str) -> list[int]:
    """Read the part between two commas: one length, or several joined by 'and'."""
    whole = _minutes(part.removeprefix("and "))
    apart = [_minutes(one) for one in _AND.split(part.removeprefix("and "))]
    several = [lead for lead in apart if lead is not None] if len(apart) > 1 else []
    each = len(several) == len(apart) > 1
    if whole is not None and not each:
        return [whole]
    if whole is None and each:
        return several
    raise ValueError(part)


def _minutes(words: str) -> int | None:
    """Return a length in whole minutes; None for anything else."""
    days = _DAYS.fullmatch(words.strip())
    if days is not None:
        return int(days[1]) * 1440
    length = read_duration(words)
    return None if isinstance(length, Refusal) else int(length.total_seconds() // 60)
