"""Admission: more than can be answered within Discord's 3 seconds is refused at once, with a sentence.

The usual way starts everything at once and, past its limit, answers nobody in time (goodput falls to zero).
Here the number of people waiting for their first answer is bounded, and the bound adapts to how long they
really wait; only some of them are worked on at once, so that the event loop comes round often enough
to receive new ones and refuse them while a refusal still arrives in time.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.discord_client.person_limit import PersonLimit

WINDOW = 3.0  # https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
STALE = 2.0  # older than this on arrival: no work is begun, but a refusal may still be in time
JUMP = 15.0  # older than this, Discord's clock (or the sandbox's) was moved, and the interaction is not late
AIM = 1.2  # seconds from arrival to answer above which the bound shrinks
MOST_WAITING = 256
FEWEST_WAITING = 32
MOST_IN_FLIGHT = 40
STEPS_ASIDE = 0.5  # seconds after which the next may begin: the work waits for something outside this process
AUTOCOMPLETE = 4
DISCORD_EPOCH_MS = 1_420_070_400_000

Interaction = Mapping[str, Any]
"""As the gateway sends it."""


def ignore(_: Interaction) -> None:
    """Do nothing until admission is open."""


@dataclass(slots=True)
class AdmissionCounts:
    """Counts of interactions since the start, by outcome."""

    arrived: int = 0
    answered: int = 0
    seconds: float = 0.0
    """Total time from arrival to first answer."""
    refused: int = 0
    too_fast: int = 0
    """Of those refused: how many because that person sent too many."""
    missed: int = 0
    """Not answered within 3 seconds."""


class Admission:
    """Counts those waiting for an answer and decides when one more cannot be served."""

    def __init__(self, *, most_waiting: int = MOST_WAITING, burst: int = 0) -> None:
        self.counts = AdmissionCounts()
        self.closing = False
        """Set while the bot stops: newcomers are told so, those inside are served."""
        self.most_waiting = most_waiting
        self._bound = float(most_waiting)
        self._waiting: dict[int, float] = {}
        # Discord's clock and ours differ by an unknown amount; the smallest difference in the last few minutes
        # belongs to an interaction that came without delay, so anything above it is delay.
        self._offsets = (float("inf"), float("inf"))
        self._offsets_since = 0.0
        self._begin: Callable[[Interaction], object] = ignore
        self._refuse: Callable[[Interaction], object] = ignore
        self._slow_down: Callable[[Interaction], object] = ignore
        self._people = PersonLimit(burst)
        self._in_flight: dict[int, float] = {}
        self._queue: deque[Interaction] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many interactions wait for their first answer."""
        return len(self._waiting)

    @property
    def bound(self) -> int:
        """How many may wait at present."""
        return int(self._bound)

    def opens(
        self,
        *,
        begin: Callable[[Interaction], object],
        refuse: Callable[[Interaction], object],
        slow_down: Callable[[Interaction], object] = ignore,
    ) -> None:
        """Set the callbacks that start work on an interaction, refuse it, or tell the person to slow down."""
        self._begin, self._refuse, self._slow_down = begin, refuse, slow_down

    def arrive(self, data: Interaction) -> None:
        """Take one interaction (a gateway payload): start work on it now or soon, or refuse it."""
        if not self._people.takes(_user_of(data), asyncio.get_running_loop().time()):
            self.counts.arrived += 1
            self.counts.refused += 1
            self.counts.too_fast += 1
            self._slow_down(data)
        elif not self.admits(data):
            self._refuse(data)
        elif self._queue or len(self._in_flight) >= MOST_IN_FLIGHT:
            self._queue.append(data)
            self._look_again()
        else:
            self._in_flight[int(data["id"])] = asyncio.get_running_loop().time()
            self._begin(data)

    def worked(self, interaction_id: int) -> None:
        """Record that the answer is leaving, whenever it arrives, so that the next may begin."""
        if self._in_flight.pop(interaction_id, None) is not None and self._queue:
            # Called from the loop, so that the next inherits no context from the task that ends here.
            asyncio.get_running_loop().call_soon(self._next, context=contextvars.Context())

    def _next(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._queue and len(self._in_flight) < MOST_IN_FLIGHT:
            data = self._queue.popleft()
            interaction_id = int(data["id"])
            arrived = self._waiting.get(interaction_id, 0.0)
            if now - arrived > STALE:
                self._waiting.pop(interaction_id, None)
                self.counts.refused += 1
                self._refuse(data)
            else:
                self._in_flight[interaction_id] = now
                self._begin(data)

    def _look_again(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(STEPS_ASIDE / 4, self._step_aside, context=contextvars.Context())

    def _step_aside(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        aside = [number for number, since in self._in_flight.items() if now - since > STEPS_ASIDE]
        for number in aside:
            del self._in_flight[number]
        self._next()
        if self._queue:
            self._look_again()

    def admits(self, data: Interaction) -> bool:
        """Whether work on this interaction may begin; if so, count it."""
        now = asyncio.get_running_loop().time()
        interaction_id = int(data["id"])
        self.counts.arrived += 1
        self._forget_missed(now)
        delay = self._delay(interaction_id, now)
        if self.closing or delay > STALE or len(self._waiting) >= self._bound:
            self.counts.refused += 1
            return False
        self._waiting[interaction_id] = now - delay
        return True

    def left(self, interaction_id: int) -> float:
        """Return the seconds left to acknowledge this interaction."""
        arrived = self._waiting.get(interaction_id)
        if arrived is None:
            return WINDOW
        return arrived + WINDOW - asyncio.get_running_loop().time()

    def answered(self, interaction_id: int) -> None:
        """Record that the answer is out, and adjust the bound by how long it took."""
        arrived = self._waiting.pop(interaction_id, None)
        if arrived is None:
            return
        took = asyncio.get_running_loop().time() - arrived
        self.counts.answered += 1
        self.counts.seconds += took
        if took > AIM:
            self._bound = max(FEWEST_WAITING, self._bound * 0.95)
        elif self._bound < self.most_waiting:
            self._bound = min(self.most_waiting, self._bound + 0.5)

    def _delay(self, interaction_id: int, now: float) -> float:
        offset = now - ((interaction_id >> 22) + DISCORD_EPOCH_MS) / 1000
        if now - self._offsets_since > 300:
            self._offsets = (self._offsets[1], float("inf"))
            self._offsets_since = now
        delay = offset - min(self._offsets)
        if delay > JUMP:
            self._offsets = (offset, offset)
            return 0.0
        self._offsets = (self._offsets[0], min(self._offsets[1], offset))
        return max(0.0, delay)

    def _forget_missed(self, now: float) -> None:
        while self._waiting:
            interaction_id, arrived = next(iter(self._waiting.items()))
            if now - arrived <= WINDOW:
                return
            del self._waiting[interaction_id]
            self._in_flight.pop(interaction_id, None)
            self.counts.missed += 1


def _user_of(data: Interaction) -> int:
    member: Mapping[str, Any] | None = data.get("member")
    user: Mapping[str, Any] | None = member.get("user") if member else data.get("user")
    return int(user["id"]) if user else 0
