"""Actions of plans: nudged to their owners, done, put off, handed over and taken."""

from db.membership.models import Departure
from tests.cogs.ground import Ground, buttons, called, card_text, heads, says
from tests.cogs.groups.test_groups import thread
from tests.cogs.groups.test_plans import action, posted
from tests.cogs.panels import settings


async def test_owners_are_nudged_and_mark_it_done_and_the_card_follows(ground: Ground) -> None:
    plan = await posted(ground)
    await ground.go_to(ground.wall("2026-03-17T17:01"))
    (sent,) = ground.tomasz.dms
    nudge = await ground.opened(ground.tomasz, sent)
    assert card_text(nudge).startswith("## Something you took on")
    assert not nudge.pinged
    assert buttons(nudge) == ["Done", "Do it later", "Hand it over"]
    assert "Well done!" in (await ground.tomasz.press(nudge, "Done")).text
    await ground.settled()
    assert f"1. Done: Leaflets ({called(ground.tomasz)})" in plan.text
    assert buttons(nudge) == []
    again = await ground.press_old(ground.tomasz, ground.london, f"action:done:{ground.sandbox.guild().id}:1")
    assert "is already done" in says(again)
    await ground.go_to(ground.wall("2026-03-24T20:00"))
    assert len(ground.tomasz.dms) == 1
    assert sum("Something you took on" in message.text for message in ground.grace.dms) == 1


async def test_later_moves_it_a_week_and_who_does_nothing_is_nudged_three_times(ground: Ground) -> None:
    plan = await posted(ground)
    await ground.go_to(ground.wall("2026-03-17T17:01"))
    answer = await ground.tomasz.press(
        await ground.opened(ground.tomasz, ground.tomasz.dms[-1]), "Do it later"
    )
    assert "Friday 27 March 2026" in answer.text
    await ground.settled()
    assert f"1. Leaflets ({called(ground.tomasz)}, Friday 27 March 2026)" in plan.text
    await ground.go_to(ground.wall("2026-03-23T12:00"))
    assert len(ground.tomasz.dms) == 1
    await ground.go_to(ground.wall("2026-04-20T12:00"))
    assert len(ground.tomasz.dms) == 4


async def test_handed_over_the_group_is_asked_and_somebody_takes_it(ground: Ground) -> None:
    plan = await posted(ground)
    await ground.go_to(ground.wall("2026-03-17T17:01"))
    assert (
        "open again"
        in (
            await ground.tomasz.press(
                await ground.opened(ground.tomasz, ground.tomasz.dms[-1]), "Hand it over"
            )
        ).text
    )
    await ground.settled()
    asked = thread(ground).messages[-1]
    assert card_text(asked).startswith("## Who can take this on?")
    assert "1. Leaflets (nobody yet" in asked.text
    assert "It is now yours" in says(await ground.amina.press(asked, "I'll do it"))
    assert "Someone else has already taken this on" in says(await ground.grace.press(asked, "I'll do it"))
    theirs = f"action:later:{ground.sandbox.guild().id}:1"
    assert "someone else's" in says(await ground.press_old(ground.grace, ground.london, theirs))
    await ground.settled()
    assert f"1. Leaflets ({called(ground.amina)}" in plan.text
    await ground.go_to(ground.wall("2026-03-20T17:01"))
    taken = await ground.opened(ground.amina, ground.amina.dms[-1])
    assert heads([taken]) == ["## Something you took on"]
    assert len(ground.tomasz.dms) == 1


async def test_the_actions_that_are_ones_own_or_nobodys_are_at_hand_in_the_thread(ground: Ground) -> None:
    plan = await posted(ground)
    mine = await ground.amina.press(plan, "See my actions")
    assert "3. Book the hall (nobody yet" in says(mine)
    assert "Leaflets" not in mine.text
    assert buttons(mine.message) == ["I'll do it", "Done"]
    assert "It is now yours" in says(await ground.amina.press(mine, "I'll do it"))
    await ground.settled()
    assert f"3. Book the hall ({called(ground.amina)}, no day yet)" in plan.text
    assert (await action(ground, 3)).owner_id == ground.amina.id


async def test_whoever_leaves_the_group_gives_back_what_they_took_on(ground: Ground) -> None:
    await posted(ground)
    left = await ground.tomasz.slash("#london", "campaign group", campaign="Cuba")
    says(await ground.tomasz.press(left, "Leave this group"))
    assert (await action(ground, 1)).owner_id is None
    await ground.go_to(ground.wall("2026-03-25T12:00"))
    assert ground.tomasz.dms == []


async def test_who_wants_no_messages_or_has_left_the_server_gets_none(ground: Ground) -> None:
    says(await settings(ground.tomasz, "#london", dms="off"))
    await posted(ground)
    ground.grace.leave()
    for _ in range(500):  # the news of it travels beside the commands
        if await ground.count(Departure):
            break
        says(await ground.imran.slash("#london", "campaign group", campaign="Cuba"))
    await ground.go_to(ground.wall("2026-04-10T12:00"))
    assert ground.tomasz.dms == []
    assert not any("Something you took on" in message.text for message in ground.grace.dms)
    assert not [row for row in await ground.rows("plans.nudge") if row.status == "failed"]
