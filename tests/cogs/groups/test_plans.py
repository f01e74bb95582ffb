"""Plans of working groups: a form in steps that can be left, posted to the thread, nudged, reviewed at a meeting."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Message
from db.groups.models import Plan, PlanAction
from db.meetings.models import AgendaItem
from tests.cogs.ground import Ground, both, buttons, card_text, says
from tests.cogs.groups.test_groups import drop, join, thread
from tests.cogs.meeting_panels import use

AIM = {
    "What do we want to achieve?": "Our branch affiliates to CSC by *June*.",
    "Who decides about it?": "The branch committee",
    "Who is affected?": "Members of the branch",
}
WHAT, NEEDS, KNOW = (
    "What will we do? One action on each line",
    "What do we need for it?",
    "How will we know that it worked?",
)


async def opened(person: Person, place: str = "#london") -> Answer:
    """Have somebody open the plan of their group."""
    return await person.slash(place, "campaign plan", campaign="Cuba")


async def step(person: Person, card: Answer | Message, button: str, fields: dict[str, str]) -> Answer:
    """Fill in one step."""
    form = await person.press(card, button)
    assert form.modal is not None, form.text
    return await person.submit(form.modal, fields)


async def drafted(ground: Ground, person: Person, actions: str | None = None) -> Answer:
    """Have somebody in the group fill in all three steps."""
    words = (
        actions
        or f"Leaflets; {ground.tomasz.mention}; 20 march\nInvite a speaker; me; 27 march\nBook the hall"
    )
    card = await step(person, await opened(person), "1. Aim", AIM)
    card = await step(person, card, "2. Actions", {WHAT: words, NEEDS: "A hall"})
    return await step(person, card, "3. How we will know", {KNOW: "The motion passes"})


async def posted(ground: Ground, actions: str | None = None) -> Message:
    """Have Grace post a plan to the group of Grace, Tomasz and Amina; returns it in the thread."""
    await join(ground, ground.grace, ground.tomasz, ground.amina)
    answer = await ground.grace.press(await drafted(ground, ground.grace, actions), "Post it to the group")
    assert "## Posted" in says(answer)
    await ground.settled()
    return thread(ground).messages[-1]


async def action(ground: Ground, number: int) -> PlanAction:
    return await ground.running.store.read(
        lambda session: session.scalars(select(PlanAction).where(PlanAction.number == number)).one()
    )


@both
async def test_a_plan_is_made_step_by_step_and_posted_to_the_thread(ground: Ground) -> None:
    await join(ground, ground.grace, ground.tomasz)
    first = await opened(ground.grace)
    assert "## Plan: Cuba, London (a draft)" in says(first)
    assert buttons(first.message) == [
        "1. Aim", "2. Actions", "3. How we will know", "Post it to the group", "Delete it",
    ]  # fmt: skip
    card = await drafted(ground, ground.grace)
    text = says(card)
    assert r"Our branch affiliates to CSC by \*June\*." in text
    assert "The motion passes" in text
    answer = await ground.grace.press(card, "Post it to the group")
    assert "on its way to the thread of the Cuba group" in says(answer)
    assert "No meeting is planned in the region yet" in answer.text
    await ground.settled()
    plan = thread(ground).messages[-1]
    assert card_text(plan).startswith("## Plan: Cuba, London\n")
    assert f"1. Leaflets (Tomasz Zieliński ({ground.tomasz.mention}), Friday 20 March 2026)" in plan.text
    assert f"2. Invite a speaker (Grace Owusu ({ground.grace.mention}), Friday 27 March 2026)" in plan.text
    assert "3. Book the hall (nobody yet, no day yet)" in plan.text
    assert not plan.pinged
    assert ground.london.messages == []


@pytest.mark.parametrize("name", ["Tomasz", "tomasz zielinski", "@Tomasz Zieliński"])
async def test_an_owner_is_found_by_name_among_the_groups_members(ground: Ground, name: str) -> None:
    plan = await posted(ground, f"Leaflets; {name}; 20 march\nBook the hall; Imran; 20 march")
    assert f"1. Leaflets (Tomasz Zieliński ({ground.tomasz.mention}), " in plan.text
    assert "2. Book the hall (Imran, " in plan.text
    await ground.go_to(ground.wall("2026-03-25T12:00"))
    assert len(ground.tomasz.dms) == 3
    assert ground.imran.dms == []


async def test_a_plan_left_half_way_is_taken_up_again_after_a_restart(ground: Ground) -> None:
    await join(ground, ground.grace)
    card = await step(ground.grace, await opened(ground.grace), "1. Aim", AIM)
    form = await ground.grace.press(card, "2. Actions")
    await ground.restart()
    # Both the form that was open and the buttons of the card still work; so does beginning again by the command.
    assert form.modal is not None
    later = await ground.grace.submit(form.modal, {WHAT: "Leaflets"})
    assert "Leaflets" in says(later)
    await ground.restart()
    await ground.jump_to(ground.clock.now() + timedelta(days=20))
    again = await opened(ground.grace)
    assert "Our branch affiliates" in says(again)
    assert "Leaflets" in again.text
    assert await ground.count(Plan) == 1
    filled = await ground.grace.press(again, "1. Aim")
    assert filled.modal is not None
    assert "The branch committee" in str(filled.modal.components)
    assert "## Posted" in says(await ground.grace.press(again, "Post it to the group"))


async def test_a_draft_goes_after_sixty_days_or_when_it_is_thrown_away(ground: Ground) -> None:
    await join(ground, ground.grace)
    card = await step(ground.grace, await opened(ground.grace), "1. Aim", AIM)
    sure = await ground.grace.press(card, "Delete it")
    assert "Delete this draft?" in says(sure)
    assert "Our branch affiliates" in says(await ground.grace.press(sure, "Show the plan"))
    sure = await ground.grace.press(await opened(ground.grace), "Delete it")
    assert "The draft is deleted" in says(await ground.grace.press(sure, "Yes, delete it"))
    assert await ground.count(Plan) == 0
    await step(ground.grace, await opened(ground.grace), "1. Aim", AIM)
    await ground.jump_to(ground.clock.now() + timedelta(days=59))
    await ground.running.maintenance.idle()
    assert await ground.count(Plan) == 1
    await ground.jump_to(ground.clock.now() + timedelta(days=3))
    await ground.running.maintenance.idle()
    assert await ground.count(Plan) == 0


async def test_what_is_missing_or_can_not_be_read_is_said_and_nothing_is_lost(ground: Ground) -> None:
    await join(ground, ground.grace)
    empty = await ground.grace.press(await opened(ground.grace), "Post it to the group")
    assert "what you want to achieve, at least one action" in says(empty)
    assert buttons(empty.message) == ["1. Aim"]
    for words, said in (
        ("Leaflets; 35 smarch 2026", "Leaflets"),
        ("\n".join(f"Do {number}" for number in range(12)), "That is 12 actions"),
        ("y" * 301, "too long"),
        (f"Leaflets; {ground.imran.mention}", "someone who is not in this group"),
    ):
        wrong = await step(ground.grace, await opened(ground.grace), "2. Actions", {WHAT: words})
        assert said in says(wrong)
        again = await ground.grace.press(wrong, "2. Actions")
        assert again.modal is not None
        assert words.splitlines()[0] in str(again.modal.components)
    assert await ground.count(PlanAction) == 0


async def test_the_longest_sheet_fits_on_a_card(ground: Ground) -> None:
    await join(ground, ground.grace)
    long = dict.fromkeys(AIM, "*" * 500)
    card = await step(ground.grace, await opened(ground.grace), "1. Aim", long)
    words = "\n".join(["*" * 190] * 10)
    card = await step(ground.grace, card, "2. Actions", {WHAT: words, NEEDS: "*" * 500})
    card = await step(ground.grace, card, "3. How we will know", {KNOW: "*" * 500})
    assert "## Posted" in says(await ground.grace.press(card, "Post it to the group"))
    await ground.settled()
    assert card_text(thread(ground).messages[-1]).startswith("## Plan: Cuba")


async def test_plans_are_for_members_of_the_group(ground: Ground) -> None:
    plan = await posted(ground)
    assert "Only members of this group" in says(
        await ground.press_old(ground.ruth, ground.london, "plan:show:1")
    )
    outside = await opened(ground.imran)
    assert "Only members of this group" in says(outside)
    assert buttons(outside.message) == ["Join this group"]
    for custom_id in (
        "plan:show:1",
        "plan:aim:1",
        "plan:close:1",
        "plan:mine:1",
        "plan:open:1",
        "plan:new:1",
    ):
        answer = await ground.press_old(ground.imran, ground.london, custom_id)
        assert "Only members of this group" in says(answer), custom_id
    assert "I can't find that action" in says(
        await ground.press_old(ground.imran, ground.london, f"action:done:{ground.sandbox.guild().id}:1")
    )
    assert "no longer there" in says(await ground.press_old(ground.grace, ground.london, "plan:show:999"))
    assert plan.text == thread(ground).messages[-1].text


async def test_a_draft_is_its_authors_alone(ground: Ground) -> None:
    await join(ground, ground.grace, ground.tomasz)
    says(await step(ground.grace, await opened(ground.grace), "1. Aim", AIM))
    assert "another member's draft" in says(
        await ground.press_old(ground.tomasz, ground.london, "plan:show:1")
    )
    assert "Our branch" not in says(await opened(ground.tomasz))


async def test_a_posted_plan_is_changed_by_the_group_and_closed(ground: Ground) -> None:
    plan = await posted(ground)
    shown = await ground.tomasz.press(plan, "Show the plan")
    says(
        await step(ground.tomasz, shown, "1. Aim", AIM | {"What do we want to achieve?": "Affiliate by May."})
    )
    words = f"Leaflets; {ground.amina.mention}; 20 march\nBook the hall"
    changed = await step(ground.tomasz, await opened(ground.tomasz), "2. Actions", {WHAT: words})
    assert "Invite a speaker" not in says(changed)
    await ground.settled()
    assert "Affiliate by May." in plan.text
    assert f"1. Leaflets (Amina Begum ({ground.amina.mention}), Friday 20 March 2026)" in plan.text
    assert "Nothing was changed" in says(
        await step(ground.tomasz, await opened(ground.tomasz), "2. Actions", {WHAT: ""})
    )
    assert "you can change it, but not delete it" in says(
        await ground.press_old(ground.grace, ground.london, "plan:drop:1")
    )
    assert "is closed, and I won't send" in says(
        await ground.tomasz.press(await opened(ground.tomasz), "Close the plan")
    )
    await ground.settled()
    assert card_text(plan).startswith("## Closed: plan for Cuba, London")
    await ground.go_to(ground.wall("2026-04-10T12:00"))
    assert ground.amina.dms == []
    for custom_id in ("plan:mine:1", "plan:close:1"):
        assert "This plan is closed" in says(await ground.press_old(ground.grace, ground.london, custom_id))


async def test_a_change_that_can_not_be_read_comes_back_filled_in_and_changes_nothing(ground: Ground) -> None:
    plan = await posted(ground)
    before = plan.text
    typed = "Leaflets; 35 smarch 2026\nBook the hall"
    wrong = await step(ground.tomasz, await opened(ground.tomasz), "2. Actions", {WHAT: typed})
    assert "Leaflets" in says(wrong)
    await ground.restart()
    again = await ground.tomasz.press(wrong, "2. Actions")
    assert again.modal is not None
    assert "35 smarch 2026" in str(again.modal.components)
    assert "Book the hall" in says(await ground.tomasz.submit(again.modal, {WHAT: "Leaflets\nBook the hall"}))
    await ground.settled()
    assert plan.text != before
    for field in ("aim", "actions"):
        button = "1. Aim" if field == "aim" else "2. Actions"
        label = "What do we want to achieve?" if field == "aim" else WHAT
        empty = await step(ground.tomasz, await opened(ground.tomasz), button, {label: " "})
        assert "Nothing was changed" in says(empty)


async def test_what_was_taken_on_meanwhile_stays_so_when_somebody_changes_another_action(
    ground: Ground,
) -> None:
    plan = await posted(ground)
    mine = await ground.amina.press(plan, "See my actions")
    says(await ground.amina.press(mine, "I'll do it"))
    await ground.go_to(ground.wall("2026-03-21T12:00"))
    form = await ground.grace.press(await opened(ground.grace), "2. Actions")
    assert form.modal is not None
    shown = str(form.modal.components)
    assert f"Book the hall; {ground.amina.mention}" in shown
    assert f"Invite a speaker; {ground.grace.mention}; 27 March 2026" in shown
    words = f"Leaflets; {ground.tomasz.mention}\nTea\nBook the hall; {ground.amina.mention}"
    says(await ground.grace.submit(form.modal, {WHAT: words}))
    await ground.settled()
    assert f"1. Leaflets (Tomasz Zieliński ({ground.tomasz.mention}), Friday 20 March 2026)" in plan.text
    assert f"3. Book the hall (Amina Begum ({ground.amina.mention}), no day yet)" in plan.text
    assert "Invite a speaker" not in plan.text


async def test_a_group_can_have_several_plans(ground: Ground) -> None:
    await posted(ground)
    second = await ground.grace.press(await opened(ground.grace), "Start another plan")
    card = await step(ground.grace, second, "1. Aim", {"What do we want to achieve?": "A film night"})
    card = await step(ground.grace, card, "2. Actions", {WHAT: "Find a film"})
    says(await ground.grace.press(card, "Post it to the group"))
    several = await opened(ground.tomasz)
    assert "1. A film night" in says(several)
    assert "Find a film" in says(await ground.tomasz.press(several, "See plan 1"))


async def reviewed(ground: Ground, meeting: int) -> list[AgendaItem]:
    return list(
        await ground.running.store.read(
            lambda session: session.scalars(
                select(AgendaItem).where(AgendaItem.meeting_id == meeting).order_by(AgendaItem.id)
            ).all()
        )
    )


async def until_reviewed(ground: Ground, meeting: int) -> list[AgendaItem]:
    """Return what is on an agenda, once the bot has updated it."""
    for _ in range(200):
        if found := await reviewed(ground, meeting):
            return found
        await ground.grace.slash("#london", "meeting agenda", meeting=str(meeting))
    return []


@both
async def test_a_plan_is_reviewed_at_the_next_meeting_once(ground: Ground) -> None:
    await ground.scheduled("Forum", "thursday 6pm")
    await join(ground, ground.grace, ground.tomasz)
    answer = await ground.grace.press(await drafted(ground, ground.grace), "Post it to the group")
    assert "A review is on the agenda of the region's next meeting" in says(answer)
    (item,) = await reviewed(ground, 1)
    assert item.words == "Review the plan of a working group: Cuba"
    text = says(await ground.imran.slash("#london", "meeting agenda", meeting="1"))
    assert "Review the plan of a working group: Cuba" in text
    assert ground.grace.mention not in text
    await ground.scheduled("Later forum", "friday 6pm")
    for _ in range(20):  # what the announcement causes happens beside it
        says(await ground.grace.slash("#london", "meeting agenda", meeting="1"))
    assert await reviewed(ground, 2) == []
    assert len(await reviewed(ground, 1)) == 1


async def test_a_plan_waits_for_the_next_meeting_and_moves_on_when_it_is_cancelled(ground: Ground) -> None:
    await posted(ground)
    await ground.scheduled("Forum", "thursday 6pm")
    (item,) = await until_reviewed(ground, 1)
    assert item.by_id == ground.sandbox.world.bot.id
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.scheduled("Instead", "friday 6pm")
    assert len(await until_reviewed(ground, 2)) == 1


async def test_what_was_announced_while_the_bot_fell_over_is_seen_to_at_the_next_start(
    ground: Ground,
) -> None:
    await posted(ground)
    bot = ground.running
    bot.finished.clear()
    await ground.scheduled("Forum", "thursday 6pm")
    assert await reviewed(ground, 1) == []
    await ground.restart()
    assert len(await until_reviewed(ground, 1)) == 1


@pytest.mark.parametrize("noticed", [True, False])
async def test_a_plan_whose_thread_is_deleted_is_posted_in_a_new_one(ground: Ground, noticed: bool) -> None:
    await posted(ground)
    old = thread(ground)
    if not noticed:
        await ground.stop()
    drop(ground, old, tell=noticed)
    if not noticed:
        await ground.start()
    await join(ground, ground.imran)
    new = thread(ground)
    assert new.id != old.id
    assert [card_text(message).splitlines()[0] for message in new.messages] == [
        "## Cuba, London",
        "## Plan: Cuba, London",
    ]
    taken = await ground.imran.press(
        await ground.imran.press(new.messages[-1], "See my actions"), "I'll do it"
    )
    assert "It is now yours" in says(taken)
    await ground.settled()
    assert f"3. Book the hall (Imran Hussain ({ground.imran.mention})" in new.messages[-1].text


async def test_export_and_erase_have_plans_and_actions(ground: Ground) -> None:
    await posted(ground)
    await join(ground, ground.imran)
    says(
        await step(
            ground.imran,
            await ground.imran.press(await opened(ground.imran), "Start another plan"),
            "1. Aim",
            AIM,
        )
    )
    shown = says(await ground.grace.slash("#london", "privacy show"))
    for words in (
        "Working groups you joined",
        "Plans you started",
        "Actions in a plan that you took on",
    ):
        assert words in shown
    for person in (ground.grace, ground.imran):
        asked = await person.slash("#london", "privacy erase")
        await (await person.press(asked, "Delete everything about me")).final()
    plans = await ground.running.store.read(lambda session: session.scalars(select(Plan)).all())
    assert [(plan.state, plan.author_id) for plan in plans] == [("active", None)]
    assert (await action(ground, 2)).owner_id is None
