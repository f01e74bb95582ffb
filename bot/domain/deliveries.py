"""Rules of delivery: outcomes, what an error means, when to retry, and quiet hours."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc


class Outcome(StrEnum):
    """How a delivery ends: a message as exactly one of the first five, a job as done, suppressed or failed."""

    SENT = "sent"
    LATE = "late"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    DONE = "done"


# A message sent later than this says so.
LATE_AFTER = timedelta(minutes=5)

# A message whose response was lost is found again by its nonce only for a few minutes
# (discord-api-docs, create message: enforce_nonce); later retries may duplicate it, so early ones are safer.
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)

# A passing refusal lasts longer than a fault, and each one counts towards a ban of the IP address (10,000 in ten
# minutes: https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).
REFUSED_RETRY = timedelta(seconds=10)
REFUSED_PRIVATE_RETRY = timedelta(minutes=1)
UNAUTHORISED_RETRY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Retry:
    """A passing fault: retry after `wait`."""

    wait: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """A lasting fault: the delivery has failed for `reason` (a key under `deliveries.reasons`)."""

    reason: str


NOT_KNOWN_YET = "not_known_yet"
"""Why a delivery waits: Discord has not delivered its server."""


OVERTAKEN = "changed"
"""Why a delivery is retried: a change cancelled it in flight, and Discord may have the old version."""


def look_again(due: datetime, *, now: datetime, before: datetime | None = None) -> datetime:
    """Return when to look again for a server that is not known yet: at growing intervals, or at `before`."""
    wake_at = now + min(max(now - due, timedelta(seconds=30)), timedelta(hours=1))
    return wake_at if before is None else min(wake_at, before)


def nonce(key: str) -> str:
    """Return the nonce of a delivery: 24 characters (Discord allows 25), the same for the same key."""
    return base64.urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=18).digest()).decode()


def classify(
    reason: str,
    attempts: int,
    *,
    lasting: bool,
    age: timedelta,
    jitter: float,
    first: timedelta = FIRST_RETRY,
    retry_after: float = 0.0,
) -> Retry | GiveUp:
    """Classify Discord's refusal or silence.

    Passing faults are retried for a day, unless the delivery expires earlier.

    Args:
        reason: Discord's reason, a key under `deliveries.reasons`.
        attempts: tries so far, this one included.
        lasting: whether it is permanent, so that retrying is useless.
        age: how long ago it was due.
        jitter: 0 to 1, drawn by the caller.
        first: roughly the first wait.
        retry_after: seconds that Discord asked for.
    """
    if lasting:
        return GiveUp(reason)
    if age > GIVE_UP_AFTER:
        return GiveUp(f"gave_up:{reason}")
    wait = backoff(attempts, jitter, first)
    return Retry(max(wait, timedelta(seconds=retry_after)), reason)


def backoff(attempts: int, jitter: float, first: timedelta = FIRST_RETRY) -> timedelta:
    """Return how long to wait before the next try: twice as long each time, plus or minus a quarter."""
    return min(first * 2 ** min(max(attempts - 1, 0), 20), LONGEST_RETRY) * (0.75 + jitter / 2)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours: no private messages between `begins` and `ends`, local time; they may span midnight."""

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
    """Return when to send a private message due at `due` (aware): at once, or when quiet hours end.

    A reminder whose meeting begins before they end (`before`) is still sent on time: a message at
    night is better than a missed meeting.
    """
    local = due.astimezone(zone)
    if not quiet.covers(local.time()):
        return due
    day = local.date() if local.time() < quiet.ends else local.date() + timedelta(days=1)
    morning = to_utc(day, quiet.ends, zone)
    return due if before is not None and morning >= before else morning
