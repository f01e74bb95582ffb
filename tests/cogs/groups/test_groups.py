"""Working groups: joined and left, a private thread for each, names for members alone."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, building, permissions
from db.groups.models import WorkingGroup, WorkingGroupMember
from tests.cogs.campaigns.steps import switched
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import Ground, both, buttons, heads, says


async def group(ground: Ground, person: Person, campaign: str = "Cuba", place: str = "#london") -> Answer:
    """Have somebody look at a group."""
    return await person.slash(place, "campaign group", campaign=campaign)


async def join(ground: Ground, *people: Person, campaign: str = "Cuba", place: str = "#london") -> Answer:
    """Have people join a group, and let the bot see to its thread; returns the last one's answer."""
    answer: Answer | None = None
    for person in people:
        answer = await person.press(await group(ground, person, campaign, place), "Join this group")
        says(answer)
    await ground.settled()
    assert answer is not None
    return answer


def thread(ground: Ground, name: str = "Cuba") -> Channel:
    """Return the thread of a group."""
    (found,) = [one for one in ground.sandbox.guild().threads.values() if one.name == name]
    return found


def drop(ground: Ground, channel: Channel, *, tell: bool = True) -> None:
    """Delete a thread, as a moderator does."""
    world = ground.sandbox.world
    del world.guilds[channel.guild_id or 0].threads[channel.id]
    del world.channels[channel.id]
    if tell:
        building.publish_channel(world, channel, "THREAD_DELETE")


@both
async def test_a_group_is_joined_and_its_thread_is_private_to_its_members(ground: Ground) -> None:
    before = await group(ground, ground.grace)
    assert "## Group: Cuba, London" in says(before)
    assert "Fewer than five people besides you are in it, nobody yet" in before.text
    assert buttons(before.message) == ["Join this group"]
    answer = await ground.grace.press(before, "Join this group")
    assert "You are in. Welcome!" in says(answer)
    assert f"**In it:** {ground.grace.mention}" in answer.text
    await ground.settled()
    made = thread(ground)
    assert made.type == 12
    assert made.parent_id == ground.london.id
    assert set(made.thread_members) == {ground.sandbox.world.bot.id, ground.grace.id}
    (hello,) = made.messages
    assert "This is the private thread of your group" in hello.text
    assert not hello.pinged
    await join(ground, ground.tomasz)
    assert ground.tomasz.id in made.thread_members
    seen = says(await group(ground, ground.tomasz))
    assert f"{ground.grace.mention}, {ground.tomasz.mention}" in seen
    assert f"<#{made.id}>" in seen
    assert ground.london.messages == []


async def test_who_is_not_in_it_sees_only_how_many_and_that_from_six_on(ground: Ground) -> None:
    empty = says(await group(ground, ground.amina))
    people = [ground.grace, ground.tomasz, *crowd(ground, 3)]
    await join(ground, *people)
    await counted(ground)
    assert says(await group(ground, ground.amina)) == empty
    await join(ground, *crowd(ground, 1, "other"))
    assert says(await group(ground, ground.amina)) == empty
    await counted(ground)
    seen = says(await group(ground, ground.amina))
    assert "6 members are in it." in seen
    assert ground.grace.mention not in seen
    assert "<#" not in seen
    await ground.grace.press(await group(ground, ground.grace), "Leave this group")
    await counted(ground)
    assert says(await group(ground, ground.amina)) == seen


async def test_pressing_twice_joins_once_and_leaving_is_complete(ground: Ground) -> None:
    first = await group(ground, ground.grace)
    says(await ground.grace.press(first, "Join this group"))
    again = await ground.press_old(
        ground.grace, ground.london, f"group:join:{await region(ground)}:campaign:cuba"
    )
    assert "You are in" in says(again)
    await ground.settled()
    assert await ground.count(WorkingGroupMember) == 1
    left = await ground.grace.press(await group(ground, ground.grace), "Leave this group")
    assert "You have left the Cuba group of London" in says(left)
    await ground.settled()
    assert set(thread(ground).thread_members) == {ground.sandbox.world.bot.id}
    assert await ground.count(WorkingGroupMember) == 0
    gone = await ground.press_old(ground.grace, ground.london, "group:leave:1")
    assert "You are not in this group" in says(gone)


async def region(ground: Ground, name: str = "London") -> int:
    record = await ground.running.guild_record(ground.sandbox.guild().id)
    assert record is not None
    return next(one.id for one in record.regions if one.name == name)


async def test_groups_of_pillars_and_of_other_regions_are_apart(ground: Ground) -> None:
    await join(ground, ground.grace, campaign="Learn from colleagues worldwide")
    await join(ground, ground.cerys, campaign="cuba", place="#wales")
    answer = await ground.grace.slash("#london", "campaign group", campaign="Cuba", region="Wales")
    assert "## Group: Cuba, Wales" in says(answer)
    assert "Fewer than five people besides you are in it" in answer.text
    assert thread(ground).parent_id == ground.sandbox.channel("#wales").id
    assert thread(ground, "Learn from colleagues worldwide").parent_id == ground.london.id
    assert await ground.count(WorkingGroup) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Cubba", "Did you mean Cuba?"),
        ("palestin", "Palestine"),
        ("zzzz", "I can't find the campaign or pillar zzzz"),
        ("x" * 500, "I can't find the campaign or pillar"),
        ("@everyone", "campaign or pillar here matches @\u200beveryone. Did you mean"),
    ],
)
async def test_an_unknown_campaign_is_answered_with_the_nearest(
    ground: Ground, words: str, said: str
) -> None:
    assert said in says(await group(ground, ground.grace, words))


async def test_what_is_typed_is_completed(ground: Ground) -> None:
    offered = await ground.grace.autocomplete("#london", "campaign group", focus="campaign", campaign="learn")
    assert [choice.value for choice in offered] == ["pillar:learning"]
    everything = await ground.grace.autocomplete("#london", "campaign plan", focus="campaign", campaign="")
    assert {"campaign:cuba", "pillar:defend"} <= {choice.value for choice in everything}


@pytest.mark.parametrize("noticed", [True, False])
async def test_a_deleted_thread_is_made_anew(ground: Ground, noticed: bool) -> None:
    await join(ground, ground.grace, ground.tomasz)
    old = thread(ground)
    if not noticed:
        await ground.stop()
    drop(ground, old, tell=noticed)
    if not noticed:
        await ground.start()
    await join(ground, ground.amina)
    new = thread(ground)
    assert new.id != old.id
    assert set(new.thread_members) >= {ground.grace.id, ground.tomasz.id, ground.amina.id}
    assert "The thread that was here before is gone" in new.messages[0].text


async def test_whoever_looks_for_a_thread_that_is_gone_gets_another(ground: Ground) -> None:
    await join(ground, ground.grace)
    drop(ground, thread(ground))
    seen = ""
    for _ in range(50):
        seen = says(await group(ground, ground.grace))
        if "I'm making its thread" in seen:
            break
    assert "I'm making its thread" in seen
    await ground.settled()
    assert f"<#{thread(ground).id}>" in says(await group(ground, ground.grace))


async def test_a_channel_that_is_gone_is_told_to_the_member_and_the_organisers(ground: Ground) -> None:
    ground.delete(ground.london)
    answer = await ground.grace.slash("#wales", "campaign group", campaign="Cuba", region="London")
    joined = await ground.grace.press(answer, "Join this group")
    assert "the region's channel is gone" in says(joined)
    await ground.until_settled()
    await ground.later()
    told = ground.sandbox.channel("#organisers").messages
    assert heads(told) == ["## The channel of London is gone"]
    (row,) = await ground.rows("plans.tend")
    assert (row.status, row.reason) == (
        "pending",
        "channel_gone",
    )  # it waits until the region has another channel


async def test_a_missing_permission_is_said_and_told(ground: Ground) -> None:
    ground.deny(ground.london, permissions.CREATE_PRIVATE_THREADS)
    joined = await ground.grace.press(await group(ground, ground.grace), "Join this group")
    assert "missing the permission to create private threads" in says(joined)
    await ground.until_settled()
    ground.allow(ground.london)
    says(await group(ground, ground.grace))
    await ground.settled()
    assert ground.grace.id in thread(ground).thread_members


async def test_who_can_not_be_let_in_is_told_to_the_organisers_and_the_others_get_in(ground: Ground) -> None:
    await join(ground, ground.grace)
    ground.deny(ground.london, permissions.SEND_MESSAGES_IN_THREADS)
    says(await ground.tomasz.press(await group(ground, ground.tomasz), "Join this group"))
    await ground.until_settled()
    await ground.later()
    assert ground.tomasz.id not in thread(ground).thread_members
    assert any("of mine failed" in head for head in heads(ground.sandbox.channel("#organisers").messages))
    ground.allow(ground.london)


async def test_a_thread_that_was_made_and_never_recorded_is_found_again(ground: Ground) -> None:
    await join(ground, ground.grace)
    made = thread(ground)

    def forget(session: Session) -> None:
        session.execute(update(WorkingGroup).values(thread_channel_id=None))

    await ground.running.store.write(forget)
    await join(ground, ground.tomasz)
    assert thread(ground).id == made.id
    assert ground.tomasz.id in made.thread_members


async def test_the_commands_work_in_the_groups_own_thread(ground: Ground) -> None:
    await join(ground, ground.grace)
    assert "## Group: Cuba, London" in says(
        await ground.grace.slash(thread(ground), "campaign group", campaign="Cuba")
    )
    assert "(a draft)" in says(await ground.grace.slash(thread(ground), "campaign plan", campaign="Cuba"))


async def test_a_group_of_a_campaign_that_was_switched_off_can_be_left(ground: Ground) -> None:
    await join(ground, ground.grace)
    await switched(ground, "Cuba", "off")
    left = await ground.grace.press(await group(ground, ground.grace), "Leave this group")
    assert "You have left" in says(left)
    offered = await ground.grace.autocomplete("#london", "campaign group", focus="campaign", campaign="cu")
    assert offered == []


async def test_a_forged_or_outdated_button_is_answered(ground: Ground) -> None:
    for custom_id in ("group:join:999:campaign:cuba", "group:join:1:campaign:ufos", "group:leave:999"):
        answer = await ground.press_old(ground.grace, ground.london, custom_id)
        assert answer.failed is None
        assert says(answer)
    assert await ground.count(WorkingGroup) == 0


async def test_whoever_is_erased_is_in_no_group(ground: Ground) -> None:
    await join(ground, ground.grace, ground.tomasz)
    asked = await ground.grace.slash("#london", "privacy erase")
    assert "Working groups you joined: 1" in says(asked)
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    assert await ground.count(WorkingGroupMember) == 1
    assert ground.grace.mention not in says(await group(ground, ground.tomasz))
