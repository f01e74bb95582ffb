"""Lead times: how long before a meeting its reminders come, in words and in minutes."""

import re

from bot.domain.names import fold

MOST = 5
FARTHEST = 60 * 1440
UNITS = (("days", 1440), ("hours", 60), ("minutes", 1))
_LEAD = re.compile(
    r"(\d{1,4})\s*(d|day|days|h|hr|hrs|hour|hours|m|min|mins|minute|minutes|w|week|weeks)\b", re.IGNORECASE
)
_SIZE = {"w": 10_080, "d": 1440, "h": 60, "m": 1}


def read_leads(words: str) -> list[int]:
    """Read lead times such as '1 week, 1 day and 2 hours' as minutes; 'none' or 'off' is an empty list.

    Raises:
        ValueError: something else is in it, or more than five, or farther than 60 days.
    """
    if fold(words) in {"none", "off", "no", "never"}:
        return []
    rest = re.sub(r"\b(and|before)\b|[,;&+]", " ", _LEAD.sub("", words)).strip()
    leads = sorted(
        {int(found[1]) * _SIZE[found[2][0].lower()] for found in _LEAD.finditer(words)}, reverse=True
    )
    if rest or not leads or len(leads) > MOST or leads[0] > FARTHEST or leads[-1] < 1:
        raise ValueError(words)
    return leads
