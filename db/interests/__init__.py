"""Interests: kept for their owner alone, counted where there are enough, and introductions that both want."""

from db.interests.choosing import allow, allowed, choose, chosen_by, clear
from db.interests.mapping import map_of, named_on_map
from db.interests.meeting import (
    ASK,
    MET,
    NONE,
    answer,
    ask,
    candidates,
    find,
    give_up,
    lapse,
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
    "named_on_map",
    "put",
    "subject",
    "told",
    "untold",
]
