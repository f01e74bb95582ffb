"""Rules of mentions, by value."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.mentions import (
    CAPPED,
    NOBODY,
    MentionDecision,
    Occasion,
    day_of,
    mention_decision,
    role_for,
    to_store,
)

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize("occasion", sorted(set(Occasion)))
def test_the_cap_holds_back_all_but_what_is_exempt(occasion: Occasion) -> None:
    assert mention_decision(occasion, used=False, reminders=True) is MentionDecision.MADE
    held = MentionDecision.HELD if occasion in CAPPED else MentionDecision.MADE
    assert mention_decision(occasion, used=True, reminders=True) is held


def test_moves_places_cancellations_and_calls_for_help_are_exempt() -> None:
    assert set(Occasion) - CAPPED == {Occasion.CHANGE, Occasion.CANCELLATION, Occasion.HELP}


@pytest.mark.parametrize(
    ("reminders", "last", "said"),
    [
        (False, True, MentionDecision.NONE),
        (False, False, MentionDecision.NONE),
        (True, False, MentionDecision.NONE),
        (True, True, MentionDecision.MADE),
    ],
)
def test_only_a_last_reminder_mentions_and_only_where_that_was_chosen(
    reminders: bool, last: bool, said: MentionDecision
) -> None:
    assert mention_decision(Occasion.REMINDER, used=False, reminders=reminders, last=last) is said


@pytest.mark.parametrize("occasion", [Occasion.MEETING, Occasion.POLL])
def test_a_card_that_is_posted_anew_is_no_news(occasion: Occasion) -> None:
    assert mention_decision(occasion, used=False, first=False) is MentionDecision.NONE
    assert mention_decision(Occasion.CHANGE, used=True, first=False) is MentionDecision.MADE


def test_the_day_begins_at_midnight_where_the_region_is() -> None:
    assert day_of(datetime(2026, 6, 30, 22, 59, tzinfo=UTC), LONDON) == "2026-06-30"
    assert day_of(datetime(2026, 6, 30, 23, 0, tzinfo=UTC), LONDON) == "2026-07-01"
    assert day_of(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), LONDON) == "2026-12-31"


@pytest.mark.parametrize(
    ("chosen", "of_network", "role"),
    [(None, None, None), (None, 5, 5), (7, 5, 7), (NOBODY, 5, None), (7, None, 7)],
)
def test_the_networks_role_is_the_default(
    chosen: int | None, of_network: int | None, role: int | None
) -> None:
    assert role_for(chosen, of_network) == role


@pytest.mark.parametrize(
    ("chosen", "of_network", "stored"),
    [(None, None, None), (5, 5, None), (7, 5, 7), (None, 5, NOBODY), (7, None, 7)],
)
def test_whoever_chooses_the_default_follows_it(
    chosen: int | None, of_network: int | None, stored: int | None
) -> None:
    assert to_store(chosen, of_network) == stored
    assert role_for(stored, of_network) == chosen
