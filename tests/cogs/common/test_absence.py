"""What Discord has not delivered is not gone: nothing is refused, reported or dropped because of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.sandbox.world import Guild, Message, building, membership
from db.guidance import HELP
from tests.cogs.ground import Ground, says
from tests.cogs.meetings.test_mirror import events, switch


def notes(ground: Ground) -> list[Message]:
    """Return what stands in the organisers' channel."""
    return ground.sandbox.channel("#organisers").messages


async def eventually(condition: Callable[[], object]) -> None:
    """Return once the bot has taken in what the gateway sent."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing tells of what a cache holds
            await asyncio.sleep(0.005)


async def without_its_server(ground: Ground) -> Guild:
    """Restart the bot; Discord names the server and does not deliver it."""
    guild = ground.sandbox.guild()
    ground.sandbox.gateway.availability.withhold(guild.id)
    await ground.restart()
    assert ground.running.known.server_or_none(guild.id) is None
    return guild


async def out_of_reach(ground: Ground) -> Guild:
    """Make the server unavailable while the bot runs."""
    guild = ground.sandbox.guild()
    ground.sandbox.gateway.availability.outage(guild)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is None)
    return guild


async def identified_anew(ground: Ground) -> Guild:
    """End the bot's session; after the next READY the server is not delivered."""
    guild = ground.sandbox.guild()
    ground.sandbox.gateway.availability.withhold(guild.id)
    before = ground.sandbox.gateway.identifies
    await ground.sandbox.gateway.disconnect(resumable=False)
    await ground.sandbox.until(lambda: ground.sandbox.gateway.identifies > before, timeout=20)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is None)
    return guild


async def delivered(ground: Ground, guild: Guild) -> None:
    ground.sandbox.gateway.availability.deliver(guild)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is not None)
    async with asyncio.timeout(10):
        while any(row.settled_at is None and row.reason == "not_known_yet" for row in await ground.rows()):
            await asyncio.sleep(0)  # neither reads nor an idle bot let another task run
            await ground.settled()


Absent = Callable[[Ground], Awaitable[Guild]]
unknown = pytest.mark.parametrize("absent", [without_its_server, out_of_reach, identified_anew])


@unknown
async def test_organisers_and_admins_work_on_in_a_server_that_is_not_known_yet(
    ground: Ground, absent: Absent
) -> None:
    guild = await absent(ground)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    assert answer.failed is None
    assert answer.text.startswith("## Scheduled"), answer.text
    text = says(await ground.ruth.slash("#london", "setup check"))
    assert "Not known yet" in text
    assert "no longer exists" not in text
    assert "fixing" not in text
    await delivered(ground, guild)
    assert "Everything is in order" in says(await ground.ruth.slash("#london", "setup check"))


@unknown
async def test_a_call_for_help_waits_for_a_server_that_is_not_known_yet(
    ground: Ground, absent: Absent
) -> None:
    guild = await absent(ground)
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    sent = await ground.grace.submit(form.modal, {"words": "He threatens me", "consent": ["yes"]})
    assert says(sent).startswith("## Passed on")
    await ground.later(timedelta(minutes=10))
    (row,) = await ground.rows(HELP)
    assert (row.status, row.reason) == ("pending", "not_known_yet")
    assert notes(ground) == []
    await ground.restart()
    await delivered(ground, guild)
    assert len(notes(ground)) == 1
    assert "He threatens me" in notes(ground)[0].text


async def test_a_note_to_a_channel_that_everyone_sees_by_now_is_still_not_posted(ground: Ground) -> None:
    guild = await out_of_reach(ground)
    form = await ground.grace.press(
        await ground.grace.slash("#london", "guidance support"), "Tell the organisers"
    )
    await ground.grace.submit(form.modal, {"words": "x", "consent": ["no"]})
    channel = ground.sandbox.channel("#organisers")
    channel.overwrites.clear()
    await delivered(ground, guild)
    assert channel.messages == []


async def test_an_organiser_whose_role_was_made_while_nobody_listened_organises(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    with ground.sandbox.gateway.losing_events():
        role = building.role(ground.sandbox.world, guild, "More organisers")
        membership.give(ground.sandbox.world, guild, guild.members[ground.grace.id], role.id)
    assert ground.running.known.server(guild.id).get_role(role.id) is None
    answer = await ground.ruth.slash("#london", "setup organisers", role=role)
    assert answer.failed is None
    answer = await ground.grace.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    assert answer.text.startswith("## Scheduled"), answer.text
    assert "no longer exists" not in says(await ground.ruth.slash("#london", "setup check"))


async def test_a_channel_that_the_bot_never_heard_of_is_asked_for(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    with ground.sandbox.gateway.losing_events():
        channel = building.channel(ground.sandbox.world, guild, "cornwall")
    known = ground.running.known
    found = await known.channel(guild.id, channel.id)
    assert found is not None
    assert found.id == channel.id
    ground.delete(channel)
    assert await known.channel(guild.id, channel.id) is None


async def test_events_are_not_complained_of_while_the_server_is_not_known(ground: Ground) -> None:
    await switch(ground, events="On")
    guild = await without_its_server(ground)
    await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    await ground.later(timedelta(minutes=10))
    assert events(ground) == []
    assert not any("Create Events" in message.text for message in notes(ground))
    await delivered(ground, guild)
    assert len(events(ground)) == 1
