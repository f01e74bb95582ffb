"""Names of days and months, as we write them whatever the machine's locale."""

from datetime import date
from typing import Final

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ORDINALS: Final = {
    1: "first",
    2: "second",
    3: "third",
    4: "fourth",
    5: "fifth",
    -1: "last",
    -2: "second-last",
    -3: "third-last",
}


def day_name(day: date) -> str:
    """Return 'Thursday 26 November 2026'."""
    return f"{WEEKDAYS[day.weekday()]} {date_name(day)}"


def date_name(day: date) -> str:
    """Return '26 November 2026'."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def ordinal(number: int) -> str:
    """Return 'first' to 'fifth' and 'last' for positions in a month, '15th' for days of it."""
    if number in _ORDINALS:
        return _ORDINALS[number]
    return f"{number}{nth_suffix(number)}"


def nth_suffix(number: int) -> str:
    """Return 'st', 'nd', 'rd' or 'th'."""
    return "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def listed(words: list[str]) -> str:
    """Return 'Monday, Wednesday and Friday'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
