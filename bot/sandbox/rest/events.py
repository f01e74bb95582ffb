"""Scheduled events of a guild."""

from datetime import datetime

from bot.sandbox import errors
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import obj
from bot.sandbox.world import Guild, Payload, ScheduledEvent, permissions
from bot.sandbox.world.channels import STAGE, VOICE

EVENTS = "/guilds/{guild_id}/scheduled-events"
ONE = EVENTS + "/{guild_scheduled_event_id}"
IN_STAGE, IN_VOICE, EXTERNAL = 1, 2, 3
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
NEXT = {SCHEDULED: (SCHEDULED, ACTIVE, CANCELED), ACTIVE: (ACTIVE, COMPLETED), COMPLETED: (), CANCELED: ()}


def moment(body: Payload, name: str, problems: errors.Problems) -> datetime | None:
    """Return a time from the body; record one without a zone or unreadable."""
    text = body.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        problems.add((name,), "DATE_TIME_TYPE_PARSE", f"Could not parse {text}. Should be ISO8601.")
        return None
    return at


def checked(call: Call, guild: Guild, body: Payload) -> ScheduledEvent:
    """Return the event that a body describes, raising 50035 with all faults."""
    problems = errors.Problems()
    kind = body.get("entity_type")
    problems.choices(("entity_type",), kind, (IN_STAGE, IN_VOICE, EXTERNAL))
    problems.choices(("privacy_level",), body.get("privacy_level"), (2,))
    problems.length(("name",), body.get("name"), 100, 1)
    if body.get("description"):
        problems.length(("description",), body["description"], 1000)
    starts, ends = (
        moment(body, "scheduled_start_time", problems),
        moment(body, "scheduled_end_time", problems),
    )
    if body.get("scheduled_start_time") is None:
        problems.required(("scheduled_start_time",))
    elif starts is not None and starts <= call.world.clock.now() and "id" not in body:
        message = "Cannot schedule event in the past."
        problems.add(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", message)
    if starts and ends and ends <= starts:
        message = "Cannot schedule event to end before it starts."
        problems.add(("scheduled_end_time",), "GUILD_SCHEDULED_EVENT_END_BEFORE_START", message)
    location = obj(body.get("entity_metadata")).get("location")
    channel_id = int(body["channel_id"]) if body.get("channel_id") else None
    if kind == EXTERNAL:
        if body.get("scheduled_end_time") is None:
            problems.required(("scheduled_end_time",))
        if location is None:
            problems.required(("entity_metadata", "location"))
        problems.length(("entity_metadata", "location"), location or "", 100, 1)
    else:
        channel = guild.channels.get(channel_id or 0)
        if channel is None or channel.type != (STAGE if kind == IN_STAGE else VOICE):
            message = "The channel is not one for this kind of event"
            problems.add(("channel_id",), "GUILD_SCHEDULED_EVENT_CHANNEL_INVALID", message)
    problems.settle()
    return ScheduledEvent(
        id=int(body.get("id") or 0),
        guild_id=guild.id,
        creator=call.bot,
        name=str(body["name"]),
        starts_at=starts or call.world.clock.now(),
        ends_at=ends,
        entity_type=int(kind or 0),
        channel_id=channel_id if kind != EXTERNAL else None,
        description=body.get("description") or None,
        location=location if kind == EXTERNAL else None,
        recurrence_rule=body.get("recurrence_rule"),
    )


def wanted(call: Call, guild: Guild) -> ScheduledEvent:
    """Return the event of the path, or 10070."""
    event = guild.events.get(call.id("guild_scheduled_event_id"))
    if event is None:
        raise errors.ApiError(10070)
    return event


def shown(call: Call, event: ScheduledEvent) -> Payload:
    """Return the event, with or without `user_count` as requested."""
    data = event.payload()
    if call.query.get("with_user_count") not in {"1", "true", "True"}:
        del data["user_count"]
    return data


async def listed(call: Call) -> Answer:
    """Return a guild's scheduled and active events."""
    return [
        shown(call, event) for event in call.guild().events.values() if event.status in {SCHEDULED, ACTIVE}
    ]


async def get(call: Call) -> Answer:
    """Return one event."""
    return shown(call, wanted(call, call.guild()))


async def create(call: Call) -> Answer:
    """Create an event: needs Create Events; at most 100 scheduled or active (30038)."""
    guild = call.guild()
    call.need(guild, permissions.CREATE_EVENTS)
    event = checked(call, guild, call.body)
    if sum(other.status in {SCHEDULED, ACTIVE} for other in guild.events.values()) >= 100:
        raise errors.ApiError(30038)
    event.id = call.world.snowflake()
    guild.events[event.id] = event
    call.world.publish("GUILD_SCHEDULED_EVENT_CREATE", event.payload(), guild_id=guild.id)
    return event.payload()


def changeable(call: Call, guild: Guild) -> ScheduledEvent:
    """Return the event in the path: the bot's own needs Create Events, another's Manage Events."""
    event = wanted(call, guild)
    held = call.world.guild_permissions(guild, call.bot.id)
    own = event.creator.id == call.bot.id and held & permissions.CREATE_EVENTS
    if not own and not held & permissions.MANAGE_EVENTS:
        raise errors.ApiError(50013)
    return event


async def edit(call: Call) -> Answer:
    """Change an event. A status only goes forward."""
    guild = call.guild()
    event = changeable(call, guild)
    status = call.body.get("status") or event.status
    if status != event.status and status not in NEXT[event.status]:
        message = "Cannot change the status of the event like this"
        raise errors.invalid(("status",), "GUILD_SCHEDULED_EVENT_STATUS_TRANSITION", message)
    if not NEXT[event.status]:
        raise errors.ApiError(180000, "Cannot update a finished event", status=400)
    changed = checked(call, guild, event.payload() | call.body | {"id": str(event.id)})
    changed.creator, changed.interested, changed.status = event.creator, event.interested, status
    guild.events[event.id] = changed
    call.world.publish("GUILD_SCHEDULED_EVENT_UPDATE", changed.payload(), guild_id=guild.id)
    return changed.payload()


async def delete(call: Call) -> Answer:
    """Delete an event."""
    guild = call.guild()
    event = changeable(call, guild)
    del guild.events[event.id]
    call.world.publish("GUILD_SCHEDULED_EVENT_DELETE", event.payload(), guild_id=guild.id)
    return None


async def interested(call: Call) -> Answer:
    """Return who is interested, by id, with their membership when asked."""
    guild = call.guild()
    event = wanted(call, guild)
    after, before = int(call.query.get("after", "0")), int(call.query.get("before", str(1 << 63)))
    ids = [user_id for user_id in sorted(event.interested) if after < user_id < before]
    found: list[Payload] = []
    for user_id in ids[: call.number("limit", 100, 100)]:
        data: Payload = {
            "guild_scheduled_event_id": str(event.id),
            "user_id": str(user_id),
            "response": 1,
            "user": call.world.users[user_id].payload(),
        }
        member = guild.members.get(user_id)
        if member is not None and call.query.get("with_member") in {"1", "true", "True"}:
            data["member"] = member.payload()
        found.append(data)
    return found


ROUTES = (
    Route("GET", EVENTS, listed),
    Route("POST", EVENTS, create),
    Route("GET", ONE, get),
    Route("PATCH", ONE, edit),
    Route("DELETE", ONE, delete),
    Route("GET", ONE + "/users", interested),
)
