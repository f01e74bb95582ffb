"""Verbs on key dates: which a server has, the prompts that are enqueued ahead of them, and which one is near."""

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
