"""Rules of campaigns: what one is, which action suits whom, and which campaign is prompted when."""

from bot.domain.campaigns.actions import as_typed, read_actions
from bot.domain.campaigns.catalogue import (
    ACTION_LENGTH,
    ACTIONS,
    OTHER,
    PLACES,
    SLUG_LENGTH,
    TIMES,
    TITLE_LENGTH,
    Action,
    Campaign,
    Key,
    in_order,
    slug_of,
)
from bot.domain.campaigns.prompting import (
    AHEAD,
    FIRST_AFTER,
    LASTS,
    Cadence,
    in_school,
    next_day,
    read_clock,
)
from bot.domain.campaigns.rotation import Turns, fair, turn
from bot.domain.campaigns.suggesting import suggest
