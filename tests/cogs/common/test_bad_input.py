"""What bad input gets: a private sentence with the way out. Nothing is half stored, and nothing typed is lost."""

import asyncio

import pytest

from bot.sandbox.interactions import Refused
from bot.sandbox.world import building, permissions
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, buttons, custom_ids, says
from tests.cogs.meeting_panels import agree, use

INJECTION = "**Bold** @everyone <@1> <@&2> [free](https://evil.example) `x` ||y|| # z > q ~~s~~ _i_"


@pytest.mark.parametrize(
    "when", ["blah blah", "yesterday 6pm", "1/1/2020 18:00", "thursday 6pm to 5pm", "42"]
)
async def test_a_time_that_is_no_time_ahead_is_refused_and_comes_back_to_be_changed(
    ground: Ground, when: str
) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Spring meeting", when=when, venue="Town hall", access="Lift"
    )
    assert says(answer)
    assert await ground.count(Meeting) == 0
    assert await ground.enqueued("meeting") == []
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    kept = {"Title": "Spring meeting", "When": when, "Where (optional)": "Town hall"}
    assert kept.items() <= form.values().items()
    done = await ground.amina.submit(form, {"When": "thursday 6pm"})
    assert says(done).startswith("## Scheduled")
    await ground.settled()
    assert "**Where:** Town hall" in ground.london.messages[-1].text
    assert "**Access:** Lift" in ground.london.messages[-1].text


async def test_a_form_that_is_wrong_again_comes_back_again(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    again = await ground.amina.submit(form, {"Title": "Summer", "When": "nonsense"})
    assert "Summer" in (await ground.amina.press(again, "Change what I typed")).modal.values().values()
    assert await ground.count(Meeting) == 0


async def test_a_day_without_a_time_is_asked_for_its_time(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday")
    assert "At what time on Thursday 5 March 2026?" in says(answer)
    assert "for example: Thursday 5 March 2026, 6pm" in answer.text
    assert buttons(answer.message) == ["Change what I typed"]
    assert await ground.count(Meeting) == 0
    said = await ground.scheduled("Spring", "Thursday 5 March 2026, 6pm")
    assert "Thursday 5 March 2026, 6pm" in said.text


async def test_an_unclear_time_is_put_back_as_buttons_and_the_choice_survives_a_restart(
    ground: Ground,
) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Spring", when="thursday at 9", venue="Town hall"
    )
    assert says(answer)
    morning, evening, change = buttons(answer.message)
    assert "9am" in morning
    assert "9pm" in evening
    assert change == "Change what I typed"
    assert await ground.count(Meeting) == 0
    await ground.restart()
    done = await ground.amina.press(answer, evening)
    assert "**Spring** is on Thursday 5 March 2026, 9pm" in says(done)
    await ground.settled()
    assert "**Where:** Town hall" in ground.london.messages[-1].text


async def test_a_choice_pressed_twice_at_once_schedules_one_meeting(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday at 9")
    first, second = buttons(answer.message)[:2]
    choice = custom_ids(answer.message)[0]
    presses = [ground.amina.press(answer, name) for name in (first, first, second)]
    for press in await asyncio.gather(*presses):
        assert press.failed is None
    assert await ground.count(Meeting) == 1
    assert answer.text.startswith("## Scheduled")
    again = await ground.press_old(ground.amina, ground.london, choice)
    assert again.failed is None
    # Said in the same place, an error would hide that the meeting is scheduled.
    assert "I keep it for a day" not in again.text
    assert await ground.count(Meeting) == 1


async def test_a_form_sent_twice_schedules_one_meeting(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    for sent in await asyncio.gather(
        *[ground.amina.submit(form, {"When": "thursday 6pm"}) for _ in range(2)]
    ):
        assert sent.failed is None
    assert (await ground.amina.submit(form, {"When": "friday 6pm"})).failed is None
    assert await ground.count(Meeting) == 1


async def test_a_form_opened_before_a_restart_can_be_sent_after_it(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    await ground.restart()
    assert "**Spring** is on Thursday" in says(await ground.amina.submit(form, {"When": "thursday 6pm"}))


async def test_a_move_to_no_time_is_asked_again(ground: Ground) -> None:
    await ground.scheduled()
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when="thursday at 9")
    morning = buttons(answer.message)[0]
    assert "is now on Thursday 5 March 2026, 9am" in says(
        await agree(ground.amina, await ground.amina.press(answer, morning))
    )
    answer = await use(ground.amina, "#london", "meeting move", meeting="1", when="blah")
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    assert form.values() == {"When": "blah"}
    assert "is now on Friday 6 March 2026, 7pm" in says(
        await agree(ground.amina, await ground.amina.submit(form, {"When": "friday 7pm"}))
    )


@pytest.mark.parametrize("duration", ["blah", "30 hours", "x" * 2000])
async def test_a_length_that_is_none_is_refused_and_nothing_is_stored(ground: Ground, duration: str) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Spring", when="thursday 6pm", duration=duration
    )
    assert says(answer)
    assert "reference" not in answer.text
    assert await ground.count(Meeting) == 0
    assert (await ground.amina.press(answer, "Change what I typed")).has_modal


@pytest.mark.parametrize("title", ["x" * 2000, "x" * 101, "   "])
async def test_a_title_too_long_or_empty_is_refused_with_its_limit(ground: Ground, title: str) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title=title, when="thursday 6pm")
    assert "A title needs 1 to 100 characters on one line" in says(answer)
    assert await ground.count(Meeting) == 0
    assert (await ground.amina.press(answer, "Change what I typed")).has_modal
    await ground.scheduled()
    with pytest.raises(Refused, match="Title"):
        await use(ground.amina, "#london", "meeting edit", meeting="1", title=title)


@pytest.mark.parametrize("name", ["venue", "online", "access"])
async def test_any_other_text_too_long_is_refused_with_its_limit(ground: Ground, name: str) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Spring", when="thursday 6pm", **{name: "x" * 4000}
    )
    assert "is too long" in says(answer)
    assert await ground.count(Meeting) == 0
    await ground.scheduled()
    with pytest.raises(Refused, match="characters"):
        await use(ground.amina, "#london", "meeting edit", meeting="1", **{name: "x" * 4000})
    answer = await use(ground.amina, "#london", "meeting cancel", meeting="1", reason="x" * 4000)
    assert "is too long" in says(answer)


async def test_formatting_and_mentions_in_free_text_are_shown_literally_and_ping_nobody(
    ground: Ground,
) -> None:
    organisers = next(role for role in ground.sandbox.guild().roles.values() if role.name == "Organisers")
    nasty = f"{INJECTION} {ground.grace.mention} {organisers.mention}"
    card = await ground.scheduled(INJECTION, venue=nasty, access=nasty, online=nasty)
    await ground.grace.press(card, "Going")
    says(await ground.tomasz.slash("#london", "meeting list"))
    says(await ground.tomasz.slash("#london", "meeting show", meeting="1"))
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", venue=nasty))
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm"))
    await ground.go_to(ground.wall("2026-03-06T18:30"))
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1", reason=nasty[:300]))
    await ground.later()
    posted = [*ground.london.messages, *ground.grace.dms]
    assert len(posted) >= 8
    for message in posted:
        assert not message.pinged
        for raw in ("**Bold**", "@everyone", " <@1>", " <@&", " [free]", " `x`", "||y||", "~~s~~", " _i_"):
            assert raw not in message.text
        assert r"\*\*Bold\*\*" in message.text


async def test_a_line_break_in_free_text_makes_no_heading_and_no_quote(ground: Ground) -> None:
    card = await ground.scheduled("One\n# Two", venue="a\n> b\n- c")
    assert "\n# Two" not in card.text
    assert "\n> b" not in card.text


async def test_an_unknown_meeting_is_answered_with_the_nearest(ground: Ground) -> None:
    assert "I can't find the meeting anything" in says(
        await ground.tomasz.slash("#london", "meeting show", meeting="anything")
    )
    await ground.scheduled("Spring meeting")
    for command, more in (
        ("show", {}),
        ("answer", {"choice": "Going"}),
        ("edit", {}),
        ("manage", {}),
        ("move", {"when": "friday 7pm"}),
        ("cancel", {}),
    ):
        answer = await ground.amina.slash("#london", f"meeting {command}", meeting="sprnig meeting", **more)
        assert "Did you mean Spring meeting (number 1)?" in says(answer)
        for unknown in ("99", "999999999999", "-1", "x" * 2000, INJECTION):
            answer = await ground.amina.slash("#london", f"meeting {command}", meeting=unknown, **more)
            assert "can't find" in says(answer)


async def test_several_meetings_that_fit_are_asked_for_by_name(ground: Ground) -> None:
    await ground.scheduled("Spring meeting one")
    await ground.scheduled("Spring meeting two")
    text = says(await ground.tomasz.slash("#london", "meeting show", meeting="spring"))
    assert "Did you mean Spring meeting one (number 1) or Spring meeting two (number 2)?" in text


@both
async def test_a_meeting_of_another_server_is_not_known_here(ground: Ground) -> None:
    card = await ground.scheduled("Our secret")
    other = ground.second_guild()
    branch = ground.sandbox.channel("#branch", guild=other)
    for person, command, more in (
        (ground.grace, "show", {}),
        (ground.grace, "answer", {"choice": "Going"}),
        (ground.ruth, "edit", {}),
        (ground.ruth, "manage", {}),
        (ground.ruth, "move", {"when": "friday 7pm"}),
        (ground.ruth, "cancel", {}),
    ):
        # What was typed comes back as it was typed; the title as it is stored never does.
        for words in ("1", "our SECRET"):
            answer = await person.slash(branch, f"meeting {command}", meeting=words, **more)
            assert "Our secret" not in says(answer)
    assert await ground.grace.autocomplete(branch, "meeting show", focus="meeting", meeting="") == []
    assert "Our secret" not in says(await ground.ruth.slash(branch, "meeting list"))
    assert "Nobody has answered" in card.text


@pytest.mark.parametrize("command", ["schedule", "list"])
async def test_an_unknown_region_is_answered_with_the_nearest_or_all(ground: Ground, command: str) -> None:
    more = {"title": "x", "when": "thursday 6pm"} if command == "schedule" else {}
    answer = await ground.amina.slash("#london", f"meeting {command}", region="yorksheer", **more)
    assert "Did you mean Yorkshire?" in says(answer)
    answer = await ground.amina.slash("#london", f"meeting {command}", region="Atlantis", **more)
    assert "There are: London, North West, Wales, Yorkshire" in says(answer)
    assert await ground.count(Meeting) == 0


async def test_scheduling_outside_a_regions_channel_asks_which_region(ground: Ground) -> None:
    answer = await ground.amina.slash("#welcome", "meeting schedule", title="x", when="thursday 6pm")
    assert "Which region do you mean?" in says(answer)
    assert "London, North West, Wales, Yorkshire" in answer.text


async def test_a_period_that_is_none_is_refused_with_examples(ground: Ground) -> None:
    answer = await ground.tomasz.slash("#london", "meeting list", period="blah")
    assert "I couldn't read that as a span of time. Write for example: this month" in says(answer)


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        (permissions.SEND_MESSAGES, "Send Messages"),
        (permissions.VIEW_CHANNEL, "View Channel"),
        (permissions.EMBED_LINKS, "Embed Links"),
    ],
)
async def test_a_channel_the_bot_may_not_post_in_is_named_with_the_permission_and_nothing_is_stored(
    ground: Ground, bit: int, name: str
) -> None:
    ground.deny(ground.london, bit)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    assert name in says(answer)
    assert ground.london.mention in answer.text
    assert await ground.count(Meeting) == 0
    assert await ground.enqueued("meeting") == []
    ground.allow(ground.london)
    await ground.scheduled()


async def test_a_region_whose_channel_is_gone_is_said_before_anything_is_stored(ground: Ground) -> None:
    ground.delete(ground.sandbox.channel("#yorkshire"))
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="x", when="thursday 6pm", region="Yorkshire"
    )
    assert "can't find Yorkshire" in says(answer)
    assert await ground.count(Meeting) == 0


@both
async def test_forged_and_truncated_buttons_are_refused_and_change_nothing(ground: Ground) -> None:
    card = await ground.scheduled()
    wrong = (
        "rsvp:1:perhaps",
        "rsvp:1",
        "rsvp:1:going:more",
        "rsvp::going",
        "rsvp:999999999:going",
        "rsvp:999999999999:going",
        "who:99",
        "who:",
        "pick:1:0",
        "pick:999999999:9",
        "redo:99",
        "cancel:1",
        "cancel:99",
        "setup:start",
        "form:meeting:schedule.1",
        "nothing",
        "x" * 100,
    )
    for custom_id in wrong:
        answer = await ground.press_old(ground.grace, ground.london, custom_id)
        assert says(answer), custom_id
        assert "reference" not in answer.text, custom_id
    assert "Nobody has answered" in card.text
    assert ground.london.messages == [card]


@both
async def test_a_number_that_no_store_can_hold_is_no_button(ground: Ground) -> None:
    for custom_id in ("privacy:former:53036395106407569259", f"goal:done:{2**63}:1", f"alive:{10**19}:1"):
        refused = await ground.press_old(ground.ruth, ground.london, custom_id)
        assert refused.text == str(ground.texts("errors.button_gone")), custom_id


@both
async def test_drafts_of_others_can_not_be_carried_out(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday at 9")
    for custom_id in custom_ids(answer.message):
        refused = await ground.press_old(ground.ruth, ground.london, custom_id)
        assert "only for you" in says(refused)
    assert await ground.count(Meeting) == 0


async def test_forged_forms_are_refused(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    modal = (await ground.amina.press(answer, "Change what I typed")).modal
    for custom_id in (
        "form:meeting:schedule.99",
        modal.custom_id.replace("schedule", "move"),
        "form:meeting:schedule.",
        "form:meeting:delete.1",
        "form:meeting:",
        "form:nothing:1",
        "nothing",
    ):
        refused = await ground.amina.submit(ground.forged(modal, custom_id), {"When": "thursday 6pm"})
        assert says(refused), custom_id
        assert "reference" not in refused.text, custom_id
    assert await ground.count(Meeting) == 0


async def test_a_form_without_what_has_to_be_chosen_is_refused(ground: Ground) -> None:
    modal = (await ground.ruth.slash("#london", "setup start")).modal
    chosen = [component["component"] for component in modal.components]
    assert [each["required"] for each in chosen] == [True, True, True, False, False]
    for each in chosen:
        each |= {"required": False, "min_values": 0}
    empty: dict[str, list[str]] = {"Where do organisers talk?": [], "Who are the organisers?": []}
    refused = await ground.ruth.submit(modal, empty)
    assert refused.text.startswith(str(ground.texts("errors.form_gap")))


async def test_somebody_who_is_not_in_the_server_is_named_as_such(ground: Ground) -> None:
    stranger = building.user(ground.sandbox.world, "boris")
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Spring", when="thursday 6pm", host=stranger
    )
    assert answer.text.startswith(str(ground.texts("errors.not_a_member")))


async def test_a_draft_is_forgotten_after_a_day_and_says_so(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    await ground.go_to(ground.wall("2026-03-03T10:30"))
    await ground.amina.slash("#london", "meeting schedule", title="Other", when="blah")
    assert "I keep it for a day" in says(await ground.amina.press(answer, "Change what I typed"))
