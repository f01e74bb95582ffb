"""What the bot writes to standard error: text for people or JSON for machines, never a secret."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from bot.settings import Settings

# Interaction tokens and webhooks' tokens stand in addresses; a bot's token has three parts.
_SECRETS = re.compile(
    r"(?P<keep>/(?:interactions|webhooks)/\d+/)[\w\-.~%]+|[\w\-]{23,28}\.[\w\-]{6,7}\.[\w\-]{27,}"
    r"|(?P<scheme>postgres\w*(?:\+\w+)?://[^:\s]*:)[^@\s]+(?=@)"
)


def hide(words: str) -> str:
    """Return `words` without tokens and passwords."""
    return _SECRETS.sub(lambda found: f"{found['keep'] or found['scheme'] or ''}***", words)


class TextFormat(logging.Formatter):
    """One line for a person, tracebacks below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record without secrets."""
        return hide(super().format(record))


class JsonFormat(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON without secrets."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hide(record.getMessage()),
        }
        if reference := getattr(record, "reference", None):
            entry["reference"] = reference  # what the person was shown
        if record.exc_info:
            entry["error"] = hide(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def routine(record: logging.LogRecord) -> bool:
    """Make one line of a warning out of the library's error and traceback for each connection begun again."""
    if record.levelno == logging.ERROR and record.getMessage().startswith("Attempting a reconnect"):
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True


def set_up(settings: Settings) -> None:
    """Write the log as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormat() if settings.log.format == "json" else TextFormat())
    logging.basicConfig(level=settings.log.level.upper(), handlers=[handler], force=True)
    for noisy in ("discord.gateway", "discord.client", "discord.http", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("discord.shard").addFilter(routine)
