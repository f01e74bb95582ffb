"""Verbs on meetings: schedule, answer, move, cancel, and find them.

Each stores, in the same transaction, the deliveries that it causes.
"""

from db.meetings.answering import answer
from db.meetings.audience import Hearing, hearing
from db.meetings.change_notices import roles_of
from db.meetings.lifecycle import cancel, edit, move, restore, share
from db.meetings.places import readmit, vacate
from db.meetings.queries import (
    answers_of,
    around,
    begun,
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
    CHANGED,
    CORRECT,
    HOSTING,
    MOVED,
    RECEIPT,
    REMIND,
    RESTORED,
    private_reminders,
    rearm,
    rearm_all,
    redraw_latest,
    refresh,
)
from db.meetings.scheduling import CLOSE, announced, close, schedule
