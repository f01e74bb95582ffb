"""The communications desk: deadlines, calls for contributions, and the collated draft."""

from bot.domain.comms.deadlines import (
    ASK_LIVES,
    ASKS_OPEN,
    CADENCES,
    CALL_AT,
    CALL_DAYS,
    DEADLINE_AT,
    DECISIONS,
    LONGEST,
    LONGEST_CREDIT,
    LONGEST_REASON,
    OPEN,
    OPEN_CONTRIBUTIONS,
    SAME_EDITION,
    STATES,
    Deadline,
    call_at,
    called_for,
    read_deadline,
)
from bot.domain.comms.draft import Draft, Piece, fair
