"""Who reads the organisers' channel is not known: nothing confidential goes there, and nothing is given up for it."""

from datetime import timedelta

import pytest

from bot.sandbox.world import Overwrite, Role, building, membership, permissions
from tests.cogs.ground import Ground, says
from tests.cogs.guidance.test_help_arrives import SECRET, VIEW, ask, down, organisers, overwrite, shown

pytestmark = pytest.mark.usefixtures("impatient")

HELP = "guidance.help"


async def waiting(ground: Ground) -> None:
    """Make a note of Grace's wait in an outage of Discord."""
    down(ground)
    assert await ask(ground)
    await ground.settled()


async def over(ground: Ground) -> None:
    """End the outage, and let the next tries come."""
    ground.sandbox.faults.clear()
    await ground.later(timedelta(hours=1))


async def still_waits(ground: Ground) -> None:
    """Fail unless the note waits and stands nowhere."""
    (row,) = await ground.rows(HELP)
    assert row.status == "pending"
    assert organisers(ground).messages == []
    assert not any("did not arrive" in message.text for message in ground.grace.dms)


@pytest.mark.parametrize("code", [10004, None], ids=["unknown server", "a page of some proxy's"])
async def test_a_404_that_is_not_about_the_member_says_nothing_about_who_reads(
    ground: Ground, code: int | None
) -> None:
    await waiting(ground)
    overwrite(ground, ground.tomasz.id, VIEW, member=True)
    ground.sandbox.faults.clear()
    there = rf"GET /guilds/\d+/members/{ground.tomasz.id}"
    ground.sandbox.faults.add(there, status=404, code=code, times=None)
    await ground.later(timedelta(hours=1))
    await still_waits(ground)
    await over(ground)
    assert organisers(ground).messages == []
    assert "Your note did not arrive" in await shown(ground, "grace", ground.grace.dms[-1])


async def test_a_reader_who_has_left_reads_nothing(ground: Ground) -> None:
    await waiting(ground)
    overwrite(ground, ground.tomasz.id, VIEW, member=True)
    ground.tomasz.leave()
    await over(ground)
    (note,) = organisers(ground).messages
    assert SECRET in note.text


def unheard(ground: Ground, bits: int = 0) -> Role:
    """Make a role that the bot does not hear of."""
    with ground.sandbox.gateway.losing_events():
        return building.role(ground.sandbox.world, ground.sandbox.guild(), "New", bits)


async def test_a_role_that_was_never_heard_of_keeps_a_note_waiting_until_it_is_known(ground: Ground) -> None:
    await waiting(ground)
    overwrite(ground, unheard(ground).id, VIEW)
    await over(ground)
    await still_waits(ground)
    ground.sandbox.gateway.availability.deliver(ground.sandbox.guild())
    await ground.until_settled()
    assert organisers(ground).messages == []
    assert "Your note did not arrive" in await shown(ground, "grace", ground.grace.dms[-1])


async def test_a_role_that_was_never_heard_of_and_is_an_admins_lets_the_note_through(ground: Ground) -> None:
    await waiting(ground)
    overwrite(ground, unheard(ground, permissions.ADMINISTRATOR).id, VIEW)
    await over(ground)
    await still_waits(ground)
    ground.sandbox.gateway.availability.deliver(ground.sandbox.guild())
    await ground.until_settled()
    (note,) = organisers(ground).messages
    assert SECRET in note.text


async def test_while_a_reader_is_not_known_a_member_is_not_told_who_reads(ground: Ground) -> None:
    overwrite(ground, unheard(ground).id, VIEW)
    told = says(await ground.grace.slash("#london", "guidance support"))
    assert "is open to others" not in told
    assert await ask(ground)
    await ground.settled()
    await still_waits(ground)


async def test_what_a_role_of_the_bots_own_allows_that_it_never_heard_of_is_not_known_yet(
    ground: Ground,
) -> None:
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    role = unheard(ground, permissions.SEND_MESSAGES | VIEW)
    membership.give(world, guild, guild.members[world.bot.id], role.id)
    ground.london.overwrites[guild.id] = Overwrite(guild.id, 0, 0, permissions.SEND_MESSAGES)
    ground.london.overwrites[role.id] = Overwrite(role.id, 0, permissions.SEND_MESSAGES, 0)
    building.publish_channel(world, ground.london, "CHANNEL_UPDATE")
    checked = says(await ground.ruth.slash("#welcome", "setup check"))
    assert "Not known yet" in checked
    assert "Send Messages" not in checked
    ground.sandbox.gateway.availability.deliver(guild)
    await ground.settled()
    assert "Everything is in order" in says(await ground.ruth.slash("#welcome", "setup check"))
