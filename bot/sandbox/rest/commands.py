"""Application commands, everywhere and of one guild."""

import json
from functools import lru_cache

from bot.sandbox import checks, errors
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.shapes import obj
from bot.sandbox.world import Command, Payload

GLOBAL = "/applications/{application_id}/commands"
LOCAL = "/applications/{application_id}/guilds/{guild_id}/commands"
KEPT = (
    "name",
    "description",
    "options",
    "default_member_permissions",
    "nsfw",
    "contexts",
    "integration_types",
    "name_localizations",
    "description_localizations",
)


def where(call: Call) -> int | None:
    """Return the guild of the path or None; 10002 for another's application, 50001 outside a guild of the bot's."""
    if call.id("application_id") != call.bot.id:
        raise errors.ApiError(10002)
    if "guild_id" not in call.args:
        return None
    guild = call.world.guilds.get(call.id("guild_id"))
    if guild is None or call.bot.id not in guild.members:
        raise errors.ApiError(50001)
    return guild.id


def registered(call: Call, guild_id: int | None) -> list[Command]:
    """Return the commands of a guild, or the global ones."""
    return [command for command in call.world.commands.values() if command.guild_id == guild_id]


def wanted(call: Call) -> Command:
    """Return the command of the path, or 10063."""
    command = call.world.commands.get(call.id("command_id"))
    if command is None or command.guild_id != where(call):
        raise errors.ApiError(10063)
    return command


def make(call: Call, given: Payload, guild_id: int | None, known: Command | None) -> Command:
    """Register a checked command; one with the same name and type keeps its id."""
    world = call.world
    command = Command(
        id=known.id if known else world.snowflake(),
        application_id=call.bot.id,
        version=world.snowflake(),
        name=given["name"],
        type=given.get("type") or 1,
        guild_id=guild_id,
    )
    take(command, given)
    world.commands[command.id] = command
    return command


def take(command: Command, given: Payload) -> None:
    """Apply a request's fields to a command."""
    for name in KEPT:
        if name in given:
            value = given[name]
            setattr(
                command,
                name,
                ([] if name == "options" else "") if value is None and name in {"options"} else value,
            )
    command.description = command.description or ""
    command.integration_types = command.integration_types or [0]
    bits = command.default_member_permissions
    command.default_member_permissions = str(bits) if bits is not None else None
    if "contexts" not in given and "dm_permission" in given:
        command.contexts = None if given["dm_permission"] in {None, True} else [0]


def changed(call: Call, guild_id: int | None) -> None:
    """Tell the page that the commands have changed."""
    data: Payload = {"guild_id": str(guild_id) if guild_id else None}
    call.world.publish("SANDBOX_COMMANDS_UPDATE", data, guild_id=guild_id)


async def listed(call: Call) -> Answer:
    """Return all commands."""
    return [command.payload() for command in registered(call, where(call))]


@lru_cache(maxsize=4)
def check(written: str) -> None:
    """Raise 50035 for faults in commands (JSON); valid ones are cached, since each start registers the same."""
    problems = errors.Problems()
    given: list[Payload] = json.loads(written)
    for index, each in enumerate(given):
        checks.commands.command(each, problems, (index,))
    checks.commands.same_names(given, problems)
    problems.settle()


async def overwrite(call: Call) -> Answer:
    """Replace all commands; those that keep name and type keep their ids. All or nothing."""
    guild_id = where(call)
    given = [obj(each) for each in call.listed]
    check(json.dumps(given))
    for kind, most in checks.commands.MOST.items():
        if sum((each.get("type") or 1) == kind for each in given) > most:
            raise errors.ApiError(30032)
    before = {(command.type, command.name): command for command in registered(call, guild_id)}
    for command in before.values():
        del call.world.commands[command.id]
    made = [make(call, each, guild_id, before.get((each.get("type") or 1, each["name"]))) for each in given]
    changed(call, guild_id)
    return [command.payload() for command in made]


async def create(call: Call) -> Answer:
    """Register a command, replacing one with the same name and type."""
    guild_id = where(call)
    problems = errors.Problems()
    checks.commands.command(call.body, problems)
    problems.settle()
    kind = call.body.get("type") or 1
    others = [command for command in registered(call, guild_id) if command.type == kind]
    known = next((command for command in others if command.name == call.body["name"]), None)
    if known is None and len(others) >= checks.commands.MOST[kind]:
        raise errors.ApiError(30032)
    made = make(call, call.body, guild_id, known)
    changed(call, guild_id)
    return made.payload()


async def get(call: Call) -> Answer:
    """Return one command."""
    return wanted(call).payload()


async def edit(call: Call) -> Answer:
    """Change what the request names."""
    command = wanted(call)
    problems = errors.Problems()
    now: Payload = {name: getattr(command, name) for name in KEPT} | {"type": command.type}
    checks.commands.command(now | call.body, problems)
    problems.settle()
    take(command, call.body)
    if "name" in call.body:
        command.name = call.body["name"]
    command.version = call.world.snowflake()
    changed(call, command.guild_id)
    return command.payload()


async def delete(call: Call) -> Answer:
    """Delete a command."""
    command = wanted(call)
    del call.world.commands[command.id]
    changed(call, command.guild_id)
    return None


async def permissions(call: Call) -> Answer:
    """Return that no command has its own permissions."""
    where(call)
    return []


ROUTES = (
    *(
        Route(method, base + path, handler)
        for base in (GLOBAL, LOCAL)
        for method, path, handler in (
            ("GET", "", listed),
            ("PUT", "", overwrite),
            ("POST", "", create),
            ("GET", "/{command_id}", get),
            ("PATCH", "/{command_id}", edit),
            ("DELETE", "/{command_id}", delete),
        )
    ),
    Route("GET", LOCAL + "/permissions", permissions),
)
