"""Rules for public counts: every change that anybody is shown contains at least five people besides them.

A family is one thing to count people for, such as a campaign; a part of it is a region. In each family a person counts
once, in the part that was theirs when first counted, and stays there, wherever they go and whatever else
they do. What is shown of a part was published last. A snapshot, at most once a day, publishes the newcomers of
a part once there are six of them, and removes those who have gone once there are six of those. Six, since
the viewer may be one of them.

So parts share nobody and totals are sums of parts: whatever is subtracted from whatever, today's from yesterday's or
a part from a total, what remains consists of groups of six or more, or is nothing. Those not published yet are in
no number. At the end of a month, what is left in the parts is published together, as belonging to none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LEAST = 6
"""Least number of people in a change: five besides the viewer, who may be one of them."""
TOGETHER = ""
"""The part for people outside all parts, and for what is left in several parts at the end of a month."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is shown of one part: the number, and who was counted.

    People erased since are in the number but no longer known. They go with the next six who go: if an erasure changed
    a number, one account could be erased and counted again until the next step is one other person's alone.
    """

    shown: int
    people: frozenset[int] = field(default_factory=frozenset[int])


Family = Mapping[str, Published]
"""What is shown of each part; parts of which nothing is shown are missing."""


def snapshot(before: Family, there: Mapping[int, str], *, month_over: bool) -> dict[str, Published]:
    """Return what to show from now on.

    Args:
        before: what has been shown so far.
        there: everybody to count now, and their part.
        month_over: whether to publish what is left in the parts together.
    """
    after: dict[str, Published] = {}
    for part, published in before.items():
        still = published.people & there.keys()
        if len(published.people - still) >= LEAST:
            published = Published(len(still), still)
        after[part] = published
    counted = {person for published in after.values() for person in published.people}
    waiting: dict[str, set[int]] = {}
    for person, part in there.items():
        if person not in counted:
            waiting.setdefault(part, set()).add(person)
    for part in [part for part, people in waiting.items() if len(people) >= LEAST]:
        after[part] = _with(after.get(part), waiting.pop(part))
    left = {person for people in waiting.values() for person in people}
    if month_over and len(left) >= LEAST:
        after[TOGETHER] = _with(after.get(TOGETHER), left)
    # Too few to be shown: they wait again, like people who were never counted.
    return {part: published for part, published in after.items() if published.shown >= LEAST}


def _with(published: Published | None, people: set[int]) -> Published:
    before = published or Published(0)
    return Published(before.shown + len(people), before.people | people)


def total(family: Mapping[str, int]) -> int:
    """Return the total shown in all parts of a family; nobody is in two of them."""
    return sum(family.values())
