"""Guilds, members, roles, channels, threads and scheduled events over the wire."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.clock import MovableClock
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Event, building, permissions
from tests.sandbox.conftest import Connect
from tests.sandbox.raw import Rest, bots_role


def heard(sandbox: Sandbox) -> list[str]:
    """The names of events from now on."""
    names: list[str] = []

    def listen(event: Event) -> None:
        names.append(event.name)

    sandbox.world.subscribe(listen)
    return names


async def test_the_real_client_reads_a_guild(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    guild = await bot.fetch_guild(sandbox.guild().id, with_counts=True)
    assert guild.approximate_member_count == 10
    assert {channel.name for channel in await guild.fetch_channels()} >= {"welcome", "london"}
    assert {role.name for role in await guild.fetch_roles()} >= {"Organisers", "London"}
    member = await guild.fetch_member(sandbox.user("amina").id)
    assert member.display_name == "Amina Begum"
    assert [each.name async for each in bot.fetch_guilds()] == ["ISO Network (demo)"]
    with pytest.raises(discord.NotFound) as missing:
        await guild.fetch_member(sandbox.user("leila").id)
    assert missing.value.code == 10007
    application = await bot.application_info()
    assert application.owner.name == "ruth"


async def test_members_come_in_pages(rest: Rest) -> None:
    guild = rest.sandbox.guild()
    building.crowd(rest.sandbox.world, guild, 2500)
    path = f"/guilds/{guild.id}/members"
    seen: list[int] = []
    sizes: list[int] = []
    while True:
        after = seen[-1] if seen else 0
        page = (await rest("GET", f"{path}?limit=1000&after={after}")).body
        sizes.append(len(page))
        if not page:
            break
        seen += [int(member["user"]["id"]) for member in page]
    assert sizes == [1000, 1000, 510, 0]
    assert seen == sorted(guild.members)
    assert len((await rest("GET", path)).body) == 1
    assert (await rest("GET", f"{path}?limit=1001")).failed == (400, 50035)


async def test_members_are_found_by_name(rest: Rest) -> None:
    found = await rest("GET", f"/guilds/{rest.sandbox.guild().id}/members/search?query=AMI&limit=5")
    assert [member["user"]["username"] for member in found.body] == ["amina"]


async def test_the_bot_gives_roles_below_its_own(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    guild = bot.get_guild(sandbox.guild().id)
    assert guild is not None
    role = await guild.create_role(name="Cardiff", colour=discord.Colour.green(), mentionable=True)
    member = await guild.fetch_member(sandbox.user("cerys").id)
    await member.add_roles(role)
    stored = sandbox.guild().members[member.id]
    assert role.id in stored.roles
    await member.remove_roles(role)
    assert role.id not in stored.roles
    await role.edit(name="South Wales")
    assert sandbox.guild().roles[role.id].name == "South Wales"
    await member.add_roles(role)
    await role.delete()
    assert role.id not in stored.roles
    above = building.role(sandbox.world, sandbox.guild(), "Above")
    with pytest.raises(discord.Forbidden) as refused:
        await member.add_roles(discord.Object(above.id))
    assert refused.value.code == 50013
    with pytest.raises(discord.Forbidden):
        await guild.create_role(name="Admin", permissions=discord.Permissions(administrator=True))


async def test_channels_are_made_changed_and_deleted(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    guild = bot.get_guild(sandbox.guild().id)
    assert guild is not None
    with pytest.raises(discord.Forbidden):
        await guild.create_text_channel("cardiff")
    bots_role(sandbox).permissions |= permissions.MANAGE_CHANNELS
    region = await guild.create_category("Regions")
    hidden: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]
    hidden = {guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    channel = await guild.create_text_channel("cardiff", category=region, topic="Cardiff", overwrites=hidden)
    stored = sandbox.channel("#cardiff")
    assert (stored.topic, stored.parent_id) == ("Cardiff", region.id)
    assert not sandbox.world.can_view(stored, sandbox.user("cerys").id)
    # The bot hid it from itself too: it has no administrator's rights.
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("x")
    assert refused.value.code == 50001
    stored.overwrites.clear()
    await channel.edit(topic="", name="caerdydd")
    assert (stored.topic, stored.name) == ("", "caerdydd")
    await channel.set_permissions(guild.default_role, send_messages=False)
    assert stored.overwrites[guild.id].deny == permissions.SEND_MESSAGES
    await channel.delete()
    with pytest.raises(KeyError):
        sandbox.channel("#caerdydd")


async def test_a_deleted_channel_is_told_to_those_who_saw_it(rest: Rest) -> None:
    bots_role(rest.sandbox).permissions |= permissions.MANAGE_CHANNELS
    names = heard(rest.sandbox)
    channel = rest.sandbox.channel("#wales")
    assert (await rest("DELETE", f"/channels/{channel.id}")).status == 200
    assert names == ["CHANNEL_DELETE"]
    assert (await rest("GET", f"/channels/{channel.id}")).failed == (404, 10003)


async def test_threads_begin_at_messages_and_in_channels(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    place = bot.get_channel(sandbox.channel("#london").id)
    assert isinstance(place, discord.TextChannel)
    message = await place.send("Agenda")
    thread = await message.create_thread(name="Agenda for Thursday", auto_archive_duration=1440)
    assert thread.id == message.id
    await thread.send("First item")
    stored = sandbox.channel("Agenda for Thursday")
    assert (stored.parent_id, [each.content for each in stored.messages]) == (place.id, ["First item"])
    with pytest.raises(discord.HTTPException) as twice:
        await message.create_thread(name="Again")
    assert twice.value.code == 160004
    await thread.add_user(discord.Object(sandbox.user("tomasz").id))
    assert {member.id for member in await thread.fetch_members()} == {
        sandbox.world.bot.id,
        sandbox.user("tomasz").id,
    }
    other = await place.create_thread(name="Open", type=discord.ChannelType.public_thread)
    assert {each.name for each in (await place.guild.active_threads())} == {"Agenda for Thursday", "Open"}
    await other.edit(archived=True)
    assert [each.id async for each in place.archived_threads()] == [other.id]
    await other.send("It opens again")
    assert not sandbox.channel("Open").archived
    bots_role(sandbox).permissions &= ~permissions.CREATE_PRIVATE_THREADS
    with pytest.raises(discord.Forbidden):
        await place.create_thread(name="Private")


async def test_scheduled_events_come_and_go(sandbox: Sandbox, connect: Connect, clock: MovableClock) -> None:
    bot = await connect(sync=False)
    guild = bot.get_guild(sandbox.guild().id)
    assert guild is not None
    starts = clock.now() + timedelta(days=2)
    event = await guild.create_scheduled_event(
        name="Network meeting",
        start_time=starts,
        end_time=starts + timedelta(hours=1),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="Unity Hall",
        description="All welcome",
    )
    stored = sandbox.guild().events[event.id]
    assert (stored.name, stored.location, stored.starts_at) == ("Network meeting", "Unity Hall", starts)
    await event.edit(name="Meeting", reason="Shorter")
    assert sandbox.guild().events[event.id].name == "Meeting"
    assert [each.id for each in await guild.fetch_scheduled_events()] == [event.id]
    sandbox.guild().events[event.id].interested[sandbox.user("amina").id] = clock.now()
    assert [user.name async for user in event.users()] == ["amina"]
    await event.cancel()
    assert await guild.fetch_scheduled_events() == []
    await event.delete()
    with pytest.raises(discord.NotFound) as gone:
        await guild.fetch_scheduled_event(event.id)
    assert gone.value.code == 10070


def event(clock: MovableClock, **given: Any) -> dict[str, Any]:
    starts = clock.now() + timedelta(hours=1)
    return {
        "name": "Meeting",
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": starts.isoformat(),
        "scheduled_end_time": (starts + timedelta(hours=1)).isoformat(),
        "entity_metadata": {"location": "Unity Hall"},
    } | given


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"name": "x" * 101}, {"name"}),
        ({"description": "x" * 1001}, {"description"}),
        ({"entity_metadata": {"location": "x" * 101}}, {"entity_metadata.location"}),
        ({"scheduled_end_time": None}, {"scheduled_end_time"}),
        ({"scheduled_start_time": "2020-01-01T00:00:00+00:00"}, {"scheduled_start_time"}),
        ({"scheduled_start_time": "soon"}, {"scheduled_start_time"}),
        ({"entity_type": 2, "channel_id": "5"}, {"channel_id"}),
    ],
)
async def test_an_event_that_is_wrong_is_refused(
    rest: Rest, clock: MovableClock, given: dict[str, Any], problems: set[str]
) -> None:
    path = f"/guilds/{rest.sandbox.guild().id}/scheduled-events"
    reply = await rest("POST", path, event(clock, **given))
    assert reply.failed == (400, 50035)
    assert set(reply.problems()) == problems


async def test_a_hundred_events_are_the_most(rest: Rest, clock: MovableClock) -> None:
    path = f"/guilds/{rest.sandbox.guild().id}/scheduled-events"
    for _ in range(100):
        assert (await rest("POST", path, event(clock))).status == 200
    assert (await rest("POST", path, event(clock))).failed == (400, 30038)


async def test_the_bot_leaves(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    guild = bot.get_guild(sandbox.guild().id)
    assert guild is not None
    names = heard(sandbox)
    await guild.leave()
    assert sandbox.world.bot.id not in sandbox.guild().members
    assert names == ["GUILD_DELETE", "GUILD_MEMBER_REMOVE"]
    with pytest.raises(discord.NotFound) as gone:
        await bot.fetch_guild(guild.id)
    assert gone.value.code == 10004


async def test_intents_that_are_off_show(rest: Rest) -> None:
    assert (await rest("GET", "/applications/@me")).body["flags"] == 1 << 15
    rest.sandbox.gateway.allowed_intents = 0
    assert (await rest("GET", "/applications/@me")).body["flags"] == 0
    assert (await rest("GET", f"/guilds/{rest.sandbox.guild().id}/members")).failed == (403, 50001)
