"""The options of a slash command as Discord's client takes them: read, checked and resolved before sending.

Source: https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.sandbox.interactions import entities
from bot.sandbox.interactions.payloads import Resolved
from bot.sandbox.interactions.record import Refused
from bot.sandbox.world import Channel, Payload, World

SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 9, 10, 11
MOST_CHARACTERS = 6000
SAFE_INTEGER = 2**53


@dataclass(frozen=True, slots=True)
class Person:
    """The person filling in the options, and their channel."""

    world: World
    user_id: int
    channel: Channel
    resolved: Resolved


def nest(
    options: list[Payload], path: list[str], values: Mapping[str, Any], focus: str | None
) -> list[Payload]:
    """Return Discord's nested options for a subcommand path and values by option name.

    Raises:
        Refused: no such subcommand, or an option that it does not have.
    """
    if path:
        for spec in options:
            if spec["name"] == path[0] and spec["type"] in {SUBCOMMAND, GROUP}:
                inside = nest(spec.get("options") or [], path[1:], values, focus)
                return [{"name": spec["name"], "type": spec["type"], "options": inside}]
        raise Refused(f"there is no subcommand {path[0]!r}")
    known = {spec["name"]: spec for spec in options}
    if unknown := [name for name in values if name not in known]:
        raise Refused(f"there is no option {unknown[0]!r}; there are {', '.join(known) or 'none'}")
    nested: list[Payload] = []
    for name, value in values.items():
        option: Payload = {"name": name, "type": known[name]["type"], "value": value}
        if name == focus:
            option["focused"] = True
        nested.append(option)
    return nested


def check(
    person: Person, specs: list[Payload], given: list[Payload], *, partial: bool = False
) -> list[Payload]:
    """Return `given` as Discord sends it, in the command's order, checked against the command's `specs`.

    `partial` (while typing, for autocomplete) omits what is missing and does not check values.

    Raises:
        Refused: with what the client would say.
    """
    nested = [option for option in given if "options" in option or option.get("type") in {SUBCOMMAND, GROUP}]
    if nested or any(spec["type"] in {SUBCOMMAND, GROUP} for spec in specs):
        return [_subcommand(person, specs, nested, partial=partial)]
    by_name = {option["name"]: option for option in given}
    if unknown := by_name.keys() - {spec["name"] for spec in specs}:
        raise Refused(f"there is no option {sorted(unknown)[0]!r}")
    checked: list[Payload] = []
    for spec in specs:
        option = by_name.get(spec["name"])
        if option is None or option.get("value") is None:
            if spec.get("required") and not partial:
                raise Refused(f"the option {spec['name']!r} is required")
            continue
        checked.append(_option(person, spec, option, partial=partial))
    return checked


def _subcommand(person: Person, specs: list[Payload], nested: list[Payload], *, partial: bool) -> Payload:
    if len(nested) != 1:
        raise Refused("a subcommand has to be chosen")
    for spec in specs:
        if spec["name"] == nested[0]["name"]:
            inside = check(person, spec.get("options") or [], nested[0].get("options") or [], partial=partial)
            return {"name": spec["name"], "type": spec["type"], "options": inside}
    raise Refused(f"there is no subcommand {nested[0]['name']!r}")


def _option(person: Person, spec: Payload, option: Payload, *, partial: bool) -> Payload:
    kind = spec["type"]
    if option.get("focused"):
        # What is being typed is still text, whatever the option's type.
        return {"name": spec["name"], "type": kind, "value": str(option["value"]), "focused": True}
    value = option["value"]
    if kind in {STRING, INTEGER, NUMBER}:
        value = _typed(spec, value, partial=partial)
    elif kind == BOOLEAN:
        if not isinstance(value, bool):
            raise Refused(f"the option {spec['name']!r} is true or false")
    else:
        value = _picked(person, spec, value)
    return {"name": spec["name"], "type": kind, "value": value}


def _typed(spec: Payload, value: Any, *, partial: bool) -> Any:
    name = spec["name"]
    if choices := spec.get("choices"):
        for choice in choices:
            if value in (choice["value"], choice["name"]):
                return choice["value"]
        raise Refused(f"{value!r} is not one of the choices of {name!r}")
    if spec["type"] == STRING:
        return _text(spec, str(value), partial=partial)
    try:
        number = int(value) if spec["type"] == INTEGER else float(value)
    except (TypeError, ValueError):
        raise Refused(f"the option {name!r} is a number") from None
    least, most = spec.get("min_value", -SAFE_INTEGER), spec.get("max_value", SAFE_INTEGER)
    if not partial and not least <= number <= most:
        raise Refused(f"the option {name!r} is between {least} and {most}")
    return number


def _text(spec: Payload, text: str, *, partial: bool) -> str:
    least, most = spec.get("min_length", 0), spec.get("max_length", MOST_CHARACTERS)
    if not partial and not (least <= len(text) <= most and text):
        raise Refused(
            f"the option {spec['name']!r} takes {max(least, 1)} to {most} characters, not {len(text)}"
        )
    return text


def _picked(person: Person, spec: Payload, value: Any) -> str:
    world, resolved = person.world, person.resolved
    guild = world.guilds.get(person.channel.guild_id) if person.channel.guild_id else None
    match spec["type"]:
        case 6:
            key = entities.user(world, guild, value)
            resolved.user(key)
        case 8:
            key = entities.role(guild, value)
            resolved.role(key)
        case 9:
            key = mentionable(person, value)
        case 7:
            channel = entities.channel(world, guild, value, person.user_id)
            allowed = spec.get("channel_types")
            if allowed and channel.type not in allowed:
                raise Refused(f"#{channel.name} is not a channel that {spec['name']!r} takes")
            key = channel.id
            resolved.channel(key, person.user_id)
        case _:
            key = attach(person, value)
    return str(key)


def mentionable(person: Person, value: Any) -> int:
    """Resolve a user or a role and return its id."""
    world = person.world
    guild = world.guilds.get(person.channel.guild_id) if person.channel.guild_id else None
    try:
        key = entities.role(guild, value)
    except Refused:
        key = entities.user(world, guild, value)
        person.resolved.user(key)
    else:
        person.resolved.role(key)
    return key


def attach(person: Person, value: Any) -> int:
    """Upload a (file name, bytes) pair as an ephemeral attachment and return its id."""
    name, content = value
    world = person.world
    file_id = world.snowflake()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    path = f"/attachments/{person.channel.id}/{file_id}/{quote(name)}"
    world.files[path] = (kind, bytes(content))
    url = world.base_url + path
    file: Payload = {
        "id": str(file_id),
        "filename": name,
        "size": len(content),
        "url": url,
        "proxy_url": url,
        "content_type": kind,
        "ephemeral": True,
    }
    person.resolved.attachments([file])
    return file_id
