"""Times of day, by British convention.

- 'half six' is half past six (Oxford English Dictionary, 'half': colloquial British for 'half past').
- Without am or pm, 1 to 8 is the afternoon and evening and 12 is noon, since no meeting of volunteers starts
  at five in the morning; 9, 10 and 11 happen both ways, so they are asked.
- A leading zero, an hour above 12, and 10:00 or 11:30 in figures are the 24-hour clock (BS ISO 8601).
- 12 am is midnight by the book and noon by mistake (National Physical Laboratory, 'Is midnight 12 am or
  12 pm?'), and 'midnight on Friday' has two ends of Friday to choose from: both are asked.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.when.context import TimeExpr, TimeOptions

HOUR: Final = 3600
DAY: Final = 24 * HOUR
HALF_DAY: Final = 12 * HOUR

# The hours between which a time fits the part of the day named with it.
_FITS: Final[dict[str, tuple[float, float]]] = {
    "morning": (0, 12),
    "lunchtime": (11, 15),
    "afternoon": (12, 18.5),
    "teatime": (15, 19),
    "evening": (16, 24),
    "night": (17, 24),
}
_LONGEST_OVERNIGHT: Final = 10 * HOUR


@dataclass(frozen=True, slots=True)
class Clock(TimeExpr):
    """A time as given: `half` is 0 not given, 1 am, 2 pm, 3 the 24-hour clock; `figures` when typed as 6:30 or 6.30."""

    hour: int
    minute: int = 0
    second: int = 0
    half: int = 0
    figures: bool = False
    approximate: bool = False

    @property
    def is_midnight(self) -> bool:
        """Whether it was given as 'midnight' (stored as 24)."""
        return self.hour == 24

    def said(self) -> tuple[int, ...]:
        """Return every second of the day that this can mean, the likelier first, without applying conventions."""
        base = self.hour * HOUR + self.minute * 60 + self.second
        if self.is_midnight:
            return (0, DAY)
        if self.half in (1, 2):
            if self.hour > 12:
                return (base,)
            base -= HALF_DAY if self.hour == 12 else 0
            return (base + (HALF_DAY if self.half == 2 else 0),)
        if self.half == 3 or self.hour > 12 or self.hour == 0:
            return (base,)
        twelve = base - HALF_DAY if self.hour == 12 else base
        return (
            (twelve + HALF_DAY, twelve) if self.hour == 12 or self.hour <= 8 else (twelve, twelve + HALF_DAY)
        )

    def usual(self) -> tuple[tuple[int, ...], str]:
        """Return what this means on its own by the conventions above, and the question where it has two meanings."""
        said = self.said()
        if self.is_midnight:
            return said, "dates.ask.midnight"
        if self.half == 1 and self.hour == 12:
            return (said[0], said[0] + HALF_DAY), "dates.ask.noon"
        if len(said) == 1:
            return said, ""
        if self.hour in (10, 11) and self.figures:
            return said[:1], ""
        if 9 <= self.hour <= 11:
            return said, "dates.ask.half"
        return said[:1], ""

    def spans(self, part: str | None) -> TimeOptions:
        """Return only the start, narrowed by the part of the day where one was named."""
        starts, ask = self.usual() if part is None else self.in_part(part)
        return TimeOptions(tuple((start, None) for start in starts), ask or self._doubt())

    def in_part(self, part: str) -> tuple[tuple[int, ...], str]:
        """Return what this means in a part of the day; a contradiction keeps both halves of the day and asks."""
        low, high = _FITS[part]
        if self.is_midnight:
            return ((DAY,), "") if part in ("night", "evening") else (self.said(), "dates.ask.midnight")
        if self.half == 1 and self.hour == 12:
            return self.usual()
        fits = [second for second in self.said() if low * HOUR <= second <= high * HOUR]
        if len(fits) == 1:
            return (fits[0],), ""
        first = self.said()[0]
        return (first, (first + HALF_DAY) % DAY), "dates.ask.part"

    def about(self) -> "Clock":
        """Return the same time, marked as approximate."""
        return replace(self, approximate=True)

    def _doubt(self) -> str:
        return "dates.ask.about" if self.approximate else ""


@dataclass(frozen=True, slots=True)
class ClockSpan(TimeExpr):
    """From one time to another; what one end leaves out is taken from the other."""

    start: Clock
    end: Clock
    doubtful: bool = False
    bare: bool = False  # two numbers and no more: '10-4'
    dotted: bool = False  # '3.12 - 5.12', which can be two days
    kind = "SPANC"

    def spans(self, part: str | None) -> TimeOptions:
        """Return start and end; the end comes after the start, on the next day where the start is late."""
        starts, ask = self._starts(part)
        pairs = tuple((start, end) for start in starts if (end := self._end_after(start)) is not None)
        if len(pairs) > 1 and not ask:
            ask = "dates.ask.half"
        return TimeOptions(
            pairs,
            ask
            or ("dates.ask.about" if self.doubtful or self.start.approximate or self.end.approximate else ""),
        )

    def _starts(self, part: str | None) -> tuple[tuple[int, ...], str]:
        start, end = self.start, self.end
        if part is not None:
            return start.in_part(part)
        open_start = len(start.said()) == 2 and not start.is_midnight
        if not open_start:
            return start.usual()
        if end.half in (1, 2):
            return self._by_end_half(), ""
        if start.hour == 12:
            return start.said()[:1], ""
        return self._both_open(), ""

    def _by_end_half(self) -> tuple[int, ...]:
        """'6-7.30pm' begins in the same half, '11-1pm' in the one before; 12pm ends a morning, 12am an evening."""
        ends = self.end.said()
        end = ends[0] if ends[0] else DAY
        before = [start for start in self.start.said() if start < end]
        return (max(before),) if before else self.start.said()

    def _both_open(self) -> tuple[int, ...]:
        """Neither end has am or pm: 10-4 and 9-12 can only be daytime, 6-8 the evening; 9-10 is asked."""
        fitting: list[int] = []
        for start in self.start.said():
            end = self._end_after(start)
            if end is not None and start >= 7 * HOUR and end <= 23.5 * HOUR:
                fitting.append(start)
        usual, _ = self.start.usual()
        if len(usual) == 1 and usual[0] in fitting:
            return usual
        return tuple(fitting) or usual

    def _end_after(self, start: int) -> int | None:
        """Return the first second after `start` that the end can mean; past midnight only from the evening on."""
        if self.end.is_midnight:
            return DAY
        said = self.end.said()
        later = [end for end in said if end > start]
        if later:
            return min(later)
        over = min(said) + DAY
        return over if start >= 17 * HOUR and over - start <= _LONGEST_OVERNIGHT else None


@dataclass(frozen=True, slots=True)
class EitherTime(TimeExpr):
    """Words that name one time or another: '10 to 4' is 15:50, or ten until four."""

    options: tuple[TimeExpr, ...]
    ask: str = "dates.ask.which"
    kind = "SPANC"

    def spans(self, part: str | None) -> TimeOptions:
        """Return everything that the options mean."""
        found = tuple(dict.fromkeys(span for option in self.options for span in option.spans(part).spans))
        return TimeOptions(found, self.ask if len(found) > 1 else self.options[0].spans(part).ask)
