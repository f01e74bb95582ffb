"""The command tree: its words come from content, its errors go to the person, its ids make mentions."""

import logging
from typing import Any, cast

import discord
from discord import app_commands

from bot.core import Core
from bot.texts import ContentError, ContentProblem, Texts

log = logging.getLogger(__name__)

# What Discord adds to a command itself, and defaults that it leaves out.
DEFAULTS: dict[str, Any] = {
    "options": [],
    "nsfw": False,
    "required": False,
    "description": "",
    "contexts": None,
    "integration_types": [0],
    "default_member_permissions": None,
    "autocomplete": False,
    "name_localizations": None,
    "description_localizations": None,
    "type": 1,
}
# `dm_permission` is the old form of `contexts`, which both sides always have.
NOT_COMPARED = {"id", "application_id", "version", "guild_id", "dm_permission"}


PERSONAL = frozenset(
    {"guidance", "help", "mine", "settings", "meeting answer", "meeting list", "meeting show", "network next"}
    | {f"privacy {name}" for name in ("show", "export", "erase")}
    | {f"welcome {name}" for name in ("start", "next")}
)
"""The groups or single commands that work in a direct message; there the others lead to the server."""

PRESSED = frozenset(
    {f"interests {name}" for name in ("find", "map", "set")}
    | {f"network {name}" for name in ("contacts", "join", "list", "twinning")}
    | {
        "affiliation list",
        "campaign act",
        "campaign list",
        "comms calendar",
        "comms contribute",
        "events list",
    }
    | {"affiliation record", "keydates list", "meeting agenda", "venue list"}
)
"""Commands that buttons also run in a direct message, although Discord does not offer them there."""


def is_personal(command: str) -> bool:
    """Whether a command (its whole name) works in a direct message."""
    return command in PERSONAL or command.partition(" ")[0] in PERSONAL


def describe(tree: app_commands.CommandTree[Any], texts: Texts) -> None:
    """Give every command and option its words from the tables `[commands.<group>]`.

    Raises:
        ContentError: a command or option has no words.
    """
    missing: list[str] = []

    def words(key: str) -> str:
        if key not in texts:
            missing.append(key)
            return "…"
        return texts(key)

    for command in tree.get_commands(type=discord.AppCommandType.chat_input):
        if command.guild_only:
            # The library's guild_only() adds servers to the tree's contexts but keeps its private ones.
            command.allowed_contexts = app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            )
    for command in tree.walk_commands():
        path = "commands." + command.qualified_name.replace(" ", ".")
        command.description = words(f"{path}.summary")
        if isinstance(command, app_commands.Command):
            # Decorators would set the descriptions before any content is read.
            for parameter in command._params.values():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
                parameter.description = words(f"{path}.{parameter.display_name}.hint")
                for choice in parameter.choices or ():
                    choice.name = words(f"{path}.{parameter.display_name}.{choice.value}.choice")
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        for menu in tree.get_commands(type=kind):
            # The tree stores it by name, and would not find it under the new one.
            tree.remove_command(menu.name, type=kind)
            menu.name = words(f"commands.menus.{menu.name}.label")
            tree.add_command(menu)
    if missing:
        raise ContentError([ContentProblem("commands", 1, f"'{key}' is missing") for key in missing])


def payload(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """Return the commands as sent to Discord for registration."""
    return [command.to_dict(tree) for command in tree.get_commands()]


def normal(command: Any) -> Any:
    """Normalise a command as written by Discord or discord.py, so that the two can be compared."""
    if isinstance(command, list):
        return [normal(part) for part in cast("list[Any]", command)]
    if not isinstance(command, dict):
        return command
    parts = cast("dict[str, Any]", command)
    return {
        # Discord writes permissions as text, discord.py as a number.
        key: str(value) if key == "default_member_permissions" else normal(value)
        for key, value in sorted(parts.items())
        if key not in NOT_COMPARED and value is not None and value != DEFAULTS.get(key, NOT_COMPARED)
    }


def differences(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> dict[str, str]:
    """Return which commands are 'new', 'changed' or 'gone', by name."""
    mine = {(command["type"], command["name"]): command for command in ours}
    registered = {(command.get("type", 1), command["name"]): command for command in theirs}
    found = {name: "new" for _, name in mine.keys() - registered.keys()}
    found |= {name: "gone" for _, name in registered.keys() - mine.keys()}
    found |= {
        name: "changed"
        for kind, name in mine.keys() & registered.keys()
        if normal(mine[kind, name]) != normal(registered[kind, name])
    }
    return found


async def sync(bot: Core) -> dict[str, str]:
    """Register with Discord the commands that differ; return what differed.

    Registering the same ones again would count against Discord's 200 a day.
    """
    application_id = bot.application_id or 0
    ours = payload(bot.tree)
    theirs: Any = await bot.http.get_global_commands(application_id)
    changes = differences(ours, theirs)
    if changes:
        theirs = await bot.http.bulk_upsert_global_commands(application_id, payload=ours)  # pyright: ignore[reportArgumentType] - the library's own dicts
        log.info("registered %d commands; changed: %s", len(ours), ", ".join(sorted(changes)))
    bot.command_ids = bot.texts.command_ids = {command["name"]: int(command["id"]) for command in theirs}
    return changes
