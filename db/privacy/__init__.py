"""A member's stored data: finding, exporting and erasing it, retention, and consents."""

from db.membership.consents import agree, agreed, consents_of, withdraw
from db.privacy.erasing import (
    erase,
    erase_guild,
    size,
    sweep,
)
from db.privacy.leaving import (
    clocks_among,
    departed,
    gone_among,
    has_left,
    left_many,
    returned_many,
    run_down,
)
from db.privacy.occurring import known_among, known_members
from db.privacy.personal_data import counts, export, find, personal_data_in, tables
from db.privacy.registry import PERSONAL_DATA, Scope, of_guild
