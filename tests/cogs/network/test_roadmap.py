"""The way to a network where there is none: six steps, whose they are, asked after kindly, to the first meeting."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.membership.models import Network, NetworkMember
from db.network.models import Roadmap, RoadmapStep
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.panels import began, settings

FORTNIGHT = timedelta(days=14, hours=1)


async def begun(ground: Ground, person: Person | None = None) -> Answer:
    """Have somebody, Cerys if nobody is named, begin a network in Wales."""
    return await began(person or ground.cerys, "#wales")


async def do(ground: Ground, person: Person, label: str) -> str:
    """Have somebody open the plan of Wales and press a button under its present step."""
    return says(await person.press(await begun(ground, person), label))


async def step(ground: Ground, number: int) -> RoadmapStep:
    return await ground.running.store.read(
        lambda session: session.scalars(select(RoadmapStep).where(RoadmapStep.number == number)).one()
    )


async def test_before_it_is_begun_the_steps_are_shown_and_nothing_is_stored(ground: Ground) -> None:
    shown = await ground.cerys.slash("#wales", "network start")
    text = says(shown)
    assert "Nobody has told me that they have started" in text
    assert "\n1. Ask your Organising Forum representative\n2. Learn from other networks" in text
    assert "I tell the organisers that a member has started, without your name" in text
    assert buttons(shown.message) == ["Start this network"]
    await ground.settled()
    assert await ground.count(Roadmap) == await ground.count(NetworkMember) == 0
    assert ground.sandbox.channel("#organisers").messages == []
    # Somebody else begins it while this card is open.
    await begun(ground, ground.imran)
    late = await ground.cerys.press(shown, "Start this network")
    assert f"{ground.imran.mention} is on it" in says(late)
    assert await ground.count(Roadmap) == 1


@both
async def test_beginning_shows_six_steps_and_the_first_is_whose_who_began(ground: Ground) -> None:
    answer = await begun(ground)
    text = says(answer)
    assert text.startswith("## Starting a network in Wales\nYou have started.")
    assert f"1. Ask your Organising Forum representative: {ground.cerys.mention} is on it" in text
    for number in range(2, 7):
        assert f"\n{number}. " in text
    assert text.count(": open") == 5
    assert "international@neu.org.uk" in text
    assert buttons(answer.message) == [
        "It's done", "Still on it", "Give it back",
        "Step 2: Learn from other networks",
        "Step 3: Plan a first meeting, open to all",
        "Step 4: Find what the region cares about",
        "Step 5: Form groups",
        "Step 6: Report back, and set goals and the next date",
    ]  # fmt: skip
    assert await ground.count(NetworkMember) == 1
    wales = await ground.running.store.read(
        lambda session: session.scalars(select(Network).where(Network.name == "Wales")).one()
    )
    assert wales.status == "developing"
    await ground.settled()
    news = ground.sandbox.channel("#organisers").messages[-1]
    assert "A member is starting a network in Wales" in news.text
    assert ground.cerys.mention not in news.text


async def test_beginning_again_shows_how_far_it_is(ground: Ground) -> None:
    await begun(ground)
    again = says(await begun(ground, ground.imran))
    assert "You have started" not in again
    assert f"{ground.cerys.mention} is on it" in again
    assert await ground.count(Roadmap) == 1


async def test_where_there_is_a_network_nobody_begins_one(ground: Ground) -> None:
    refused = says(await ground.grace.slash("#london", "network start"))
    assert "London has an established network" in refused
    assert await ground.count(Roadmap) == 0


async def test_steps_are_looked_at_taken_and_given_back(ground: Ground) -> None:
    await begun(ground, ground.imran)
    second = await ground.cerys.press(await begun(ground), "Step 2: Learn from other networks")
    assert "### Step 2: Learn from other networks" in says(second)
    assert buttons(second.message)[:2] == ["I'll do it", "It's done"]
    assert f"2. Learn from other networks: {ground.cerys.mention} is on it" in says(
        await ground.cerys.press(second, "I'll do it")
    )
    assert (await step(ground, 2)).owner_id == ground.cerys.id
    assert await ground.count(NetworkMember) == 2
    taken = await ground.press_old(ground.grace, ground.sandbox.channel("#wales"), "roadmap:1:2:take")
    assert "Someone else has taken that step" in says(taken)
    not_hers = await ground.press_old(ground.grace, ground.sandbox.channel("#wales"), "roadmap:1:2:back")
    assert "someone else's" in says(not_hers)
    await ground.cerys.press(
        await ground.cerys.press(await begun(ground), "Step 2: Learn from other networks"), "Give it back"
    )
    assert (await step(ground, 2)).owner_id is None


@both
async def test_the_way_ends_in_a_first_meeting_and_groups(ground: Ground) -> None:
    await begun(ground)
    assert "1. Ask your Organising Forum representative: done" in await do(ground, ground.cerys, "It's done")
    await do(ground, ground.imran, "It's done")
    assert (await step(ground, 2)).owner_id == ground.imran.id
    refused = await do(ground, ground.cerys, "It's done")
    assert "No meeting is scheduled in Wales yet" in refused
    await ground.scheduled("First meeting", "12/03/2026 18:00", "#wales")
    assert "3. Plan a first meeting, open to all: done" in await do(ground, ground.cerys, "It's done")
    assert "4. Find what the region cares about: done" in await do(ground, ground.cerys, "It's done")
    form = (await ground.cerys.press(await begun(ground), "It's done")).modal
    await ground.restart()
    text = says(await ground.cerys.submit(form, {"Groups": "Cuba\n- Palestine, cuba\n**Bold** @everyone"}))
    assert "5. Form groups: done" in text
    end = await do(ground, ground.cerys, "It's done")
    assert end.startswith("## The Wales network is up and running")
    assert "**First meeting:** First meeting, Thursday 12 March 2026, 6pm" in end
    assert "**Groups:** Cuba, Palestine, Bold\\*\\* @\u200beveryone" in end
    await ground.settled()
    assert "Wales now has a network" in ground.sandbox.channel("#organisers").messages[-1].text
    late = await ground.press_old(ground.cerys, ground.sandbox.channel("#wales"), "roadmap:1:6:done")
    assert "The plan for Wales is finished" in says(late)
    await ground.go_to(ground.clock.now() + timedelta(days=60))
    assert not any("How is it going" in message.text for message in ground.cerys.dms)


async def test_where_the_region_has_no_channel_it_is_said_who_adds_one(ground: Ground) -> None:
    plan = await began(ground.grace, "#london", region="South East")
    for _ in range(2):
        plan = await ground.grace.press(plan, "It's done")
    refused = says(await ground.grace.press(plan, "It's done"))
    assert "South East has no channel here yet" in refused
    assert "/setup region" in refused


async def test_no_groups_are_no_groups(ground: Ground) -> None:
    await begun(ground)
    await ground.scheduled("First meeting", "12/03/2026 18:00", "#wales")
    for _ in range(4):
        await do(ground, ground.cerys, "It's done")
    form = (await ground.cerys.press(await begun(ground), "It's done")).modal
    assert "at least one group" in says(await ground.cerys.submit(form, {"Groups": " , \n - "}))
    assert (await step(ground, 5)).state == "open"


@both
async def test_whoever_has_the_step_is_asked_every_two_weeks_and_answers_in_private(ground: Ground) -> None:
    await begun(ground)
    await ground.go_to(ground.clock.now() + timedelta(days=13))
    assert ground.cerys.dms == []
    await ground.go_to(ground.clock.now() + timedelta(days=2))
    (nudge,) = ground.cerys.dms
    assert card_text(nudge).startswith("## How is it going in Wales?")
    assert buttons(nudge) == ["It's done", "Still on it", "Give it back"]
    await ground.restart()
    assert "is on it" in (await ground.cerys.press(nudge, "Still on it")).text
    await ground.go_to(ground.clock.now() + timedelta(days=13))
    assert len(ground.cerys.dms) == 1
    await ground.go_to(ground.clock.now() + timedelta(days=2))
    done = await ground.cerys.press(ground.cerys.dms[-1], "It's done")
    assert "1. Ask your Organising Forum representative: done" in done.text
    assert len(ground.cerys.dms) == 2


async def test_after_two_questions_that_nobody_answers_the_organisers_hear_and_it_is_quiet(
    ground: Ground,
) -> None:
    await begun(ground)
    await ground.go_to(ground.clock.now() + timedelta(days=120))
    assert heads(ground.cerys.dms) == ["## How is it going in Wales?"] * 2
    last = "If I hear nothing, I'll tell the organisers"
    assert [last in message.text for message in ground.cerys.dms] == [False, True]
    news = ground.sandbox.channel("#organisers").messages
    assert heads(news) == [
        "## A member is starting a network in Wales, following six steps.",
        "## The plan for a network in Wales has stalled at step 1: Ask your Organising Forum representative.",
    ]
    assert ground.cerys.mention not in news[-1].text
    await ground.cerys.press(await begun(ground), "Still on it")
    await ground.go_to(ground.clock.now() + FORTNIGHT)
    assert len(ground.cerys.dms) == 3


async def test_a_step_of_nobodys_is_asked_after_at_who_began(ground: Ground) -> None:
    await begun(ground)
    await do(ground, ground.cerys, "Give it back")
    await ground.go_to(ground.clock.now() + FORTNIGHT)
    assert "Nobody has taken the next step" in ground.cerys.dms[-1].text
    assert buttons(ground.cerys.dms[-1]) == ["I'll do it", "It's done"]
    assert "is on it" in (await ground.cerys.press(ground.cerys.dms[-1], "I'll do it")).text


async def test_an_organiser_may_do_it_for_others_and_strangers_may_not(ground: Ground) -> None:
    await begun(ground)
    refused = await ground.press_old(ground.grace, ground.sandbox.channel("#wales"), "roadmap:1:1:done")
    assert "someone else's" in says(refused)
    done = await ground.press_old(ground.amina, ground.sandbox.channel("#wales"), "roadmap:1:1:done")
    assert "1. Ask your Organising Forum representative: done" in says(done)


@pytest.mark.parametrize("custom_id", ["roadmap:99:1:take", "roadmap:1:9:take"])
async def test_a_forged_button_finds_nothing(ground: Ground, custom_id: str) -> None:
    await begun(ground)
    answer = await ground.press_old(ground.grace, ground.sandbox.channel("#wales"), custom_id)
    assert "no longer there" in says(answer)


async def test_a_plan_of_another_server_is_out_of_reach(ground: Ground) -> None:
    await begun(ground)
    branch = next(iter(ground.second_guild().channels.values()))
    answer = await ground.press_old(ground.grace, branch, "roadmap:1:2:take")
    assert "no longer there" in says(answer)


async def test_whoever_wants_no_messages_is_not_asked_and_the_organisers_hear_in_the_end(
    ground: Ground,
) -> None:
    await settings(ground.cerys, "#wales", dms="off")
    await begun(ground)
    await ground.go_to(ground.clock.now() + timedelta(days=60))
    assert ground.cerys.dms == []
    assert "has stalled" in ground.sandbox.channel("#organisers").messages[-1].text


async def test_when_who_began_is_erased_the_plan_stays_without_them(ground: Ground) -> None:
    await begun(ground)
    asked = await ground.cerys.slash("#wales", "privacy erase")
    await (await ground.cerys.press(asked, "Delete everything about me")).final()
    text = says(await begun(ground, ground.imran))
    assert "1. Ask your Organising Forum representative: open" in text
    assert ground.cerys.mention not in text
    await ground.go_to(ground.clock.now() + timedelta(days=60))
    assert ground.cerys.dms == []
