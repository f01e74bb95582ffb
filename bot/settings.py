"""Settings: `config.toml`, each key overridable by an environment variable, built once in `__main__`.

`ISO_BOT_DISCORD__TOKEN` is `token` in the table `[discord]`; `ISO_BOT_CONFIG` names another file.
Every key is shown and explained in `config.example.toml`.
"""

import os
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.names import alike
from bot.errors import SetupError
from bot.shapes import Check, Secret, rules, shape

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
