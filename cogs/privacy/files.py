"""A member's data as two files: JSON for programs, plain text for people."""

import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.domain.privacy import Keep
from bot.texts import Markup, Texts
from cogs.common.times import written

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
# The largest integer that every JSON reader keeps exactly; Discord's ids are larger, so they are strings.
EXACT = 2**53
LARGEST = 8 * 1024 * 1024
_PRESSABLE = re.compile(r"</([^:>]+):\d+>")


def sentences(table: str, texts: Texts, keep: Keep) -> dict[str, Markup]:
    """Return what a table holds about a member, why, and until when; for others' words, the table's name."""
    if f"privacy.held.{table}.what" not in texts:
        return {"what": Markup(table.replace("_", " "))}
    days = {
        "after_leaving": keep.after_leaving,
        "messages": keep.messages,
        "answers": keep.answers,
        "audit": keep.audit,
    }
    return {part: texts(f"privacy.held.{table}.{part}", **days) for part in ("what", "why", "until")}


def sentences_in_plain(table: str, texts: Texts, keep: Keep) -> dict[str, str]:
    """Return the sentences for a file, where commands are not clickable."""
    found = sentences(table, texts, keep)
    return {part: _PRESSABLE.sub(r"/\1", words).replace("`", "") for part, words in found.items()}


def as_json(rows: Rows, texts: Texts, keep: Keep, *, user_id: int, now: datetime) -> bytes:
    """Return the data as JSON; ids are strings, instants are ISO 8601 in UTC."""
    document = {
        "member": str(user_id),
        "server": "all",
        "made_at": now.isoformat(),
        "tables": {
            table: {**sentences_in_plain(table, texts, keep), "rows": [_jsonable(dict(row)) for row in found]}
            for table, found in rows.items()
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _jsonable(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return {str(key): _jsonable(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - whatever JSON held
        case list():
            return [_jsonable(part) for part in value]  # pyright: ignore[reportUnknownVariableType] - whatever JSON held
        case int() if abs(value) >= EXACT:
            return str(value)
        case _:
            return value


def as_text(rows: Rows, texts: Texts, keep: Keep, *, now: datetime, zone: ZoneInfo) -> bytes:
    """Return the data as plain text: headings, then one fact a line, times written out."""
    lines = [
        str(texts("privacy.readable.title")),
        texts("privacy.readable.made", when=written(now, zone)),
        texts("privacy.readable.everywhere"),
    ]
    for table, found in rows.items():
        said = sentences_in_plain(table, texts, keep)
        heading = f"{said['what']}: {len(found)}"
        lines += ["", heading, "-" * len(heading)]
        lines += [
            texts(f"privacy.readable.{part}", words=Markup(said[part]))
            for part in ("why", "until")
            if part in said
        ]
        for number, row in enumerate(found, 1):
            lines += ["", texts("privacy.readable.item", number=number)]
            lines += [
                f"    {name.replace('_', ' ')}: {_readable(value, texts, zone)}"
                for name, value in row.items()
                if value is not None
            ]
    return ("\n".join(lines) + "\n").encode()


def _readable(value: Any, texts: Texts, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return written(value, zone)
    if isinstance(value, bool):
        return texts("privacy.readable.yes" if value else "privacy.readable.no")
    if isinstance(value, dict | list):
        return json.dumps(_jsonable(value), ensure_ascii=False)
    return str(value) or texts("privacy.readable.nothing")


def files(contents: Mapping[str, bytes]) -> list[discord.File]:
    """Return files to attach, by name."""
    return [discord.File(io.BytesIO(data), filename=name) for name, data in contents.items()]
