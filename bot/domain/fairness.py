"""Rules of fair dates: which day, time and place spread the burden among a region's people.

The toolkit asks to 'move the meetings around in terms of different days, times, and locations so you split the
burden of travel among members' (Organising toolkit > Networking). A ledger is made from what people said: to which
weekdays, times of day and places they could and could not come. The cap is that of Node.js's core committee, which
rotated by hand: nobody gets more than half bad slots. Nothing of the ledger is stored.

Suggestions are a snapshot, as counts are (bot/domain/counting.py): they are renewed at most once a day, and only
when at least six people answered something not included before. Until then nothing changes them, not even an
erasure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final, Literal

Band = Literal["morning", "midday", "after_school", "evening"]
Cell = tuple[int, Band]
"""A weekday (Monday is 0) and a part of the day."""

RECENT: Final = 8
"""How many of the last meetings that somebody answered count towards their share."""
FEWEST_MEETINGS: Final = 3
FEWEST_PEOPLE: Final = 3
TOGETHER: Final = 6
"""Least number of people whose answers are included together or reported on: five besides
the viewer."""
SUGGESTED: Final = 3
PLACES: Final = 6
"""Only recently used places are suggested."""
_WORTH: Final[Mapping[str, float]] = {"going": 0.0, "yes": 0.0, "maybe": 0.5, "cant": 1.0, "no": 1.0}


@dataclass(frozen=True, slots=True)
class Past:
    """A time that people answered: the local time, the place ('' if unknown or in a poll), and who answered what.

    `number` is the meeting's, None for a time of a poll, which shows who could come, but burdens nobody. `key` names
    it for ever ('m12', 'o7').
    """

    wall: datetime
    place: str
    said: Mapping[int, str]
    number: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A day, time of day and place, with the reasons in numbers.

    `suits` and `fails` count those of whom it is known; `over` those whom it would give more than half bad slots;
    `relieved` those who recently had more bad slots than good ones and whom it suits; `place_used` of `of` meetings
    took place there. `like` is the number of the last meeting at that place.
    """

    weekday: int
    band: Band
    clock: time
    place: str
    suits: int = 0
    fails: int = 0
    over: int = 0
    relieved: int = 0
    place_used: int = 0
    of: int = 0
    like: int = 0
    burden: float = 0.0


def band_of(clock: time) -> Band:
    """Return the part of the day of a time."""
    if clock < time(12):
        return "morning"
    if clock < time(15):
        return "midday"
    return "after_school" if clock < time(18) else "evening"


def cell_of(wall: datetime) -> Cell:
    """Return the weekday and part of the day of a local time."""
    return wall.weekday(), band_of(wall.time())


@dataclass(frozen=True, slots=True)
class Learned:
    """What is suggested to a region's organisers: the meetings and polls it is based on, `met` of them meetings."""

    taken: frozenset[str] = frozenset()
    found: tuple[Suggestion, ...] = ()
    met: int = 0


@dataclass(slots=True)
class Ledger:
    """Who could and could not come, by weekday and time, by place and in order; recomputed each time."""

    cells: dict[Cell, dict[int, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    pairs: dict[tuple[Cell, str], dict[int, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """As `cells`, for each place separately ('' where the place was open)."""
    turns: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """For each member, whether each of the last meetings that they answered was a bad slot for them."""
    far: dict[tuple[int, str], bool] = field(default_factory=dict[tuple[int, str], bool])

    def bad(self, member: int, cell: Cell, place: str) -> bool | None:
        """Whether a slot does not suit a member; None if unknown.

        Their answers for that day and time at that place decide, else those for the day and time. A place is
        to blame only if at the same day and time they could come to another place but not to this one.
        """
        exact = self.pairs.get((cell, place), {}).get(member)
        if exact is not None:
            return _bad(exact)
        at = self.cells.get(cell, {}).get(member)
        if at is not None and _bad(at):
            return True
        if place and self._too_far(member, place):
            return True
        return None if at is None else False

    def _too_far(self, member: int, place: str) -> bool:
        if (member, place) not in self.far:
            self.far[member, place] = self._never_there(member, place)
        return self.far[member, place]

    def _never_there(self, member: int, place: str) -> bool:
        for (cell, where), said in self.pairs.items():
            if where == place and member in said and _bad(said[member]):
                elsewhere = [
                    other[member]
                    for (same, there), other in self.pairs.items()
                    if same == cell and there != place and member in other
                ]
                if any(not _bad(one) for one in elsewhere):
                    return True
        return False

    def share(self, member: int) -> float:
        """Return the share of bad slots among the last ones that a member answered."""
        turns = self.turns.get(member, ())
        return sum(turns) / len(turns) if turns else 0.0

    def would_exceed(self, member: int) -> bool:
        """Whether one more bad slot makes over half of a member's last ones bad (of an odd number, the larger half)."""
        turns = self.turns.get(member, [])[1 - RECENT :]
        return sum(turns) + 1 > (len(turns) + 2) // 2

    def people(self) -> set[int]:
        """Return everybody about whom something is known."""
        return {member for said in self.cells.values() for member in said}


def _bad(said: Sequence[float]) -> bool:
    return sum(said) / len(said) > 0.5


def ledger_of(past: Iterable[Past]) -> Ledger:
    """Build the ledger from answers in any order."""
    ledger = Ledger()
    for one in sorted(past, key=lambda one: one.wall):
        for member, choice in one.said.items():
            worth = _WORTH[choice]
            ledger.cells[cell_of(one.wall)][member].append(worth)
            ledger.pairs[cell_of(one.wall), one.place][member].append(worth)
            if one.number is not None:
                ledger.turns[member] = [*ledger.turns[member], worth == 1.0][-RECENT:]
    return ledger


def gathered(past: Iterable[Past]) -> list[Past]:
    """Return the meetings and closed polls to learn from, in order of time.

    They are included in groups that six people answered, so that one person's answer never changes suggestions.
    """
    found: list[Past] = []
    waiting: list[Past] = []
    people: set[int] = set()
    for one in sorted(past, key=lambda one: one.wall):
        waiting.append(one)
        people.update(one.said)
        if len(people) >= TOGETHER:
            found += waiting
            waiting, people = [], set()
    return found


def learn(before: Learned, past: Sequence[Past]) -> Learned:
    """Return what to suggest from now on: the same as before, until six people have answered something new.

    Anything else that changed since, such as answers of somebody erased, shows together with those six.
    """
    new = gathered(one for one in past if one.key not in before.taken)
    if not new:
        return before
    known = [one for one in past if one.key in before.taken] + new
    met = sum(one.number is not None for one in known)
    return Learned(frozenset(one.key for one in known), tuple(suggest(known)), met)


def enough(past: Sequence[Past]) -> bool:
    """Whether there are enough answers for a suggestion to be more than a guess."""
    meetings = [one for one in past if one.number is not None and one.said]
    return (
        len(meetings) >= FEWEST_MEETINGS and len({who for one in past for who in one.said}) >= FEWEST_PEOPLE
    )


def suggest(past: Sequence[Past], *, most: int = SUGGESTED) -> list[Suggestion]:
    """Return the days, times and places that spread the burden best, best first; none if too little is known.

    Those that give nobody more than half bad slots come first. Then those that cost least, a bad slot
    for somebody with many earlier ones costing up to three times one for somebody with none; then those that suit
    most people, and the places used least.
    """
    if not enough(past):
        return []
    ledger = ledger_of(past)
    people = ledger.people()
    met = sorted((one for one in past if one.number is not None), key=lambda one: one.wall)
    used = Counter(one.place for one in met)
    latest: dict[str, int] = {}
    for one in met:
        if one.place:
            latest.pop(one.place, None)  # the most recently used comes last
            latest[one.place] = one.number or 0
    clocks: dict[Cell, list[time]] = defaultdict(list)
    for one in sorted(past, key=lambda one: one.wall):
        clocks[cell_of(one.wall)].append(one.wall.time())
    found = [
        _weighed(
            Suggestion(cell[0], cell[1], Counter(times).most_common(1)[0][0], place),
            ledger,
            people,
            used,
            len(met),
            latest,
        )
        for cell, times in clocks.items()
        for place in ([*latest][-PLACES:] or [""])
    ]
    found.sort(key=_order)
    kept: list[Suggestion] = []
    for one in found:
        if all((one.weekday, one.band) != (other.weekday, other.band) for other in kept):
            kept.append(one)
    return kept[:most]


def _order(one: Suggestion) -> tuple[object, ...]:
    return (
        one.over,
        one.burden,
        -one.relieved,
        -one.suits,
        one.place_used,
        one.weekday,
        one.clock,
        one.place,
    )


def _weighed(
    one: Suggestion,
    ledger: Ledger,
    people: Iterable[int],
    used: Mapping[str, int],
    of: int,
    latest: Mapping[str, int],
) -> Suggestion:
    suits = fails = over = relieved = 0
    burden = 0.0
    for member in sorted(people):
        bad = ledger.bad(member, (one.weekday, one.band), one.place)
        if bad:
            fails += 1
            over += ledger.would_exceed(member)
            burden += 1 + 2 * ledger.share(member)
        elif bad is not None:
            suits += 1
            relieved += ledger.share(member) > 0.5
    return Suggestion(
        one.weekday,
        one.band,
        one.clock,
        one.place,
        suits=suits,
        fails=fails,
        over=over,
        relieved=relieved,
        place_used=used.get(one.place, 0) if one.place else 0,
        of=of,
        like=latest.get(one.place, 0),
        burden=burden,
    )
