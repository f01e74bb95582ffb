"""Settings: `config.toml`, each key overridable by an environment variable, built once in `__main__`.

`ISO_BOT_DISCORD__TOKEN` is `token` in the table `[discord]`; `ISO_BOT_CONFIG` names another file.
Every key is shown and explained in `config.example.toml`.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.names import alike
from bot.errors import SetupError
from bot.shapes import Check, Secret, rules, shape
from bot.texts.encoding import NotUtf8, decoded, hint

DISCORD_API = "https://discord.com/api/v10"
PREFIX = "ISO_BOT_"
OF_THE_SYSTEM = Path("/etc/iso-bot/config.toml")
STATE = Path("/var/lib/iso-bot")
"""Settings and folder of a bot run as a service (docs/operation.md), so that its commands work from any directory."""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        near = alike(name, available_timezones())
        msg = f"'{name}' is not a time zone" + (
            f"; did you mean '{near[0]}'?" if near else ", such as 'Europe/London'"
        )
        raise ValueError(msg)
    return name


def _api_address(address: str) -> str:
    if not address.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise ValueError("must begin with https:// (http:// only for this machine)")
    return address.rstrip("/")


def _calendar_address(address: str) -> str:
    if address and not address.startswith(
        ("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")
    ):
        raise ValueError("must begin with https:// (http:// only for this machine)")
    return address.rstrip("/")


def _recipient(key: str) -> str:
    # A secret key must not be quoted in the error message.
    if key.strip() and not key.strip().startswith("age1"):
        raise ValueError("must be a public key of age, which begins with age1; `iso-bot db keygen` makes one")
    return key.strip()


def _bare(token: Secret) -> Secret:
    # What is pasted sometimes ends with a space or a line break.
    return Secret(token.get_secret_value().strip())


def _listening(address: str) -> str:
    if address:
        host_and_port(address)
    return address


def host_and_port(address: str) -> tuple[str, int]:
    """Return host and port of an address such as '127.0.0.1:8481', ':8481' or '8481'; without a host, localhost.

    Raises:
        ValueError: it is not an address.
    """
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65_535 or "/" in host:
        raise ValueError("must be a host and a port, such as '127.0.0.1:8481'")
    return host.strip("[]") or "127.0.0.1", int(port)


@shape
class Discord:
    """The connection to Discord."""

    token: Annotated[Secret, Check(_bare)] = Secret("")
    api_base: Annotated[str, Check(_api_address)] = DISCORD_API
    shard_ids: str = ""
    shard_count: Annotated[int, rules(ge=0, le=10_000)] = 0
    rate_share: Annotated[float, rules(gt=0, le=1)] = 1.0
    burst: Annotated[int, rules(ge=0, le=10_000)] = 40
    members_intent: bool = True


@shape
class Database:
    """Where the bot keeps what it knows."""

    url: str = "sqlite+aiosqlite:///iso-bot.db"


@shape
class Language:
    """How the bot speaks."""

    locale: str = "en-GB"
    zone: Annotated[str, Check(_known_zone)] = "Europe/London"


@shape
class Deliveries:
    """How the bot sends deliveries."""

    at_once: Annotated[int, rules(ge=1, le=500)] = 40
    lease_seconds: Annotated[int, rules(ge=10, le=600)] = 60
    attempts: Annotated[int, rules(ge=1, le=50)] = 12


@shape
class Privacy:
    """How many days data about members is kept."""

    after_leaving: Annotated[int, rules(ge=1, le=3650)] = 90
    messages: Annotated[int, rules(ge=7, le=3650)] = 90
    answers: Annotated[int, rules(ge=1, le=3650)] = 365
    audit: Annotated[int, rules(ge=30, le=3650)] = 730


@shape
class Calendar:
    """Where calendar feeds are served; nowhere without an address."""

    address: Annotated[str, Check(_calendar_address)] = ""
    host: str = "127.0.0.1"
    port: Annotated[int, rules(ge=0, le=65_535)] = 8480


@shape
class Monitoring:
    """Where health and metrics are served; nowhere without an address."""

    address: Annotated[str, Check(_listening)] = ""


@shape
class Backup:
    """Scheduled copies of the database."""

    hours: Annotated[int, rules(ge=0, le=720)] = 0
    keep: Annotated[int, rules(ge=1, le=1000)] = 7
    folder: str = "backups"
    recipient: Annotated[str, Check(_recipient)] = ""


@shape
class Log:
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


@shape
class Settings:
    """All settings of one process; frozen."""

    discord: Discord = Discord()
    database: Database = Database()
    language: Language = Language()
    deliveries: Deliveries = Deliveries()
    privacy: Privacy = Privacy()
    calendar: Calendar = Calendar()
    monitoring: Monitoring = Monitoring()
    backup: Backup = Backup()
    log: Log = Log()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of a server that has not chosen one."""
        return ZoneInfo(self.language.zone)

    @property
    def shards(self) -> list[int] | None:
        """The shard numbers of this process ('0-1' or '0,2'), or None for all.

        Raises:
            SetupError: the text is not such a list.
        """
        return parse_shards(self.discord.shard_ids)


def parse_shards(words: str) -> list[int] | None:
    """Return the shard numbers that '0-1' or '0,2,5-6' names, None for an empty text.

    Raises:
        SetupError: the text is not such a list.
    """
    if not words.strip():
        return None
    numbers: list[int] = []
    for part in words.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdigit() or (dash and not last.isdigit()) or len(part) > 12:
            raise SetupError(f"shard_ids '{words}' is not a list such as '0-1' or '0,2'.")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def config_path() -> Path:
    """The settings file: `ISO_BOT_CONFIG`, else `config.toml` in the working directory, else that of the service."""
    here = Path(os.environ.get("ISO_BOT_CONFIG") or "config.toml")
    # A file with that name and a wrong extension is taken as meant too; an error then says what to do.
    near = (here, here.with_name(here.name + ".txt"))
    if os.environ.get("ISO_BOT_CONFIG") or any(path.exists() for path in near) or not OF_THE_SYSTEM.is_file():
        return here
    return OF_THE_SYSTEM


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
    # It loads pydantic, which a bot that was given its settings does not need.
    from bot.validation import ValidationError, validated

    try:
        settings = validated(Settings, tables)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise SetupError("\n".join(_explain(faults, path, variables))) from None
    return _in_folder(settings, STATE) if path == OF_THE_SYSTEM and STATE.is_dir() else settings


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
