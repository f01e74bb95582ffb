"""Discord's requirements for application commands.

Source: https://docs.discord.com/developers/interactions/application-commands (structure, naming, limits).
"""

import re
from typing import Any

from bot.sandbox.errors import Problems
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Payload

SLASH, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, CHANNEL, NUMBER = 1, 2, 3, 4, 7, 10
OPTION_KINDS = tuple(range(1, 12))
MOST = {SLASH: 100, USER: 15, MESSAGE: 15}
MOST_OPTIONS = MOST_CHOICES = 25
MOST_CHARACTERS = 8000

# Discord's ^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$ without the two scripts' combining marks.
NAME = re.compile(r"[-_'\w]{1,32}")

Path = tuple[str | int, ...]


def command(given: Payload, problems: Problems, path: Path = ()) -> None:
    """Record what is wrong with one command."""
    kind = given.get("type") or SLASH
    problems.choices((*path, "type"), kind, (SLASH, USER, MESSAGE))
    named(given, problems, path, slash=kind == SLASH)
    if kind != SLASH:
        if given.get("description"):
            message = "Context menu commands cannot have description"
            problems.add(
                (*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED", message
            )
        if given.get("options"):
            message = "Context menu commands cannot have options"
            problems.add((*path, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_NOT_ALLOWED", message)
        return
    described(given, problems, path)
    options(given.get("options"), problems, (*path, "options"), depth=0)
    if characters(given) > MOST_CHARACTERS:
        message = f"Command exceeds maximum size ({MOST_CHARACTERS})"
        problems.add(path or ("_",), "APPLICATION_COMMAND_TOO_LARGE", message)


def named(given: Payload, problems: Problems, path: Path, *, slash: bool) -> None:
    """Check a name: 1 to 32 characters and, if typed, lower case without spaces."""
    name = given.get("name")
    path = (*path, "name")
    if not isinstance(name, str):
        problems.required(path)
    elif problems.length(path, name, 32, 1) and slash and not (NAME.fullmatch(name) and name == name.lower()):
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def described(given: Payload, problems: Problems, path: Path) -> None:
    """Check a description: 1 to 100 characters."""
    description = given.get("description")
    if not isinstance(description, str):
        problems.required((*path, "description"))
    else:
        problems.length((*path, "description"), description, 100, 1)


def options(given: object, problems: Problems, path: Path, *, depth: int) -> None:
    """Check options: at most 25, required ones first, unique names, groups only at the top level and never mixed."""
    listed = items(given)
    problems.length(path, listed, MOST_OPTIONS)
    kinds = {option.get("type") for option in map(obj, listed)}
    if kinds & {SUBCOMMAND, GROUP} and kinds - {SUBCOMMAND, GROUP}:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    seen: set[Any] = set()
    optional = False
    for index, option in enumerate(map(obj, listed)):
        at = (*path, index)
        kind = option.get("type")
        allowed = (
            OPTION_KINDS
            if depth == 0
            else OPTION_KINDS[:1] + OPTION_KINDS[2:]
            if depth == 1
            else OPTION_KINDS[2:]
        )
        problems.choices((*at, "type"), kind, allowed)
        named(option, problems, at, slash=True)
        described(option, problems, at)
        if option.get("name") in seen:
            message = "Option names must be unique"
            problems.add((*at, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        seen.add(option.get("name"))
        if kind in (SUBCOMMAND, GROUP):
            inner = 2 if kind == SUBCOMMAND else 1
            options(option.get("options"), problems, (*at, "options"), depth=inner)
            continue
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            problems.add((*at, "required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required")
        choices(option, problems, at)


def choices(option: Payload, problems: Problems, path: Path) -> None:
    """Check the choices of an option: at most 25, never with autocomplete."""
    listed = items(option.get("choices"))
    problems.length((*path, "choices"), listed, MOST_CHOICES)
    if option.get("autocomplete") and listed:
        message = "Autocomplete options cannot have choices"
        problems.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message)
    if option.get("autocomplete") and option.get("type") not in (STRING, INTEGER, NUMBER):
        message = "Autocomplete is only allowed for string, integer and number options"
        problems.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_TYPE", message)
    for index, choice in enumerate(map(obj, listed)):
        at = (*path, "choices", index)
        problems.length((*at, "name"), choice.get("name"), 100, 1)
        if option.get("type") == STRING:
            problems.length((*at, "value"), choice.get("value"), 100, 1)


def characters(given: Payload) -> int:
    """Return how many characters of names, descriptions and choice values count towards the 8,000."""
    own = sum(len(str(given.get(name) or "")) for name in ("name", "description"))
    if "value" in given:
        own += len(str(given["value"]))
    inner = (*items(given.get("options")), *items(given.get("choices")))
    return own + sum(characters(obj(each)) for each in inner)


def same_names(commands: list[Payload], problems: Problems) -> None:
    """Record duplicate names within a type, and too many commands of a type."""
    seen: set[tuple[int, str]] = set()
    for index, each in enumerate(commands):
        key = (each.get("type") or SLASH, str(each.get("name")))
        if key in seen:
            message = "Application command names must be unique"
            problems.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
