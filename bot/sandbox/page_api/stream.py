"""The live stream of one person: what happens in the world, as far as they see it."""

import asyncio
from collections.abc import Callable

import orjson
from aiohttp import WSMsgType, web

from bot.sandbox.core import Core
from bot.sandbox.world import Event, Payload, World

NAMES = {
    "MESSAGE_CREATE": "message.create",
    "MESSAGE_UPDATE": "message.update",
    "MESSAGE_DELETE": "message.delete",
    "CHANNEL_CREATE": "channel.create",
    "CHANNEL_UPDATE": "channel.update",
    "CHANNEL_DELETE": "channel.delete",
    "THREAD_CREATE": "channel.create",
    "THREAD_UPDATE": "channel.update",
    "THREAD_DELETE": "channel.delete",
    "SANDBOX_DM_CREATE": "channel.create",
    "GUILD_CREATE": "channel.update",
    "GUILD_UPDATE": "channel.update",
    "GUILD_ROLE_CREATE": "channel.update",
    "GUILD_ROLE_UPDATE": "channel.update",
    "GUILD_ROLE_DELETE": "channel.update",
    "GUILD_MEMBER_ADD": "member.add",
    "GUILD_MEMBER_REMOVE": "member.remove",
    "GUILD_MEMBER_UPDATE": "member.update",
    "GUILD_SCHEDULED_EVENT_CREATE": "events.update",
    "GUILD_SCHEDULED_EVENT_UPDATE": "events.update",
    "GUILD_SCHEDULED_EVENT_DELETE": "events.update",
    "GUILD_SCHEDULED_EVENT_USER_ADD": "events.update",
    "GUILD_SCHEDULED_EVENT_USER_REMOVE": "events.update",
    "SANDBOX_COMMANDS_UPDATE": "commands.update",
    "SANDBOX_PERSON": "member.update",
    "SANDBOX_PHONE": "phone",
    "SANDBOX_MODAL": "modal.open",
    "SANDBOX_CLOCK": "clock",
    "SANDBOX_BOT": "bot",
}

Sent = tuple[str, Payload]


def translated(world: World, event: Event) -> list[Sent]:
    """Return what the page is told about an event of the world."""
    if event.name == "MESSAGE_DELETE_BULK":
        ids: list[str] = event.data["ids"]
        return [("message.delete", {"id": gone, "channel_id": event.data["channel_id"]}) for gone in ids]
    if event.name.startswith("MESSAGE_REACTION_"):
        message = world.message(int(event.data["channel_id"]), int(event.data["message_id"]))
        return [("message.update", message.gateway_payload(world))] if message is not None else []
    name = NAMES.get(event.name)
    return [(name, event.data)] if name is not None else []


def concerns(world: World, event: Event, viewer: int) -> bool:
    """Whether a person may learn of an event; changes of visibility go to everybody in the guild."""
    if event.users is not None and viewer not in event.users and event.name != "GUILD_CREATE":
        return False
    if event.name.startswith("MESSAGE_") and event.channel_id is not None:
        channel = world.channels.get(event.channel_id)
        return channel is not None and world.can_view(channel, viewer)
    if event.guild_id is None or event.name.startswith(("GUILD_MEMBER_", "SANDBOX_")):
        return True
    guild = world.guilds.get(event.guild_id)
    return guild is not None and viewer in guild.members


async def serve(sandbox: Core, request: web.Request, viewer: int) -> web.StreamResponse:
    """Send {"type", "data"} for everything the person sees, until the page disconnects."""
    socket = web.WebSocketResponse(heartbeat=30.0, compress=False)
    await socket.prepare(request)
    waiting: asyncio.Queue[bytes] = asyncio.Queue()
    world = sandbox.world

    def happened(event: Event) -> None:
        if concerns(world, event, viewer):
            for kind, data in translated(world, event):
                waiting.put_nowait(orjson.dumps({"type": kind, "data": data}))

    unsubscribe: Callable[[], None] = world.subscribe(happened)
    writer = asyncio.create_task(_write(sandbox, socket, waiting))
    sandbox.pages.append(request)
    try:
        async for message in socket:
            if message.type is WSMsgType.ERROR:
                break
    finally:
        sandbox.pages.remove(request)
        unsubscribe()
        writer.cancel()
    return socket


async def _write(sandbox: Core, socket: web.WebSocketResponse, waiting: "asyncio.Queue[bytes]") -> None:
    while not socket.closed:
        data = await waiting.get()
        await sandbox.kept()
        try:
            await socket.send_str(data.decode())
        except ConnectionError:
            return
