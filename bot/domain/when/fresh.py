"""Examples that stay valid: their days are moved by whole weeks into the future."""

import re
from datetime import date, timedelta
from typing import Final

from bot.domain.when.names import MONTHS
from bot.domain.when.readings import Refusal

_WRITTEN_ON: Final = date(2026, 11, 21)
"""The day that this package's examples are written for; a date without a year is the next one after it."""
_DAY: Final = re.compile(
    rf"(?P<day>\d{{1,2}})(?: to (?P<last>\d{{1,2}}))? (?P<month>{'|'.join(MONTHS)})(?: (?P<year>\d{{4}}))?"
)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")


def fresh(refusal: Refusal, today: date) -> Refusal:
    """Return a refusal whose example can be typed on `today`."""
    example = refusal.fields.get("example", "")
    weeks = timedelta(weeks=-((_WRITTEN_ON - today).days // 7))
    moved = _ISO.sub(lambda found: (date.fromisoformat(found[0]) + weeks).isoformat(), example)
    moved = _DAY.sub(lambda found: _moved(found, weeks), moved)
    return refusal if moved == example else Refusal(refusal.reason, {**refusal.fields, "example": moved})


def _moved(found: re.Match[str], weeks: timedelta) -> str:
    month, year = MONTHS.index(found["month"]) + 1, int(found["year"] or 0)
    first = date(year or _WRITTEN_ON.year, month, int(found["day"]))
    if not year and first < _WRITTEN_ON:
        first = first.replace(year=first.year + 1)
    length = timedelta(days=int(found["last"] or found["day"]) - int(found["day"]))
    begin, end = first + weeks, first + weeks + length
    said = f"{begin.day} {MONTHS[begin.month - 1]}"
    if length and begin.month == end.month:
        said = f"{begin.day} to {end.day} {MONTHS[end.month - 1]}"
    elif length:
        said += f" to {end.day} {MONTHS[end.month - 1]}"
    return f"{said} {end.year}" if year else said
