"""Clash warnings over the wire: told under the confirmation, of nothing but what falls on the time, never blocking."""

from typing import Any

import pytest

from bot.domain.observances import load
from cogs.common import child
from cogs.meetings import clashes
from cogs.meetings.clashes import observances
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, says
from tests.cogs.meeting_panels import use

TERMS = """Spring term: 5 January to 27 March 2026
Half term: 16 to 20 February
Summer term: 13 April to 17 July 2026
Half term: 25 to 29 May"""
GOOD_TO_KNOW = "Good to know about this time"


async def scheduled(ground: Ground, when: str, place: str = "#london", **more: Any) -> str:
    """Have Amina schedule a meeting; returns what she alone reads."""
    return says(await ground.amina.slash(place, "meeting schedule", title="Forum", when=when, **more))


@both
async def test_a_plain_evening_has_nothing_to_tell(ground: Ground) -> None:
    assert GOOD_TO_KNOW not in await scheduled(ground, "thursday 23 april 6pm")


@both
async def test_another_meeting_of_the_region_is_told_and_that_of_another_is_not(ground: Ground) -> None:
    await scheduled(ground, "thursday 23 april 6pm")
    text = await scheduled(ground, "thursday 23 april 7:30pm")
    assert GOOD_TO_KNOW in text
    assert "The same region already has Forum, Thursday 23 April 2026, 6pm" in text
    assert "in the same region" not in await scheduled(ground, "thursday 23 april 6pm", "#wales")
    assert await ground.count(Meeting) == 3


async def test_a_cancelled_meeting_is_in_nobodys_way(ground: Ground) -> None:
    await scheduled(ground, "thursday 23 april 6pm")
    await use(ground.amina, "#london", "meeting cancel", meeting="1")
    assert GOOD_TO_KNOW not in await scheduled(ground, "thursday 23 april 6pm")


async def test_bank_holidays_feasts_and_the_moon_are_told_by_name_and_date(ground: Ground) -> None:
    text = await scheduled(ground, "3 april 6pm")
    assert "Friday 3 April 2026 is a bank holiday: Good Friday." in text
    text = await scheduled(ground, "19 march 6pm")
    assert "Eid al-Fitr is about Friday 20 March 2026, and may be a day earlier or later" in text
    text = await scheduled(ground, "1 april 7pm")
    assert "Passover (Pesach) is on Thursday 2 April 2026, and begins at sunset on the evening before" in text
    text = await scheduled(ground, "8 november 2026 3pm")
    assert "Diwali is on Sunday 8 November 2026." in text


async def test_school_holidays_are_told_once_terms_are_set(ground: Ground) -> None:
    assert "Schools are closed" not in await scheduled(ground, "8 april 6pm")
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    await ground.ruth.submit(form.modal, {"dates": TERMS})
    assert "Schools are closed: Saturday 28 March 2026 to Sunday 12 April 2026" in await scheduled(
        ground, "8 april 2pm"
    )
    assert "It is half term: Monday 25 May 2026 to Friday 29 May 2026" in await scheduled(
        ground, "27 may 6pm"
    )


async def test_the_night_of_the_clock_change_and_short_notice(ground: Ground) -> None:
    assert "The clocks go forward the night before Sunday 29 March 2026" in await scheduled(
        ground, "29 march 9am"
    )
    assert "most people need at least 3 days" in await scheduled(ground, "tomorrow 6pm")
    text = await scheduled(ground, "10 march 6pm", capacity=40)
    assert "for up to 40 people" in text
    assert "about 14 days" in text


async def test_a_move_is_told_what_it_meets_and_never_itself(ground: Ground) -> None:
    await scheduled(ground, "thursday 23 april 6pm")
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when="23 april 7pm")
    assert GOOD_TO_KNOW not in says(answer)
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when="4 may 6pm")
    assert "Monday 4 May 2026 is a bank holiday: Early May bank holiday." in says(answer)


async def test_each_occurrence_of_a_series_is_looked_at_and_never_its_own(ground: Ground) -> None:
    text = await scheduled(ground, "friday 6 march 6pm", repeat="weekly 6 times")
    assert "Friday 3 April 2026 is a bank holiday: Good Friday." in text
    assert "in the same region" not in text
    answer = await use(
        ground.amina, "#london", "meeting move", meeting="2", when="thursday 12 march 6pm", which="later"
    )
    assert "Passover (Pesach) is on Thursday 2 April 2026" in says(answer)
    assert "Good Friday" not in says(answer)
    assert await ground.count(Meeting) == 6


async def test_observances_are_read_by_a_process_that_ends_and_a_failure_leaves_them_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clashes, "PATIENCE", clashes.READ_WITHIN)
    assert await observances([2031]) == [*load(2030), *load(2031)]
    with monkeypatch.context() as without:
        without.setattr(child.sys, "executable", "/nowhere/python")
        assert await observances([2035]) == []
    assert "observances were not looked up: no process could be started" in caplog.text
    assert await observances([2035]) == [*load(2034), *load(2035)]
