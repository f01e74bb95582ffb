"""Reads what somebody typed: one exact time, how long, how it recurs; or the question to ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.local_time import local_time_of, to_utc
from bot.domain.meetings import DEFAULT_MINUTES, FARTHEST, LONGEST, SHORTEST, TITLE_LENGTH, clean_title
from bot.domain.series import Pattern
from bot.domain.when import (
    Choice,
    Day,
    Moment,
    Reading,
    Refusal,
    Resolved,
    Series,
    Span,
    Terms,
    read,
    read_duration,
    read_repeat,
)
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.context import Context
from cogs.common.times import written
from db.meetings.details import LENGTHS, MeetingDetails

# What a pressed choice of a repeat carries; only what the grammar itself writes is accepted.
RULE = "RRULE:"
_RULE = re.compile(
    RULE + r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY|TERMLY|HALFTERMLY)"
    r"(;(INTERVAL|COUNT|BYMONTH|BYMONTHDAY|BYSETPOS)=-?\d{1,3}(,-?\d{1,2})*"
    r"|;BYDAY=-?\d{0,2}[A-Z]{2}(,-?\d?[A-Z]{2})*|;UNTIL=\d{8}(T\d{6}Z)?|;EXDATE=\d{8}(,\d{8}){0,9}){0,7}"
)
Fields = dict[str, Any]
"""What somebody typed into the options of a command or into a form, by the names of the options."""
LATER = "later"
"""The choice of 'this and later' of a series."""
REASON_LENGTH = 300
MOST_PLACES = 10_000
_SHIFT = re.compile(r"(?:by\s+)?(?P<length>.{1,80}?)\s+(?P<way>later|earlier)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Time:
    """When a meeting begins, how long it lasts and how it recurs, if given with the time."""

    starts_at: datetime
    minutes: int | None = None
    rule: str | None = None


class WhenProblem(UserError):
    """A time that is not exact: a question, or a refusal.

    `choices` are labels, each with the fields of the draft that answer the question.
    """

    def __init__(
        self, key: str, fields: Mapping[str, object], choices: Sequence[tuple[Markup, Mapping[str, str]]] = ()
    ) -> None:
        super().__init__(key, **fields)
        self.choices = list(choices)


def read_title(words: str) -> str:
    """Return a title on one line. Raises UserError: it is empty or too long."""
    title = clean_title(words)
    if title is None:
        raise UserError("meetings.title.length", most=TITLE_LENGTH, length=len(words.strip()))
    return title


def read_free(texts: Texts, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the typed free texts of a meeting, by the names of their options.

    Raises:
        UserError: one is too long; says which, and the limit.
    """
    for name, most in [*LENGTHS.items(), ("reason", REASON_LENGTH), ("note", REASON_LENGTH)]:
        if len(fields.get(name) or "") > most:
            raise UserError("meetings.too_long", field=texts(f"meetings.fields.{name}"), most=most)
    return {name: fields[name].strip() for name in LENGTHS if fields.get(name) is not None}


def read_details(ctx: Context, fields: Fields) -> tuple[MeetingDetails, Time, Pattern | None]:
    """Return what was typed about a meeting: its details, its time, and how it recurs.

    Raises:
        UserError: something can't be read, is too long, or is ambiguous.
    """
    title, free = read_title(fields["title"]), read_free(ctx.texts, fields)
    time = typed_time(ctx, fields["when"])
    repeat, rule, zone = (fields.get("repeat") or "").strip(), time.rule, ctx.zone
    if repeat:
        rule = rule_of(repeat, time.starts_at.astimezone(zone), ctx.terms)
    again = Pattern(local_time_of(time.starts_at, zone), zone, rule, ctx.terms) if rule is not None else None
    details = MeetingDetails(
        title=title,
        minutes=minutes_of(fields.get("duration"), time.minutes),
        host_id=int(fields.get("host") or ctx.user_id),
        capacity=fields.get("capacity"),
        **free,
    )
    return details, time, again


def read_changes(texts: Texts, fields: Fields) -> Fields:
    """Return the typed changes to a meeting, by the names in `MeetingDetails`.

    Raises:
        UserError: something can't be read or is too long.
    """
    changes: Fields = dict(read_free(texts, fields))
    if "title" in fields:
        changes["title"] = read_title(fields["title"])
    if "duration" in fields:
        changes["minutes"] = minutes_of(fields["duration"], None)
    if "capacity" in fields:
        changes["capacity"] = read_capacity(fields["capacity"])
    return changes


def read_capacity(words: str) -> int | None:
    """Return how many places there are, None for no limit. Raises UserError: it is not a valid number."""
    if not words:
        return None
    if not words.isdecimal() or not 1 <= int(words) <= MOST_PLACES:
        raise UserError("meetings.capacity", words=words, most=MOST_PLACES)
    return int(words)


def typed_time(ctx: Context, words: str, *, once: bool = False, name: str = "when") -> Time:
    """Read when a meeting begins, in the zone, terms and language of the author.

    With `once`, refuse words that say how it recurs.

    Raises:
        WhenProblem: the words are ambiguous, a day without a time, past, too far off, or not understood.
    """
    reading = read(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms, languages=ctx.languages)
    return resolved(reading, words, now=ctx.now, zone=ctx.zone, once=once, name=name)


def resolved(
    reading: Reading, words: str, *, now: datetime, zone: ZoneInfo, once: bool = True, name: str = "when"
) -> Time:
    """Return the one exact time that a reading of `words` means; a pressed choice fills the draft's field `name`.

    Raises:
        WhenProblem: as `typed_time` does.
    """
    match reading:
        case Moment() | Span():
            return _possible(_time(reading), now, zone)
        case Series(first=Moment() | Span()) if not once:
            return _possible(_time(reading), now, zone)
        case Day(on):
            raise WhenProblem("meetings.when.no_time", {"day": When(Day(on))})
        case Choice(readings, reason, fields):
            choices = [
                (When(option), {name: value_of(option)})
                for option in readings
                if isinstance(option, Day)
                or (isinstance(option, Moment | Span) and _time(option).starts_at > now)
                or (not once and isinstance(option, Series) and not isinstance(option.first, Day))
            ]
            raise WhenProblem(reason, fields, choices[:5])
        case Refusal(reason, fields):
            raise WhenProblem(reason, fields)
        case _:
            raise WhenProblem("meetings.when.not_one_time", {"words": words[:80]})


def shifted(words: str, starts_at: datetime, *, now: datetime, zone: ZoneInfo) -> Time | None:
    """Return the time that 'a week later' or 'half an hour earlier' means, relative to `starts_at`.

    Whole days keep the local time, even across a clock change. None when the words mean something else.

    Raises:
        WhenProblem: it is past, or too far off.
    """
    said = _SHIFT.fullmatch(words.strip())
    length = read_duration(said["length"]) if said else None
    if said is None or not isinstance(length, timedelta):
        return None
    length = length if said["way"].lower() == "later" else -length
    if length % timedelta(days=1):
        return _possible(Time(starts_at + length), now, zone)
    wall = starts_at.astimezone(zone).replace(tzinfo=None) + length
    return _possible(Time(to_utc(wall.date(), wall.time(), zone)), now, zone)


def _possible(found: Time, now: datetime, zone: ZoneInfo) -> Time:
    if found.starts_at <= now:
        raise WhenProblem("meetings.when.past", {"when": written(found.starts_at, zone)})
    if found.starts_at > now + FARTHEST:
        raise WhenProblem("meetings.when.too_far", {"when": written(found.starts_at, zone)})
    return found


def _time(reading: Resolved) -> Time:
    match reading:
        case Span(start, end):
            return Time(start.at, round((end.at - start.at).total_seconds() / 60))
        case Series(first=first):
            said = _time(first)
            return Time(said.starts_at, said.minutes, reading.stored)
        case Moment(at):
            return Time(at)
        case _:
            raise TypeError(reading)


def rule_of(words: str, start: datetime, terms: Terms | None) -> str:
    """Return how a meeting from `start` recurs, by `repeat:` as typed, or by the rule of a pressed choice.

    Raises:
        WhenProblem: the words are ambiguous or not understood, or the first time does not fit them.
    """
    if _RULE.fullmatch(words):
        return words.removeprefix(RULE)
    reading = read_repeat(words, start, terms=terms)
    match reading:
        case Series():
            return reading.stored
        case Choice(readings, reason, fields):
            choices = [
                (When(option), {"repeat": RULE + option.stored})
                for option in readings
                if isinstance(option, Series)
            ]
            raise WhenProblem(reason, fields, choices[:5])
        case Refusal(reason, fields):
            raise WhenProblem(reason, fields)


def minutes_of(words: str | None, said: int | None) -> int:
    """Return how many minutes a meeting lasts: as typed, else as given with its time, else an hour.

    Raises:
        UserError: not understood, or not between 5 minutes and 24 hours.
    """
    length = read_duration(words) if words else timedelta(minutes=said or DEFAULT_MINUTES)
    if isinstance(length, Refusal):
        raise UserError(length.reason, **length.fields)
    minutes = round(length.total_seconds() / 60)
    if not SHORTEST <= timedelta(minutes=minutes) <= LONGEST:
        raise UserError("meetings.duration.range")
    return minutes


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC when a day begins in `zone`."""
    return to_utc(day, time.min, zone)
