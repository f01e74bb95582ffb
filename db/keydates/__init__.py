"""Verbs on key dates: those of a server, the prompts enqueued ahead of them, and the nearest one."""

from db.keydates.dates import (
    JOB,
    PROMPT,
    Known,
    Near,
    add,
    choose,
    ensure,
    find,
    near,
    of_guild,
    outdated,
    remove,
    setting,
    switch,
    when_of,
)
