"""Which campaign is next in a channel: none waits longer than the others, and none comes twice in a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turns:
    """What a channel has had since its campaigns last changed: how often each came, and when it came last."""

    counts: Mapping[str, int]
    latest: Mapping[str, int]
    """A number that grows with time; missing for a campaign that has not come yet."""
    last: str | None = None

    def then(self, campaign: str) -> "Turns":
        """Return the turns after `campaign` has come."""
        counts = {**self.counts, campaign: self.counts.get(campaign, 0) + 1}
        return Turns(
            counts, {**self.latest, campaign: max(self.latest.values(), default=0) + 1}, last=campaign
        )


def turn(campaigns: Sequence[str], turns: Turns, *, wanted: str | None = None) -> str | None:
    """Return the next campaign: of those that came least often, the one that waited longest; None without campaigns.

    `wanted` comes out of turn (a key date is near) if it did not come just before, and all still get their
    fair share to within one prompt, now and later.
    """
    if not campaigns:
        return None
    if wanted is not None and wanted in campaigns and wanted != turns.last:
        ahead = turns.then(wanted)
        for _ in range(2 * len(campaigns) + 1):
            if not fair(campaigns, ahead):
                break
            ahead = ahead.then(_next(campaigns, ahead))
        else:
            return wanted
    return _next(campaigns, turns)


def _next(campaigns: Sequence[str], turns: Turns) -> str:
    free = [campaign for campaign in campaigns if campaign != turns.last] or list(campaigns)
    return min(
        free,
        key=lambda campaign: (
            turns.counts.get(campaign, 0),
            turns.latest.get(campaign, -1),
            campaigns.index(campaign),
        ),
    )


def fair(campaigns: Sequence[str], turns: Turns) -> bool:
    """Whether every campaign is within one prompt of its fair share."""
    counts = [turns.counts.get(campaign, 0) for campaign in campaigns]
    share = sum(counts) / len(counts) if counts else 0.0
    return all(abs(count - share) <= 1 for count in counts)
