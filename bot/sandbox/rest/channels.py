"""Channels: read, change, delete, permission overwrites, typing. Threads are changed here too."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.sandbox import errors
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import items
from bot.sandbox.world import Channel, Guild, Overwrite, Payload, building, permissions

ONE = "/channels/{channel_id}"


def check(body: Payload, problems: errors.Problems) -> None:
    """Record what is wrong with a channel's fields."""
    if body.get("name") is not None:
        problems.length(("name",), body["name"], 100, 1)
    if body.get("topic") is not None:
        problems.length(("topic",), body["topic"], 1024)
    slow = body.get("rate_limit_per_user")
    if slow is not None and not 0 <= int(slow) <= 21_600:
        problems.add(("rate_limit_per_user",), "NUMBER_TYPE_MAX", "int value should be between 0 and 21600.")


def overwrites(call: Call, guild: Guild, given: list[Any]) -> Mapping[int, tuple[int, int, int]]:
    """Return overwrites by id as (type, allow, deny); 50013 when the bot sets what it does not have itself."""
    held = call.world.guild_permissions(guild, call.bot.id)
    made: dict[int, tuple[int, int, int]] = {}
    for each in given:
        allow, deny = int(each.get("allow") or 0), int(each.get("deny") or 0)
        if (allow | deny) & ~held:
            raise errors.ApiError(50013)
        made[int(each["id"])] = (int(each.get("type") or 0), allow, deny)
    return made


async def get(call: Call) -> Answer:
    """Return a channel, a thread or a DM."""
    return call.channel().payload(call.world)


async def edit(call: Call) -> Answer:
    """Change a channel (Manage Channels) or a thread (its owner, or Manage Threads)."""
    channel = call.channel()
    if channel.guild_id is None:
        raise errors.ApiError(50003)
    problems = errors.Problems()
    check(call.body, problems)
    problems.settle()
    if channel.is_thread:
        edit_thread(call, channel)
        event = "THREAD_UPDATE"
    else:
        edit_channel(call, channel)
        event = "CHANNEL_UPDATE"
    building.publish_channel(call.world, channel, event)
    return channel.payload(call.world)


def edit_channel(call: Call, channel: Channel) -> None:
    """Apply a request's fields to a channel."""
    body = call.body
    call.need(channel, permissions.MANAGE_CHANNELS)
    if "permission_overwrites" in body and channel.guild_id is not None:
        call.need(channel, permissions.MANAGE_ROLES)
        bits = overwrites(call, call.world.guilds[channel.guild_id], items(body["permission_overwrites"]))
        channel.overwrites = {target: Overwrite(target, *each) for target, each in bits.items()}
    for name in ("name", "topic", "position", "nsfw", "rate_limit_per_user"):
        if name in body and (body[name] is not None or name == "topic"):
            setattr(channel, name, body[name])
    if "parent_id" in body:
        channel.parent_id = int(body["parent_id"]) if body["parent_id"] else None


def edit_thread(call: Call, thread: Channel) -> None:
    """Apply a request's fields to a thread."""
    body = call.body
    if thread.owner_id != call.bot.id or thread.locked or body.get("locked") is not None:
        call.need(thread, permissions.MANAGE_THREADS)
    elif not (set(body) <= {"archived"} and body.get("archived") is False) and thread.archived:
        raise errors.ApiError(50083)
    for name in ("name", "archived", "locked", "invitable", "auto_archive_duration", "rate_limit_per_user"):
        if body.get(name) is not None:
            setattr(thread, name, body[name])
    if "archived" in body:
        thread.archive_changed_at = call.world.clock.now()


async def delete(call: Call) -> Answer:
    """Delete a channel or a thread with all its messages; close a DM (it stays for the other side)."""
    channel = call.channel()
    data = channel.payload(call.world)
    if channel.guild_id is None:
        return data
    call.need(channel, permissions.MANAGE_THREADS if channel.is_thread else permissions.MANAGE_CHANNELS)
    building.delete(call.world, channel)
    return data


async def overwrite(call: Call) -> Answer:
    """Set what a channel allows and denies a role or a member."""
    channel = call.channel()
    if channel.guild_id is None or channel.is_thread:
        raise errors.ApiError(50024)
    call.need(channel, permissions.MANAGE_ROLES)
    target = call.id("overwrite_id")
    given = [call.body | {"id": target}]
    bits = overwrites(call, call.world.guilds[channel.guild_id], given)[target]
    channel.overwrites[target] = Overwrite(target, *bits)
    building.publish_channel(call.world, channel, "CHANNEL_UPDATE")
    return None


async def drop_overwrite(call: Call) -> Answer:
    """Delete an overwrite."""
    channel = call.channel()
    call.need(channel, permissions.MANAGE_ROLES)
    if channel.overwrites.pop(call.id("overwrite_id"), None) is not None:
        building.publish_channel(call.world, channel, "CHANNEL_UPDATE")
    return None


async def typing(call: Call) -> Answer:
    """Say that the bot is typing, for ten seconds."""
    channel = call.channel()
    now = call.world.clock.now()
    data: Payload = {
        "channel_id": str(channel.id),
        "user_id": str(call.bot.id),
        "timestamp": int(now.timestamp()),
        "until": (now + timedelta(seconds=10)).isoformat(),
    }
    users = frozenset(channel.recipients) if channel.is_dm else None
    call.world.publish("TYPING_START", data, guild_id=channel.guild_id, channel_id=channel.id, users=users)
    return None


ROUTES = (
    Route("GET", ONE, get),
    Route("PATCH", ONE, edit),
    Route("DELETE", ONE, delete),
    Route("PUT", ONE + "/permissions/{overwrite_id}", overwrite),
    Route("DELETE", ONE + "/permissions/{overwrite_id}", drop_overwrite),
    Route("POST", ONE + "/typing", typing),
)
