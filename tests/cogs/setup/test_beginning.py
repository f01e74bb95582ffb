"""The first minute of a server: what is said where the bot was installed, and the start post after the set-up."""

from bot.sandbox.world import Channel, Guild, building, membership
from tests.cogs.ground import Ground, buttons, says


def installed(ground: Ground, *, system: bool = True) -> tuple[Guild, Channel]:
    """Install the bot in another server, whose joins Discord says in #hall where it has a system channel."""
    world = ground.sandbox.world
    guild = building.guild(world, "Another network", ground.sandbox.user("ruth"))
    hall = building.channel(world, guild, "hall")
    guild.system_channel_id = hall.id if system else None
    membership.join(world, guild, ground.sandbox.user("grace"))
    membership.install(world, guild)
    return guild, hall


async def test_installing_says_once_how_to_begin_and_writes_to_nobody(ground: Ground) -> None:
    before = len(ground.grace.dms) + len(ground.ruth.dms)
    _, hall = installed(ground)
    await ground.sandbox.until(lambda: len(hall.messages) == 1)
    await ground.settled()
    assert "Hello, I'm here" in hall.messages[0].text
    assert buttons(hall.messages[0]) == ["Set up now"]
    assert (await ground.ruth.press(hall.messages[0], "Set up now")).has_modal
    refused = await ground.grace.press(hall.messages[0], "Set up now")
    assert "Only people with the permission Manage Server" in says(refused)
    await ground.restart()
    await ground.settled()
    assert len(hall.messages) == 1
    assert len(ground.grace.dms) + len(ground.ruth.dms) == before


async def test_a_server_without_a_system_channel_hears_nothing(ground: Ground) -> None:
    _, hall = installed(ground, system=False)
    other = installed(ground)[1]
    await ground.sandbox.until(lambda: len(other.messages) == 1)
    assert hall.messages == []


async def test_the_set_up_ends_with_a_pinned_start_post_with_the_doors(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    says(await fresh.ruth.submit(form))
    welcome = fresh.sandbox.channel("#welcome")
    await fresh.sandbox.until(lambda: any(message.pinned_at for message in welcome.messages))
    (post,) = [message for message in welcome.messages if message.pinned_at]
    assert buttons(post) == ["Start", "What's on near me", "I have ten minutes", "I need someone to talk to"]
    door = await fresh.grace.press(post, "I need someone to talk to")
    assert "999" in says(door)
    assert len([message for message in welcome.messages if message.pinned_at]) == 1
