"""Other readers of dates behind one call: dateparser, parsedatetime, recurrent and ctparse, each as its docs say.

An answer is scored in the other's favour: the start alone counts of a span or of a series that has no rule, and where a
phrase is ambiguous any of its readings does.
"""

import importlib
import logging
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo

from tests.domain.when.scoring import LONDON, Row, occurrences

Answer: TypeAlias = datetime | str | None
"""A time (aware), an RRULE value with its DTSTART left out, or nothing."""
Reader: TypeAlias = Callable[[str, datetime], Answer]

_SETTINGS: Final = {
    "DATE_ORDER": "DMY",
    "PREFER_DATES_FROM": "future",
    "TIMEZONE": "Europe/London",
    "RETURN_AS_TIMEZONE_AWARE": True,
}
# They raise on some phrases; the time counts all the same.
_RAISED: Final = (ValueError, OverflowError, TypeError, IndexError, AttributeError, KeyError, AssertionError)


def readers() -> dict[str, Reader | None]:
    """Return every reader by its name, None for one that is not installed."""
    makers = {
        "dateparser": _dateparser,
        "parsedatetime": _parsedatetime,
        "recurrent": _recurrent,
        "ctparse": _ctparse,
    }
    found: dict[str, Reader | None] = {}
    for name, make in makers.items():
        try:
            found[name] = _safe(make(importlib.import_module(name)))
        except ImportError:
            found[name] = None
    return found


def _safe(call: Reader) -> Reader:
    def read(phrase: str, now: datetime) -> Answer:
        try:
            return call(phrase, now)
        except _RAISED:
            return None

    return read


def _dateparser(library: Any) -> Reader:
    def read(phrase: str, now: datetime) -> Answer:
        settings = {**_SETTINGS, "RELATIVE_BASE": now.replace(tzinfo=None)}
        return library.parse(phrase, languages=["en"], settings=settings)

    return read


def _parsedatetime(library: Any) -> Reader:
    constants = library.Constants("en_GB", usePyICU=False)
    calendar = library.Calendar(constants)

    def read(phrase: str, now: datetime) -> Answer:
        at, found = calendar.parseDT(phrase, sourceTime=now.replace(tzinfo=None), tzinfo=_zone(now))
        return at if found else None

    return read


def _recurrent(library: Any) -> Reader:
    def read(phrase: str, now: datetime) -> Answer:
        found = library.RecurringEvent(now_date=now.replace(tzinfo=None)).parse(phrase)
        if isinstance(found, datetime):
            return found.replace(tzinfo=_zone(now))
        return found or None

    return read


def _ctparse(library: Any) -> Reader:
    logging.getLogger("ctparse").setLevel(logging.ERROR)

    def read(phrase: str, now: datetime) -> Answer:
        found = library.ctparse(phrase, ts=now.replace(tzinfo=None), timeout=2)
        moment = None if found is None else found.resolution
        moment = getattr(moment, "start", None) or getattr(moment, "t_from", None) or moment
        at = getattr(moment, "dt", None)
        return None if at is None else at.replace(tzinfo=_zone(now))

    return read


def _zone(now: datetime) -> ZoneInfo:
    return now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else LONDON


def judged(answer: Answer, row: Row) -> str:
    """Return 'right', 'wrong' (nothing says so) or 'refused'."""
    refusable = any(want is None or (isinstance(want, dict) and "ambiguous" in want) for want in row.wanted)
    if answer is None:
        return "right" if refusable else "refused"
    return "right" if any(_fits(answer, want) for want in row.wanted) else "wrong"


def _fits(answer: datetime | str, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        want = cast("dict[str, Any]", wanted)
        if "ambiguous" in want:
            return any(_fits(answer, one) for one in want["ambiguous"])
        if "rrule" in want and isinstance(answer, str):
            return _is_series(answer, want)
        first: object = want["window"][0][:10] if "window" in want else want["start"]
        return "rrule" not in want and _fits(answer, first)
    if not isinstance(wanted, str) or not isinstance(answer, datetime):
        return False
    if len(wanted) == 10:
        return answer.astimezone(LONDON).date() == date.fromisoformat(wanted)
    return answer.replace(second=0, microsecond=0) == datetime.fromisoformat(wanted).replace(second=0)


def _is_series(answer: str, wanted: Any) -> bool:
    start = wanted["start"]
    begin = (
        date.fromisoformat(start) if len(start) == 10 else datetime.fromisoformat(start).astimezone(LONDON)
    )
    rule = re.sub(r"^.*RRULE:", "", answer, flags=re.DOTALL)
    try:
        return occurrences(rule, begin) == occurrences(wanted["rrule"], begin)
    except (ValueError, TypeError):
        return False
