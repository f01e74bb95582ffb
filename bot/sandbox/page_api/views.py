"""What one person sees, as JSON for the page."""

from bot.sandbox.core import Core
from bot.sandbox.interactions import commands
from bot.sandbox.page_api import phone
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Guild, Payload, User, World, permissions

LIVE_EVENTS = (1, 2)
"""Scheduled and active: the statuses that a client shows."""
MOST_LISTED = 500
"""Most people and members listed: a sandbox for load tests has thousands."""


def snapshot(sandbox: Core, person: Person) -> Payload:
    """Return everything but the messages."""
    world = sandbox.world
    if person.guilds and world.bot.id not in {
        user for channel in _dms(world, person) for user in channel.recipients
    }:
        # Anybody who shares a server with the bot can message it, so that conversation can always be opened.
        _ = person.dm
    people = [user for user in world.users.values() if not user.bot]
    return {
        "me": _account(person.user),
        "now": world.clock.now().isoformat(),
        "first_steps": sandbox.first_steps,
        "bot": {"id": str(world.bot.id), "username": world.bot.name, "online": sandbox.gateway.online},
        "people": [_person(world, user) for user in people[:MOST_LISTED]],
        "guilds": [_guild(world, guild, person.id) for guild in person.guilds],
        "dms": [
            _dm(world, channel, person.id)
            for channel in world.dms.values()
            if person.id in channel.recipients
        ],
        "commands": _commands(world, person),
        "phone": phone.view(sandbox, person),
    }


def messages(person: Person, channel: Channel, before: int | None, limit: int) -> list[Payload]:
    """Return up to `limit` messages older than `before` that the person sees, oldest first."""
    world = person.world
    seen = [message for message in person.reads(channel) if before is None or message.id < before]
    return [message.gateway_payload(world) for message in seen[-limit:]]


def _account(user: User) -> Payload:
    return {"id": str(user.id), "username": user.username, "global_name": user.global_name, "bot": user.bot}


def _person(world: World, user: User) -> Payload:
    places = [str(guild.id) for guild in world.guilds.values() if user.id in guild.members]
    return _account(user) | {"about": user.about, "in_guilds": places, "dms_open": user.dms_open}


def _guild(world: World, guild: Guild, viewer: int) -> Payload:
    channels = [
        *guild.channels.values(),
        *(thread for thread in guild.threads.values() if not thread.archived),
    ]
    members: list[Payload] = [
        {
            "user_id": str(member.user.id),
            "name": member.name,
            "bot": member.user.bot,
            "roles": [str(role) for role in member.roles],
        }
        for member in list(guild.members.values())[:MOST_LISTED]
    ]
    roles: list[Payload] = [
        {
            "id": str(role.id),
            "name": role.name,
            "color": role.color,
            "position": role.position,
            "mentionable": role.mentionable,
        }
        for role in guild.roles.values()
    ]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "channels": [_channel(world, channel, viewer) for channel in channels],
        "roles": roles,
        "members": members,
        "events": [
            {
                "id": str(event.id),
                "name": event.name,
                "location": event.location,
                "starts_at": event.starts_at.isoformat(),
                "status": event.status,
                "interested": viewer in event.interested,
                "count": len(event.interested),
            }
            for event in sorted(guild.events.values(), key=lambda event: event.starts_at)
            if event.status in LIVE_EVENTS
        ],
    }


def _channel(world: World, channel: Channel, viewer: int) -> Payload:
    speak = permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
    can_view = world.can_view(channel, viewer)
    return {
        "id": str(channel.id),
        "name": channel.name,
        "type": channel.type,
        "topic": channel.topic,
        "position": channel.position,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "can_view": can_view,
        "can_send": can_view and bool(world.permissions(channel, viewer) & speak),
        "last_message_id": str(channel.last_message_id) if channel.last_message_id and can_view else None,
    }


def _dms(world: World, person: Person) -> list[Channel]:
    return [channel for channel in world.dms.values() if person.id in channel.recipients]


def _dm(world: World, channel: Channel, viewer: int) -> Payload:
    other = next(user for user in channel.recipients if user != viewer)
    return {
        "id": str(channel.id),
        "recipient": _account(world.users[other]),
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
    }


def _commands(world: World, person: Person) -> list[Payload]:
    """Return the commands that a person finds, their `contexts` narrowed to where they find them."""
    places = [channel for guild in person.guilds for channel in guild.channels.values()]
    places += _dms(world, person)
    listed: list[Payload] = []
    for command in world.commands.values():
        shown = [place for place in places if commands.why_hidden(world, command, person.id, place) is None]
        contexts = sorted({commands.IN_BOT_DM if place.is_dm else commands.IN_GUILD for place in shown})
        if contexts:
            listed.append(command.payload() | {"contexts": contexts})
    return listed
