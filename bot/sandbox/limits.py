"""Rate limits as Discord keeps them: a bucket for each route and its major parameter, and a global one.

Discord does not publish the sizes ("do not hard-code"); these are those seen in practice. Time is real
time, not the world's: a bot told to wait really waits.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

# (method, path): (requests, seconds), for each channel, guild or webhook of the path.
SEEN: dict[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1.0),
    ("GET", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"): (1, 0.25),
    ("GET", "/guilds/{guild_id}/members"): (10, 10.0),
    ("GET", "/guilds/{guild_id}/members/{user_id}"): (5, 1.0),
    ("PUT", "/applications/{application_id}/commands"): (5, 20.0),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"): (5, 2.0),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}"): (10, 10.0),
    ("POST", "/guilds/{guild_id}/scheduled-events"): (5, 60.0),
}
# Each interaction has its own bucket; the others are the major parameters that Discord names.
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id")


@dataclass(slots=True)
class Window:
    """So many requests in a period that begins with the first."""

    size: int
    seconds: float
    left: int
    ends: float
    bucket: str = ""

    def take(self, now: float) -> float:
        """Use one; return 0.0, or how many seconds to wait when none is left."""
        if now >= self.ends:
            self.left, self.ends = self.size, now + self.seconds
        if self.left == 0:
            return self.ends - now
        self.left -= 1
        return 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A 429: how long to wait, and whether it is the global limit's."""

    retry_after: float
    everything: bool


@dataclass(slots=True)
class Limits:
    """The rate limits; `Limits.none()` counts nothing. `refusals` counts the 429s given."""

    buckets: Mapping[tuple[str, str], tuple[int, float]] | None = None
    default: tuple[int, float] = (50, 1.0)
    overall: tuple[int, float] = (50, 1.0)
    refusals: int = 0
    _windows: dict[tuple[str, ...], Window] = field(default_factory=dict[tuple[str, ...], Window])
    _overall: Window | None = None

    @classmethod
    def discord(cls, *, overall: int = 50) -> "Limits":
        """Return limits like Discord's: 5 messages in 5 s for each channel, 50 requests a second in all."""
        return cls(buckets=SEEN, overall=(overall, 1.0))

    @classmethod
    def none(cls) -> "Limits":
        """Return limits that never refuse."""
        return cls()

    def take(
        self, method: str, path: str, args: Mapping[str, str], *, exempt: bool
    ) -> tuple[Refused | None, dict[str, str]]:
        """Count one request; return a refusal or None, and the headers to send in either case."""
        if self.buckets is None:
            return None, {}
        now = time.monotonic()
        if not exempt:
            if self._overall is None:
                self._overall = Window(
                    self.overall[0], self.overall[1], self.overall[0], now + self.overall[1]
                )
            if wait := self._overall.take(now):
                self.refusals += 1
                return Refused(wait, everything=True), refusal_headers(wait, everything=True)
        key = (method, path, *(args[name] for name in MAJOR if name in args))
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) > 10_000:
                self._windows = {key: each for key, each in self._windows.items() if each.ends > now}
            size, seconds = self.buckets.get((method, path), self.default)
            bucket = blake2b(f"{method} {path}".encode(), digest_size=16).hexdigest()
            window = self._windows[key] = Window(size, seconds, size, now + seconds, bucket)
        wait = window.take(now)
        headers = {
            "X-RateLimit-Limit": str(window.size),
            "X-RateLimit-Remaining": str(window.left),
            "X-RateLimit-Reset": f"{time.time() + window.ends - now:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends - now:.3f}",
            "X-RateLimit-Bucket": window.bucket,
        }
        if wait:
            self.refusals += 1
            return Refused(wait, everything=False), headers | refusal_headers(wait, everything=False)
        return None, headers


def refusal_headers(wait: float, *, everything: bool) -> dict[str, str]:
    """Return the headers that only a 429 has."""
    headers = {
        "Retry-After": str(max(1, math.ceil(wait))),
        "X-RateLimit-Scope": "global" if everything else "user",
    }
    if everything:
        headers["X-RateLimit-Global"] = "true"
    return headers
