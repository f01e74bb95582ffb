"""One action that fits somebody's time and place, and that they have not recently done or put aside."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.domain.campaigns.catalogue import TIMES, Action, Campaign, Key, Place, Time

LATELY = timedelta(days=90)
"""For how long an action is not suggested again to somebody who did it."""


def suggest(
    campaigns: Sequence[Campaign],
    *,
    time: Time | None = None,
    place: Place | None = None,
    done: Collection[Key] = (),
    aside: Collection[Key] = (),
    after: Key | None = None,
    start: int = 0,
) -> tuple[Campaign, Action] | None:
    """Return the next action that fits, None when there is none.

    Args:
        campaigns: the campaigns to choose from, in order; the first action of each comes before the second of any.
        time: how much they have; what takes less fits too, and comes later.
        place: where they are; None is anywhere.
        done: what they did recently.
        aside: what they put aside; with an empty action, a whole campaign.
        after: the previous suggestion; the next one after it comes.
        start: rotates the list, so that not everybody begins with the first.
    """
    most = TIMES.index(time) if time is not None else len(TIMES) - 1
    offers = [
        (TIMES.index(action.time) != most and time is not None, rank, campaign, action)
        for campaign in campaigns
        for rank, action in enumerate(campaign.actions)
        if TIMES.index(action.time) <= most
        and (place is None or place in action.places)
        and not {(campaign.id, action.id), (campaign.id, "")} & set(aside)
    ]
    offers.sort(key=lambda offer: offer[:2])
    keys = [(campaign.id, action.id) for _, _, campaign, action in offers]
    if after in keys:
        start = keys.index(after) + 1
    elif after is not None:
        start = next((place for place, key in enumerate(keys) if key[0] == after[0]), start)
    ordered = [offers[(start + step) % len(offers)] for step in range(len(offers))]
    fresh = [
        (campaign, action)
        for _, _, campaign, action in ordered
        if (campaign.id, action.id) not in done and (campaign.id, action.id) != after
    ]
    if time is not None and after is None:
        exact = [offer for offer in fresh if offer[1].time == time]
        return (exact or fresh or [None])[0]
    return fresh[0] if fresh else None
