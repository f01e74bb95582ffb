"""Interests: kept for their owner alone, counted where there are enough, and introductions that both want."""

from db.interests.choosing import allow, allowed, choose, chosen_by
from db.interests.mapping import map_of, named_on_map
from db.interests.meeting import (
    ASK,
    MET,
    NONE,
    answer,
    ask,
    candidates,
    clear,
    find,
    give_up,
    lapse,
    must_not_pester,
    on_its_way,
    put,
    subject,
    told,
    untold,
)
from db.interests.purposes import KEEP, MAP, MEET, Topic

__all__ = [
    "ASK",
    "KEEP",
    "MAP",
    "MEET",
    "MET",
    "NONE",
    "Topic",
    "allow",
    "allowed",
    "answer",
    "ask",
    "candidates",
    "choose",
    "chosen_by",
    "clear",
    "find",
    "give_up",
    "lapse",
    "map_of",
    "must_not_pester",
    "named_on_map",
    "on_its_way",
    "put",
    "subject",
    "told",
    "untold",
]
