"""Verbs on meetings: schedule, answer, move, cancel, and find them again.

Each stores, in the same transaction, what the bot owes because of it.
"""

from db.meetings.answering import answer
from db.meetings.changing import cancel, edit, move, share
from db.meetings.finding import (
    around,
    changeable,
    choice_of,
    find,
    find_for,
    of_series,
    upcoming,
    usual_size,
)
from db.meetings.reminding import (
    ANNOUNCE,
    CANCELLED,
    CARD,
    MOVED,
    REMIND,
    channel_reminders,
    debt,
    people_of,
    private_reminders,
    rearm,
    rearm_all,
    refresh,
    tell,
)
from db.meetings.scheduling import announced, schedule

__all__ = [
    "ANNOUNCE",
    "CANCELLED",
    "CARD",
    "MOVED",
    "REMIND",
    "announced",
    "answer",
    "around",
    "cancel",
    "changeable",
    "channel_reminders",
    "choice_of",
    "debt",
    "edit",
    "find",
    "find_for",
    "move",
    "of_series",
    "people_of",
    "private_reminders",
    "rearm",
    "rearm_all",
    "refresh",
    "schedule",
    "share",
    "tell",
    "upcoming",
    "usual_size",
]
