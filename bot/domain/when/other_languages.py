"""Dates in other languages: Welsh first, then those of the member's client. The result is always a question.

A phrase is translated word by word into English and read by the grammar, so the same checks apply: nothing may be
left unused. Welsh has its own table; for other languages the tables of dateparser are read from its data
files, without importing it. Only what the tables can't resolve goes to dateparser itself, and its answer
counts only if it contains every number and every name of a day or month in the phrase.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Final, cast

from bot.domain.when import welsh
from bot.domain.when.context import Context
from bot.domain.when.grammar import parse
from bot.domain.when.lexer import plain
from bot.domain.when.readings import Choice, Day, Moment, Reading, Refusal, Resolved
from bot.domain.when.resolve import resolve
from bot.domain.when.wordlists import words as listed
from bot.domain.when.zones import wall

LONGEST: Final = 80
_MOST_LANGUAGES: Final = 2
_WORD: Final = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?|[0-9]+(?:[.:/][0-9]+)*(?:th)?|\S")
_CODE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_HOUR: Final = re.compile(
    r"\b([0-9]{1,2})\s?(?:uhr|heures?|horas?|ore|hodin|godz|h)(?![^\W\d_])\.?\s?([0-9]{2})?(?![0-9])"
)
_NAMES: Final = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_RELATIVE: Final = {
    "0 day ago": "today",
    "in 1 day": "tomorrow",
    "in 1 week": "next week",
    "1 day ago": "yesterday",
}
_AT: Final = frozenset(listed("à alle las um kl klockan om às ore"))
# Small words between a day and its time, in the languages of our members' clients.
_ASIDE: Final = frozenset(
    listed(
        "à a le la les de du des um am den der dem im el las los al as às do da dos di il lo alle alla o w na we kl "
        "klockan på om te op et y e i und and en ore"
    )
)


def read_other(words: str, context: Context, languages: Sequence[str], *, refused: bool) -> Choice | None:
    """Return what `words` mean in Welsh or in one of `languages`, as a question; None if nothing.

    `refused` says that English has no reading; only then is dateparser asked.
    """
    if len(words) > LONGEST:
        return None
    lower = plain(words).lower()
    codes = [
        code for code in dict.fromkeys(languages) if _CODE.fullmatch(code) and code[:2] not in ("en", "cy")
    ]
    if welsh.SURE & set(_WORD.findall(lower)):
        found = _asked(_translated(welsh.plain_ordinals(lower), welsh.WORDS, frozenset()), context, "Cymraeg")
        if found is not None:
            return found
    for code in codes[:_MOST_LANGUAGES]:
        table = _table(code) or _table(code[:2])
        if not table:
            continue
        # short names are words in other languages too: 'sam', 'dim', 'mar'
        names = {name for name in table if len(name) > 3 or (refused and len(name) > 2) or not name.isascii()}
        if not names & set(_WORD.findall(lower)) and not any(" " in name and name in lower for name in names):
            continue
        english = _translated(_HOUR.sub(_clock, lower), table, _ASIDE)
        found = _asked(english, context, code)
        if found is None and refused:
            found = _by_dateparser(words, lower, code, table, context)
        if found is not None:
            return found
    return None


def _clock(match: re.Match[str]) -> str:
    """'18h30' and '6 Uhr' are the 24-hour clock in every language that writes them."""
    return f"{int(match[1]):02}:{match[2] or '00'}"


def _translated(words: str, table: Mapping[str, str], aside: frozenset[str]) -> str | None:
    """Translate `words` into English, the longest phrases of the table first; None when a word is in no table."""
    tokens = _WORD.findall(words)
    out: list[str] = []
    at = 0
    while at < len(tokens):
        for length in range(min(4, len(tokens) - at), 0, -1):
            phrase = " ".join(tokens[at : at + length])
            if phrase in table or phrase.rstrip(".") in table:
                out.append(table.get(phrase, table.get(phrase.rstrip("."), "")))
                at += length
                break
        else:
            if tokens[at].isalpha() and tokens[at] not in ("am", "pm", "noon"):
                if tokens[at] in _AT and aside:
                    out.append("at")
                elif tokens[at] not in aside:
                    return None
            else:
                out.append(tokens[at])
            at += 1
    return " ".join(out)


def _asked(english: str | None, context: Context, language: str) -> Choice | None:
    if english is None:
        return None
    reading = resolve(parse(english), context)
    return _question(reading, language)


def _question(reading: Reading, language: str) -> Choice | None:
    match reading:
        case Refusal():
            return None
        case Choice(readings):
            return Choice(readings, "dates.ask.language", {"language": language})
        case _:
            return Choice((reading,), "dates.ask.language", {"language": language})


@lru_cache(maxsize=8)
def _table(code: str) -> dict[str, str]:
    """Return names of days, months and near days in a language, in lower case, with their English."""
    package = find_spec("dateparser")
    if package is None or package.origin is None:
        return {}
    path = Path(package.origin).parent / "data" / "date_translation_data" / f"{code}.py"
    spec = spec_from_file_location(f"_dates_in_{code.replace('-', '_')}", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return {}
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    info = cast("dict[str, object]", getattr(module, "info", {}))
    table: dict[str, str] = {}
    for english in (*_NAMES, "am", "pm"):
        table.update({name.lower(): english for name in _strings(info.get(english)) if len(name) > 1})
    relative = info.get("relative-type")
    if isinstance(relative, dict):
        for key, english in _RELATIVE.items():
            table.update(
                {name.lower(): english for name in _strings(cast("dict[str, object]", relative).get(key))}
            )
    return table


def _strings(value: object) -> list[str]:
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _by_dateparser(
    words: str, lower: str, code: str, table: Mapping[str, str], context: Context
) -> Choice | None:
    """Ask dateparser, and accept its date only if it contains all the phrase's numbers and names."""
    import dateparser  # a tenth of a second to import, and rarely needed

    naive = context.now.replace(tzinfo=None)
    settings = {
        "DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future", "RELATIVE_BASE": naive, "REQUIRE_PARTS": ["day", "month"],
        "PARSERS": ["absolute-time"], "RETURN_AS_TIMEZONE_AWARE": False,
    }  # fmt: skip
    try:
        found = dateparser.parse(words, languages=[code[:2]], settings=settings)  # pyright: ignore[reportArgumentType] - its stub is narrower than what it takes
    except (ValueError, OverflowError, TypeError, KeyError, AttributeError):
        return None
    if found is None or not _checks(found, lower, table):
        return None
    timed = found.hour or found.minute
    moments = wall(found.date(), found.hour * 3600 + found.minute * 60, context.zone)
    readings: tuple[Resolved, ...] = tuple(Moment(at) for at in moments) if timed else (Day(found.date()),)
    ahead = tuple(one for one in readings if not isinstance(one, Moment) or one.utc > context.now)
    if not ahead or found.date() < context.today:
        return None
    return Choice(ahead, "dates.ask.language", {"language": code})


def _checks(found: datetime, lower: str, table: Mapping[str, str]) -> bool:
    """Whether the result contains every number of the phrase and every name of a day or month."""
    parts = {found.day, found.month, found.year, found.year % 100, found.hour, found.minute, found.hour % 12}
    numbers = {int(number) for number in re.findall(r"[0-9]{1,4}", lower)}
    said = {table[word] for word in _WORD.findall(lower) if word in table}
    names = {_NAMES[found.weekday()], _NAMES[found.month + 6]}
    return bool(numbers) and numbers <= parts and {one for one in said if one in _NAMES} <= names
