"""`/settings mine`: what a member chooses about being written to."""

import pytest

from db.models import Person
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import settings


async def test_it_shows_how_it_stands_and_stores_nothing(ground: Ground) -> None:
    known = await ground.count(Person)
    text = says(await ground.grace.slash("#london", "settings mine"))
    assert text.startswith("## Your reminders and messages")
    assert "**Direct messages:** on" in text
    assert "**Reminders:** 7 days, 1 day, 1 hour before" in text
    assert "**Quiet hours:** 9pm to 8am" in text
    assert await ground.count(Person) == known


@both
async def test_what_is_chosen_is_stored_and_shown_the_next_time(ground: Ground) -> None:
    options = {"reminders": "2 hours", "quiet": "10pm to 7am", "dms": "off", "zone": "europe/paris"}
    text = says(await settings(ground.grace, "#london", **options))
    assert text.startswith("## Saved")
    for again in (text, says(await ground.grace.slash("#london", "settings mine"))):
        assert "**Direct messages:** off" in again
        assert "**Reminders:** 2 hours before" in again
        assert "**Quiet hours:** 10pm to 7am" in again
        assert "**Your time zone:** Europe/Paris" in again
    other = says(await ground.tomasz.slash("#london", "settings mine"))
    assert "**Direct messages:** on" in other


async def test_one_choice_leaves_the_others_as_they_were(ground: Ground) -> None:
    says(await settings(ground.grace, "#london", dms="off", quiet="23:00-06:00"))
    text = says(await settings(ground.grace, "#london", zone="Paris"))
    assert "**Direct messages:** off" in text
    assert "**Quiet hours:** 11pm to 6am" in text
    assert "**Your time zone:** Europe/Paris" in text


async def test_usual_goes_back_to_the_servers_choice(ground: Ground) -> None:
    says(await settings(ground.grace, "#london", reminders="2 hours", quiet="23:00-06:00"))
    text = says(await settings(ground.grace, "#london", reminders="usual", quiet="usual"))
    assert "**Reminders:** 7 days, 1 day, 1 hour before" in text
    assert "**Quiet hours:** 9pm to 8am" in text


async def test_no_quiet_hours_and_no_reminders_are_said_so(ground: Ground) -> None:
    text = says(await settings(ground.grace, "#london", quiet="none", reminders="none"))
    assert "**Quiet hours:** none" in text
    assert "**Reminders:** no reminders" in text


@pytest.mark.parametrize(
    ("option", "value", "answer"),
    [
        ("reminders", "soon", "I couldn't read soon as times before a meeting"),
        ("reminders", "x" * 100, "as times before a meeting"),
        ("quiet", "at night", "I couldn't read at night as quiet hours"),
        ("quiet", "25:00-08:00", "as quiet hours"),
        ("quiet", "13pm-8am", "as quiet hours"),
        ("zone", "Lodnon", "Try, for example: Europe/London"),
        ("zone", "**x** @everyone", r"\*\*x\*\*"),
    ],
)
async def test_what_can_not_be_read_is_refused_with_an_example_and_changes_nothing(
    ground: Ground, option: str, value: str, answer: str
) -> None:
    good = {"reminders": "2 hours", "quiet": "23:00-06:00", "zone": "Europe/Paris"}
    refused = await settings(ground.grace, "#london", **good | {option: value})
    assert answer in says(refused)
    text = says(await ground.grace.slash("#london", "settings mine"))
    assert "**Reminders:** 7 days, 1 day, 1 hour before" in text
    assert "**Quiet hours:** 9pm to 8am" in text
    assert "time zone" not in text  # it is the server's
    form = await ground.grace.press(refused, ground.texts("errors.typed.button"))
    assert value in form.text


async def test_the_form_opens_filled_in_with_what_was_chosen_and_can_be_sent_as_it_is(ground: Ground) -> None:
    says(
        await settings(
            ground.grace, "#london", reminders="2 hours, 1 day", quiet="12 noon to 6.30pm", zone="Paris"
        )
    )
    form = (
        await ground.grace.press(await ground.grace.slash("#london", "settings mine"), "Change times")
    ).modal
    text = says(await ground.grace.submit(form))
    assert "**Reminders:** 1 day, 2 hours before" in text
    assert "**Quiet hours:** 12 noon to 6.30pm" in text
    assert "**Your time zone:** Europe/Paris" in text


async def test_what_is_left_empty_is_as_usual(ground: Ground) -> None:
    says(await settings(ground.grace, "#london", reminders="2 hours", quiet="23:00-06:00", zone="Paris"))
    text = says(await settings(ground.grace, "#london", reminders="", quiet="", zone=""))
    assert "**Reminders:** 7 days, 1 day, 1 hour before" in text
    assert "**Quiet hours:** 9pm to 8am" in text
    assert "time zone" not in text  # it is the server's


async def test_in_private_they_can_be_seen_and_changed_as_well(ground: Ground) -> None:
    answer = await settings(ground.grace, "dm", dms="off")
    assert answer.failed is None
    assert "**Direct messages:** off" in answer.text
    assert "**Reminders:** 7 days, 1 day, 1 hour before" in answer.text


async def test_in_private_changed_lead_times_hold_for_meetings_answered(ground: Ground) -> None:
    card = await ground.scheduled(when="12/03/2026 18:00")
    await ground.grace.press(card, "Going")
    await settings(ground.grace, "dm", reminders="30 minutes")
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    reminders = [head for head in heads(ground.grace.dms) if head.startswith("## In ")]
    assert reminders == ["## In 30 minutes: Spring meeting"]


BARE = "bare"
NOTHING = "There is a message for you. Press “Show it” to read it; only you can."


@both
async def test_a_phone_says_only_that_there_is_something_where_its_owner_wants_that(ground: Ground) -> None:
    card = await ground.scheduled()
    for person in (ground.grace, ground.tomasz):
        await person.press(card, "Going")
    text = says(await settings(ground.grace, "#london", dms=BARE))
    assert "with the details hidden" in text
    await ground.go_to(ground.wall("2026-03-05T17:05"))
    assert {one.body for one in ground.grace.phone.lock_screen if one.channel == "DM"} == {NOTHING}
    assert "Spring meeting" in ground.tomasz.phone.lock_screen[-1].body
    assert not any("Spring meeting" in one.text for one in ground.grace.dms)
    shown = await ground.opened(ground.grace, ground.grace.dms[-1])
    assert "Spring meeting" in shown.text
    # It holds for what changes a message as well, and can be taken back.
    says(await settings(ground.grace, "#london", dms="on"))
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.later()
    assert "Cancelled: Spring meeting" in ground.grace.phone.lock_screen[-1].body
