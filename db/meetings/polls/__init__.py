"""Verbs on polls: put one, vote, close it by hand or when its time has come, and make a meeting of a time."""

from db.meetings.polls.lifecycle import Time, announced, attend, end, put, reopen, schedule, vote, withdraw
from db.meetings.polls.outbox import ANNOUNCE, CARD, CHOSEN, JOB, REMIND, RESULT
from db.meetings.polls.queries import (
    find,
    missing,
    of_meeting,
    running,
    tallies,
    time_chosen,
    voters,
)
