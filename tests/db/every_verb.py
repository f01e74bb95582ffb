"""Every verb of the store, found automatically and called with arguments from a filled store."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

import db
from bot.domain.campaigns.catalogue import Campaign
from bot.domain.deliveries import Outcome
from bot.domain.events import Dates
from bot.domain.keydates import Yearly
from bot.domain.mentions import Occasion
from bot.domain.onboarding import Series, Step
from bot.domain.privacy import Keep
from bot.domain.reports import GoalWords
from bot.domain.series import Pattern
from db.affiliations.models import Affiliation
from db.base import Base
from db.campaigns.models import CompletedAction, PromptSubscription
from db.comms.models import Publication
from db.deliveries import NewDelivery, Shards
from db.events.models import Event
from db.guidance.models import SupportRequest
from db.keydates.models import KeyDate
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting
from db.meetings.polls import Time
from db.network.models import Contact, Twinning
from db.onboarding.greeting import Join
from db.outbox import About
from db.privacy.erasing import Remembered
from db.privacy.personal_data import Hits
from db.privacy.registry import Scope
from tests.db.history import GUILD, MEMBER, NOW

LONDON = ZoneInfo("Europe/London")
OTHER = MEMBER + 1
SOON = NOW + timedelta(days=2)
STEP = Step(name="about", title="About", day=1)
CAMPAIGN = Campaign(id="palestine", title="Palestine", why="", actions=())

Verb = Callable[..., object]

OBJECTS = {
    "campaign": CAMPAIGN, "dates": Dates(date(2026, 4, 1), date(2026, 4, 2)), "when": Yearly(date(2026, 4, 1)),
    "keep": Keep(), "kept": Remembered("00" * 32, {}), "scope": Scope(MEMBER, GUILD, NOW), "step": STEP,
    "details": MeetingDetails(title="Proposed", minutes=60, host_id=MEMBER),
    "pattern": Pattern("2026-04-01T18:00", LONDON, "FREQ=WEEKLY"), "outcome": Outcome.FAILED,
    "occasion": Occasion.MEETING,
}  # fmt: skip
"""Arguments that are not rows, by the name of the parameter."""
LISTS: dict[str, Any] = {
    "new_deliveries": [NewDelivery(key="k", kind="meeting.remind", guild_id=GUILD, target_id=5, private=False,
    subject="x", due_at=SOON)],
    "goals": [GoalWords("Write")], "times": [Time(SOON, 60)], "joins": [Join(OTHER, NOW, seen=True)],
    "content": [CAMPAIGN], "actions": [], "slugs": [], "topics": ["peace"], "languages": ["english"],
    "purposes": ["introductions"], "states": ["new"], "kinds": ["meeting.remind"], "user_ids": [MEMBER, OTHER],
    "meeting_ids": [1],
    "guild_ids": [GUILD], "channel_ids": [55], "role_ids": [77], "ids": [1, 2], "others": [OTHER], "members": [MEMBER],
    "who": [(GUILD, MEMBER), (GUILD, OTHER)], "deliveries": [1], "hashed": ["0" * 64], "busy": [1], "before": [1],
    "admins": [MEMBER], "taken": ["other"], "taken_names": [], "ahead": [7],
}  # fmt: skip
NAMED: dict[str, Any] = {
    "about": "x", "access": "", "action": "write", "actor_id": MEMBER, "an_hour": 10, "asked": 3, "attendance": 4,
    "audience": "all", "author_id": MEMBER, "cadence": "monthly", "capacity": 20, "change": "add",
    "channel_id": 55, "choice": "going", "clock": "10:00", "credit": "", "day": date(2026, 3, 3), "days": 7,
    "decided": "x", "detail": {}, "details": {}, "do": "done", "duty": "", "every": 2, "family": "deeds", "fields": {},
    "form": "f", "hopes": "", "host_id": OTHER, "key": "key:1", "kind": "meeting.remind", "lead_weeks": 4,
    "lease": timedelta(minutes=1), "limit": 10, "link": "", "mark": "x", "message_id": 66, "minutes": 90, "most": 3,
    "name": "London", "next_words": "", "note": "x", "note_words": "", "number": 1, "old": 55, "online": "",
    "other": OTHER, "owner_id": OTHER, "place": "", "prefix": "deeds", "purpose": "introductions", "reach": "",
    "reason": "x", "repeat": "", "resources": "", "role_id": 77, "room": 40, "said": "done", "secret": "x",
    "rule": "FREQ=WEEKLY", "for_day": "2026-03-05",
    "since": NOW - timedelta(days=365), "slot": "2026-03-05T18:00", "slug": "palestine", "state": "done",
    "status": "open",
    "step": "about", "subject": "meeting:1", "table": Meeting, "target_id": MEMBER, "title": "A title", "to": OTHER,
    "seats": "2 for each region, 4 for London",
    "topic": "peace", "turn": 1, "until": NOW + timedelta(days=30), "user_id": MEMBER, "venue": "", "wanted": "x",
    "what": "schedule", "why": "", "within": timedelta(days=30), "wording": "wording", "words": "words", "worker": "w",
    "hour": 8, "organised": [1],
    "world": "", "zone": LONDON, "weekday": 1, "admin_id": MEMBER, "aim": "", "district": "", "body": "Branch",
    "deadline": SOON, "affected": "", "a_target": 4, "installed_at": NOW, "before_": None,
    "organisers_channel_id": 5, "campaign": "palestine", "ask": "", "unknown": "meetings.unknown", "folded": "place",
}  # fmt: skip
ROWS = {
    "intro_id": "introduction", "call_id": "help_call", "key_date_id": "key_date", "group_id": "working_group",
    "completed_id": "deed",
    "action_id": "plan_action", "item_id": "checklist_item", "poll_id": "poll",
}  # fmt: skip
"""The tables of numbers that are not named after theirs."""


class Given:
    """Finds arguments for verbs in a store that was filled by `lived`."""

    def __init__(self, made: dict[str, dict[str, Any]]) -> None:
        self.made = made
        self.models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}

    def arguments(self, session: Session, verb: Verb, *, whole: bool) -> dict[str, Any]:
        """Return keyword arguments for a verb, with `whole` the optional ones too."""
        found: dict[str, Any] = {}
        for one in list(inspect.signature(verb).parameters.values())[1:]:
            if one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL):
                continue
            if one.default is one.empty or whole:
                found[one.name] = self._value(session, one, verb)
        return found

    def _value(self, session: Session, one: inspect.Parameter, verb: Verb) -> Any:  # noqa: C901 - a list of rules
        name, kind = one.name, one.annotation
        special = SPECIAL.get(f"{verb.__module__}.{verb.__name__}", {})
        if name in special:
            given = special[name]
            return given() if inspect.isfunction(given) else given
        if inspect.isclass(kind) and issubclass(kind, Base):
            return self.row(session, kind)
        wanted = str(kind)
        if table := re.search(r"db\.(?:\w+\.)*\w*models\.(\w+)", wanted):
            model = self.models[table[1]]
            row = self.row(session, model)
            return [row] if "collections" in wanted else row
        if name in LISTS and ("collections" in wanted or "tuple" in wanted):
            return LISTS[name]
        if "onboarding.Series" in wanted:
            return SERIES
        if "Mapping" in wanted or "dict" in wanted:
            return self.data() if name == "data" else MAPPINGS.get(name, {})
        if name in OBJECTS and not wanted.startswith("<class 'str'"):
            return OBJECTS[name]
        if kind is bool or wanted.startswith("bool"):
            return True
        table = ROWS.get(name, name.removesuffix("_id") if name.endswith("_id") else "")
        if table == "guild":
            return GUILD
        if table in self.made and "id" in self.made[table] and table != "person":
            return self.made[table]["id"]
        if "datetime.datetime" in wanted:
            return NAMED.get(name, SOON if name != "now" else NOW) if name != "now" else NOW
        if "datetime.date" in wanted:
            return date(2026, 4, 1)
        if "datetime.time" in wanted:
            return time(10, 0)
        if kind is str and name == "zone":
            return "Europe/London"
        return NAMED[name]

    def row(self, session: Session, model: type[Base]) -> Any:
        """Return the one row of a table that is not over, with what belongs to it."""
        return session.get_one(model, self._key(model.__tablename__), options=[selectinload("*")])

    def data(self) -> dict[str, Any]:
        """Return what stands in a delivery, for whatever it is about."""
        numbers = {name: row["id"] for name, row in self.made.items() if "id" in row}
        return numbers | {
            "do": "close",
            "slot": "x",
            "turn": 1,
            "day": "2026-03-05",
            "call": numbers["help_call"],
        }

    def _key(self, table: str) -> Any:
        if table == "guild":
            return GUILD
        row = self.made[table]
        keys = [row[column.name] for column in Base.metadata.tables[table].primary_key.columns]
        return tuple(keys) if len(keys) > 1 else keys[0]


MAPPINGS: dict[str, Any] = {
    "wordings": {"interests": "wording", "introductions": "wording", "map": "wording"},
    "chosen": {"campaign": ["palestine"]},
    "found": {"answer": Hits()},
    "data": {"meeting": 1},
    "there": {"deeds": {MEMBER: "x"}},
    "said": {1: "yes"},
    "wanted": {GUILD: MEMBER},
}
SERIES = Series([STEP])
TOPIC = ("campaign", "palestine")


def new_date() -> KeyDate:
    """Return a key date that is not stored."""
    return KeyDate(page="", name="May Day", rule="FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1", first="2026-05-01")


def new_event() -> Event:
    """Return an event that is not stored."""
    return Event(kind="course", title="Course", first_on="2026-05-01", last_on="2026-05-01")


def new_action() -> CompletedAction:
    """Return a completed action that is not stored."""
    return CompletedAction(campaign="palestine", action="write", note="x")


def new_affiliation() -> Affiliation:
    """Return an affiliation that is not stored."""
    return Affiliation(known="x", body="Branch", status="idea")


def new_publication() -> Publication:
    """Return a newsletter that is not stored."""
    return Publication(name="A title", cadence="monthly")


def new_note() -> SupportRequest:
    """Return a note that is not stored."""
    return SupportRequest(guild_id=GUILD, named=True, words="x")


def new_contact() -> Contact:
    """Return a contact that is not stored."""
    return Contact(kind="district", name="London", district="", duty="", reach="")


def new_twinning() -> Twinning:
    """Return a branch that is not stored."""
    return Twinning(kind="branch", name="London", world="", topics=[], languages=[], hopes="", reach="")


SPECIAL: dict[str, dict[str, Any]] = {
    "db.affiliations.record": {"new": new_affiliation},
    "db.meetings.reports.held": {"region_ids": [1]},
    "db.meetings.checklist.change": {"owner": (MEMBER,), "state": "done"},
    "db.engine.upserts.insert_if_absent": {
        "model": PromptSubscription,
        "guild_id": GUILD,
        "user_id": 9,
        "last": "",
        "asked_at": NOW,
    },
    "db.comms.publications.ensure": {"known": [Publication(known="news", name="News", cadence="monthly")]},
    "db.comms.publications.add": {"new": new_publication},
    "db.guidance.call": {"new": new_note},
    "db.deliveries.claiming.strange": {"known": ["meeting.remind"]},
    "db.deliveries.claiming.strangers": {"known": ["meeting.remind"]},
    "db.deliveries.claiming.claim": {"lease": timedelta(minutes=1), "own": Shards((0,), 2)},
    "db.events.lifecycle.add": {"event": new_event},
    "db.meetings.integrations.on": {"name": "events"},
    "db.interests.choosing.named_on_map": {"topic": TOPIC},
    "db.interests.meeting.ask": {"about": TOPIC},
    "db.interests.meeting.candidates": {"about": TOPIC},
    "db.keydates.add": {"key_date": new_date},
    "db.keydates.ensure": {"known": [new_date()]},
    "db.keydates.outdated": {"known": [new_date()]},
    "db.meetings.outbox.to_recipient": {"dues": {"key": SOON}, "recipient": (MEMBER, True)},
    "db.lookup.of_server": {"model": Meeting},
    "db.lookup.one_or_raise": {"query": select(Meeting).where(Meeting.id == 1)},
    "db.outbox.send": {
        "about": About(GUILD, "x"),
        "kind": "meeting.remind",
        "key": "k2",
        "to": (OTHER, True),
    },
    "db.limits.use": {"what": "proposal"},
    "db.limits.reached": {"what": "proposal"},
    "db.limits.counted": {"what": "proposal"},
    "db.meetings.lifecycle.hosted": {"before": [OTHER], "quietly": True},
    "db.meetings.change_notices.tell_cancelled": {"was": {"start": NOW.isoformat(), "zone": "Europe/London"}},
    "db.network.contacts.add": {"contact": new_contact},
    "db.network.contacts.of_network": {"kind": "district"},
    "db.network.contacts.of_guild": {"kind": "district"},
    "db.network.networks.ensure": {"known": [("London", "established")]},
    "db.campaigns.completed_actions.done": {"new": new_action},
    "db.network.twinnings.add": {"new": new_twinning},
    "db.privacy.erased.adopt": {"known": {}},
    "db.people.writable_at": {"before": SOON},
    "db.campaigns.prompting.choose": {"wanted": None},
    "db.privacy.departing.hand_notices_on": {"heir_id": OTHER},
    "db.meetings.reports.open_goals": {"region_ids": [1]},
    "db.meetings.reports.follow_up": {"status": "done"},
    "db.deliveries.outcomes.tally": {"since": NOW - timedelta(days=7)},
}
"""Arguments that differ for one verb, by its name."""


def verbs() -> Iterator[tuple[str, Verb]]:
    """Yield every public function below db/ whose first parameter is a session, with its name."""
    for module in pkgutil.walk_packages(db.__path__, "db."):
        if ".migrations" in module.name:
            continue
        loaded = importlib.import_module(module.name)
        for name, function in list(vars(loaded).items()):
            if (
                not inspect.isfunction(function)
                or function.__module__ != loaded.__name__
                or name.startswith("_")
            ):
                continue
            parameters = list(inspect.signature(function).parameters.values())
            if parameters and parameters[0].annotation is Session:
                yield f"{loaded.__name__}.{name}", function
