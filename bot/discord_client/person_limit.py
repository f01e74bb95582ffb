"""How fast one person may act: a token bucket each, so that nobody else has to wait for them."""

BACK = 5
"""Seconds until an empty bucket is full again."""
MOST_KNOWN = 10_000


class PersonLimit:
    """Token buckets by user id; full ones are not kept.

    A bucket is one number: when it will be full again.
    """

    def __init__(self, burst: int) -> None:
        """Make it.

        Args:
            burst: how many interactions one person may send at once; 0 sets no limit.
        """
        self.burst = burst
        self._full_at: dict[int, float] = {}

    def takes(self, user_id: int, now: float) -> bool:
        """Whether to accept one more from this person at `now` (seconds of a monotonic clock); if so, count it."""
        if not self.burst or not user_id:
            return True
        each = BACK / self.burst
        full_at = max(self._full_at.get(user_id, now), now)
        if full_at - now > BACK - each + 1e-6:
            return False
        if len(self._full_at) >= MOST_KNOWN:
            self._full_at = {user: full for user, full in self._full_at.items() if full > now}
        self._full_at[user_id] = full_at + each
        return True
