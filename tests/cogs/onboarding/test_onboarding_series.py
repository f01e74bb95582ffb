"""The series over the wire: step by step, from a DM and from the server, with closed DMs, after a restart."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.people import Person
from cogs.onboarding.cards import series_of
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import Ground, both, buttons, card_text, says
from tests.cogs.newcomers import joined, journey, noticed, start_message, title, welcomed
from tests.cogs.panels import newcomers, settings

TITLES = [
    "What an ISO is",
    "The four pillars",
    "Why it matters",
    "Find your region",
    "What you care about",
    "Talk to your branch",
]


async def started(ground: Ground) -> Person:
    nadia = await welcomed(ground)
    answer = await nadia.press(nadia.dms[0], "Start")
    assert answer.failed is None
    assert title(nadia.dms[0]) == TITLES[0]
    return nadia


async def state(ground: Ground, person: Person) -> tuple[str, str, int]:
    found = await journey(ground, person)
    assert found is not None
    return found.state, found.step, found.unanswered


@both
async def test_steps_come_by_day_from_the_start_for_somebody_who_answers(ground: Ground) -> None:
    nadia = await started(ground)  # on Monday 2 March 2026
    days = [4, 6, 9, 12, 16]
    for place, day in enumerate(days, 1):
        await nadia.press(nadia.dms[-1], "Done")
        at = datetime(2026, 3, day, 16, 30, tzinfo=UTC)
        await ground.go_to(at - timedelta(minutes=1))
        assert title(nadia.dms[-1]) == TITLES[place - 1]
        await ground.go_to(at)
        assert title(nadia.dms[-1]) == TITLES[place]
    assert len(nadia.dms) == len(days) + 1


async def test_an_answer_is_shown_on_the_step_with_when_the_next_one_comes(ground: Ground) -> None:
    nadia = await started(ground)
    answer = await nadia.press(nadia.dms[0], "Done")
    assert "**Done.**" in answer.text
    assert "Wednesday 4 March 2026, 4.30pm" in answer.text
    assert len(nadia.dms) == 1
    answer = await nadia.press(nadia.dms[0], "Next step now")
    assert title(nadia.dms[-1]) == TITLES[1]
    answer = await nadia.press(nadia.dms[-1], "Not for me")
    assert "**Not for me.**" in answer.text


async def test_somebody_in_a_hurry_goes_through_all_steps_at_once(ground: Ground) -> None:
    nadia = await started(ground)
    steps = series_of(ground.texts).steps
    for step in steps[:-1]:
        assert step.title in nadia.dms[-1].text
        await nadia.press(nadia.dms[-1], "Done")
        await nadia.press(nadia.dms[-1], "Next step now")
    assert "This is the last step." in nadia.dms[-1].text
    answer = await nadia.press(nadia.dms[-1], "Done")
    assert card_text(answer.message).startswith("## That was the last step")
    assert "not answered yet" not in answer.text
    assert (await state(ground, nadia))[0] == "finished"
    await ground.later(timedelta(days=100))
    assert len(nadia.dms) == 1
    again = await nadia.slash("#london", "welcome start")
    assert "That was the last step" in says(again)


@both
async def test_two_steps_without_an_answer_end_it_with_a_kind_last_line(ground: Ground) -> None:
    nadia = await started(ground)
    # Not so long that the night's sweep forgets who has been quiet.
    await ground.later(timedelta(days=30))
    assert [title(message) for message in nadia.dms] == [
        *TITLES[:2],
        "I'll stop here for now. That was the last step, unless you want to carry on.",
    ]
    assert (await state(ground, nadia))[0] == "quiet"
    answer = await nadia.press(nadia.dms[-1], "Carry on")
    assert title(answer.message) == TITLES[1]
    assert await state(ground, nadia) == ("active", "four-pillars", 1)
    await nadia.press(answer, "Done")
    await ground.later(timedelta(days=3))
    assert title(nadia.dms[-1]) == TITLES[2]


async def test_an_answer_in_between_keeps_it_going(ground: Ground) -> None:
    nadia = await started(ground)
    await ground.go_to(ground.wall("2026-03-04T17:00"))
    assert await state(ground, nadia) == ("active", "four-pillars", 2)
    await nadia.press(nadia.dms[0], "Done")
    assert await state(ground, nadia) == ("active", "four-pillars", 0)
    await ground.go_to(ground.wall("2026-03-06T17:00"))
    assert title(nadia.dms[-1]) == TITLES[2]


@pytest.mark.parametrize("place", ["dm", "#london"])
async def test_pause_resume_and_stop_on_the_card_of_start_in_a_dm_and_in_the_server(
    ground: Ground, place: str
) -> None:
    nadia = await started(ground)
    paused = await nadia.press(await nadia.slash(place, "welcome start"), "Pause")
    assert "## Paused" in paused.text
    await ground.later(timedelta(days=30))
    assert all("four pillars" not in message.text for message in nadia.dms)
    resumed = await nadia.press(paused, "Carry on")
    assert title(resumed.message) == TITLES[0]
    following = await nadia.slash(place, "welcome next")
    assert title(following.message) == TITLES[1]
    stopped = await nadia.press(following, "Stop for good")
    assert "## Stopped" in stopped.text
    count = len(nadia.dms)
    await ground.later(timedelta(days=30))
    assert len(nadia.dms) == count
    again = await nadia.slash(place, "welcome start")
    assert title(again.message) == TITLES[1]


@pytest.mark.parametrize("button", ["Pause", "Stop for good"])
async def test_every_button_of_a_step_works_in_a_dm_after_a_restart(ground: Ground, button: str) -> None:
    nadia = await started(ground)
    await ground.restart()
    answer = await nadia.press(nadia.dms[-1], button)
    assert answer.failed is None
    await ground.later(timedelta(days=30))
    assert len(nadia.dms) == 1
    await ground.restart()
    await nadia.press(nadia.dms[-1], "Carry on")
    assert title(nadia.dms[-1]) == TITLES[0]
    more = await nadia.press(nadia.dms[-1], "Tell me more")
    assert more.failed is None


async def test_a_restart_between_two_steps_changes_nothing(ground: Ground) -> None:
    nadia = await started(ground)
    await nadia.press(nadia.dms[-1], "Done")
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-03T12:00"))
    await ground.start()
    await ground.go_to(ground.wall("2026-03-04T17:00"))
    assert [title(message) for message in nadia.dms] == TITLES[:2]


async def test_buttons_in_the_server_work_after_a_restart(ground: Ground) -> None:
    await noticed(ground)
    await ground.restart()
    answer = await ground.grace.press(start_message(ground), "Start")
    assert says(answer).startswith("### What an ISO is")
    await ground.restart()
    answered = await ground.grace.press(answer, "Not for me")
    assert "**Not for me.**" in says(answered)


async def test_a_member_of_old_may_start_and_gets_steps_by_dm(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "welcome start")
    assert says(answer).startswith("### What an ISO is")
    await ground.go_to(ground.wall("2026-03-04T17:00"))
    assert [title(message) for message in ground.grace.dms] == [TITLES[1]]


async def test_dms_closed_half_way_lose_nothing(ground: Ground) -> None:
    nadia = await started(ground)
    await nadia.press(nadia.dms[-1], "Done")
    nadia.close_dms()
    await ground.go_to(ground.wall("2026-03-05T12:00"))
    assert len(nadia.dms) == 1
    assert await state(ground, nadia) == ("active", "what-an-iso-is", 0)
    await ground.later(timedelta(days=60))
    assert (await state(ground, nadia))[0] == "active"
    answer = await nadia.slash("#london", "welcome next")
    assert title(answer.message) == TITLES[1]
    assert "direct messages are closed" in says(answer)
    nadia.open_dms()
    await settings(nadia, "#london", dms="on")
    await nadia.press(answer, "Done")
    following = await nadia.slash("#london", "welcome next")
    assert title(following.message) == TITLES[2]
    assert "You'll get the next step on" in says(following)
    await ground.later(timedelta(days=4))
    assert title(nadia.dms[-1]) == TITLES[3]


async def test_dms_switched_off_by_the_member_leave_the_series_to_be_fetched(ground: Ground) -> None:
    nadia = await started(ground)
    await settings(nadia, "#london", dms="off")
    await ground.later(timedelta(days=30))
    assert len(nadia.dms) == 1
    answer = await nadia.slash("#london", "welcome next")
    assert "You asked me not to message you" in says(answer)


async def test_somebody_who_leaves_mid_series_gets_nothing_more_and_can_take_it_up_again(
    ground: Ground,
) -> None:
    nadia = await started(ground)
    await nadia.press(nadia.dms[-1], "Done")
    nadia.leave()
    await noticed(ground)
    assert (await state(ground, nadia))[0] == "left"
    await ground.later(timedelta(days=10))
    assert len(nadia.dms) == 1
    nadia.join()
    await noticed(ground)
    await ground.later(timedelta(days=10))
    assert len(nadia.dms) == 1
    answer = await nadia.slash("#london", "welcome start")
    assert title(answer.message) == TITLES[1]


async def test_somebody_who_left_while_the_bot_was_away_gets_nothing(ground: Ground) -> None:
    nadia = await started(ground)
    await ground.stop()
    nadia.leave()
    await ground.start()
    await ground.later(timedelta(days=10))
    assert len(nadia.dms) == 1
    assert ground.sandbox.channel("#organisers").messages == []
    assert (await state(ground, nadia))[0] == "left"


async def test_the_step_about_regions_names_their_channels(ground: Ground) -> None:
    nadia = await started(ground)
    for _ in range(3):
        await nadia.press(nadia.dms[-1], "Next step now")
    assert title(nadia.dms[-1]) == "Find your region"
    for name in ("London", "North West", "Yorkshire", "Wales"):
        channel = ground.sandbox.channel("#" + name.lower().replace(" ", "-"))
        assert f"{name}: <#{channel.id}>" in nadia.dms[-1].text


async def test_next_without_a_start_says_how_to_start(ground: Ground) -> None:
    assert "Begin with </welcome start:" in says(await ground.grace.slash("#london", "welcome next"))
    assert "Begin with </welcome start:" in (await ground.grace.slash("dm", "welcome next")).text


async def test_who_was_never_greeted_starts_in_private_and_of_several_servers_is_asked_which(
    ground: Ground,
) -> None:
    assert TITLES[0] in (await ground.tomasz.slash("dm", "welcome start")).text
    name, other = ground.sandbox.guild().name, ground.second_guild().name
    asked = await ground.grace.slash("dm", "welcome start")
    assert set(buttons(asked.message)) == {name, other}
    assert TITLES[0] in (await ground.grace.press(asked, name)).text


async def test_a_paused_series_is_carried_on_or_stopped(ground: Ground) -> None:
    nadia = await started(ground)
    paused = await nadia.press(await nadia.slash("#london", "welcome start"), "Pause")
    assert buttons(paused.message) == ["Carry on", "Stop for good"]
    assert "## Stopped" in (await nadia.press(paused, "Stop for good")).text


async def test_an_organiser_is_asked_what_they_want_and_can_take_the_steps(ground: Ground) -> None:
    asked = await ground.amina.slash("#london", "welcome start")
    assert buttons(asked.message) == ["Show me the steps", "See how newcomers are getting on"]
    assert title((await ground.amina.press(asked, "Show me the steps")).message) == TITLES[0]
    private = await ground.amina.slash("dm", "welcome start")
    assert title(private.message) == TITLES[0]


async def test_progress_is_counts_for_organisers_only_and_from_six_on(ground: Ground) -> None:
    nadia = await started(ground)
    await nadia.press(nadia.dms[-1], "Done")
    await counted(ground)
    few = says(await newcomers(ground.amina, "#london"))
    assert "**Taking the steps:** fewer than five" in few
    assert "What an ISO is: fewer than five done, fewer than five not for them" in few
    for person in crowd(ground, 6):
        says(await person.slash("#london", "welcome start"))
    await counted(ground)
    text = says(await newcomers(ground.amina, "#london"))
    assert "**Taking the steps:** 7" in text
    assert "What an ISO is: fewer than five done" in text
    assert str(nadia.id) not in text
    assert "Nadia" not in text
    refused = await ground.press_old(ground.grace, ground.london, "welcome:progress")
    assert "Only organisers" in says(refused)


async def test_closed_dms_from_the_first_have_the_whole_series_in_the_server(ground: Ground) -> None:
    mina = await joined(ground, "Mina", dms_open=False)
    await ground.later(timedelta(minutes=10))
    answer = await mina.slash("#london", "welcome start")
    for step in series_of(ground.texts).steps[:-1]:
        assert step.title in says(answer)
        answer = await mina.press(answer, "Done")
        answer = await mina.press(answer, "Next step now")
    assert "That was the last step" in says(await mina.press(answer, "Done"))
    assert mina.dms == []


@pytest.mark.parametrize(
    ("button", "says_then"),
    [
        ("Done", "**Done.**"),
        ("Not for me", "**Not for me.**"),
        ("Tell me more", "## What an ISO is"),
        ("Next step now", "### The four pillars"),
        ("Pause", "## Paused"),
        ("Stop for good", "## Stopped"),
    ],
)
@pytest.mark.parametrize("dms_open", [True, False])
async def test_every_button_of_a_step_works_in_the_server_after_a_restart(
    ground: Ground, button: str, says_then: str, dms_open: bool
) -> None:
    nadia = await joined(ground, "Nadia", dms_open=dms_open)
    answer = await nadia.press(start_message(ground), "Start")
    await ground.restart()
    pressed = await nadia.press(answer, button)
    assert says_then in says(pressed)
    if button in ("Pause", "Stop for good"):
        assert says(await nadia.press(pressed, "Carry on")).startswith("### What an ISO is")


async def test_the_welcome_is_declined_after_a_restart_too(ground: Ground) -> None:
    nadia = await welcomed(ground)
    await ground.restart()
    answer = await nadia.press(nadia.dms[0], "Not for me")
    assert card_text(answer.message).startswith("## All right")
