"""Verbs of the communications desk: publications, contributions, calls for them, and editions."""

from db.comms.calling import CALL, CLOSING, JOB, call, closing_is_due, next_deadline, round_again
from db.comms.contributions import (
    ASK,
    DECIDED,
    INBOX,
    LAPSE,
    agree,
    contribute,
    decide,
    find,
    lapse,
    mine,
    of_publication,
    refuse,
    suggest,
    tally,
    withdraw,
)
from db.comms.editions import Compiled, compile_edition
from db.comms.publications import add, change, deadline_of, ensure, follow, of_guild, publication, remove
