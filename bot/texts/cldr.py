"""Languages other than English, from Unicode's CLDR through Babel."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_timezone_gmt,
    get_timezone_location,
)
from babel.lists import format_list

from bot.domain.when import Choice, Day, Days, Moment, Refusal, Series, Span, describe
from bot.domain.when.describe import is_named
from bot.domain.when.readings import Reading
from bot.texts.english import Language


class Cldr(Language):
    """A language that CLDR knows. Of a series only the first time is translated; the rule stays English."""

    def __init__(self, locale: str) -> None:
        try:
            self._locale = Locale.parse(locale, sep="-")
        except (UnknownLocaleError, ValueError) as error:
            raise ValueError(str(error)) from error
        self._rule = self._locale.plural_form
        self.plurals = tuple(sorted(self._rule.tags | {"other"}))
        self.weekdays = _names(self._locale.days, range(7))
        self.months = _names(self._locale.months, range(1, 13))

    def plural(self, number: int) -> str:
        """Return the plural form for a number."""
        return self._rule(number)

    def month(self, year: int, month: int) -> str:
        """Return a month and its year, in the language's order."""
        return format_skeleton("yMMMM", date(year, month, 1), locale=self._locale)

    def when(self, reading: Reading | datetime, home: ZoneInfo | None = None) -> str:
        """Return a time in words, with its zone unless it is the reader's; a Refusal has none: ''."""
        match reading:
            case datetime():
                return f"{self._day(reading)}, {self._clock(reading)}{self._zone(reading, home)}"
            case Moment(at):
                return self.when(at, home)
            case Day(on, part):
                return self._day(on) + (f", {part}" if part else "")
            case Days(first, last):
                return f"{self._day(first)} – {self._day(last)}"
            case Span(start, end):
                if start.at.date() == end.at.date() and start.at.utcoffset() == end.at.utcoffset():
                    times = f"{self._clock(start.at)}–{self._clock(end.at)}"
                    return f"{self._day(start.at)}, {times}{self._zone(start.at, home)}"
                return f"{self.when(start, home)} – {self.when(end, home)}"
            case Series(_, first):
                return f"{self.when(first, home)}: {describe(reading, home)}"
            case Choice(readings):
                said = [self.when(one, home) for one in readings]
                return format_list(said, style="or", locale=self._locale)
            case Refusal():
                return ""

    def _day(self, day: date) -> str:
        return format_date(day, "full", locale=self._locale)

    def _clock(self, at: datetime) -> str:
        return format_time(at, "short", locale=self._locale)

    def _zone(self, at: datetime, home: ZoneInfo | None) -> str:
        if not is_named(at, home):
            return ""
        place = get_timezone_location(at.tzinfo, locale=self._locale)
        return f" ({place}, {get_timezone_gmt(at, locale=self._locale)})"


def _names(forms: Any, numbers: range) -> tuple[str, ...]:
    # The stand-alone forms: some languages use other forms inside a date.
    alone = forms["stand-alone"]["wide"]
    return tuple(str(alone[number]) for number in numbers)
