"""Roles of a guild."""

from bot.sandbox import errors
from bot.sandbox.rest.members import reachable
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import obj
from bot.sandbox.world import Guild, Payload, Role, building, membership, permissions

ROLES = "/guilds/{guild_id}/roles"
ONE = ROLES + "/{role_id}"


def take(call: Call, guild: Guild, role: Role, given: Payload) -> None:
    """Apply a request's fields to a role; the bot cannot grant what it does not have (50013)."""
    problems = errors.Problems()
    if given.get("name") is not None:
        problems.length(("name",), given["name"], 100, 1)
    problems.settle()
    allowed = int(given.get("permissions") or 0)
    if allowed & ~call.world.guild_permissions(guild, call.bot.id):
        raise errors.ApiError(50013)
    role.name = given.get("name") or role.name
    if given.get("permissions") is not None:
        role.permissions = allowed
    colors = obj(given.get("colors"))
    color = colors.get("primary_color", given.get("color"))
    role.color = role.color if color is None else int(color)
    for name in ("hoist", "mentionable"):
        if given.get(name) is not None:
            setattr(role, name, bool(given[name]))


async def listed(call: Call) -> Answer:
    """Return all roles."""
    return [role.payload() for role in call.guild().roles.values()]


async def get(call: Call) -> Answer:
    """Return one role."""
    return call.role(call.guild()).payload()


async def create(call: Call) -> Answer:
    """Create a role just above @everyone; needs Manage Roles; at most 250."""
    guild = call.guild()
    call.need(guild, permissions.MANAGE_ROLES)
    if len(guild.roles) >= 250:
        raise errors.ApiError(30005)
    draft = Role(0, "new role", guild.everyone.permissions if "permissions" not in call.body else 0)
    take(call, guild, draft, call.body)
    role = building.role(
        call.world,
        guild,
        draft.name,
        draft.permissions,
        color=draft.color,
        hoist=draft.hoist,
        mentionable=draft.mentionable,
        position=1,
    )
    return role.payload()


async def edit(call: Call) -> Answer:
    """Change a role below the bot's own."""
    guild = call.guild()
    role = call.role(guild)
    if role.id == guild.id:
        call.need(guild, permissions.MANAGE_ROLES)
    else:
        reachable(call, guild, role)
    take(call, guild, role, call.body)
    building.publish_role(call.world, guild, role, "GUILD_ROLE_UPDATE")
    return role.payload()


async def move(call: Call) -> Answer:
    """Move roles to other positions."""
    guild = call.guild()
    call.need(guild, permissions.MANAGE_ROLES)
    for each in call.listed:
        if (role := guild.roles.get(int(each["id"]))) is None:
            raise errors.ApiError(10011)
        if each.get("position") is not None:
            reachable(call, guild, role)
            role.position = int(each["position"])
            building.publish_role(call.world, guild, role, "GUILD_ROLE_UPDATE")
    return [role.payload() for role in guild.roles.values()]


async def delete(call: Call) -> Answer:
    """Delete a role, from its members and channels too."""
    guild = call.guild()
    role = call.role(guild)
    reachable(call, guild, role)
    remove(call, guild, role)
    return None


def remove(call: Call, guild: Guild, role: Role) -> None:
    """Delete a role and publish that before the updates of its members, as Discord does."""
    del guild.roles[role.id]
    holders = [member for member in guild.members.values() if role.id in member.roles]
    for member in holders:
        member.roles = tuple(held for held in member.roles if held != role.id)
    for channel in guild.channels.values():
        channel.overwrites.pop(role.id, None)
    data: Payload = {"guild_id": str(guild.id), "role_id": str(role.id)}
    call.world.publish("GUILD_ROLE_DELETE", data, guild_id=guild.id)
    for member in holders:
        membership.changed(call.world, guild, member)


async def counts(call: Call) -> Answer:
    """Return how many members have each role, except @everyone."""
    guild = call.guild()
    return {
        str(role): sum(role in member.roles for member in guild.members.values())
        for role in guild.roles
        if role != guild.id
    }


ROUTES = (
    Route("GET", ROLES, listed),
    Route("POST", ROLES, create),
    Route("PATCH", ROLES, move),
    Route("GET", ROLES + "/member-counts", counts),
    Route("GET", ONE, get),
    Route("PATCH", ONE, edit),
    Route("DELETE", ONE, delete),
)
