"""Threads: begin, list, join, leave and who is in them."""

from bot.sandbox import errors
from bot.sandbox.checks.messages import draft
from bot.sandbox.rest.channels import check
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import obj
from bot.sandbox.world import Channel, Payload, permissions, posting
from bot.sandbox.world.channels import FORUM, NEWS, NEWS_THREAD, PRIVATE_THREAD, PUBLIC_THREAD, TEXT

CHANNEL = "/channels/{channel_id}"
MEMBERS = CHANNEL + "/thread-members"
ARCHIVE_AFTER = (60, 1440, 4320, 10080)


def begin(call: Call, parent: Channel, kind: int, thread_id: int) -> Channel:
    """Create a thread owned by the bot, with the bot in it, and publish THREAD_CREATE."""
    body, world = call.body, call.world
    problems = errors.Problems()
    if body.get("name") is None:
        problems.required(("name",))
    check(body, problems)
    lasting = body.get("auto_archive_duration") or 1440
    problems.choices(("auto_archive_duration",), lasting, ARCHIVE_AFTER)
    problems.settle()
    call.need(
        parent,
        permissions.CREATE_PRIVATE_THREADS if kind == PRIVATE_THREAD else permissions.CREATE_PUBLIC_THREADS,
    )
    guild = world.guilds[parent.guild_id or 0]
    now = world.clock.now()
    thread = Channel(
        id=thread_id,
        type=kind,
        name=str(body["name"]),
        guild_id=guild.id,
        parent_id=parent.id,
        rate_limit_per_user=body.get("rate_limit_per_user") or 0,
        owner_id=call.bot.id,
        invitable=body.get("invitable", True),
        auto_archive_duration=lasting,
        archive_changed_at=now,
        thread_members={call.bot.id: now},
    )
    guild.threads[thread.id] = world.channels[thread.id] = thread
    data = thread.payload(world) | {"newly_created": True}
    world.publish("THREAD_CREATE", data, guild_id=guild.id, channel_id=thread.id)
    return thread


async def create(call: Call) -> Answer:
    """Start a thread without a message, or a forum post."""
    parent = call.channel()
    if parent.type == FORUM:
        made = draft(obj(call.body.get("message")), call.uploads)
        thread = begin(call, parent, PUBLIC_THREAD, call.world.snowflake())
        message = posting.post(call.world, thread, call.bot, made)
        return thread.payload(call.world) | {"message": message.payload(call.world)}
    if parent.type not in {TEXT, NEWS}:
        raise errors.ApiError(50024)
    kind = call.body.get("type") or PRIVATE_THREAD
    if kind not in {NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD}:
        raise errors.invalid(("type",), "BASE_TYPE_CHOICES", "Value must be one of (10, 11, 12).")
    return begin(call, parent, kind, call.world.snowflake()).payload(call.world)


async def create_from_message(call: Call) -> Answer:
    """Start a thread from a message, whose id it gets."""
    parent = call.channel()
    message = call.message(parent)
    if parent.type not in {TEXT, NEWS}:
        raise errors.ApiError(50024)
    if message.thread_id is not None:
        raise errors.ApiError(160004)
    thread = begin(call, parent, NEWS_THREAD if parent.type == NEWS else PUBLIC_THREAD, message.id)
    message.thread_id = thread.id
    message.flags |= 1 << 5
    posting.tell(call.world, parent, message, "MESSAGE_UPDATE")
    return thread.payload(call.world)


def thread_of(call: Call) -> Channel:
    """Return the thread of the path, or 50024."""
    thread = call.channel()
    if not thread.is_thread:
        raise errors.ApiError(50024)
    return thread


def users_of(call: Call) -> int:
    """Return the account of the path: a member of the guild, or 10007."""
    guild_id = thread_of(call).guild_id or 0
    user_id = call.bot.id if "user_id" not in call.args else call.id("user_id")
    if call.world.member(guild_id, user_id) is None:
        raise errors.ApiError(10007)
    return user_id


async def add(call: Call) -> Answer:
    """Add the bot or another member to a thread."""
    thread, user_id = thread_of(call), users_of(call)
    if thread.archived:
        raise errors.ApiError(50083)
    if user_id != call.bot.id:
        call.need(thread, permissions.SEND_MESSAGES_IN_THREADS)
    if user_id not in thread.thread_members:
        thread.thread_members[user_id] = call.world.clock.now()
        publish_members(call, thread, user_id, added=True)
    return None


async def remove(call: Call) -> Answer:
    """Remove the bot or another member from a thread."""
    thread, user_id = thread_of(call), users_of(call)
    if thread.archived:
        raise errors.ApiError(50083)
    if user_id != call.bot.id and thread.owner_id != call.bot.id:
        call.need(thread, permissions.MANAGE_THREADS)
    if thread.thread_members.pop(user_id, None) is not None:
        publish_members(call, thread, user_id, added=False)
    return None


def publish_members(call: Call, thread: Channel, user_id: int, *, added: bool) -> None:
    """Publish who was added or removed."""
    data: Payload = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": len(thread.thread_members),
        "added_members": [thread.thread_member(user_id)] if added else [],
        "removed_member_ids": [] if added else [str(user_id)],
    }
    call.world.publish("THREAD_MEMBERS_UPDATE", data, guild_id=thread.guild_id, channel_id=thread.id)


async def members(call: Call) -> Answer:
    """Return who is in a thread."""
    thread = thread_of(call)
    return [thread.thread_member(user_id) for user_id in sorted(thread.thread_members)]


async def member(call: Call) -> Answer:
    """Return one member of a thread."""
    thread, user_id = thread_of(call), users_of(call)
    if user_id not in thread.thread_members:
        raise errors.ApiError(10007)
    return thread.thread_member(user_id)


def described(call: Call, threads: list[Channel]) -> Payload:
    """Return threads with the bot's memberships in them."""
    own = [thread.thread_member(call.bot.id) for thread in threads if call.bot.id in thread.thread_members]
    return {"threads": [thread.payload(call.world) for thread in threads], "members": own, "has_more": False}


async def active(call: Call) -> Answer:
    """Return a guild's threads that are not archived, newest first."""
    guild = call.guild()
    found = [t for t in guild.threads.values() if not t.archived and call.world.can_view(t, call.bot.id)]
    return described(call, sorted(found, key=lambda thread: thread.id, reverse=True))


async def archived_public(call: Call) -> Answer:
    """Return a channel's archived public threads."""
    return archived(call, (PUBLIC_THREAD, NEWS_THREAD))


async def archived_private(call: Call) -> Answer:
    """Return a channel's archived private threads; needs Manage Threads."""
    call.need(call.channel(), permissions.MANAGE_THREADS)
    return archived(call, (PRIVATE_THREAD,))


def archived(call: Call, kinds: tuple[int, ...]) -> Payload:
    """Return archived threads of these types, latest first."""
    channel = call.channel()
    call.need(channel, permissions.READ_MESSAGE_HISTORY)
    threads = call.world.guilds[channel.guild_id or 0].threads.values()
    found = [t for t in threads if t.parent_id == channel.id and t.archived and t.type in kinds]
    found.sort(key=lambda thread: thread.archive_changed_at or call.world.time_of(thread.id), reverse=True)
    limit = call.number("limit", 50, 100)
    return described(call, found[:limit]) | {"has_more": len(found) > limit}


ROUTES = (
    Route("POST", CHANNEL + "/threads", create, status=201),
    Route("POST", CHANNEL + "/messages/{message_id}/threads", create_from_message, status=201),
    Route("GET", CHANNEL + "/threads/archived/public", archived_public),
    Route("GET", CHANNEL + "/threads/archived/private", archived_private),
    Route("GET", "/guilds/{guild_id}/threads/active", active),
    Route("GET", MEMBERS, members),
    Route("PUT", MEMBERS + "/@me", add),
    Route("DELETE", MEMBERS + "/@me", remove),
    Route("GET", MEMBERS + "/{user_id}", member),
    Route("PUT", MEMBERS + "/{user_id}", add),
    Route("DELETE", MEMBERS + "/{user_id}", remove),
)
