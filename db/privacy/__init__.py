"""What is stored of a member: found, exported, erased, and kept no longer than said; and what they agreed to."""

from db.membership.consents import agree, agreed, consents_of, withdraw
from db.privacy.erasing import (
    erase,
    erase_guild,
    forget_person_if_unknown,
    size,
    sweep,
)
from db.privacy.leaving import (
    clocks_among,
    departed,
    gone_among,
    has_left,
    known_among,
    known_members,
    left_many,
    returned_many,
    run_down,
)
from db.privacy.personal_data import Hits, counts, export, find, personal_data_in, tables, texts_of
from db.privacy.registry import PERSONAL_DATA, PersonalData, Scope, of_guild

__all__ = [
    "PERSONAL_DATA",
    "Hits",
    "PersonalData",
    "Scope",
    "agree",
    "agreed",
    "clocks_among",
    "consents_of",
    "counts",
    "departed",
    "erase",
    "erase_guild",
    "export",
    "find",
    "forget_person_if_unknown",
    "gone_among",
    "has_left",
    "known_among",
    "known_members",
    "left_many",
    "of_guild",
    "personal_data_in",
    "returned_many",
    "run_down",
    "size",
    "sweep",
    "tables",
    "texts_of",
    "withdraw",
]
