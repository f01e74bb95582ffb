"""Verbs on polls: put one, vote, close it by hand or when its time has come, and make a meeting of a time."""

from db.meetings.polls.lifecycle import Time, announced, attend, end, put, reopen, schedule, vote, withdraw
from db.meetings.polls.outbox import ANNOUNCE, CARD, CHOSEN, JOB, REMIND, RESULT, refresh
from db.meetings.polls.queries import (
    find,
    missing,
    of_meeting,
    people_of,
    running,
    tallies,
    time_chosen,
    voters,
)

__all__ = [
    "ANNOUNCE",
    "CARD",
    "CHOSEN",
    "JOB",
    "REMIND",
    "RESULT",
    "Time",
    "announced",
    "attend",
    "end",
    "find",
    "missing",
    "of_meeting",
    "people_of",
    "put",
    "refresh",
    "reopen",
    "running",
    "schedule",
    "tallies",
    "time_chosen",
    "vote",
    "voters",
    "withdraw",
]
