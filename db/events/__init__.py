"""Verbs on training and events: which there are, who is going, who is told about whom, and the report-back."""

from db.events.lifecycle import add, change, going, not_going, put_on_agenda, remove, reported
from db.events.outbox import ANNOUNCE, DEADLINE, EVE, LINK, REPORT
from db.events.queries import ahead, ends_at, find, goer_of, gone_to, linked_with, upcoming
