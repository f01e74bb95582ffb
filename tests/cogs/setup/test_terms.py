"""School terms: given once, then 'after half term' is a day; without them it is a refusal that says so."""

import pytest

from tests.cogs.ground import Ground
from tests.cogs.panels import set_up

LIST = """Spring term: 5 January to 27 March 2026
Half term: 16 to 20 February
Summer term: 13 April to 17 July 2026
Half term: 25 to 29 May"""


async def test_without_terms_school_words_say_what_is_missing(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Plan", when="first week back 6pm")
    assert "term" in answer.text.lower()
    assert not ground.london.messages


async def test_a_pasted_list_is_shown_as_it_was_read_and_school_words_work(ground: Ground) -> None:
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    answer = await ground.ruth.submit(form.modal, {"dates": LIST})
    assert "Monday 13 April 2026" in answer.text
    assert "Monday 25 May 2026" in answer.text
    offers = await ground.amina.autocomplete(
        "#london", "meeting schedule", focus="when", title="Plan", when="first monday after half term 6pm"
    )
    assert any("1 June 2026, 6pm" in offer.name for offer in offers)


async def test_the_form_opens_with_the_terms_that_are_set(ground: Ground) -> None:
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    await ground.ruth.submit(form.modal, {"dates": LIST})
    again = await ground.ruth.slash("#london", "setup change", section="terms")
    assert "2026-04-13 to 2026-07-17" in str(again.modal.values())
    answer = await ground.ruth.submit(again.modal, {})
    assert "Monday 13 April 2026" in answer.text


async def test_a_calendar_file_gives_the_terms(ground: Ground) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//council//terms//EN\r\n"
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Summer term\r\n"
        "DTSTART;VALUE=DATE:20260413\r\nDTEND;VALUE=DATE:20260718\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    answer = await set_up(ground.ruth, "#london", "terms", file=("terms.ics", calendar.encode()))
    assert "Monday 13 April 2026" in answer.text


async def test_a_file_that_discord_does_not_hand_out_is_asked_for_again(ground: Ground) -> None:
    world = ground.sandbox.world
    world.subscribe(lambda event: world.files.clear() if event.name == "INTERACTION_CREATE" else None)
    answer = await set_up(ground.ruth, "#london", "terms", file=("terms.ics", b"no matter"))
    assert answer.text.startswith(str(ground.texts("setup.terms.not_fetched")))


@pytest.mark.parametrize("junk", ["nonsense", "32 January to 5 Smarch"])
async def test_a_list_that_cannot_be_read_changes_nothing(ground: Ground, junk: str) -> None:
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    await ground.ruth.submit(form.modal, {"dates": LIST})
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    answer = await ground.ruth.submit(form.modal, {"dates": junk})
    assert "School terms" not in answer.text
    assert junk in (await ground.ruth.press(answer, "Change what I typed")).modal.values().values()
    record = await ground.running.guild_record(ground.sandbox.guild().id)
    assert record is not None
    assert len(record.terms) == 2


async def test_help_on_dates_shows_examples_that_the_tests_run(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "help", topic="dates")
    assert "Friday 6pm" in answer.text
    assert "Friday 20 November 2026, 6pm" in answer.text


async def test_an_empty_file_takes_nothing_away(ground: Ground) -> None:
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    await ground.ruth.submit(form.modal, {"dates": LIST})
    answer = await set_up(ground.ruth, "#london", "terms", file=("terms.ics", b" \r\n"))
    assert "That file is empty" in answer.text
    record = await ground.running.guild_record(ground.sandbox.guild().id)
    assert record is not None
    assert len(record.terms) == 2
