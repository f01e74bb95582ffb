"""`/network invite`: the link brings somebody into the server with the region's role, and only organisers make it."""

import re

from bot.sandbox.world import membership, permissions
from tests.cogs.ground import Ground, says
from tests.cogs.panels import role_chosen

LINK = re.compile(r"https://discord\.gg/\w+")


def role_of(ground: Ground, name: str) -> int:
    """Return the number of the role of this name."""
    return next(role.id for role in ground.sandbox.guild().roles.values() if role.name == name)


async def test_an_invite_gives_the_role_of_the_region(ground: Ground) -> None:
    says(await role_chosen(ground.ruth, "#london", "London", "London"))
    made = await ground.amina.slash("#london", "network invite")
    link = LINK.search(says(made))
    assert link is not None
    assert f"<@&{role_of(ground, 'London')}>" in made.text
    pictures = [part for part in made.message.walk() if part["type"] == 12]
    assert pictures[0]["items"][0]["description"] == "The invite to the network of London as a QR code"
    member = ground.leila.take(link[0])
    assert role_of(ground, "London") in member.roles


async def test_a_region_without_a_role_gets_a_plain_invite_that_says_so(ground: Ground) -> None:
    made = await ground.amina.slash("#welcome", "network invite", region="Wales")
    assert "gives them no role" in says(made)
    link = LINK.search(made.text)
    assert link is not None
    assert ground.leila.take(link[0]).roles == ()


async def test_members_make_none(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "network invite")
    assert "Only organisers of London can do this" in says(answer)
    assert ground.sandbox.world.invites == {}


async def test_a_missing_permission_is_named(ground: Ground) -> None:
    guild, me = ground.sandbox.guild(), ground.sandbox.world.bot.id
    own = guild.roles[guild.members[me].roles[0]]
    own.permissions &= ~permissions.CREATE_INSTANT_INVITE
    answer = await ground.amina.slash("#london", "network invite")
    assert "*Create Invite*" in says(answer)


async def test_a_role_with_powers_is_given_by_no_invite(ground: Ground) -> None:
    says(await role_chosen(ground.ruth, "#london", "London", "London"))
    guild = ground.sandbox.guild()
    guild.roles[role_of(ground, "London")].permissions |= permissions.MANAGE_GUILD
    membership.changed(ground.sandbox.world, guild, guild.members[ground.amina.id])
    ground.running.get_guild(guild.id)
    await ground.restart()
    answer = await ground.amina.slash("#london", "network invite")
    assert "discord.gg" not in says(answer)
    assert ground.sandbox.world.invites == {}
