"""One phrase can offer several times: 'Thursday or Friday 6pm', 'Tue 6pm, Wed 7pm'. Each is a segment."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.when.agreement import Agreed
from bot.domain.when.context import DateExpr, TimeExpr
from bot.domain.when.days import Calendar, Coming, FromToday, InWeek, WeekRef
from bot.domain.when.grammar import Parsed
from bot.domain.when.lexer import Token
from bot.domain.when.months import DayInMonthWeek, MonthRef, NthOfMonth
from bot.domain.when.nth_weekday import ComingAfter
from bot.domain.when.tokens import PartOfDay
from bot.domain.when.zones import Zone

_BREAKS: Final = ("OR", "SEMICOLON", "SLASHMARK")


@dataclass(frozen=True, slots=True)
class Segment:
    """One time on offer, as far as it was given."""

    date: DateExpr | None = None
    time: TimeExpr | None = None
    part: str | None = None
    zones: tuple[Zone, ...] = field(default=())
    clash: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is given yet."""
        return self.date is None and self.time is None and self.part is None

    @property
    def timed(self) -> bool:
        """Whether a time is given, but no day yet."""
        return self.date is None and self.time is not None

    @property
    def whole(self) -> bool:
        """Whether a day and a time or part of the day are given."""
        return self.date is not None and (self.time is not None or self.part is not None)


def segments_of(items: Parsed) -> list[Segment]:
    """Return what the phrase offers, filling in a day or time given once for several."""
    found: list[Segment] = [Segment()]
    # In 'tomorrow 6pm, Thursday 7pm' Thursday could name tomorrow, until another time follows.
    before: Segment | None = None
    next_day = Segment()
    for at, item in enumerate(items):
        current: Segment = found[-1]
        if isinstance(item, Token):
            if _breaks(items, at, current):
                found.append(Segment())
                before = None
            elif item.kind == "COMMA" and current.timed and len(found) > 1 and any(map(_is_date, items[at:])):
                # 'Thursday 4pm or 5pm, Friday 4pm': what precedes the comma has its day before it, too
                found[-1] = _on(found[-2].date, current)
            continue
        added = _with(current, item)
        if added is None or (before is not None and isinstance(item, TimeExpr)):
            if before is not None and not _is_date(item):
                found[-1] = before
                added = _with(next_day, item)
            else:
                added = _with(Segment(), item)
            found.append(added or Segment())
            before = None
            continue
        if _is_date(item) and current.whole:
            next_day = _with(next_day if before is not None else Segment(), item) or Segment()
            before = before or current
        found[-1] = added
    return _apart(_filled(_crossed(_after_dated([one for one in found if not one.empty or one.zones]))))


def _after_dated(segments: list[Segment]) -> list[Segment]:
    """'W/c 7 Dec, Tues 4pm or Thurs 5pm': a bare weekday is of the week named before it, or counted from the day."""
    out: list[Segment] = []
    dated: DateExpr | None = None
    for one in segments:
        day = one.date
        if isinstance(day, Coming) and dated is not None:
            match dated:
                case InWeek(week=week):
                    day = InWeek(day.weekday, week)
                case DayInMonthWeek(week=month_week):
                    day = DayInMonthWeek(day.weekday, month_week)
                case _:
                    day = ComingAfter(day, dated)
            one = replace(one, date=day)
        elif day is not None:
            dated = day if not isinstance(day, Coming) else None
        out.append(one)
    return out


def _crossed(segments: list[Segment]) -> list[Segment]:
    """'14th or 15th January, 5pm or 6pm' offers each time on each day, and so does '5pm or 6pm on the 14th or 15th'."""
    for at, one in enumerate(segments):
        if one.date is None or one.time is None:
            continue
        before, behind = segments[:at], segments[at + 1 :]
        if before and behind and all(_is_day(day) for day in before) and all(other.timed for other in behind):
            days, times = [*before, one], [one, *behind]
        elif (
            before and behind and all(other.timed for other in before) and all(_is_day(day) for day in behind)
        ):
            days, times = [one, *behind], [*before, one]
        else:
            return segments
        zones = next((other.zones for other in segments if other.zones), ())
        return [Segment(day.date, time.time, zones=zones) for day in days for time in times]
    return segments


def _is_day(segment: Segment) -> bool:
    return segment.date is not None and segment.time is None and segment.part is None


def _apart(segments: list[Segment]) -> list[Segment]:
    """'First or second Thursday of January' offers two days."""
    out: list[Segment] = []
    for one in segments:
        if isinstance(one.date, NthOfMonth) and len(one.date.nth.numbers) > 1:
            nth = one.date.nth
            out += [
                replace(one, date=NthOfMonth(replace(nth, numbers=(number,)), one.date.month))
                for number in nth.numbers
            ]
        else:
            out.append(one)
    return out


def _on(day: DateExpr | None, segment: Segment) -> Segment:
    return replace(segment, date=day)


def _breaks(items: Parsed, at: int, current: Segment) -> bool:
    """Whether the token at `at` ends the current offer."""
    kind = items[at].kind
    if kind in ("COMMA", "AND") and current.date is not None and _is_named_day(items, at + 1):
        return True
    return not current.empty and (kind == "OR" or (kind in _BREAKS and current.whole))


def _is_named_day(items: Parsed, at: int) -> bool:
    """Whether a weekday and its date follow: 'Tue 3 Nov, Tue 10 Nov'."""
    pair = items[at : at + 2]
    return (
        len(pair) == 2
        and isinstance(pair[0], Coming)
        and isinstance(pair[1], Calendar)
        and pair[1].month is not None
    )


def _is_date(item: object) -> bool:
    return isinstance(item, DateExpr) and item.kind == "DATE"


def _with(segment: Segment, item: object) -> Segment | None:
    """Return `segment` with one more piece, or None when that contradicts one it has."""
    if isinstance(item, Zone):
        if len(segment.zones) == 2:
            return replace(segment, clash=True)
        return replace(segment, zones=(*segment.zones, item))
    if isinstance(item, TimeExpr):
        if segment.time is None or segment.time == item:
            return Segment(segment.date, item, segment.part, segment.zones, segment.clash)
        return None
    if isinstance(item, PartOfDay):
        if segment.part not in (None, item.name):
            return None
        with_part = replace(segment, part=item.name)
        return _with(with_part, FromToday()) if item.today else with_part
    if isinstance(item, DateExpr) and item.kind == "DATE":
        return _with_date(segment, item)
    return segment


def _with_date(segment: Segment, day: DateExpr) -> Segment | None:
    if segment.date is None or segment.date == day:
        return Segment(day, segment.time, segment.part, segment.zones, segment.clash)
    names = (*_names(segment.date), *_names(day))
    weekdays = {name.weekday for name in names if isinstance(name, Coming)}
    dates = {name for name in names if isinstance(name, Calendar)}
    return None if len(weekdays) > 1 or len(dates) > 1 else replace(segment, date=Agreed(names))


def _names(day: DateExpr) -> tuple[DateExpr, ...]:
    return day.names if isinstance(day, Agreed) else (day,)


def _filled(segments: Sequence[Segment]) -> list[Segment]:
    """Give a segment the day given before it, else after it; the time given after it, else before it."""
    out = list(segments)
    for at in range(1, len(out)):
        if out[at].date is None:
            out[at] = replace(out[at], date=out[at - 1].date)
    for at in range(len(out) - 2, -1, -1):
        later = out[at + 1]
        if out[at].time is None and out[at].part is None:
            out[at] = replace(out[at], time=later.time, part=later.part)
        if out[at].date is None:
            out[at] = replace(out[at], date=later.date)
    for at in range(1, len(out)):
        if out[at].time is None and out[at].part is None:
            out[at] = replace(out[at], time=out[at - 1].time, part=out[at - 1].part)
    zones = next((one.zones for one in out if one.zones), ())
    return out if not zones else [one if one.zones else replace(one, zones=zones) for one in out]


def same_day_of(named: WeekRef | MonthRef) -> FromToday | None:
    """'This time next week', 'this time next month': the same day of it."""
    if isinstance(named, MonthRef):
        return FromToday(plus_months=named.plus) if named.month is None and not named.new_year else None
    return FromToday(7 * named.weeks) if named.of is None else None
