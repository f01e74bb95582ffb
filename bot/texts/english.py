"""How a language counts, names days and months, and writes times."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.when import describe
from bot.domain.when.names import MONTHS, WEEKDAYS
from bot.domain.when.readings import Reading


class Language:
    """English, in the forms of the grammar of dates, so that what is shown can be typed back.

    It is written out here, since Babel takes 5.6 MiB and 20 ms for it; a test compares it with Babel.
    """

    plurals: Sequence[str] = ("one", "other")
    """The plural forms of a counted text, by their CLDR names."""
    weekdays: Sequence[str] = WEEKDAYS
    months: Sequence[str] = MONTHS

    def plural(self, number: int) -> str:
        """Return the plural form for a number."""
        return "one" if number == 1 else "other"

    def month(self, year: int, month: int) -> str:
        """Return 'March 2026'."""
        return f"{self.months[month - 1]} {year}"

    def when(self, reading: Reading | datetime, home: ZoneInfo | None = None) -> str:
        """Return a time in words, with its zone unless it is the reader's; a Refusal has none: ''."""
        return describe(reading, home)
