"""Verbs on working groups and their plans."""

from db.plans.acting import HANDED, act
from db.plans.actions import NUDGE, OPEN, action_of, actions_for, done_all
from db.plans.groups import (
    HELLO,
    TEND,
    group_of,
    groups_of,
    had_thread,
    in_thread,
    join,
    leave,
    members,
    tend,
    thread_made,
)
from db.plans.groups import find as find_group
from db.plans.groups import lost as thread_lost
from db.plans.reviewing import put_on_agendas, waiting_regions, waits
from db.plans.sheets import (
    CARD,
    POSTED,
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
    set_actions,
)

__all__ = [
    "CARD",
    "HANDED",
    "HELLO",
    "NUDGE",
    "OPEN",
    "POSTED",
    "TEND",
    "act",
    "action_of",
    "actions_for",
    "active",
    "begin",
    "close",
    "discard",
    "done_all",
    "draft_of",
    "fill",
    "find",
    "find_group",
    "group_of",
    "groups_of",
    "had_thread",
    "in_thread",
    "join",
    "leave",
    "members",
    "post",
    "posted",
    "posted_in",
    "put_on_agendas",
    "set_actions",
    "tend",
    "thread_lost",
    "thread_made",
    "waiting_regions",
    "waits",
]
