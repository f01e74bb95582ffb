"""Interests: kept for their owner alone, counted where there are enough, and introductions that both want."""

from db.interests.choosing import (
    allow,
    allowed,
    asked_again,
    choose,
    chosen_by,
    family,
    named_on_map,
    on_map,
    outdated,
    there,
)
from db.interests.introductions import KEEP, MAP, MEET, Topic
from db.interests.meeting import (
    ASK,
    MET,
    NONE,
    answer,
    ask,
    clear,
    concerned,
    find,
    give_up,
    lapse,
    must_not_pester,
    on_its_way,
    put,
    told,
    untold,
)
