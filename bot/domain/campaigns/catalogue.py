"""What a campaign is: its reasons, what can be done, how long that takes and where, and whom to ask."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bot.domain.names import normalize

Time = Literal["minutes", "hour", "term"]
Place = Literal["school", "branch", "online"]
TIMES: tuple[Time, ...] = get_args(Time)
"""How much time an action takes: five minutes, an hour, a term; the shortest first."""
PLACES: tuple[Place, ...] = get_args(Place)

OTHER = "other"
"""The action of those who did something that is not listed."""

TITLE_LENGTH, ACTION_LENGTH, ACTIONS = 80, 200, 12
# Two of them and a server's id have to fit into a custom_id.
SLUG_LENGTH, ACTION_ID_LENGTH = 30, 24

Key: TypeAlias = tuple[str, str]
"""Campaign and action, by their ids."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do; `id` is what is stored and never changes."""

    id: str
    words: str
    time: Time
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as a server has it: from the content, with the server's changes, or the server's own.

    `pillar` is the id of one of the four pillars, empty when it is tied to none.
    """

    id: str
    title: str
    why: str
    actions: Sequence[Action]
    resources: Sequence[str] = ()
    partners: Sequence[str] = ()
    ask: Sequence[str] = ()
    pillar: str = ""
    order: int = 0
    own: bool = False
    changed: bool = False
    enabled: bool = True

    def action(self, action_id: str) -> Action | None:
        """Return an action by its id."""
        return next((action for action in self.actions if action.id == action_id), None)


def in_order(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """Return campaigns by place, and by title within a place."""
    return sorted(campaigns, key=lambda campaign: (campaign.order, campaign.own, campaign.title))


def slug_of(title: str, taken: Collection[str]) -> str:
    """Return the id of a new campaign: its title in lower case, with a number if that is taken."""
    stem = normalize(title).replace(" ", "-")[: SLUG_LENGTH - 4].strip("-") or "own"
    numbers = (f"{stem}-{number}" for number in range(2, 1_000))
    return next(slug for slug in (stem, *numbers) if slug not in taken)
