"""Reads the settings from `config.toml` and the environment, with pydantic, which a running bot does not load."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from bot import settings as settings_module
from bot.domain.names import alike
from bot.errors import SetupError
from bot.settings import PREFIX, Database, Settings, config_path
from bot.texts.encoding import NotUtf8, decoded, hint
from bot.validation import ValidationError, validated


def load() -> Settings:
    """Read the settings of this process.

    Raises:
        SetupError: a key or value is wrong; the message names it, the file or variable, and the nearest valid key.
    """
    path = config_path()
    if os.environ.get("ISO_BOT_CONFIG") and not path.is_file():
        raise SetupError(f"ISO_BOT_CONFIG names {path}, but there is no such file.")
    tables = _tables(path)
    variables = _variables(os.environ)
    for dotted, name in variables.items():
        table, _, key = dotted.partition(".")
        keys: Any = tables.setdefault(table, {})
        if isinstance(keys, dict):
            keys[key] = os.environ[name]
    try:
        settings = validated(Settings, tables)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise SetupError("\n".join(_explain(faults, path, variables))) from None
    state = settings_module.STATE
    return (
        _in_folder(settings, state) if path == settings_module.OF_THE_SYSTEM and state.is_dir() else settings
    )


def _in_folder(settings: Settings, folder: Path) -> Settings:
    """Return the settings with paths in the working directory moved to `folder`."""
    scheme, slashes, name = settings.database.url.partition(":///")
    changed: dict[str, Any] = {
        "backup": replace(settings.backup, folder=str(folder / settings.backup.folder))
    }
    if scheme.startswith("sqlite") and slashes and name and not name.startswith(("/", ":")):
        changed["database"] = Database(url=f"{scheme}:///{folder / name}")
    return replace(settings, **changed)


def _tables(path: Path) -> dict[str, Any]:
    hidden = path.with_name(path.name + ".txt")
    if not path.is_file():
        if hidden.is_file():
            raise SetupError(
                f"There is {hidden.name} and no {path.name}: your editor added .txt. Rename the file."
            )
        return {}
    try:
        words = decoded(path.read_bytes())
    except NotUtf8 as error:
        raise SetupError(f"{path.name} {error}.") from None
    except OSError as error:
        raise SetupError(f"{path.name} can't be read: {error.strerror}.") from None
    try:
        return tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        more = hint(words, int(at[1])) if at else ""
        raise SetupError(f"{path.name} is not valid TOML: {error}.{more}") from None


def _variables(environment: Iterable[str]) -> dict[str, str]:
    """Return the keys that are set by variables, such as 'log.level', with the variables' names.

    Raises:
        SetupError: a variable names a whole table, or names none.
    """
    found: dict[str, str] = {}
    for name in environment:
        if not name.upper().startswith(PREFIX):
            continue
        table, between, key = name[len(PREFIX) :].lower().partition("__")
        if between:
            found[f"{table}.{key}"] = name
        elif keys := _keys([table]):
            raise SetupError(
                f"{name} can't be read. Set each key separately, such as {PREFIX}{table.upper()}__{keys[0].upper()}."
            )
        elif near := [each for each in _keys([]) if table in _keys([each])]:
            raise SetupError(
                f"{name} is not a setting; did you mean {PREFIX}{near[0].upper()}__{table.upper()}?"
            )
    return found


def _explain(faults: Iterable[Mapping[str, Any]], path: Path, variables: Mapping[str, str]) -> Iterable[str]:
    # Built from `loc` and `msg` alone: `input` may be the token.
    for fault in faults:
        *tables, key = [str(part) for part in fault["loc"]] or ["?"]
        dotted = ".".join([*tables, key])
        named = (name for each, name in variables.items() if each == dotted or each.startswith(f"{dotted}."))
        place = next(named, path.name)
        if fault["type"] == "extra_forbidden":
            near = alike(key, _keys(tables), least=0.5)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known here: {', '.join(_keys(tables))}."
            yield f"{place}: there is no setting '{dotted}'{hint}"
        else:
            yield f"{place}: '{dotted}': {fault['msg'].removeprefix('Value error, ')}."


def _keys(tables: list[str]) -> list[str]:
    """Return the names of the tables, or of the keys of one."""
    found: Any = Settings
    for name in tables:
        found = getattr(Settings, name, ())
    return [part.name for part in fields(found)] if is_dataclass(found) else []
