"""Rules of what may be counted aloud: every change that anybody is shown contains at least five people besides them.

A family is one thing to count people by, such as a campaign; a part of it is a region. In each family a person counts
once: in the part that was theirs when they were counted first, and there they stay, wherever they go and whatever else
they do. What is shown of a part is what was published last. A snapshot, at most once a day, publishes the newcomers of
a part once there are six of them, and takes off those who are there no more once there are six of those. Six, since
whoever looks may be one of them.

So parts share no person and totals are sums of parts: whatever is subtracted from whatever, today's from yesterday's or
a part from a total, what remains is made of groups of six and more, or is nothing. Whoever is not published yet is in
no number. When a month is over, what the parts have left is published together, as belonging to no single one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LEAST = 6
"""So many people have to change together: five besides the viewer, who may be one of them."""
TOGETHER = ""
"""The part of those who belong to no part, and of what several parts have left when a month is over."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is shown of one part: how many, and who was counted.

    Whoever was erased since is in the number and no longer known. They go with the next six who go: if an erasure moved
    a number, one account could be erased and counted again until the next step is somebody else's alone.
    """

    shown: int
    people: frozenset[int] = field(default_factory=frozenset[int])


Family = Mapping[str, Published]
"""What is shown of each part; a part of which nothing is shown is not there."""


def snapshot(before: Family, there: Mapping[int, str], *, month_over: bool) -> dict[str, Published]:
    """Return what is shown from now on.

    Args:
        before: what is shown until now.
        there: everybody who is to be counted now, and their part.
        month_over: whether what the parts have left is published together.
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
    # Too few to be shown: they wait again, as those do who were never counted.
    return {part: published for part, published in after.items() if published.shown >= LEAST}


def _with(published: Published | None, people: set[int]) -> Published:
    before = published or Published(0)
    return Published(before.shown + len(people), before.people | people)


def total(family: Mapping[str, int]) -> int:
    """Return how many are shown in all parts of a family together; nobody is in two of them."""
    return sum(family.values())
