"""Verbs on guidance: a member's note to the organisers or the admins, and how many tasks somebody has."""

from db.guidance.support import (
    ADMINS,
    ALARM,
    HELP,
    KINDS,
    UNHEARD,
    UNREAD,
    all_unheard,
    call,
    find_call,
    forget,
    heard,
    not_passed_on,
    open_tasks,
    passed_on,
    unheard,
    was_read,
)
