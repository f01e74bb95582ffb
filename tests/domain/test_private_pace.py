"""The pace of private messages after Discord found them opened too fast."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.domain.private_pace import LONGEST_PAUSE, OPENING_EVERY, PAUSE, PrivatePace

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_it_is_free_until_discord_finds_it_too_fast() -> None:
    pace = PrivatePace()
    assert {pace.turn(number, NOW, opens=True) for number in range(1_000)} == {NOW}
    assert not pace.slowed


def test_several_refusals_at_once_are_one_pause_and_the_next_is_longer() -> None:
    pace = PrivatePace()
    assert {pace.too_fast(NOW + number * SECOND) for number in range(40)} == {NOW + PAUSE}
    assert pace.turn(1, NOW + PAUSE, opens=True) == NOW + PAUSE
    assert pace.too_fast(NOW + PAUSE + SECOND) == NOW + PAUSE + SECOND + 2 * PAUSE
    now = NOW
    for number in range(20):
        now = max(now, pace.turn(number, now, opens=True))
        assert pace.too_fast(now) - now <= LONGEST_PAUSE


def test_then_they_go_one_by_one_and_sooner_with_each_that_works() -> None:
    pace = PrivatePace()
    pace.too_fast(NOW)
    due = dict.fromkeys(range(100), NOW)
    gone: list[datetime] = []
    while due:
        number = min(due, key=lambda each: (due[each], each))
        now = due[number]
        at = pace.turn(number, now, opens=True)
        if at > now:
            due[number] = at
            continue
        del due[number]
        gone.append(now)
        pace.opened(now)
    assert gone[0] == NOW + PAUSE
    assert gone[1] - gone[0] <= OPENING_EVERY
    assert min(after - before for before, after in pairwise(gone[:20])) > timedelta()
    assert gone[-1] - NOW < timedelta(minutes=8)
    assert not pace.slowed


def test_those_on_their_way_when_it_became_too_fast_do_not_make_it_free() -> None:
    pace = PrivatePace()
    pace.too_fast(NOW)
    for _ in range(40):
        pace.opened(NOW + SECOND)
    assert pace.turn(1, NOW + SECOND, opens=True) == NOW + PAUSE


def test_open_ones_are_written_to_more_slowly_meanwhile() -> None:
    pace = PrivatePace()
    pace.too_fast(NOW)
    assert pace.turn(1, NOW, opens=False) == NOW
    assert pace.turn(2, NOW, opens=False) == NOW + SECOND
    assert pace.turn(3, NOW, opens=False) == NOW + 2 * SECOND
