"""How often is asked whether a series is still wanted: at most every third occurrence, and eight weeks apart."""

from datetime import date
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.series import Pattern

LONDON = ZoneInfo("Europe/London")
RULES = {
    "FREQ=DAILY": [57, 113, 169],
    "FREQ=WEEKLY;BYDAY=MO,TH": [17, 33, 49],
    "FREQ=WEEKLY": [9, 17, 25],
    "FREQ=WEEKLY;INTERVAL=2": [5, 9, 13],
    "FREQ=WEEKLY;INTERVAL=3": [4, 7, 10],
    "FREQ=MONTHLY;BYDAY=1TH": [3, 6, 9],
    "FREQ=MONTHLY;BYMONTHDAY=5": [3, 6, 9],
    "FREQ=MONTHLY;INTERVAL=3": [3, 6, 9],
    "FREQ=YEARLY": [3, 6, 9],
}


@pytest.mark.parametrize("rule", RULES)
def test_a_host_is_asked_at_most_every_third_time_and_every_eight_weeks(rule: str) -> None:
    pattern = Pattern("2026-03-05T18:00", LONDON, rule)
    walls = [slot.wall for slot in islice(pattern.slots(), 200)]
    asked = sorted(pattern.asked(walls[-1]))
    assert [walls.index(wall) + 1 for wall in asked[:3]] == RULES[rule]
    days = [date.fromisoformat(wall[:10]) for wall in [walls[0], *asked]]
    assert all((later - earlier).days >= 56 for earlier, later in pairwise(days))


def test_what_was_split_off_waits_eight_weeks_and_counts_the_ones_before() -> None:
    pattern = Pattern("2026-03-05T18:00", LONDON, "FREQ=MONTHLY;INTERVAL=3")
    assert min(pattern.asked("2027-12-31T00:00")) == "2026-09-05T18:00"
    assert min(pattern.asked("2027-12-31T00:00", before=2)) == "2026-06-05T18:00"


def test_nothing_is_asked_about_what_is_not_stored_yet() -> None:
    assert Pattern("2026-03-05T18:00", LONDON, "FREQ=WEEKLY").asked("2026-04-29T18:00") == set()
