"""Verbs on series: begin one, store its occurrences ahead, change it from one on, ask whether it is still wanted."""

from db.meetings.series.lifecycle import edit_later, end_later, go_on, hand_over, move_later
from db.meetings.series.occurrences import (
    ASK,
    HELD,
    JOB,
    TERMS,
    attend,
    begin,
    find,
    of_meeting,
    put_on_hold,
    still_alive,
)
from db.meetings.series.terms import Followed, follow
