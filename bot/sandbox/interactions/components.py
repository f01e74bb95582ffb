"""Finds buttons and selects of a message as a person does, and checks them as the client does."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.interactions import entities
from bot.sandbox.interactions.options import Person, mentionable
from bot.sandbox.interactions.record import Refused
from bot.sandbox.world import Message

BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 2, 3, 5, 6, 7, 8
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
LINK, PREMIUM = 5, 6


def button(message: Message, name: str) -> dict[str, Any]:
    """Return the button with this label, emoji or custom_id.

    Raises:
        Refused: there is none, it cannot be pressed, or several match.
    """
    buttons = [item for item in message.walk() if item["type"] == BUTTON]
    found = [item for item in buttons if item.get("custom_id") == name]
    found = found or [item for item in buttons if name in _faces(item)]
    if not found:
        there = ", ".join(repr(_faces(item)[0]) for item in buttons) or "none"
        raise Refused(f"there is no button {name!r}; the message has {there}")
    if len(found) > 1:
        raise Refused(f"{len(found)} buttons look like {name!r}; name one by its custom_id")
    if found[0].get("style") in {LINK, PREMIUM}:
        raise Refused(f"the button {name!r} is a link")
    return _enabled(found[0], name)


def select(message: Message, name: str) -> dict[str, Any]:
    """Return the select with this custom_id or placeholder.

    Raises:
        Refused: there is none, or it is disabled.
    """
    selects = [item for item in message.walk() if item["type"] in SELECTS]
    for item in selects:
        if name in (item.get("custom_id"), item.get("placeholder")):
            return _enabled(item, name)
    there = ", ".join(repr(item.get("placeholder") or item["custom_id"]) for item in selects) or "none"
    raise Refused(f"there is no select {name!r}; the message has {there}")


def _faces(item: dict[str, Any]) -> list[str]:
    emoji: str | None = item["emoji"].get("name") if item.get("emoji") else None
    label: str | None = item.get("label")
    both: list[str] = [f"{emoji} {label}"] if emoji and label else []
    return [face for face in (label, emoji, *both) if face] or [""]


def _enabled(item: dict[str, Any], name: str) -> dict[str, Any]:
    if item.get("disabled"):
        raise Refused(f"{name!r} is disabled")
    return item


def bounds(item: dict[str, Any], most: int = 1) -> tuple[int, int]:
    """Return the least and most values of a select or group; Discord allows null for the default."""
    usual = 1 if item.get("required") is not False else 0
    least, given = item.get("min_values"), item.get("max_values")
    return usual if least is None else least, most if given is None else given


def counted(item: dict[str, Any], number: int, most: int = 1) -> None:
    """Check how many values were chosen; none is fine if nothing is required.

    Raises:
        Refused: too few or too many.
    """
    least, limit = bounds(item, most)
    nothing = number == 0 and item.get("required") is False
    if not nothing and not least <= number <= limit:
        raise Refused(f"{least} to {limit} have to be chosen, not {number}")


def chosen(person: Person, item: dict[str, Any], values: Sequence[Any]) -> list[str]:
    """Return the values of a select as Discord sends them, resolved and checked for number and kind.

    String options are named by value or label; users, roles and channels by object, id or name.

    Raises:
        Refused: too few, too many, or something that is not on the list.
    """
    counted(item, len(values))
    taken = [_value(person, item, value) for value in values]
    if len(set(taken)) != len(taken):
        raise Refused("the same value is chosen twice")
    return taken


def _value(person: Person, item: dict[str, Any], value: Any) -> str:
    world = person.world
    guild = world.guilds.get(person.channel.guild_id) if person.channel.guild_id else None
    match item["type"]:
        case 5:
            key = entities.user(world, guild, value)
            person.resolved.user(key)
        case 6:
            key = entities.role(guild, value)
            person.resolved.role(key)
        case 7:
            key = mentionable(person, value)
        case 8:
            channel = entities.channel(world, guild, value, person.user_id)
            allowed = item.get("channel_types")
            if allowed and channel.type not in allowed:
                raise Refused(f"the select does not take #{channel.name}")
            key = channel.id
            person.resolved.channel(key, person.user_id)
        case _:
            return option_value(item, value)
    return str(key)


def option_value(item: dict[str, Any], value: Any) -> str:
    """Return the value of an option of a string select, radio or checkbox group, named by value or label.

    Raises:
        Refused: it is not on the list.
    """
    options: list[dict[str, Any]] = item["options"]
    for key in ("value", "label"):
        for option in options:
            if option[key] == value:
                return option["value"]
    there = ", ".join(repr(option["label"]) for option in options)
    raise Refused(f"{value!r} is not among the options: {there}")
