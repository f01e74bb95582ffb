"""Rules of delivery: the five endings, what an error means, when to try again, and quiet hours."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.walltime import at_wall


class Ending(StrEnum):
    """How a delivery ends; exactly one of these."""

    SENT = "sent"
    LATE = "late"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


# Sent later than this after its time, a message says so.
LATE_AFTER = timedelta(minutes=5)

# A message whose answer was lost is found again by its nonce for a few minutes only
# (discord-api-docs, create message: enforce_nonce); what is tried later may double, so soon is safer.
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)

# Discord's JSON error codes that no second try will mend, and what we call them.
PERMANENT = {
    10003: "channel_gone",
    10004: "guild_gone",
    10008: "message_gone",
    10013: "user_gone",
    40001: "unauthorised",
    50001: "no_access",
    50007: "dms_closed",
    50013: "no_permission",
    50035: "refused_by_discord",
    50278: "no_shared_server",
}


PERMANENT_STATUS = {400: "refused_by_discord", 401: "unauthorised", 403: "no_permission", 404: "channel_gone"}


@dataclass(frozen=True, slots=True)
class Again:
    """A passing fault: try again after `wait`."""

    wait: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """A lasting fault: the delivery has failed for `reason` (a key under `deliveries.reasons`)."""

    reason: str


def nonce(key: str) -> str:
    """Return the nonce of a delivery: 24 characters (Discord allows 25), the same for the same key."""
    return base64.urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=18).digest()).decode()


def judge(
    status: int, code: int, attempts: int, *, age: timedelta, jitter: float, retry_after: float = 0.0
) -> Again | Never:
    """Say what Discord's refusal or silence means.

    What passes (no answer, 429, 5xx) is tried again for a day; a delivery that expires earlier says so itself.

    Args:
        status: the HTTP status, 0 when no answer came.
        code: Discord's JSON error code, 0 when there is none.
        attempts: tries so far, this one included.
        age: how long ago it was due.
        jitter: 0 to 1, drawn by the caller.
        retry_after: seconds that Discord asked for.
    """
    if code in PERMANENT:
        return Never(PERMANENT[code])
    if status in PERMANENT_STATUS:
        return Never(PERMANENT_STATUS[status])
    if age > GIVE_UP_AFTER:
        return Never("gave_up")
    wait = backoff(attempts, jitter)
    return Again(max(wait, timedelta(seconds=retry_after)), f"http_{status}" if status else "no_answer")


def backoff(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait before the next try: twice as long each time, within a quarter either way."""
    return min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LONGEST_RETRY) * (0.75 + jitter / 2)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours: no private message between `begins` and `ends`, local time; they may span midnight."""

    begins: time = time(21)
    ends: time = time(8)

    def covers(self, local: time) -> bool:
        """Whether `local` lies in the quiet hours (`begins` inclusive, `ends` exclusive)."""
        if self.begins == self.ends:
            return False
        if self.begins < self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


def after_quiet(due: datetime, zone: ZoneInfo, quiet: Quiet, *, before: datetime | None = None) -> datetime:
    """Return when a private message due at `due` (aware) goes: at once, or when the quiet hours end.

    A reminder whose meeting begins before they end (`before`) still goes at its time: a message at
    night is better than a meeting missed.
    """
    local = due.astimezone(zone)
    if not quiet.covers(local.time()):
        return due
    day = local.date() if local.time() < quiet.ends else local.date() + timedelta(days=1)
    morning = at_wall(day, quiet.ends, zone)
    return due if before is not None and morning >= before else morning
