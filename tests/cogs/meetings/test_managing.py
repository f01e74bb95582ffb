"""The panel of a meeting: all that hosts and organisers can do about it, who may do what, and the way back."""

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, buttons, card_text, head, says
from tests.cogs.meeting_panels import agree, use


async def panel(ground: Ground, person: Person | None = None) -> Answer:
    return await (person or ground.amina).slash("#london", "meeting manage", meeting="1")


async def test_the_panel_says_how_a_meeting_stands(ground: Ground) -> None:
    card = await ground.scheduled(when="30 april 2026 6pm", venue="Room 1")
    await ground.grace.press(card, "Going")
    text = says(await panel(ground))
    assert text.startswith("## Manage: Spring meeting")
    for words in ("**Where:** Room 1", "1 going", "nobody has opened it yet", "I don't ask them"):
        assert words in text
    says(await ground.amina.press(await panel(ground), "Checklist"))
    says(await use(ground.amina, "#london", "meeting chase", meeting="1", ask="On"))
    text = says(await panel(ground))
    assert "0 of 8 done." in text
    assert "I ask them once, in private" in text


async def test_a_host_who_does_not_organise_finds_what_is_theirs_to_do(ground: Ground) -> None:
    await ground.scheduled(host=ground.grace.id)
    shown = await panel(ground, ground.grace)
    theirs = {
        "Change number of places, note",
        "Hosts",
        "Checklist",
        "Ask people who haven't answered",
        "Agenda",
        "Access needs",
    }
    assert set(buttons(shown.message)) == theirs
    for do in ("move", "cancel", "poll"):
        refused = await ground.press_old(ground.grace, ground.london, f"manage:1:{do}")
        assert "Only organisers of London can do this" in says(refused)
    refused = says(await ground.press_old(ground.tomasz, ground.london, "manage:1:hosts"))
    assert "Only organisers of London can do this" in refused
    assert "Only the hosts" in says(await panel(ground, ground.tomasz))


async def test_what_is_over_or_cancelled_offers_only_what_is_left_to_do(ground: Ground) -> None:
    await ground.scheduled(title="Past", when="tomorrow 6pm")
    await ground.scheduled(title="Off", when="30 april 2026 6pm")
    await agree(ground.amina, await ground.amina.slash("#london", "meeting cancel", meeting="2"))
    await ground.go_to(ground.wall("2026-03-05T12:00"))
    past = await panel(ground)
    assert "This meeting is over" in says(past)
    assert set(buttons(past.message)) == {"Checklist", "Write or read the report", "Agenda"}
    assert (await ground.amina.press(past, "Write or read the report")).modal.title == "Report of the meeting"
    off = await ground.amina.slash("#london", "meeting manage", meeting="2")
    assert "This meeting is cancelled" in says(off)
    assert set(buttons(off.message)) == {"Checklist", "Agenda"}


async def test_every_page_of_the_panel_leads_back_to_it(ground: Ground) -> None:
    await ground.scheduled(repeat="weekly")
    for page in ("Hosts", "Checklist", "Ask people who haven't answered"):
        shown = await ground.amina.press(await panel(ground), page)
        back = await ground.amina.press(shown, "Back to managing it")
        assert says(back).startswith("## Manage: Spring meeting"), page
    agenda = await ground.amina.press(await panel(ground), "Agenda")
    assert says(await ground.amina.press(agenda, "Manage this meeting")).startswith("## Manage")


async def test_the_panel_moves_and_cancels_after_the_same_question(ground: Ground) -> None:
    await ground.scheduled()
    form = (await ground.amina.press(await panel(ground), "Move it")).modal
    asked = await ground.amina.submit(form, {"When": "friday 7pm"})
    assert says(asked).startswith("## Move Spring meeting?")
    assert says(await agree(ground.amina, asked)).startswith("## Moved")
    asked = await ground.amina.press(await panel(ground), "Cancel it")
    assert says(asked).startswith("## Cancel Spring meeting?")
    form = (await ground.amina.press(asked, "Give or change the reason")).modal
    asked = await ground.amina.submit(form, {"Why (optional)": "The hall is flooded"})
    assert "**Reason:** The hall is flooded" in says(asked)
    assert says(await agree(ground.amina, asked)).startswith("## Cancelled")
    await ground.settled()
    assert "The hall is flooded" in ground.london.messages[-1].text


async def test_hosts_are_changed_for_one_or_for_all_later_ones(ground: Ground) -> None:
    await ground.scheduled(repeat="weekly")
    values = {"meeting": "1", "member": ground.grace.user}
    shared = await use(ground.amina, "#london", "meeting host", change="co-host", which="later", **values)
    assert "together with its host" in says(shared)
    assert ground.grace.mention in says(await ground.amina.slash("#london", "meeting show", meeting="2"))
    gone = await use(ground.amina, "#london", "meeting host", change="remove", **values)
    assert "no longer shares the hosting" in says(gone)
    assert ground.grace.mention not in says(await ground.amina.slash("#london", "meeting show", meeting="1"))
    assert ground.grace.mention in says(await ground.amina.slash("#london", "meeting show", meeting="2"))


async def test_a_series_is_put_on_hold_and_goes_on_from_the_panel(ground: Ground) -> None:
    await ground.scheduled(repeat="weekly")
    held = await ground.amina.press(await panel(ground), "Put it on hold")
    assert "is on hold" in says(held)
    shown = await panel(ground)
    assert "**This repeating meeting is on hold.**" in says(shown)
    says(await ground.amina.press(shown, "Yes, keep it going"))
    assert "This repeating meeting is on hold" not in says(await panel(ground))


async def test_another_time_is_asked_for_with_what_the_meeting_says(ground: Ground) -> None:
    await ground.scheduled(venue="Room 1", duration="90 minutes")
    form = (await ground.amina.press(await panel(ground), "Ask which time suits people")).modal
    assert form.values()["Title"] == "Spring meeting"
    assert form.values()["Where (optional)"] == "Room 1"
    preview = await ground.amina.submit(form, {"The times": "friday 6pm, saturday 11am"})
    assert "until 7.30pm" in says(preview)
    assert "**Where:** Room 1" in preview.text
    assert "Asked: Spring meeting" in says(await ground.amina.press(preview, "Post the poll"))


async def test_a_meeting_that_came_of_a_poll_leads_to_its_result(ground: Ground) -> None:
    preview = await ground.amina.slash(
        "#london", "meeting poll", title="Forum", options="friday 6pm, saturday 11am"
    )
    asked = await ground.amina.press(preview, "Post the poll")
    await ground.settled()
    vote = await ground.grace.press(ground.london.messages[-1], "Say what suits you")
    says(await ground.grace.press(vote, "I can come to all of them"))
    result = await ground.amina.press(asked, "See the result")
    says(await ground.amina.press(result, next(one for one in buttons(result.message) if "Schedule" in one)))
    assert await ground.count(Meeting) == 1
    shown = await ground.amina.press(await panel(ground), "See the result")
    assert says(shown).startswith("## Results so far: Forum")


async def test_what_a_poll_needs_besides_is_asked_on_its_preview(ground: Ground) -> None:
    given = {"title": "Forum", "options": "friday 6pm, saturday 11am"}
    preview = await use(
        ground.amina,
        "#london",
        "meeting poll",
        duration="2 hours",
        venue="Room 1",
        closes="thursday noon",
        **given,
    )
    for words in ("until 8pm", "**Where:** Room 1", "It closes on Thursday 5 March 2026, 12 noon"):
        assert words in says(preview)
    other = await ground.amina.choose(preview, "Ask another region instead", ["Yorkshire"])
    assert f"<#{ground.sandbox.channel('#yorkshire').id}>" in says(other)
    assert "**Where:** Room 1" in other.text
    says(await ground.amina.press(other, "Post the poll"))
    await ground.settled()
    assert head(ground.sandbox.channel("#yorkshire").messages[-1]).startswith(
        "## Which time suits you? Forum"
    )
    assert not any("Forum" in message.text for message in ground.london.messages)


async def test_where_no_region_is_meant_what_was_typed_waits_for_the_choice(ground: Ground) -> None:
    typed = {"title": "Forum", "venue": "Room 1", "access": "Lift", "capacity": 5}
    asked = await ground.amina.slash("#welcome", "meeting schedule", when="thursday 6pm", **typed)
    assert "Which region do you mean?" in says(asked)
    await ground.restart()
    done = await ground.amina.choose(asked, "Choose one", ["London"])
    assert says(done).startswith("## Scheduled")
    await ground.settled()
    for words in ("Room 1", "Lift", "5 of 5"):
        assert words in card_text(ground.london.messages[-1])
    asked = await ground.amina.slash(
        "#welcome", "meeting poll", title="When", options="friday 6pm, saturday 11am"
    )
    preview = await ground.amina.choose(asked, "Choose one", ["Wales"])
    assert says(preview).startswith("## Is this right? When")


async def test_showing_a_meeting_says_what_one_answered_oneself(ground: Ground) -> None:
    card = await ground.scheduled()
    assert "**You:**" not in says(await ground.grace.slash("#london", "meeting show", meeting="1"))
    for answer, words in (("Maybe", "maybe"), ("Can't come", "can't come"), ("Going", "going")):
        await ground.grace.press(card, answer)
        assert f"**You:** {words}" in says(await ground.grace.slash("#london", "meeting show", meeting="1"))
        assert "**You:**" not in says(await ground.tomasz.slash("#london", "meeting show", meeting="1"))
