"""A slash command as typed, rebuilt from what arrived, so that nobody has to type it twice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

COMMAND = 2
_NESTED = (1, 2)
"""Option types that are subcommands and their groups."""
_USER, _CHANNEL, _ROLE, _MENTIONABLE, _FILE = 6, 7, 8, 9, 11


def command_line(data: Mapping[str, Any]) -> str:
    """Return the command of an interaction (its `data`) with all its options, '/meeting list region:London'.

    '' where nothing typed could be lost: no options, a file alone, or a menu. People, roles, channels and
    files appear by name.
    """
    words, options = _path(data)
    if not options:
        return ""
    given = [f"{option['name']}:{_shown(option, data.get('resolved') or {})}" for option in options]
    typed = any(option.get("type") != _FILE for option in options)
    return f"/{' '.join(words)} {' '.join(given)}" if typed else ""


def command_path(data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the full name of the command of an interaction (its `data`), and its options as text."""
    words, options = _path(data)
    return " ".join(words), {one["name"]: one["value"] for one in options if isinstance(one["value"], str)}


def _path(data: Mapping[str, Any]) -> tuple[list[str], Sequence[Mapping[str, Any]]]:
    words, options = [str(data.get("name", ""))], data.get("options")
    while options and options[0].get("type") in _NESTED:
        words.append(str(options[0]["name"]))
        options = options[0].get("options")
    return words, [option for option in options if "value" in option] if options else ()


def _shown(option: Mapping[str, Any], resolved: Mapping[str, Any]) -> str:
    value = option["value"]
    if isinstance(value, bool):
        return str(value)
    return next(_names(option.get("type"), str(value), resolved), str(value))


def _names(kind: Any, value: str, resolved: Mapping[str, Any]) -> Iterator[str]:
    if kind in (_USER, _MENTIONABLE) and (user := resolved.get("users", {}).get(value)):
        yield f"@{user.get('global_name') or user['username']}"
    if kind in (_ROLE, _MENTIONABLE) and (role := resolved.get("roles", {}).get(value)):
        yield f"@{role['name']}"
    if kind == _CHANNEL and (channel := resolved.get("channels", {}).get(value)):
        yield f"#{channel['name']}"
    if kind == _FILE and (file := resolved.get("attachments", {}).get(value)):
        yield str(file["filename"])
