"""Quiet hours in words: '21:00-08:00', '10pm to 7am', '10pm until 7'; day or night is never guessed."""

import re
from datetime import time
from itertools import product

from bot.domain.deliveries import Quiet

LONGEST = 14
"""Most hours in a reading, to choose where '10pm to 7' has several."""
_CLOCK = (
    r"(?P<{0}>\d{{1,2}})(?:[:.](?P<{0}_minute>\d{{2}}))?\s*(?P<{0}_half>[ap]\.?m\.?)?"
    r"|(?:12\s+)?(?P<{0}_name>midnight|noon|midday)"
)
_HOURS = re.compile(
    rf"(?:from\s+)?(?:{_CLOCK.format('begin')})\s*(?:-|–|to|until|till)\s*(?:{_CLOCK.format('end')})",
    re.IGNORECASE,
)


def read_quiet(words: str) -> Quiet:
    """Read quiet hours, in local time.

    Raises:
        ValueError: it contains something else, both ends are the same, or the half of the day is ambiguous.
    """
    found = _HOURS.fullmatch(" ".join(words.split()))
    if found is None:
        raise ValueError(words)
    pairs = [
        (begins, ends)
        for begins, ends in product(_times(found, "begin"), _times(found, "end"))
        if _hours(begins, ends)
    ]
    fitting = [
        Quiet(begins, ends) for begins, ends in pairs if len(pairs) == 1 or _hours(begins, ends) <= LONGEST
    ]
    if len(fitting) != 1:
        raise ValueError(words)
    return fitting[0]


def _times(found: re.Match[str], name: str) -> list[time]:
    """Return what one end can mean: '7' or '7:30' can be in either half of the day."""
    if named := found[f"{name}_name"]:
        return [time(0 if named.lower() == "midnight" else 12)]
    digits, half = found[name], (found[f"{name}_half"] or "").lower()
    hour, minute = int(digits), int(found[f"{name}_minute"] or 0)
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        return []
    if half:
        return [time(hour % 12 + (12 if half[0] == "p" else 0), minute)]
    figures = len(digits) == 2 and found[f"{name}_minute"] is not None  # '10:00' is of the 24-hour clock
    if hour > 12 or hour == 0 or digits[0] == "0" or figures:
        return [time(hour, minute)]
    return [time(hour % 12, minute), time(hour % 12 + 12, minute)]


def _hours(begins: time, ends: time) -> float:
    return ((ends.hour - begins.hour) * 60 + ends.minute - begins.minute) % 1440 / 60
