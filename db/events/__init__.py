"""Verbs on training and events: what there is, who goes, who is told of whom, and the report-back afterwards."""

from db.events.going import going, not_going, put_on_agenda, reported
from db.events.lifecycle import add, change, remove
from db.events.outbox import ANNOUNCE, DEADLINE, EVE, LINK, REPORT
from db.events.queries import ahead, ends_at, find, goer_of, gone_to, linked_with, upcoming
