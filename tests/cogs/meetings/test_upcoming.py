"""The list of what is coming up: posted, pinned, kept current, made again when it is gone, taken away when unwanted."""

from datetime import timedelta

import pytest

from bot.sandbox.world import Message, building, permissions, posting
from db.meetings.models import PinnedList
from tests.cogs.ground import THURSDAY_6PM, Ground, both, card_text, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up

TITLE = "## Coming up in "


async def switch(ground: Ground, **choices: str) -> str:
    answer = says(await set_up(ground.ruth, "#welcome", "features", **choices))
    await ground.settled()
    return answer


def lists(ground: Ground, place: str = "#london") -> list[Message]:
    return [one for one in ground.sandbox.channel(place).messages if card_text(one).startswith(TITLE)]


@pytest.fixture
async def listed(ground: Ground) -> Ground:
    """The ground, with the lists switched on."""
    await switch(ground, upcoming="On")
    await ground.later()
    return ground


@both
async def test_every_region_has_one_list_that_is_pinned_and_kept_current(listed: Ground) -> None:
    ground = listed
    for place, name in (("#london", "London"), ("#north-west", "North West"), ("#wales", "Wales")):
        (listing,) = lists(ground, place)
        assert card_text(listing).startswith(f"## Coming up in {name}\nNo meeting is planned yet.")
        assert listing.pinned_at is not None
    await ground.scheduled("Spring *meeting*", venue="Hamilton House")
    (listing,) = lists(ground)
    assert "**Spring \\*meeting\\*** (number " in listing.text
    assert "Thursday 5 March 2026, 6pm" in listing.text
    assert "Hamilton House" in listing.text
    await ground.later()
    says(await use(ground.amina, "#london", "meeting move", meeting="Spring", when="friday 7pm"))
    await ground.later()
    assert "Friday 6 March 2026, 7pm" in listing.text
    assert "Spring" not in lists(ground, "#wales")[0].text
    says(await use(ground.amina, "#london", "meeting cancel", meeting="Spring"))
    await ground.later()
    assert "No meeting is planned yet." in listing.text
    assert len(lists(ground)) == 1


async def test_a_meeting_leaves_the_list_when_it_is_over_and_its_card_is_one_press_away(
    listed: Ground,
) -> None:
    card = await listed.scheduled()
    await listed.later()
    (listing,) = lists(listed)
    assert f"/{listed.london.id}/{card.id})" in listing.text
    await listed.go_to(THURSDAY_6PM + timedelta(minutes=30))
    assert "Spring meeting" in listing.text
    await listed.go_to(THURSDAY_6PM + timedelta(minutes=61))
    assert "Spring meeting" not in listing.text


async def test_many_changes_are_one_edit_and_nothing_is_lost(listed: Ground) -> None:
    await listed.scheduled("First")
    edits = len([one for one in listed.sandbox.requests if one.method == "PATCH"])
    for number in range(6):
        answer = await listed.amina.slash(
            "#london", "meeting schedule", title=f"Nr {number}", when="friday 6pm"
        )
        says(answer)
    await listed.settled()
    assert len([one for one in listed.sandbox.requests if one.method == "PATCH"]) <= edits + 1
    await listed.later()
    assert all(f"Nr {number}" in lists(listed)[0].text for number in range(6))


@both
async def test_a_list_that_was_deleted_is_made_anew_and_pinned(listed: Ground) -> None:
    (listing,) = lists(listed)
    posting.delete(listed.sandbox.world, listing)
    await listed.restart()
    await listed.sandbox.until(lambda: any(one.pinned_at for one in lists(listed)))
    await listed.settled()
    (listing,) = lists(listed)
    posting.delete(listed.sandbox.world, listing)
    await listed.scheduled()
    await listed.later()
    (listing,) = lists(listed)
    assert "Spring meeting" in listing.text
    assert listing.pinned_at is not None


async def test_a_restart_in_the_middle_posts_it_once(ground: Ground) -> None:
    rule = ground.sandbox.faults.add("POST .*/messages$", "drop_after", times=1)
    says(await set_up(ground.ruth, "#welcome", "features", upcoming="On"))
    await ground.restart()
    await ground.until_settled()
    assert len(rule.hits) == 1
    assert [len(lists(ground, place)) for place in ("#london", "#north-west", "#yorkshire", "#wales")] == [
        1
    ] * 4


async def test_without_the_permission_to_pin_organisers_hear_of_it_once(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    (role,) = (guild.roles[role] for role in guild.members[ground.sandbox.world.bot.id].roles)
    role.permissions &= ~permissions.PIN_MESSAGES
    building.publish_role(ground.sandbox.world, guild, role, "GUILD_ROLE_UPDATE")
    await switch(ground, upcoming="On")
    await ground.scheduled()
    await ground.later()
    (listing,) = lists(ground)
    assert "Spring meeting" in listing.text
    assert listing.pinned_at is None
    notes = heads(ground.sandbox.channel("#organisers").messages)
    assert notes == ["## I can't pin a list of coming meetings: I'm missing a permission."]
    assert "Pin Messages" in await switch(ground)
    assert says(await ground.ruth.slash("#welcome", "setup check")).count("can't be pinned") == 4
    role.permissions |= permissions.PIN_MESSAGES
    building.publish_role(ground.sandbox.world, guild, role, "GUILD_ROLE_UPDATE")
    await ground.scheduled("Another")
    await ground.later()
    assert listing.pinned_at is not None
    assert "missing" not in await switch(ground)


async def test_switched_off_the_lists_go(listed: Ground) -> None:
    assert await listed.count(PinnedList) == 4
    await switch(listed, upcoming="Off")
    assert lists(listed) == []
    assert await listed.count(PinnedList) == 0
    await listed.scheduled()
    await listed.later()
    assert lists(listed) == []


async def test_a_channel_that_is_gone_holds_up_no_other_and_organisers_are_told(listed: Ground) -> None:
    listed.delete(listed.sandbox.channel("#wales"))
    await listed.scheduled("Ours", place="#london")
    await listed.restart()
    await listed.sandbox.until(lambda: "Ours" in lists(listed)[0].text)
    organisers = listed.sandbox.channel("#organisers")
    while not organisers.messages:
        await listed.later(timedelta(minutes=5))
    assert "The channel of Wales is gone" in organisers.messages[-1].text


async def test_a_region_that_moves_to_another_channel_takes_its_list_along(listed: Ground) -> None:
    hall = building.channel(listed.sandbox.world, listed.sandbox.guild(), "hall")
    says(await listed.ruth.slash("#welcome", "setup region", name="London", channel="#hall"))
    await listed.scheduled("Ours", place="#hall")
    await listed.later()
    assert lists(listed) == []
    assert "Ours" in lists(listed, "#hall")[0].text
    assert hall.messages


async def test_the_form_of_the_set_up_offers_both_and_who_unticks_has_neither(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    says(await fresh.ruth.submit(form))
    await fresh.later()
    assert len(lists(fresh)) == 1
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    says(await fresh.ruth.submit(form, {"extras": []}))
    await fresh.later()
    assert lists(fresh) == []
