"""Verbs on working groups and their plans."""

from db.groups.actions import NUDGE, OPEN, action_of
from db.groups.groups import (
    HELLO,
    TEND,
    family,
    group_of,
    groups_of,
    had_thread,
    in_thread,
    join,
    leave,
    members,
    tend,
    there,
    thread_made,
)
from db.groups.groups import find as find_group
from db.groups.groups import lost as thread_lost
from db.groups.sheets import (
    CARD,
    HANDED,
    POSTED,
    act,
    active,
    begin,
    close,
    discard,
    draft_of,
    fill,
    find,
    post,
    posted,
    posted_in,
    put_on_agendas,
    set_actions,
    waiting_regions,
    waits,
)
