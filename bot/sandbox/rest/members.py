"""Members of a guild: read, list, search, change, roles, kick."""

from datetime import datetime

from bot.sandbox import errors
from bot.sandbox.gateway import intents
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import items
from bot.sandbox.world import Guild, Member, Role, membership, permissions

MEMBERS = "/guilds/{guild_id}/members"
ONE = MEMBERS + "/{user_id}"


async def get(call: Call) -> Answer:
    """Return a member."""
    return call.member(call.guild()).payload()


async def listed(call: Call) -> Answer:
    """Return members by id, after one, at most 1,000 and by default 1."""
    guild = call.guild()
    if not call.sandbox.gateway.allowed_intents & intents.GUILD_MEMBERS:
        raise errors.ApiError(50001)
    after = int(call.query.get("after", "0"))
    limit = call.number("limit", 1, 1000)
    ids = sorted(user_id for user_id in guild.members if user_id > after)[:limit]
    return [guild.members[user_id].payload() for user_id in ids]


async def search(call: Call) -> Answer:
    """Return members whose name or nickname begins with the query."""
    guild = call.guild()
    query = call.query.get("query", "").lower()
    if not query:
        raise errors.invalid(("query",), "BASE_TYPE_REQUIRED", "This field is required")
    limit = call.number("limit", 1, 1000)
    found = [
        member
        for member in guild.members.values()
        if member.user.username.lower().startswith(query) or member.name.lower().startswith(query)
    ]
    return [member.payload() for member in found[:limit]]


def reachable(call: Call, guild: Guild, role: Role) -> None:
    """Raise 50013 for a role that the bot may not give or change: one at or above its own, or without Manage Roles."""
    call.need(guild, permissions.MANAGE_ROLES)
    if role.id == guild.id or role.managed:
        raise errors.ApiError(50028 if role.id == guild.id else 50013)
    if role.position >= membership.top_position(guild, guild.members[call.bot.id]):
        raise errors.ApiError(50013)


async def give(call: Call) -> Answer:
    """Give a role."""
    guild = call.guild()
    member, role = call.member(guild), call.role(guild)
    reachable(call, guild, role)
    membership.give(call.world, guild, member, role.id)
    return None


async def take(call: Call) -> Answer:
    """Remove a role."""
    guild = call.guild()
    member, role = call.member(guild), call.role(guild)
    reachable(call, guild, role)
    membership.take(call.world, guild, member, role.id)
    return None


async def edit(call: Call) -> Answer:
    """Change a member's nickname, roles or time-out."""
    guild = call.guild()
    member = call.member(guild)
    if "nick" in call.body:
        call.need(guild, permissions.MANAGE_NICKNAMES)
        above(call, guild, member)
        rename(member, call.body["nick"])
    if "roles" in call.body:
        roles = tuple(dict.fromkeys(int(role) for role in items(call.body["roles"])))
        for role_id in set(roles) ^ set(member.roles):
            if (role := guild.roles.get(role_id)) is None:
                raise errors.ApiError(10011)
            reachable(call, guild, role)
        member.roles = roles
    if "communication_disabled_until" in call.body:
        call.need(guild, 1 << 40)
        above(call, guild, member)
        until = call.body["communication_disabled_until"]
        member.timed_out_until = datetime.fromisoformat(until) if until else None
    membership.changed(call.world, guild, member)
    return member.payload()


def rename(member: Member, nick: object) -> None:
    """Set or clear a nickname, 32 characters at most."""
    problems = errors.Problems()
    problems.length(("nick",), nick or "", 32)
    problems.settle()
    member.nick = str(nick) if nick else None


def above(call: Call, guild: Guild, member: Member) -> None:
    """Raise 50013 for a member at least as high as the bot."""
    own = guild.members[call.bot.id]
    if member is not own and membership.top_position(guild, member) >= membership.top_position(guild, own):
        raise errors.ApiError(50013)


async def edit_me(call: Call) -> Answer:
    """Change the bot's own nickname."""
    guild = call.guild()
    call.need(guild, permissions.CHANGE_NICKNAME)
    member = guild.members[call.bot.id]
    if "nick" in call.body:
        rename(member, call.body["nick"])
    membership.changed(call.world, guild, member)
    return member.payload()


async def kick(call: Call) -> Answer:
    """Kick a member."""
    guild = call.guild()
    member = call.member(guild)
    call.need(guild, permissions.KICK_MEMBERS)
    above(call, guild, member)
    membership.leave(call.world, guild, member.user.id)
    return None


ROUTES = (
    Route("GET", MEMBERS, listed),
    Route("GET", MEMBERS + "/search", search),
    Route("PATCH", MEMBERS + "/@me", edit_me),
    Route("GET", ONE, get),
    Route("PATCH", ONE, edit),
    Route("DELETE", ONE, kick),
    Route("PUT", ONE + "/roles/{role_id}", give),
    Route("DELETE", ONE + "/roles/{role_id}", take),
)
