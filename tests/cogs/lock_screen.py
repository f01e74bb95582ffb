"""A server with a marker in every free text, and each kind of message that the bot sends by itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, String, Table, delete, text
from sqlalchemy.orm import Session

from bot.delivery.outgoing import Kind
from bot.sandbox.world import Message
from bot.sandbox.world.messages import COMPONENTS_V2, SUPPRESS_NOTIFICATIONS
from cogs.keydates.cards import known
from db import keydates
from db.base import Base, MemberId, Snowflake, UTCDateTime
from tests.cogs.ground import MONDAY, Ground
from tests.db.members import Filler

CAMPAIGN = "cuba"
MEETING = datetime(2026, 3, 12, 18, tzinfo=UTC)

SET_UP = {
    "guild",
    "region",
    "organiser_role",
    "prompt_plan",
    "key_date_setting",
    "upkeep",
    "secret",
    "extras",
}
FORMAL: dict[str, Any] = {
    "zone": "Europe/London", "wall": "2026-03-12T18:00", "slot": "2026-03-12T18:00", "rule": "FREQ=WEEKLY",
    "upto": "2026-03-12T18:00", "clock": "10:00", "at": "10:00", "begins": "2026-01-05", "ends": "2027-01-05",
    "day": "2026-03-02", "month": "2026-03", "quiet_from": None, "quiet_until": None, "last_day": None,
    "leads": [1440], "terms": [], "ahead": [7], "muted": [], "topics": [f"campaign:{CAMPAIGN}"], "languages": ["welsh"],
    "campaign": CAMPAIGN, "slug": CAMPAIGN, "topic": f"campaign:{CAMPAIGN}", "actions": None, "cancelled_at": None,
    "page": None, "known": None, "fields": {}, "detail": {}, "data": {}, "digest": "0" * 64, "hash": "0" * 64,
    "secret": "0" * 64, "who": "0" * 64, "purpose": "map", "status": "idea", "cadence": "monthly", "family": "deeds",
    "part": "", "kind": "course", "repeat": "",
    "left_at": None, "absent_at": None, "absent_since": None, "held_at": None,
    "ended_at": None, "closed_at": None, "withdrawn_at": None, "decided_at": None, "reported_at": None, "read_at": None,
    "dms_closed_at": None, "apply_by": "2026-03-20", "first": "2026-03-05T18:00",
    "channel_gone_at": None, "gone_at": None, "done_at": None,
}  # fmt: skip
"""What is no free text, by the name of its column."""
GIVEN: dict[tuple[str, str], Any] = {
    ("poll", "meeting_id"): None,
    ("proposal", "meeting_id"): None,
    ("person", "dm_channel_id"): None,
    ("person", "discreet"): False,
    ("interest", "kind"): "campaign",
    ("interest", "value"): CAMPAIGN,
    ("guild_campaign", "own"): False,
    ("help_call", "audience"): "organisers",
    ("checklist_item", "name"): "",
    ("roadmap_step", "name"): "meeting",
    ("event", "end_clock"): "11:00",
    ("key_date", "off"): False,
    ("key_date", "first"): "2026-03-05",
    ("prompt", "action"): "",
    ("prompt", "scheduled"): False,
}
"""What stands in a column of one table."""


def marker(table: str, column: str) -> str:
    """Return the word that stands in a free text: in no other, and in none of the bot's own."""
    return f"q{table}{column}q".replace("_", "")


class Seeds(Filler):
    """A row in every table for one member, with `words` in every free text: its own marker, unless told otherwise."""

    def __init__(
        self,
        session: Session,
        ground: Ground,
        *,
        other_id: int,
        words: Callable[[str, str, int], str] = lambda table, column, _most: marker(table, column),
    ) -> None:
        self.words = words
        super().__init__(session, user_id=ground.grace.id, guild_id=ground.sandbox.guild().id, note="")
        self.channel_id, self.other_id = ground.london.id, other_id
        (region,) = session.execute(text("SELECT id FROM region WHERE folded = 'london'"))
        self.made["guild"], self.made["region"] = {"id": self.guild_id}, {"id": region[0]}
        self.made["departure"] = {}

    def fill(self) -> None:
        """Take away what is there but for the set-up, and add a row to every other table."""
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in SET_UP:
                self.session.execute(delete(table))
        self.session.execute(text("UPDATE guild SET left_at = NULL, erase_told_at = NULL"))
        self.session.execute(text("UPDATE region SET channel_gone_at = NULL"))
        for table in Base.metadata.sorted_tables:
            if table.name not in self.made:
                self.fill_table(table)

    def _value(self, table: Table, column: Column[Any]) -> Any:
        if column.name in {"channel_id", "thread_channel_id"}:
            return self.channel_id
        if column.name in {"message_id", "event_id", "card_channel_id"} and column.nullable:
            return None
        if (table.name, column.name) in GIVEN:
            return GIVEN[table.name, column.name]
        if column.name == "asked_id":
            return self.other_id
        if isinstance(column.type, UTCDateTime | DateTime):
            ahead = column.name in {"starts_at", "closes_at", "expires_at", "offered_until"}
            return MEETING if ahead else None if column.nullable else MONDAY
        if (
            not column.foreign_keys
            and (allowed := self._allowed(table, column))
            and isinstance(column.type, String)
        ):
            return allowed
        if column.name in FORMAL and not isinstance(column.type, Snowflake | MemberId):
            found = FORMAL[column.name]
            return found if found is not None or column.nullable else ""
        if isinstance(column.type, JSON):
            return {}
        if isinstance(column.type, String) and not column.name.endswith("_on"):
            return self.words(table.name, column.name, column.type.length or 300)[: column.type.length]
        return super()._value(table, column)


async def seeded(ground: Ground, **options: Any) -> dict[str, dict[str, Any]]:
    """Fill every table; returns what stands in each."""

    def store(session: Session) -> dict[str, dict[str, Any]]:
        seeds = Seeds(session, ground, other_id=ground.tomasz.id, **options)
        seeds.fill()
        # The bot does so at every change of a server: no message may depend on whether that was done by then.
        keydates.ensure(session, seeds.guild_id, known(ground.texts), now=ground.clock.now())
        return seeds.made

    return await ground.running.store.write(store)


def push(message: Message) -> str:
    """Return what a locked phone may show of a message: its content, and of Components V2 nothing."""
    return "" if message.flags & (SUPPRESS_NOTIFICATIONS | COMPONENTS_V2) else message.content


def told(words: str) -> set[str]:
    """Return of which tables a text shows something, besides 'member' and 'campaign' where it names one."""
    tables = {table.name.replace("_", ""): table.name for table in Base.metadata.sorted_tables}
    found: set[str] = set()
    for word in re.findall(r"q[a-z]+q", words):
        found |= {max((name for name in tables if word[1:].startswith(name)), key=len)}
    found = {tables[name] for name in found}
    if re.search(r"<@\d+>", words):
        found.add("member")
    if re.search("cuba|palestine", words, re.IGNORECASE):
        found.add("campaign")
    return found


NEVER = {
    "access_need", "help_call", "introduction", "interest", "affiliation", "organisation", "working_group", "plan",
    "plan_action", "deed", "twinning", "guild_campaign", "campaign", "prompt", "aside", "draft",
}  # fmt: skip
"""What tells of health, opinions, introductions, calls for help: no lock screen shows it, but as a case says why."""


@dataclass(frozen=True)
class Case:
    """How a kind is tried: what makes it due, and what a locked phone may show of it, with the reason."""

    why: str
    shows: frozenset[str] = frozenset()
    """The tables of which something may stand on a lock screen; `posts`: whether a message comes of it at all."""
    posts: bool = True
    private: bool = True
    """Whether it is sent to the member, or to a channel."""
    sensitive: bool = False
    flows: str = ""
    """Of a sensitive kind: the table of which its button shows something, so that the case tries what it says."""
    hides: str = ""
    """The texts that the message itself never has, and its button shows: 'table.column', with spaces between."""
    sql: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    key: str = ""


def nothing(why: str, *, private: bool = False) -> Case:
    """Return the case of a kind of which no message comes that a phone shows."""
    return Case(why, private=private, posts=False)


def sealed(flows: str, *sql: str, **data: Any) -> Case:
    """Return the case of a sensitive kind."""
    return Case("says only that there is something", sensitive=True, flows=flows, sql=sql, data=data)


def hiding(hides: str, shows: str, *sql: str) -> Case:
    """Return the case of a kind that says what was decided, and keeps what somebody wrote about it behind a button."""
    return Case(OUTCOME, frozenset(shows.split()), hides=hides, sql=sql)


def plain(why: str, shows: str, *sql: str, private: bool = True, key: str = "", **data: Any) -> Case:
    """Return the case of a kind whose words may be on a lock screen."""
    return Case(why, frozenset(shows.split()), private=private, sql=sql, data=data, key=key)


def channel(why: str, shows: str, *sql: str, **data: Any) -> Case:
    """Return the case of a kind that is posted in a channel."""
    return plain(why, shows, *sql, private=False, **data)


MEETING_IS_PUBLIC = "what stands on the meeting's card, for everybody; whoever goes has to read it on the way"
LIST_IS_PUBLIC = "the events are on a list that every member can read"
WORK = "a task that stands on the meeting's checklist or agenda; it is no opinion and nobody's health"
OWN_WORDS = "their own words, which they sent in to be printed, and the answer to it"
OUTCOME = "what became of something that they sent; what was written to them about it is behind a button"
OFFICE = "what an organiser or an admin has to do; no member is in it"
SAME = "the same for everybody"
POSTED = "posted for the whole channel: it tells of nobody"
EDITS = "changes a message that was sent: a phone shows no change"
HUSHED = "in a group's private thread, to which only its members belong: it is sent silently"

NO_DIGEST = "DELETE FROM digest"
"""What is told in a digest is not told alone."""

CASES: dict[str, Case] = {
    # Sensitive.
    "meeting.need": sealed("access_need"),
    "interests.ask": sealed(
        "campaign", "UPDATE introduction SET asker_id = {other}, asked_id = {me}, twinning_id = NULL"
    ),
    "interests.met": sealed("member", "UPDATE introduction SET state = 'met'"),
    "interests.none": sealed("", "UPDATE introduction SET state = 'lapsed'"),
    "campaign.private": sealed("campaign", NO_DIGEST),
    "affiliation.nudge": sealed("organisation"),
    "plans.nudge": sealed("plan_action", NO_DIGEST),
    "guidance.admins": sealed("help_call", "UPDATE help_call SET audience = 'admins'"),
    "guidance.alarm": sealed(""),
    "guidance.unheard": sealed(""),
    "guidance.unread": sealed("", "UPDATE help_call SET read_at = NULL"),
    "events.link": sealed(
        "member",
        "INSERT INTO event_goer (event_id, user_id, linked, region_id, said_at, news)"
        " SELECT event_id, {other}, linked, region_id, said_at, 0 FROM event_goer",
    ),
    # To members, in words.
    "digest.week": plain(WORK, "meeting checklist_item goal poll key_date publication region network contact report"),
    "meeting.remind": plain(MEETING_IS_PUBLIC, "meeting venue member", key="meeting:{meeting}.1:x"),
    "meeting.receipt": plain(MEETING_IS_PUBLIC, "meeting venue"),
    "settings.receipt": plain("in general words, since it may be about a campaign", "", about="campaign"),
    "meeting.moved": plain(MEETING_IS_PUBLIC, "meeting venue member"),
    "meeting.changed": plain(MEETING_IS_PUBLIC, "meeting venue member"),
    "meeting.correct": nothing(EDITS, private=True),
    "meeting.cancelled": plain(MEETING_IS_PUBLIC, "meeting", "UPDATE meeting SET cancelled_at = '{now}'", was=None),
    "meeting.restored": plain(MEETING_IS_PUBLIC, "meeting venue member"),
    "meeting.host": plain(MEETING_IS_PUBLIC, "meeting venue member", hosted=False),
    "meeting.offer": plain(MEETING_IS_PUBLIC, "meeting venue member", "UPDATE waiting SET offered_until = '{soon}'"),
    "meeting.report": plain(WORK, "meeting", "DELETE FROM report", "UPDATE meeting SET no_report = false",
                            "UPDATE answer SET user_id = {other}", asked=0),
    "goal.nudge": plain(WORK, "goal meeting member", NO_DIGEST),
    "checklist.yours": plain(WORK, "checklist_item meeting member"),
    "checklist.nudge": plain(WORK, "checklist_item meeting member", NO_DIGEST),
    "checklist.back": plain(WORK, "checklist_item meeting member", "UPDATE checklist_item SET owner_id = NULL"),
    "chase.ask": plain(MEETING_IS_PUBLIC, "meeting venue member", "DELETE FROM answer", "DELETE FROM waiting",
                       "DELETE FROM co_host", "UPDATE meeting SET host_id = {other}", NO_DIGEST),
    "poll.result": plain(MEETING_IS_PUBLIC, "poll", "UPDATE poll SET closed_at = '{now}'"),
    "poll.chosen": plain(MEETING_IS_PUBLIC, "meeting venue member", "DELETE FROM answer"),
    "proposal.asked": plain(OFFICE, "proposal member meeting"),
    "proposal.told": hiding("proposal.reason", "proposal", "UPDATE proposal SET state = 'declined'"),
    "series.ask": plain(MEETING_IS_PUBLIC, "series meeting"),
    "series.held": plain(MEETING_IS_PUBLIC, "series member", "UPDATE series SET held_at = '{now}'"),
    "series.terms": plain(MEETING_IS_PUBLIC, "series"),
    "comms.ask": plain(OWN_WORDS, "contribution publication member", "UPDATE contribution SET state = 'asked'"),
    "comms.decided": hiding("contribution.reason contribution.words", "publication",
                            "UPDATE contribution SET state = 'declined'"),
    "comms.inbox": plain(OFFICE, "publication", "UPDATE contribution SET state = 'new'"),
    "comms.closing": plain(OFFICE, "publication", "UPDATE contribution SET state = 'new'"),
    "events.eve": plain(LIST_IS_PUBLIC, "event"),
    "events.deadline": plain(LIST_IS_PUBLIC, "event"),
    "events.report": plain(LIST_IS_PUBLIC, "event", "UPDATE event_goer SET reported_at = NULL"),
    "network.listed": plain("that they are a representative stands on a list for everybody", "network contact"),
    "network.term": plain("that they are a representative stands on a list for everybody", "network"),
    "network.nudge": plain("a step of a region's network, on a list for everybody", "network roadmap_step"),
    "welcome.hello": plain(SAME, ""),
    "welcome.step": plain(SAME, "", "UPDATE journey SET state = 'active', unanswered = 0, step = ''"),
    "deliveries.failed": plain(OFFICE, "", "UPDATE delivery SET status = 'failed', reason = 'refused', kind ="
                               " 'interests.ask', private = true, settled_at = '{now}', told_at = NULL"
                               " WHERE id = (SELECT min(id) FROM delivery)"),
    "deliveries.closed": plain(OFFICE, "", "UPDATE delivery SET status = 'failed', reason = 'dms_closed', private ="
                               " true, target_id = {me}, settled_at = '{now}', told_at = NULL"
                               " WHERE id = (SELECT min(id) FROM delivery)",
                               "UPDATE person SET dms_closed_at = '{now}'"),
    "mirror.blocked": plain(OFFICE, ""),
    "privacy.handed": plain(OFFICE, "meeting series publication member", handed=True),
    "privacy.server": plain(OFFICE, "", "UPDATE guild SET left_at = '{now}', erase_told_at = '{now}'"),
    "region.channel_gone": plain(OFFICE, "", "UPDATE region SET channel_gone_at = '{now}' WHERE id = {region}"),
    # To channels.
    "campaign.prompt": channel(POSTED, "guild_campaign campaign prompt"),
    "comms.call": channel(POSTED, "publication"),
    "events.announce": channel(POSTED, "event"),
    "facts.ask": channel(OFFICE, ""),
    "guidance.help": Case("first that there is a note, whatever it says", private=False, sensitive=True),
    "keydates.prompt": channel(POSTED, "key_date campaign"),
    "meeting.announce": channel(MEETING_IS_PUBLIC, "meeting venue series member"),
    "meeting.reported": channel(MEETING_IS_PUBLIC, "meeting report goal member"),
    "network.finished": channel(POSTED, "network"),
    "network.stalled": channel(POSTED, "network"),
    "network.started": channel(POSTED, "network"),
    "network.vacancy": channel(POSTED, "network", "DELETE FROM contact"),
    "poll.announce": channel(MEETING_IS_PUBLIC, "poll"),
    "poll.remind": channel(MEETING_IS_PUBLIC, "poll"),
    "setup.hello": channel(SAME, "", "UPDATE guild SET set_up_at = NULL"),
    "upcoming.no_pin": channel(OFFICE, ""),
    "welcome.desk": channel(SAME, ""),
    "welcome.raid": channel(OFFICE, ""),
    # In a group's thread.
    "plans.hello": channel(HUSHED, ""),
    "plans.posted": channel(HUSHED, ""),
    "plans.handed": channel(HUSHED, "", "UPDATE plan_action SET owner_id = NULL"),
    # Nothing that is posted as a message of its own.
    **dict.fromkeys(("meeting.card", "plans.card", "poll.card", "proposal.card"), nothing(EDITS)),
}  # fmt: skip
"""What has to be done before some kinds can be tried, and what they may show; the class of each other kind says so."""


def case_of(name: str, kind: Kind) -> Case:
    """Return how a kind is tried: as it stands here, or as its class declares it."""
    if name in CASES:
        return CASES[name]
    if kind.sensitive:
        return sealed("")
    return plain("its class says what it shows", kind.shows)
