"""Proposals over the wire: off by default; asked of the organisers, decided with one press, told to the member."""

from bot.sandbox.world import Message
from db.meetings.models import Meeting
from db.meetings.poll_models import Proposal
from tests.cogs.ground import Ground, both, buttons, called, card_text, custom_ids, heads, says
from tests.cogs.meeting_panels import proposed as agreed
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up


async def allowed(ground: Ground) -> None:
    """Have the admin let members propose meetings."""
    answer = await set_up(ground.ruth, "#organisers", "proposals", proposals="on")
    assert "Members may propose meetings" in says(answer)


async def proposed(ground: Ground, when: str = "thursday 23 april 6pm", **more: object) -> Message:
    """Have Grace propose a film night; returns the organisers' card."""
    answer = await use(ground.grace, "#london", "meeting propose", title="Film night", when=when, **more)
    assert says(answer).startswith("## Proposed")
    await ground.settled()
    return ground.sandbox.channel("#organisers").messages[-1]


async def test_by_default_only_organisers_schedule(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "meeting schedule", title="Film night", when="thursday 6pm")
    assert "Only organisers of London can do this" in says(answer)
    assert await ground.count(Proposal) == 0


@both
async def test_a_proposal_is_shown_to_the_organisers_and_approved_with_one_press(ground: Ground) -> None:
    await allowed(ground)
    card = await proposed(ground, venue="Library")
    assert card_text(card).startswith("## Proposed: Film night\nA meeting of the London network")
    for words in ("Thursday 23 April 2026, 6pm", "**Where:** Library", ground.grace.mention):
        assert words in card.text
    assert buttons(card) == ["Approve and schedule", "Decline"]
    assert not card.pinged
    assert ground.london.messages == []
    await ground.restart()
    answer = await ground.amina.press(card, "Approve and schedule")
    assert "**Film night** is on Thursday 23 April 2026, 6pm" in says(answer)
    await ground.later()
    assert "**Approved** by" in card.text
    assert buttons(card) == []
    assert heads(ground.london.messages) == ["## Film night"]
    assert f"**Host:** {called(ground.grace)}" in ground.london.messages[-1].text
    assert heads(ground.grace.dms) == ["## Approved: Film night"]
    again = await ground.press_old(
        ground.amina,
        ground.sandbox.channel("#organisers"),
        f"proposal-yes:{ground.sandbox.guild().id}:1",
    )
    assert "already been approved" in says(again)
    assert await ground.count(Meeting) == 1


@both
async def test_one_that_is_declined_is_told_with_its_reason(ground: Ground) -> None:
    await allowed(ground)
    card = await proposed(ground)
    form = await ground.amina.press(card, "Decline")
    assert form.modal is not None
    await ground.restart()
    answer = await ground.amina.submit(form.modal, {"Why? (optional)": "The room is taken. Thursday after?"})
    assert "is declined" in says(answer)
    await ground.later()
    assert "**Declined** by" in card.text
    assert heads(ground.grace.dms) == ["## Not this time: Film night"]
    assert "The room is taken" not in ground.grace.dms[-1].text
    why = await ground.opened(ground.grace, ground.grace.dms[-1])
    assert "**Reason:** The room is taken. Thursday after?" in why.text
    assert ground.london.messages == []


async def test_who_types_schedule_is_one_press_from_proposing_it(ground: Ground) -> None:
    await allowed(ground)
    answer = await ground.grace.slash(
        "#london",
        "meeting schedule",
        title="Film night",
        when="thursday 23 april 6pm",
        repeat="weekly 3 times",
    )
    assert "Only organisers of London can schedule meetings there." in says(answer)
    answer = await ground.grace.press(answer, "Propose it to the organisers")
    assert answer.text.startswith("## Proposed")
    await ground.settled()
    card = ground.sandbox.channel("#organisers").messages[-1]
    assert "**Repeats:** every Thursday, 6pm, from 23 April 2026, 3 times" in card.text
    await ground.amina.press(card, "Approve and schedule")
    assert await ground.count(Meeting) == 2  # as many as are stored ahead


async def test_an_unclear_time_is_asked_about_before_anybody_is_asked(ground: Ground) -> None:
    await allowed(ground)
    answer = await use(
        ground.grace, "#london", "meeting propose", title="Film night", when="next thursday 6pm"
    )
    answer = await agreed(ground.grace, await ground.grace.press(answer, buttons(answer.message)[-2]))
    assert answer.text.startswith("## Proposed")
    assert await ground.count(Proposal) == 1


async def test_it_can_be_taken_back_by_whoever_proposed_it(ground: Ground) -> None:
    await allowed(ground)
    answer = await use(
        ground.grace, "#london", "meeting propose", title="Film night", when="thursday 23 april 6pm"
    )
    await ground.settled()
    card = ground.sandbox.channel("#organisers").messages[-1]
    undo = custom_ids(answer.message)[-1]
    assert "can't find that proposal" in says(await ground.press_old(ground.tomasz, ground.london, undo))
    assert "taken back your proposal" in says(await ground.grace.press(answer, "Undo: take it back"))
    await ground.later()
    assert "**Taken back** by the member who proposed it." in card.text
    assert ground.grace.dms == []


async def test_only_organisers_of_the_region_decide(ground: Ground) -> None:
    await allowed(ground)
    await proposed(ground)
    guild = ground.sandbox.guild().id
    for name in (f"proposal-yes:{guild}:1", f"proposal-no:{guild}:1"):
        for person in (ground.grace, ground.siobhan):
            answer = await ground.press_old(person, ground.london, name)
            assert "Only organisers of London can do this" in says(answer)
    assert "a server you are not in" in says(
        await ground.press_old(ground.amina, ground.london, f"proposal-yes:{guild + 1}:1")
    )
    assert await ground.count(Meeting) == 0


async def test_one_that_nobody_decides_says_so_when_its_time_has_come(ground: Ground) -> None:
    await allowed(ground)
    card = await proposed(ground, "tomorrow 6pm")
    await ground.go_to(ground.wall("2026-03-03T18:01"))
    assert "**Nobody decided in time:**" in card.text
    assert buttons(card) == []


async def test_no_more_than_three_wait_at_a_time(ground: Ground) -> None:
    await allowed(ground)
    for _ in range(3):
        await proposed(ground)
    answer = await use(ground.grace, "#london", "meeting propose", title="Fourth", when="friday 24 april 6pm")
    assert "3 of your proposals are waiting" in says(answer)


async def test_whoever_organises_schedules_at_once(ground: Ground) -> None:
    await allowed(ground)
    answer = await use(
        ground.amina, "#london", "meeting propose", title="Forum", when="thursday 23 april 6pm"
    )
    assert says(answer).startswith("## Scheduled")
    assert await ground.count(Proposal) == 0


async def test_erasing_takes_a_proposal_away(ground: Ground) -> None:
    await allowed(ground)
    card = await proposed(ground)
    answer = await ground.grace.slash("#london", "privacy erase")
    assert "Meetings you proposed or decided on: 1" in says(answer)
    deleted = await (await ground.grace.press(answer, "Delete everything about me")).final()
    assert deleted.text.startswith("## Deleted")
    assert await ground.count(Proposal) == 0
    assert "can't find that proposal" in says(await ground.amina.press(card, "Approve and schedule"))
