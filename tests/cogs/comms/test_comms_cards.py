"""The cards and forms of the communications desk, of affiliations and of events, as they are sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from discord.ui import TextDisplay

from bot.texts import Markup, Texts
from cogs.affiliations import cog as affiliations
from cogs.affiliations.cards import nudge_card
from cogs.comms import desk, publications
from cogs.events import cards as events
from db.affiliations.models import Affiliation, Organisation
from db.comms import Compiled
from db.comms.models import Contribution, Edition, Publication
from db.events.models import Event, EventGoer
from db.models import Region
from tests.cogs.conftest import Golden

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NASTY = "**x** @everyone <@1> [a](https://evil.example) `c`\n# big"


def publication(**given: Any) -> Publication:
    values: dict[str, Any] = {
        "id": 3,
        "guild_id": 1,
        "known": "educate",
        "name": "Educate",
        "folded": "educate",
        "cadence": "bimonthly",
        "zone": "Europe/London",
        "audience": "",
        "calls": "regions",
        "call_days": 14,
    }
    return Publication(**(values | given))


def contribution(number: int, words: str, state: str, **given: Any) -> Contribution:
    values: dict[str, Any] = {
        "id": number,
        "guild_id": 1,
        "publication_id": 3,
        "by_id": 42,
        "words": words,
        "link": "",
        "credit": "",
        "state": state,
        "reason": "",
        "turn": 0,
        "made_at": NOW,
        "changed_at": NOW,
    }
    return Contribution(**(values | given))


SENT = contribution(1, NASTY, "asked")
ALL = [
    contribution(2, "We held an assembly.", "new", link="https://neu.org.uk", credit="Sam"),
    contribution(4, "Too long for once.", "declined", reason="It came too late"),
    contribution(5, "In print soon.", "used"),
]


def test_the_question_to_an_author(golden: Golden, texts: Texts) -> None:
    golden("comms_ask", publications.ask_card(SENT, publication(), "Hackney & friends", texts))


def test_ones_own_contributions(golden: Golden, texts: Texts) -> None:
    card = desk.mine_card([(one, publication()) for one in (*ALL, SENT)], texts)
    golden("comms_mine", card)
    golden("comms_mine_none", desk.mine_card([], texts))


def test_the_forms(golden: Golden, texts: Texts) -> None:
    typed = {"words": "Our stall", "link": "https://neu.org.uk", "credit": "Sam"}
    golden("form_contribute", publications.ContributeForm(texts, publication=3))
    golden(
        "form_contribute_filled",
        publications.ContributeForm(texts, publication=3, typed=typed, title=Markup("x" * 60)),
    )
    golden("form_decline", desk.DeclineForm(texts, contribution=2))


def test_the_card_with_a_draft(golden: Golden, texts: Texts) -> None:
    compiled = Compiled(Edition(id=1, compiled_at=NOW), ALL[2:], [], ALL[1:2], ALL[:1])
    golden("comms_compiled", desk.compiled_card(compiled, publication(), texts))


def organisation(**given: Any) -> Organisation:
    values: dict[str, Any] = {
        "id": 7,
        "guild_id": 1,
        "name": "Friends",
        "folded": "friends",
        "about": "",
        "link": "",
    }
    return Organisation(**(values | given))


def affiliation(number: int, status: str, **given: Any) -> Affiliation:
    values: dict[str, Any] = {
        "id": number,
        "guild_id": 1,
        "known": "csc",
        "organisation": None,
        "organisation_id": None,
        "body": "Hackney branch",
        "owner_id": None,
        "status": status,
        "renews_on": None,
    }
    return Affiliation(**(values | given))


CSC = "affiliations.organisations.csc"
RECORDED = [
    affiliation(1, "affiliated", renews_on="2027-03-01"),
    affiliation(2, "idea", body=NASTY),
    affiliation(3, "motion", owner_id=42, body=""),
    affiliation(4, "due", known="", organisation_id=7, organisation=organisation(), renews_on="2026-04-20"),
]


def test_affiliations(golden: Golden, texts: Texts) -> None:
    known = [
        affiliations.Known(texts(f"{CSC}.name"), texts(f"{CSC}.about"), known="csc"),
        affiliations.Known("Friends", "*ours*", id=7, link="https://friends.example"),
    ]
    record = Markup("</affiliation record:1>")
    golden("affiliations_list", affiliations.list_card(known, RECORDED, texts, record=record))
    golden(
        "affiliations_one",
        affiliations.detail_card(known[0], RECORDED, texts, may_change=lambda one: one.id != 2),
    )
    golden(
        "affiliations_own", affiliations.detail_card(known[1], RECORDED, texts, may_change=lambda _one: True)
    )
    golden("affiliations_none", affiliations.detail_card(known[1], [], texts, may_change=bool))
    golden("affiliations_nudge", nudge_card(RECORDED[3], texts))


def event(**given: Any) -> Event:
    values: dict[str, Any] = {
        "id": 9,
        "guild_id": 1,
        "region_id": None,
        "region": None,
        "kind": "course",
        "title": "Spring course",
        "about": "",
        "place": "",
        "link": "",
        "zone": "Europe/London",
        "first_on": "2026-07-02",
        "last_on": "2026-07-03",
        "clock": "",
        "end_clock": "",
        "apply_by": None,
        "turn": 0,
    }
    return Event(**(values | given))


FULL = event(
    id=10,
    title=NASTY,
    about="The *basics*",
    place="York",
    link="https://neu.org.uk/x_y",
    first_on="2026-07-04",
    last_on="2026-07-04",
    clock="10:00",
    apply_by="2026-06-12",
    region=Region(id=3, guild_id=1, name="North West", folded="north west", channel_id=7),
    turn=1,
)


@pytest.mark.parametrize(
    ("last_on", "clock", "end_clock", "shown"),
    [
        ("2026-07-02", "", "", "Thursday 2 July 2026"),
        ("2026-07-02", "10:00", "", "Thursday 2 July 2026, 10am"),
        ("2026-07-02", "10:00", "16:00", "Thursday 2 July 2026, 10am to 4pm (UK time, BST)"),
        ("2026-07-03", "", "", "Thursday 2 July 2026 to Friday 3 July 2026"),
        (
            "2026-07-03",
            "18:00",
            "14:00",
            "Thursday 2 July 2026, 6pm to Friday 3 July 2026, 2pm (UK time, BST)",
        ),
        ("2026-07-03", "10:00", "", "Thursday 2 July 2026 to Friday 3 July 2026"),
    ],
)
def test_when_an_event_is(last_on: str, clock: str, end_clock: str, shown: str, texts: Texts) -> None:
    one = event(first_on="2026-07-02", last_on=last_on, clock=clock, end_clock=end_clock)
    assert str(events.days_of(one)).startswith(shown)
    begins = "**Begins:** 10am on the first day" in events.facts(one, texts)
    assert begins == (last_on == "2026-07-03" and clock == "10:00")


def test_events(golden: Golden, texts: Texts) -> None:
    golden("events_list", events.list_card([event(), FULL], {9}, texts))
    golden("events_list_none", events.list_card([], set(), texts))
    golden("events_announced", events.announcement(event(), texts))
    golden("events_changed", events.announcement(FULL, texts))
    golden("events_deadline", events.deadline_card(FULL, texts))
    golden("events_eve", events.eve_card(FULL, texts))
    golden("events_link_one", events.link_card(event(), [42], texts))
    golden("events_link_many", events.link_card(event(), [42, 43], texts))


def test_going(golden: Golden, texts: Texts) -> None:
    goer = EventGoer(event_id=9, user_id=42, region_id=3, linked=True, news=0, said_at=NOW)
    alone = EventGoer(event_id=9, user_id=42, region_id=3, linked=False, news=0, said_at=NOW)
    golden("events_going_ask", events.going_card(event(), None, texts))
    golden("events_going_linked", events.going_card(event(), goer, texts))
    golden("events_going_alone", events.going_card(event(), alone, texts))


def test_nothing_that_was_typed_is_formatted_or_pings(texts: Texts) -> None:
    cards = [
        publications.ask_card(SENT, publication(), NASTY, texts),
        desk.mine_card([(SENT, publication(name=NASTY))], texts),
        affiliations.list_card(
            [affiliations.Known(NASTY, NASTY, known="csc")], RECORDED, texts, record=Markup("x")
        ),
        affiliations.detail_card(
            affiliations.Known(NASTY, NASTY, known="csc"), RECORDED, texts, may_change=bool
        ),
        events.list_card([FULL], set(), texts),
        events.announcement(FULL, texts),
        events.eve_card(FULL, texts),
    ]
    for card in cards:
        # What stands on buttons is not formatted by Discord.
        words = str([item.content for item in card.walk_children() if isinstance(item, TextDisplay)])
        assert "<@1>" not in words.replace("\\\\<@1\\\\>", "")
        assert "@everyone" not in words
        assert "**x**" not in words
