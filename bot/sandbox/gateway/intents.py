"""Which events a session gets, and what it may read of a message.

Source: https://discord.com/developers/docs/events/gateway#list-of-intents
"""

from typing import Any

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_MODERATION = 1 << 2
GUILD_EXPRESSIONS = 1 << 3
GUILD_INTEGRATIONS = 1 << 4
GUILD_WEBHOOKS = 1 << 5
GUILD_INVITES = 1 << 6
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_MESSAGE_REACTIONS = 1 << 10
GUILD_MESSAGE_TYPING = 1 << 11
DIRECT_MESSAGES = 1 << 12
DIRECT_MESSAGE_REACTIONS = 1 << 13
DIRECT_MESSAGE_TYPING = 1 << 14
MESSAGE_CONTENT = 1 << 15
GUILD_SCHEDULED_EVENTS = 1 << 16
GUILD_MESSAGE_POLLS = 1 << 24
DIRECT_MESSAGE_POLLS = 1 << 25

KNOWN = (1 << 17) - 1 | 1 << 20 | 1 << 21 | GUILD_MESSAGE_POLLS | DIRECT_MESSAGE_POLLS
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT

_BY_PREFIX = (
    ("MESSAGE_REACTION_", GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS),
    ("MESSAGE_POLL_", GUILD_MESSAGE_POLLS, DIRECT_MESSAGE_POLLS),
    ("MESSAGE_", GUILD_MESSAGES, DIRECT_MESSAGES),
    ("TYPING_START", GUILD_MESSAGE_TYPING, DIRECT_MESSAGE_TYPING),
    ("GUILD_MEMBERS_CHUNK", 0, 0),
    ("GUILD_MEMBER_", GUILD_MEMBERS, GUILD_MEMBERS),
    ("GUILD_SCHEDULED_EVENT_", GUILD_SCHEDULED_EVENTS, 0),
    ("GUILD_BAN_", GUILD_MODERATION, 0),
    ("GUILD_AUDIT_LOG_", GUILD_MODERATION, 0),
    ("GUILD_EMOJIS_", GUILD_EXPRESSIONS, 0),
    ("GUILD_STICKERS_", GUILD_EXPRESSIONS, 0),
    ("GUILD_SOUNDBOARD_", GUILD_EXPRESSIONS, 0),
    ("GUILD_INTEGRATIONS_", GUILD_INTEGRATIONS, 0),
    ("INTEGRATION_", GUILD_INTEGRATIONS, 0),
    ("WEBHOOKS_", GUILD_WEBHOOKS, 0),
    ("INVITE_", GUILD_INVITES, 0),
    ("PRESENCE_", GUILD_PRESENCES, 0),
    ("CHANNEL_PINS_UPDATE", GUILDS, DIRECT_MESSAGES),
    ("GUILD_", GUILDS, 0),
    ("CHANNEL_", GUILDS, 0),
    ("THREAD_", GUILDS, 0),
    ("STAGE_INSTANCE_", GUILDS, 0),
)


def needed(event: str, *, direct: bool) -> int:
    """Return the intent that `event` needs, 0 for one that every session gets (interactions, READY ...)."""
    for prefix, in_guild, in_dm in _BY_PREFIX:
        if event.startswith(prefix):
            return in_dm if direct else in_guild
    return 0


def readable(message: dict[str, Any], bot_id: str) -> bool:
    """Whether an app without the message-content intent sees the content of `message`.

    It does in its own messages, in DMs, where it is mentioned, and for messages passed by a menu command.
    """
    author: dict[str, Any] = message.get("author") or {}
    return (
        author.get("id") == bot_id
        or message.get("application_id") == bot_id
        or "guild_id" not in message
        or any(user.get("id") == bot_id for user in message.get("mentions", ()))
    )


def without_content(message: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of `message` as an app without the message-content intent gets it."""
    emptied: dict[str, Any] = {**message, "content": "", "embeds": [], "attachments": [], "components": []}
    emptied.pop("poll", None)
    return emptied
