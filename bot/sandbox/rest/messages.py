"""Messages of a channel: list, read, send, edit, delete, pin and react."""

from urllib.parse import unquote

from bot.sandbox import errors
from bot.sandbox.checks.messages import draft
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import items
from bot.sandbox.world import Channel, Message, Payload, permissions, posting
from bot.sandbox.world.channels import CATEGORY, FORUM

CHANNEL = "/channels/{channel_id}/messages"
ONE = CHANNEL + "/{message_id}"


async def create(call: Call) -> Answer:
    """Send a message; a recently used nonce returns the earlier one and sends nothing."""
    channel = call.channel()
    may_send(call, channel)
    made = draft(call.body, call.uploads)
    if made.embeds:
        call.need(channel, permissions.EMBED_LINKS)
    if made.nonce is not None and made.enforce_nonce:
        earlier = posting.remembered(call.world, channel, call.bot, made.nonce)
        if earlier is not None:
            # A deleted message still holds its nonce: https://github.com/discord/discord-api-docs/pull/6647
            if (message := channel.history.get(earlier)) is None:
                raise errors.ApiError(10008)
            return message.payload(call.world)
    refer(call, channel, made.reference)
    message = posting.post(call.world, channel, call.bot, made)
    posting.remember(call.world, message)
    return message.payload(call.world)


def may_send(call: Call, channel: Channel) -> None:
    """Raise any obstacle to sending: 50007 and 50278 in a DM, 50013 in a guild, 50024 where nobody can write."""
    world = call.world
    if channel.is_dm:
        other = world.users[next(user for user in channel.recipients if user != call.bot.id)]
        shared = any(
            other.id in guild.members and call.bot.id in guild.members for guild in world.guilds.values()
        )
        if not shared:
            raise errors.ApiError(50278)
        if not other.dms_open or other.bot:
            raise errors.ApiError(50007)
        return
    if channel.type in {CATEGORY, FORUM}:
        raise errors.ApiError(50024)
    call.need(
        channel, permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
    )
    if channel.is_thread and channel.archived:
        if channel.locked:
            raise errors.ApiError(50083)
        channel.archived = False
    if call.uploads:
        call.need(channel, permissions.ATTACH_FILES)


def refer(call: Call, channel: Channel, reference: Payload | None) -> None:
    """Check that a message replied to exists and may be read."""
    if not reference:
        return
    if not channel.is_dm and not (
        call.world.permissions(channel, call.bot.id) & permissions.READ_MESSAGE_HISTORY
    ):
        raise errors.ApiError(160002)
    if posting.source(call.world, {"channel_id": str(channel.id)} | reference) is None:
        if not reference.get("fail_if_not_exists", True):
            return
        raise errors.invalid(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")


async def listed(call: Call) -> Answer:
    """Return messages, newest first, by before, after or around."""
    channel = call.channel()
    limit = call.number("limit", 50, 100)
    if (
        not channel.is_dm
        and not call.world.permissions(channel, call.bot.id) & permissions.READ_MESSAGE_HISTORY
    ):
        return []
    messages = channel.messages
    if before := call.query.get("before"):
        messages = [message for message in messages if message.id < int(before)]
    if after := call.query.get("after"):
        messages = [message for message in messages if message.id > int(after)][:limit]
    if around := call.query.get("around"):
        older = [message for message in messages if message.id < int(around)][-(limit // 2) :]
        messages = (
            older + [message for message in messages if message.id >= int(around)][: limit - len(older)]
        )
    return [message.payload(call.world) for message in reversed(messages[-limit:])]


async def get(call: Call) -> Answer:
    """Return one message."""
    channel = call.channel()
    if not channel.is_dm:
        call.need(channel, permissions.READ_MESSAGE_HISTORY)
    return call.message(channel).payload(call.world)


async def edit(call: Call) -> Answer:
    """Change a message of the bot's own; of another's only its flags, with Manage Messages."""
    channel = call.channel()
    message = call.message(channel)
    if message.author_id != call.bot.id:
        if set(call.body) - {"flags"}:
            raise errors.ApiError(50005)
        call.need(channel, permissions.MANAGE_MESSAGES)
    if channel.is_thread and channel.archived:
        raise errors.ApiError(50083)
    made = draft(call.body, call.uploads, before=message)
    return posting.edit(call.world, message, made).payload(call.world)


async def delete(call: Call) -> Answer:
    """Delete a message; another's needs Manage Messages."""
    channel = call.channel()
    message = call.message(channel)
    if message.author_id != call.bot.id:
        if channel.is_dm:
            raise errors.ApiError(50003)
        call.need(channel, permissions.MANAGE_MESSAGES)
    posting.delete(call.world, message)
    return None


async def bulk_delete(call: Call) -> Answer:
    """Delete 2 to 100 messages of the last two weeks."""
    channel = call.channel()
    call.need(channel, permissions.MANAGE_MESSAGES)
    ids = [int(message_id) for message_id in items(call.body.get("messages"))]
    if not 2 <= len(ids) <= 100:
        message = "Must be between 2 and 100 in length."
        raise errors.invalid(("messages",), "BASE_TYPE_BAD_LENGTH", message)
    posting.bulk_delete(call.world, channel, ids)
    return None


async def pins(call: Call) -> Answer:
    """Return pinned messages with their times of pinning, latest first."""
    found = pinned(call.channel())
    items = [
        {"pinned_at": at.isoformat(), "message": m.payload(call.world)} for m in found if (at := m.pinned_at)
    ]
    limit = call.number("limit", 50, 50)
    return {"items": items[:limit], "has_more": len(items) > limit}


async def pins_old(call: Call) -> Answer:
    """Return pinned messages, latest first."""
    return [message.payload(call.world) for message in pinned(call.channel())]


def pinned(channel: Channel) -> list[Message]:
    """Return what is pinned, latest first."""
    found = [message for message in channel.messages if message.pinned_at is not None]
    return sorted(found, key=lambda message: message.pinned_at or message.created_at, reverse=True)


async def pin(call: Call) -> Answer:
    """Pin a message: 250 at most; needs Pin Messages (Manage Messages until 2026)."""
    channel = call.channel()
    message = call.message(channel)
    needs_pin(call, channel)
    if message.pinned_at is None:
        if len(pinned(channel)) >= 250:
            raise errors.ApiError(30003)
        posting.pin(call.world, message, pinned=True)
    return None


async def unpin(call: Call) -> Answer:
    """Unpin a message."""
    channel = call.channel()
    message = call.message(channel)
    needs_pin(call, channel)
    if message.pinned_at is not None:
        posting.pin(call.world, message, pinned=False)
    return None


def needs_pin(call: Call, channel: Channel) -> None:
    """Raise 50013 when the bot may not pin there."""
    held = call.world.permissions(channel, call.bot.id)
    if not channel.is_dm and not held & (permissions.PIN_MESSAGES | permissions.MANAGE_MESSAGES):
        raise errors.ApiError(50013)


def emoji(call: Call) -> str:
    """Return the emoji of the path, or 10014 for what cannot be one."""
    name = unquote(call.args["emoji_name"])
    if not name or (name.isascii() and ":" not in name):
        raise errors.ApiError(10014)
    return name


async def react(call: Call) -> Answer:
    """Add the bot's reaction; the first of an emoji needs Add Reactions."""
    channel = call.channel()
    message = call.message(channel)
    wanted = emoji(call)
    if wanted not in message.reactions:
        call.need(channel, permissions.ADD_REACTIONS)
        if len(message.reactions) >= 20:
            raise errors.ApiError(30010)
    posting.react(call.world, message, call.bot, wanted)
    return None


async def unreact(call: Call) -> Answer:
    """Remove the bot's own reaction."""
    posting.react(call.world, call.message(call.channel()), call.bot, emoji(call), added=False)
    return None


async def unreact_user(call: Call) -> Answer:
    """Remove somebody's reaction."""
    channel = call.channel()
    call.need(channel, permissions.MANAGE_MESSAGES)
    if (user := call.world.users.get(call.id("user_id"))) is None:
        raise errors.ApiError(10013)
    posting.react(call.world, call.message(channel), user, emoji(call), added=False)
    return None


async def reactions(call: Call) -> Answer:
    """Return who reacted with an emoji."""
    users = call.message(call.channel()).reactions.get(emoji(call), {})
    after = int(call.query.get("after", "0"))
    found = [call.world.users[user].payload() for user in sorted(users) if user > after]
    return found[: call.number("limit", 25, 100)]


async def clear_reactions(call: Call) -> Answer:
    """Remove all reactions, or all with one emoji."""
    channel = call.channel()
    call.need(channel, permissions.MANAGE_MESSAGES)
    message = call.message(channel)
    wanted = [emoji(call)] if "emoji_name" in call.args else list(message.reactions)
    for each in wanted:
        for user in list(message.reactions.get(each, {})):
            posting.react(call.world, message, call.world.users[user], each, added=False)
    return None


REACTION = ONE + "/reactions/{emoji_name}"

ROUTES = (
    Route("POST", CHANNEL, create),
    Route("GET", CHANNEL, listed),
    Route("POST", CHANNEL + "/bulk-delete", bulk_delete),
    Route("GET", CHANNEL + "/pins", pins),
    Route("PUT", CHANNEL + "/pins/{message_id}", pin),
    Route("DELETE", CHANNEL + "/pins/{message_id}", unpin),
    Route("GET", "/channels/{channel_id}/pins", pins_old),
    Route("PUT", "/channels/{channel_id}/pins/{message_id}", pin),
    Route("DELETE", "/channels/{channel_id}/pins/{message_id}", unpin),
    Route("GET", ONE, get),
    Route("PATCH", ONE, edit),
    Route("DELETE", ONE, delete),
    Route("DELETE", ONE + "/reactions", clear_reactions),
    Route("GET", REACTION, reactions),
    Route("DELETE", REACTION, clear_reactions),
    Route("PUT", REACTION + "/@me", react),
    Route("DELETE", REACTION + "/@me", unreact),
    Route("DELETE", REACTION + "/{user_id}", unreact_user),
)
