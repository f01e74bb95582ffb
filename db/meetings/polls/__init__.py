"""Verbs on polls: put one, vote, close it by hand or when its time has come, and make a meeting of a time."""

from db.meetings.polls.changing import Time, announced, attend, end, put, reopen, schedule, vote, withdraw
from db.meetings.polls.finding import find, missing, people_of, running, settled, tallies, voters
from db.meetings.polls.owing import ANNOUNCE, CARD, CHOSEN, JOB, REMIND, RESULT, refresh

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
    "people_of",
    "put",
    "refresh",
    "reopen",
    "running",
    "schedule",
    "settled",
    "tallies",
    "vote",
    "voters",
    "withdraw",
]
