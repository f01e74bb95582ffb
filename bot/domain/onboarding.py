"""Rules of first contact and of the series: who is greeted when, and which step comes next and when.

Pure: steps are data from the content, the present is an argument, and instants are aware.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Quiet, after_quiet
from bot.domain.local_time import to_utc

# Bots that message everybody who joins are quarantined (discord-api-docs issue 5987: within hours), so pace them.
AN_HOUR = 10
MOST_AN_HOUR = 30
APART = timedelta(minutes=1)
# A newcomer looks around first, and a raid shows itself meanwhile.
SETTLING_IN = timedelta(minutes=2)
# Newcomers who would wait longer find the Start button in the welcome channel instead.
LONGEST_WAIT = timedelta(hours=2)
# Soon after joining a greeting does not disturb, whatever the hour.
STILL_THERE = timedelta(minutes=15)
# A greeting that could not be sent within this time is not sent at all.
GREETING_LASTS = timedelta(minutes=30)
# So many joins in so short a time are not newcomers.
RAID, RAID_WITHIN, RAID_OVER = 20, timedelta(minutes=1), timedelta(minutes=10)
# How far back joins are caught up on after the bot was away.
CATCH_UP = timedelta(days=7)
# Steps come after lessons.
STEP_AT = time(16, 30)
# After so many steps without an answer the series says goodbye.
PATIENCE = 2


def slot(now: datetime, taken: Sequence[datetime], *, an_hour: int, zone: ZoneInfo) -> datetime | None:
    """Return when somebody who has just joined may be greeted, None when that is not soon enough.

    Args:
        now: the present.
        taken: the slots already given, in order; those of the last hour matter.
        an_hour: greetings allowed in any hour; 0 allows none.
        zone: the server's zone, for its nights.
    """
    if an_hour <= 0:
        return None
    at = now + SETTLING_IN
    if taken:
        at = max(at, taken[-1] + APART)
    if len(taken) >= an_hour:
        at = max(at, taken[-an_hour] + timedelta(hours=1))
    if at - now > LONGEST_WAIT:
        return None
    if at - now > STILL_THERE and Quiet().covers(at.astimezone(zone).time()):
        return None
    return at


def raiders(joins: Sequence[datetime]) -> set[int]:
    """Return the indices in `joins` (in order of time) of mass joins: so many within a minute."""
    found: set[int] = set()
    first = 0
    for last, at in enumerate(joins):
        while at - joins[first] >= RAID_WITHIN:
            first += 1
        if last - first + 1 >= RAID:
            found.update(range(first, last + 1))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the series: `day` counts from the start; `advice` leads on from it.

    `act` are the commands that do what it asks for, by name, each with its button's label.
    """

    name: str
    title: str
    day: int
    advice: str = ""
    act: Mapping[str, str] = field(default_factory=dict[str, str])


class Series:
    """The steps in their order."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = sorted(steps, key=lambda step: step.day)
        self._places = {step.name: place for place, step in enumerate(self.steps)}

    def get(self, name: str) -> Step | None:
        """Return a step by name; None when the content no longer has it."""
        return self.steps[self._places[name]] if name in self._places else None

    def place(self, name: str) -> int:
        """Return the number of a step, from 1; 0 for one that the content no longer has."""
        return self._places.get(name, -1) + 1

    def after(self, name: str, answered: Collection[str] = ()) -> Step | None:
        """Return the first unanswered step after `name`; the first of all when `name` is unknown."""
        rest = self.steps[self.place(name) :]
        return next((step for step in rest if step.name not in answered), None)


def due(
    step: Step, before: Step | None, shown_at: datetime, *, zone: ZoneInfo, quiet: Quiet | None = None
) -> datetime:
    """Return when a step is due: after lessons, as many days after the previous one as their days are apart.

    Counting from when that one was really shown keeps the pace for somebody who paused or went ahead.
    """
    apart = max(1, step.day - before.day) if before is not None else 1
    day = shown_at.astimezone(zone).date() + timedelta(days=apart)
    at = to_utc(day, STEP_AT, zone)
    return after_quiet(at, zone, quiet) if quiet is not None else at
