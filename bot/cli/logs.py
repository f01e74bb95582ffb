"""The log on standard error: text for people or JSON for machines; no secrets, no members, no free text.

Discord's ids of people, servers and messages are written as short codes that differ at each start: lines about one
thing can be found together, but nobody can be identified by them. An exception may quote something that a member
typed, so quotations are left out; the traceback says where it happened.
"""

import hashlib
import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

from typing_extensions import override

from bot.settings import Settings

# Interaction and webhook tokens are part of URLs; a bot's token has three parts.
_SECRETS = re.compile(
    r"(?P<keep>/(?:interactions|webhooks)/\d+/)[\w\-.~%]+|[\w\-]{23,28}\.[\w\-]{6,7}\.[\w\-]{27,}"
    r"|(?P<scheme>postgres\w*(?:\+\w+)?://[^:\s]*:)[^@\s]+(?=@)"
)


_SNOWFLAKE = re.compile(r"(?<![\w.])\d{15,20}(?![\w.]*\d)")
_QUOTED = re.compile(r"""(?<!\w)(?P<mark>['"`]).*?(?P=mark)(?!\w)""", re.DOTALL)
# PostgreSQL quotes whole rows after these words.
_ROWS = re.compile(r"^(?:DETAIL|CONTEXT|HINT|WHERE|\[parameters):?.*", re.MULTILINE | re.DOTALL)
_OF_CODE = (AttributeError, ImportError, NameError, NotImplementedError, TypeError)
"""Exceptions that quote only the program's own names."""


def hide(words: str, key: bytes = b"") -> str:
    """Remove tokens and passwords from `words`, and turn Discord's ids into codes made with `key`."""
    words = _SECRETS.sub(lambda found: f"{found['keep'] or found['scheme'] or ''}***", words)
    return _SNOWFLAKE.sub(lambda found: f"id-{_code(found[0], key)}", words)


def _code(number: str, key: bytes) -> str:
    return hashlib.blake2b(number.encode(), key=key, digest_size=3).hexdigest()


def without_quotes(error: BaseException) -> str:
    """Return an exception's message without what it quotes."""
    words = str(error)
    return words if isinstance(error, _OF_CODE) else _QUOTED.sub("'...'", _ROWS.sub("", words).strip())


def trace(error: BaseException) -> str:
    """Return an exception's traceback with those of its causes, as Python prints it but without quotations."""
    return "\n".join(_trace(error, set()))


def _trace(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _trace(before, seen)
        yield "\nThe above exception led to this one:\n"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}: {without_quotes(error)}".removeprefix("builtins.")
    yield from getattr(error, "__notes__", ())  # the program's own words
    if isinstance(error, BaseExceptionGroup):
        parts = cast("tuple[BaseException, ...]", error.exceptions)  # pyright: ignore[reportUnknownMemberType] - generic
        for number, each in enumerate(parts, start=1):
            yield f"\nNumber {number} of {len(parts)} in it:\n"
            yield from _trace(each, seen)


class TextFormat(logging.Formatter):
    """One line for a person, tracebacks below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._key = secrets.token_bytes(16)

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the record without secrets and people's ids."""
        return hide(super().format(record), self._key)

    @override
    def formatException(self, ei: Any) -> str:
        """Return a traceback without quotations."""
        return _of_record(ei)


class JsonFormat(logging.Formatter):
    """One JSON object a line."""

    def __init__(self) -> None:
        super().__init__()
        self._key = secrets.token_bytes(16)

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON without secrets and people's ids."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hide(record.getMessage(), self._key),
        }
        if reference := getattr(record, "reference", None):
            entry["reference"] = reference  # the reference that the person was shown
        if record.exc_info:
            entry["error"] = hide(_of_record(record.exc_info), self._key)
        return json.dumps(entry, ensure_ascii=False)


def _of_record(info: Any) -> str:
    """Return the traceback of a record's `exc_info`, a triple for an exception or of three Nones."""
    error: BaseException | None = info[1] if info else None
    return trace(error) if error is not None else ""


def routine(record: logging.LogRecord) -> bool:
    """Turn the library's error and traceback for each reconnection into a one-line warning."""
    if record.levelno == logging.ERROR and record.getMessage().startswith("Attempting a reconnect"):
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True


def set_up(settings: Settings) -> None:
    """Set up the log as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormat() if settings.log.format == "json" else TextFormat())
    logging.basicConfig(level=settings.log.level.upper(), handlers=[handler], force=True)
    for noisy in ("discord.gateway", "discord.client", "discord.http", "aiohttp.access", "aiosqlite"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("discord.shard").addFilter(routine)
