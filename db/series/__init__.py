"""Verbs on series: begin one, store its occurrences ahead, change it from one on, ask whether it is still wanted."""

from db.series.changing import edit_later, end_later, hand_over, move_later
from db.series.keeping import (
    ASK,
    CHORE,
    HELD,
    attend,
    begin,
    extend,
    find,
    hold,
    of_meeting,
    put_on_hold,
    still_alive,
)

__all__ = [
    "ASK",
    "CHORE",
    "HELD",
    "attend",
    "begin",
    "edit_later",
    "end_later",
    "extend",
    "find",
    "hand_over",
    "hold",
    "move_later",
    "of_meeting",
    "put_on_hold",
    "still_alive",
]
