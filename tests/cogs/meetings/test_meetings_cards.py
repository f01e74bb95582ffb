"""The cards and forms of meetings, as they are sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord import ui

from bot.domain import news as rules
from bot.texts import Markup, Texts
from cogs.meetings import cards, news, options
from cogs.meetings.buttons import who_card
from cogs.meetings.scheduling import MOVE, SCHEDULE, MeetingForm
from db.meetings.change_notices import facts_of
from db.meetings.models import Answer, CoHost, Meeting
from db.models import Region
from tests.cogs.conftest import Golden, shown

NASTY = "**x** @everyone <@1> [a](https://evil.example) `c`"


def meeting(**given: Any) -> Meeting:
    """Return a meeting as it comes from the store."""
    values: dict[str, Any] = {
        "id": 12,
        "guild_id": 1,
        "title": "Spring meeting",
        "wall": "2026-03-12T18:00",
        "zone": "Europe/London",
        "starts_at": datetime(2026, 3, 12, 18, tzinfo=UTC),
        "minutes": 90,
        "venue": "",
        "online": "",
        "access": "",
        "repeat": "",
        "host_id": 42,
        "cancelled_at": None,
        "cancel_reason": "",
        "channel_id": 7,
        "going": 0,
        "maybe": 0,
        "cant": 0,
        "capacity": None,
        "waiting": 0,
        "region": Region(id=3, guild_id=1, name="North West", folded="north west", channel_id=7),
        "co_hosts": [],
        "answers": [],
    }
    return Meeting(**(values | given))


FULL: dict[str, Any] = {
    "venue": "Mechanics' Institute, Princess Street",
    "online": "https://meet.example/iso_room",
    "access": "Step-free, hearing loop",
    "going": 3,
    "maybe": 1,
    "cant": 2,
}


def test_a_new_meeting(golden: Golden, texts: Texts) -> None:
    golden("meeting_new", cards.meeting_card(meeting(), texts))


def test_a_meeting_with_everything(golden: Golden, texts: Texts) -> None:
    full = meeting(**FULL, repeat="every second Thursday", co_hosts=[CoHost(meeting_id=12, user_id=43)])
    golden("meeting_full", cards.meeting_card(full, texts))


def test_a_meeting_with_places(golden: Golden, texts: Texts) -> None:
    golden("meeting_places", cards.meeting_card(meeting(going=3, capacity=10), texts))
    golden("meeting_no_places", cards.meeting_card(meeting(going=10, capacity=10, waiting=2), texts))


def test_a_cancelled_meeting(golden: Golden, texts: Texts) -> None:
    gone = meeting(cancelled_at=datetime(2026, 3, 3, tzinfo=UTC), cancel_reason="The hall is flooded")
    golden("meeting_cancelled", cards.meeting_card(gone, texts))
    golden("news_cancelled", cards.cancelled_card(gone, texts))


def test_a_moved_meeting(golden: Golden, texts: Texts) -> None:
    was = facts_of(meeting()) | {"start": "2026-03-05T18:00 Europe/London"}
    golden("news_moved", news.changed_card(meeting(), was, {"start"}, texts))


def test_a_changed_meeting(golden: Golden, texts: Texts) -> None:
    one = meeting(**FULL)
    was = facts_of(one) | {
        "venue": "Room 1",
        "online": "",
        "minutes": 45,
        "title": "Old name",
        "access": "Lift",
    }
    golden(
        "news_changed",
        news.changed_card(one, was, rules.changes(was, facts_of(one)), texts, mine={"waiting"}),
    )
    gone = meeting()
    golden("news_gone", news.changed_card(gone, was, rules.changes(was, facts_of(gone)), texts))
    golden("news_corrected", news.corrected_card(one, texts, private=True))
    golden("news_host", news.hosting_card(one, [one.host_id], one.host_id, texts))
    golden("news_not_host", news.hosting_card(one, [one.host_id], 99, texts))


@pytest.mark.parametrize("private", [False, True])
def test_a_reminder(golden: Golden, texts: Texts, private: bool) -> None:
    name = "reminder_private" if private else "reminder_channel"
    golden(name, cards.reminder_card(meeting(**FULL), texts, ahead=timedelta(days=7), private=private))


def test_a_list(golden: Golden, texts: Texts) -> None:
    title = texts("meetings.list.title", region="North West")
    golden("list", cards.list_card([meeting(), meeting(**FULL, id=13)], texts, title=title, everywhere=False))
    golden("list_empty", cards.list_card([], texts, title=title, everywhere=False))


def test_who_is_coming(golden: Golden, texts: Texts) -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    answers = [
        Answer(meeting_id=12, user_id=number, choice=choice, answered_at=at)
        for number, choice in ((1, "going"), (2, "going"), (3, "maybe"), (4, "cant"))
    ]
    golden("who", who_card(meeting(), answers, texts))
    golden("who_nobody", who_card(meeting(), [], texts))


def test_the_form_to_schedule(golden: Golden, texts: Texts) -> None:
    golden("form_schedule", MeetingForm(texts, form=SCHEDULE, draft=1))
    typed = {"title": "x" * 4000, "when": "blah", "venue": "Town hall", "duration": "y" * 4000}
    golden("form_schedule_filled", MeetingForm(texts, form=SCHEDULE, draft=1, typed=typed))


def test_the_form_to_move(golden: Golden, texts: Texts) -> None:
    golden("form_move", MeetingForm(texts, form=MOVE, draft=1, typed={"when": "thursday"}))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=7), "7 days"),
        (timedelta(hours=48), "2 days"),
        (timedelta(hours=36), "2 days"),
        (timedelta(hours=35, minutes=59), "1 day"),
        (timedelta(hours=22), "1 day"),
        (timedelta(hours=21), "21 hours"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(minutes=59, seconds=59), "1 hour"),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(seconds=50), "1 minute"),
        (timedelta(), "1 minute"),
    ],
)
def test_how_far_off_a_meeting_is_is_said_as_people_say_it(
    texts: Texts, ahead: timedelta, words: str
) -> None:
    assert cards.in_words(ahead, texts) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(5, "5 minutes"), (60, "1 hour"), (61, "1 hour 1 minute"), (150, "2 hours 30 minutes")],
)
def test_how_long_a_meeting_lasts_is_said_in_words(texts: Texts, minutes: int, words: str) -> None:
    assert cards.length_of(minutes, texts) == words


def every_card(texts: Texts, **given: Any) -> list[ui.LayoutView]:
    one = meeting(**given)
    gone = meeting(**given | {"cancelled_at": datetime(2026, 3, 3, tzinfo=UTC)})
    was = {
        "start": "2026-03-11T18:00 Europe/London",
        "minutes": 95,
        "title": "_" * 100,
        "venue": "_" * 200,
        "online": "_" * 400,
        "access": "_" * 500,
    }
    return [
        cards.meeting_card(one, texts),
        cards.meeting_card(gone, texts),
        cards.reminder_card(one, texts, ahead=timedelta(hours=1), private=True),
        news.changed_card(one, was, rules.changes(was, facts_of(one)), texts, mine={"waiting"}),
        cards.cancelled_card(gone, texts),
        cards.list_card([one] * 10, texts, title=Markup("x"), everywhere=True),
        who_card(one, one.answers, texts),
    ]


def test_the_longest_texts_stay_within_what_discord_shows(texts: Texts) -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    longest: dict[str, Any] = {
        "title": "*" * 100,
        "venue": "*" * 200,
        "online": "*" * 400,
        "access": "*" * 500,
        "repeat": "*" * 200,
        "cancel_reason": "*" * 300,
        "region": Region(id=3, guild_id=1, name="*" * 80, folded="x", channel_id=7),
        "capacity": 9999,
        "going": 9999,
        "waiting": 9999,
        "co_hosts": [CoHost(meeting_id=12, user_id=10**19 + number) for number in range(5)],
        "answers": [
            Answer(meeting_id=12, user_id=10**19 + number, choice=choice, answered_at=at)
            for choice in ("going", "maybe", "cant")
            for number in range(500)
        ],
    }
    for card in every_card(texts, **longest):
        assert card.content_length() <= 4000
        assert card.total_children_count <= 40


def test_free_text_is_shown_literally_on_every_card(texts: Texts) -> None:
    free = dict.fromkeys(("title", "venue", "online", "access", "cancel_reason"), NASTY)
    for card in every_card(texts, **free):
        said = str(shown(card))
        for raw in ("**x**", "@everyone", " <@1>", " [a]", " `c`"):
            assert raw not in said


def test_a_line_of_a_list_of_options_fits_in_a_hundred_characters(texts: Texts) -> None:
    line = options.summary(meeting(title="x" * 100), texts)
    assert len(line) <= 100
    assert line.endswith(", Thursday 12 March, 6pm (number 12)")
