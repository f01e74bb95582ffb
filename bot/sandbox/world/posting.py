"""Posting, editing, deleting, pinning and reacting to messages; each is published."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bot.sandbox.world.channels import Channel
from bot.sandbox.world.drafts import Draft
from bot.sandbox.world.events import Payload
from bot.sandbox.world.mentions import find, texts
from bot.sandbox.world.messages import EPHEMERAL, Message, Pinged, Upload
from bot.sandbox.world.users import User
from bot.sandbox.world.world import World


def post(
    world: World,
    channel: Channel,
    author: User,
    draft: Draft,
    *,
    seen_by: int | None = None,
    kind: int = 0,
    interaction_id: int | None = None,
    interaction_metadata: Payload | None = None,
    webhook_id: int | None = None,
    extra_flags: int = 0,
) -> Message:
    """Put a message into a channel and publish MESSAGE_CREATE.

    Args:
        world: where.
        channel: text channel, thread or DM.
        author: who speaks.
        draft: what, already checked.
        seen_by: the only person who sees it, for an ephemeral answer.
        kind: the message type: 0 default, 19 reply, 20 slash command, 23 context menu command.
        interaction_id: of the interaction that it answers.
        interaction_metadata: as Discord attaches it to the message.
        webhook_id: the application's id when it comes by an interaction's webhook.
        extra_flags: such as LOADING for a deferred answer.
    """
    now = world.clock.now()
    replied_to = source(world, draft.reference)
    message = Message(
        id=world.snowflake(),
        channel_id=channel.id,
        author_id=author.id,
        created_at=now,
        guild_id=channel.guild_id,
        content=draft.content,
        type=19 if replied_to is not None and kind == 0 else kind,
        flags=draft.flags | extra_flags | (EPHEMERAL if seen_by is not None else 0),
        embeds=draft.embeds,
        components=draft.components,
        nonce=draft.nonce,
        tts=draft.tts,
        reference=reference(channel, replied_to) if replied_to is not None else None,
        poll=poll(world, draft.poll) if draft.poll else None,
        seen_by=seen_by,
        interaction_id=interaction_id,
        interaction_metadata=interaction_metadata,
        webhook_id=webhook_id,
    )
    message.attachments = store(world, message, draft.uploads, draft.attachments or [])
    resolve(message)
    mention(world, channel, message, draft.allowed_mentions, replied_to)
    channel.history[message.id] = message
    if seen_by is None:
        channel.last_message_id = message.id
        if channel.is_thread:
            channel.message_count += 1
            channel.thread_members.setdefault(author.id, now)
    tell(world, channel, message, "MESSAGE_CREATE")
    return message


def edit(world: World, message: Message, draft: Draft, *, drop_flags: int = 0) -> Message:
    """Change what the draft names, publish MESSAGE_UPDATE. Mentions that an edit adds notify nobody."""
    channel = world.channels[message.channel_id]
    given = draft.given
    if "content" in given:
        message.content = draft.content
    if "embeds" in given:
        message.embeds = draft.embeds
    if "components" in given:
        message.components = draft.components
    if "flags" in given or drop_flags:
        message.flags = (message.flags | draft.flags) & ~drop_flags
    if draft.attachments is not None or draft.uploads:
        named = {str(item.get("id")) for item in draft.attachments or []}
        kept = [file for file in message.attachments if draft.attachments is None or file["id"] in named]
        message.attachments = kept + store(world, message, draft.uploads, draft.attachments or [])
    resolve(message)
    before = message.pinged
    mention(world, channel, message, draft.allowed_mentions, None)
    message.pinged = before
    message.edited_at = world.clock.now()
    tell(world, channel, message, "MESSAGE_UPDATE")
    return message


def delete(world: World, message: Message) -> None:
    """Delete a message, and publish MESSAGE_DELETE."""
    channel = world.channels[message.channel_id]
    if channel.history.pop(message.id, None) is None:
        return
    if channel.is_thread:
        channel.message_count -= 1
    data: Payload = {"id": str(message.id), "channel_id": str(channel.id)}
    publish(world, channel, "MESSAGE_DELETE", data, message.seen_by)


def bulk_delete(world: World, channel: Channel, ids: Sequence[int]) -> None:
    """Delete many messages, and publish MESSAGE_DELETE_BULK."""
    gone = [message_id for message_id in ids if channel.history.pop(message_id, None) is not None]
    data: Payload = {"ids": [str(message_id) for message_id in gone], "channel_id": str(channel.id)}
    publish(world, channel, "MESSAGE_DELETE_BULK", data)


def pin(world: World, message: Message, *, pinned: bool) -> None:
    """Pin or unpin, publish the update and CHANNEL_PINS_UPDATE."""
    channel = world.channels[message.channel_id]
    message.pinned_at = world.clock.now() if pinned else None
    if pinned:
        channel.last_pin_at = message.pinned_at
    tell(world, channel, message, "MESSAGE_UPDATE")
    last = channel.last_pin_at
    data: Payload = {"channel_id": str(channel.id), "last_pin_timestamp": last.isoformat() if last else None}
    publish(world, channel, "CHANNEL_PINS_UPDATE", data)


def react(world: World, message: Message, user: User, emoji: str, *, added: bool = True) -> None:
    """Add or remove a reaction ("👍" or "name:id")."""
    channel = world.channels[message.channel_id]
    users = message.reactions.setdefault(emoji, {})
    changed = (user.id in users) != added
    if added:
        users[user.id] = None
    else:
        users.pop(user.id, None)
    if not users:
        del message.reactions[emoji]
    if not changed:
        return
    name, _, emoji_id = emoji.partition(":")
    data: Payload = {
        "user_id": str(user.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "message_author_id": str(message.author_id),
        "emoji": {"id": emoji_id or None, "name": name},
        "burst": False,
        "type": 0,
    }
    if added and channel.guild_id and (member := world.member(channel.guild_id, user.id)):
        data["member"] = member.payload()
    publish(world, channel, "MESSAGE_REACTION_ADD" if added else "MESSAGE_REACTION_REMOVE", data)


def remembered(world: World, channel: Channel, author: User, nonce: str | int) -> int | None:
    """Return the id of the message that recently had this nonce, or None; forget old nonces."""
    known = world.nonces.get((channel.id, author.id, str(nonce)))
    if known is None or world.clock.now() - known[1] > world.nonce_memory:
        return None
    return known[0]


def remember(world: World, message: Message) -> None:
    """Keep the nonce of a message for `world.nonce_memory`, by the world's clock."""
    if message.nonce is None:
        return
    now = world.clock.now()
    if len(world.nonces) > 20_000:
        world.nonces = {
            key: known for key, known in world.nonces.items() if now - known[1] <= world.nonce_memory
        }
    world.nonces[message.channel_id, message.author_id, str(message.nonce)] = (message.id, now)


# Shared helpers.


def tell(world: World, channel: Channel, message: Message, event: str) -> None:
    """Publish a message to those who may see it."""
    publish(world, channel, event, message.gateway_payload(world), message.seen_by)


def publish(world: World, channel: Channel, event: str, data: Payload, seen_by: int | None = None) -> None:
    """Publish something in a channel: a DM to both sides, an ephemeral message to the one who sees it."""
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    users = (
        frozenset({seen_by})
        if seen_by is not None
        else frozenset(channel.recipients)
        if channel.is_dm
        else None
    )
    world.publish(event, data, guild_id=channel.guild_id, channel_id=channel.id, users=users)


def mention(
    world: World, channel: Channel, message: Message, allowed: Payload | None, replied_to: Message | None
) -> None:
    """Resolve the mentions of a message and store them with it; an ephemeral one notifies nobody."""
    text = texts(message.content, message.components)
    reply_author = replied_to.author_id if replied_to is not None else None
    found = find(world, channel, message.author_id, text, allowed, reply_author)
    message.mentions, message.mention_roles, message.mention_everyone = (
        found.users,
        found.roles,
        found.everyone,
    )
    message.pinged = found.pinged if message.seen_by is None else Pinged()


def source(world: World, given: Payload | None) -> Message | None:
    """Return the message that a message_reference names, None when there is none."""
    if not given or not given.get("message_id"):
        return None
    message_id = int(given["message_id"])
    if given.get("channel_id"):
        return world.message(int(given["channel_id"]), message_id)
    return next((c.history[message_id] for c in world.channels.values() if message_id in c.history), None)


def reference(channel: Channel, message: Message) -> Payload:
    """Return the stored form of a reply's reference."""
    data: Payload = {"type": 0, "channel_id": str(message.channel_id), "message_id": str(message.id)}
    return data | {"guild_id": str(channel.guild_id)} if channel.guild_id else data


def store(
    world: World, message: Message, uploads: Sequence[Upload], named: Sequence[Payload]
) -> list[Payload]:
    """Store uploaded files where the sandbox serves them, and return their attachment objects."""
    described = {str(item.get("id")): item for item in named}
    stored: list[Payload] = []
    for upload in uploads:
        file_id = world.snowflake()
        path = f"/attachments/{message.channel_id}/{file_id}/{quote(upload.filename)}"
        world.files[path] = (upload.content_type, upload.data)
        words: dict[str, Any] = described.get(str(upload.index), {})
        data: Payload = {
            "id": str(file_id),
            "filename": upload.filename,
            "size": len(upload.data),
            "url": world.base_url + path,
            "proxy_url": world.base_url + path,
            "content_type": upload.content_type,
        }
        if words.get("description"):
            data["description"] = words["description"]
        if message.seen_by is not None:
            data["ephemeral"] = True
        stored.append(data)
    return stored


def resolve(message: Message) -> None:
    """Replace "attachment://name" in embeds and components with the file's URL, as Discord does."""
    files = {file["filename"]: file for file in message.attachments}
    for item in media(message):
        item.setdefault("id", str(message.id))
        if file := files.get(str(item["url"]).removeprefix("attachment://")):
            item |= {"url": file["url"], "attachment_id": file["id"], "content_type": file["content_type"]}
        item.setdefault("proxy_url", item["url"])
    for component in message.walk():
        if component["type"] == 13 and (file := by_url(message, component["file"]["url"])):
            component |= {"name": file["filename"], "size": file["size"]}


def by_url(message: Message, url: str) -> Payload | None:
    """Return the attachment that is served at an address."""
    return next((file for file in message.attachments if file["url"] == url), None)


def media(message: Message) -> Iterator[Payload]:
    """Yield everything with a file's URL: attachments, and media in embeds and components."""
    holders: list[Any] = [*message.attachments]
    holders += [embed.get(name) for embed in message.embeds for name in ("image", "thumbnail", "video")]
    for component in message.walk():
        holders += [component.get("media"), component.get("file")]
        holders += [item.get("media") for item in component.get("items", [])]
    yield from (item for item in holders if isinstance(item, dict) and "url" in item)


def poll(world: World, given: Payload) -> Payload:
    """Return the stored form of a poll, with ids for its answers and its end by the world's clock."""
    answers = [
        {"answer_id": index, "poll_media": answer["poll_media"]}
        for index, answer in enumerate(given["answers"], 1)
    ]
    ends = world.clock.now() + timedelta(hours=given.get("duration") or 24)
    return {
        "question": given["question"],
        "answers": answers,
        "expiry": ends.isoformat(),
        "allow_multiselect": bool(given.get("allow_multiselect")),
        "layout_type": given.get("layout_type") or 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }
