"""Verbs on affiliations: a body's status with an organisation, and questions about renewals."""

from db.affiliations.records import (
    NUDGE,
    SHARE,
    add_organisation,
    find,
    hand_over,
    nudged,
    of_guild,
    organisations,
    plan_renewal,
    put_on_agenda,
    record,
    remove,
    remove_organisation,
    renew,
)
