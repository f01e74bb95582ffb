"""Verbs on deliveries: owe, void, claim, settle, and what an admin asks about them."""

from db.deliveries.claiming import (
    Shards,
    backlog,
    claim,
    next_wake,
    postpone,
    reclaim,
    release,
    renew,
    retry,
    with_others,
)
from db.deliveries.ending import NOTICE, TELL_AFTER, again, mark_told, matters, recent, settle, tally, untold
from db.deliveries.owing import Debt, extend, hasten, overtaken, owe, void, void_all, void_private, waits

__all__ = [
    "NOTICE",
    "TELL_AFTER",
    "Debt",
    "Shards",
    "again",
    "backlog",
    "claim",
    "extend",
    "hasten",
    "mark_told",
    "matters",
    "next_wake",
    "overtaken",
    "owe",
    "postpone",
    "recent",
    "reclaim",
    "release",
    "renew",
    "retry",
    "settle",
    "tally",
    "untold",
    "void",
    "void_all",
    "void_private",
    "waits",
    "with_others",
]
