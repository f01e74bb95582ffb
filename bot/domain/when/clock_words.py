"""Rules for times of day: 6pm, 18.30, half six, quarter to seven, seven fifteen, 1900 hrs, noon."""

from dataclasses import replace
from typing import Final

from bot.domain.when.lexer import Token
from bot.domain.when.patterns import Match, Rule
from bot.domain.when.times import Clock
from bot.domain.when.tokens import PartOfDay, SameTime
from bot.domain.when.words import kind, number, text, token


def clock_of(item: Token) -> Clock | None:
    """Return the time that one token means, alone or after 'at'; None if it can't be one."""
    if item.kind in ("TIME", "TIMEH"):
        hour, minute, second, half = item.numbers
        return Clock(hour, minute, second, half, figures=True)
    if item.kind in ("DOTTIME", "DOTBOTH"):
        return Clock(*item.numbers, half=3 if item.text[0] == "0" else 0, figures=True)
    if item.kind in ("N12", "W12"):
        return Clock(item.number)
    if item.kind in ("N23", "LEAD", "ZERO") or (item.kind == "W59" and item.number < 24):
        return Clock(item.number, half=3, figures=True)
    if item.kind in ("HHMM", "YH", "HMM"):
        hour, minute = divmod(item.number, 100)
        half = 3 if item.kind != "HMM" or item.text[0] == "0" else 0
        return Clock(hour, minute, half=half, figures=True)
    return None


def _literal(match: Match) -> Clock | None:
    item = token(match, "time")
    clock = None if item is None else clock_of(item)
    if clock is None or item is None:
        return None
    if item.kind == "DOTTIME" and len(match.items) > 1 and clock.hour < 13 and clock.half != 3:
        return None  # '1.30 hours' is a length
    half = number(match, "half")
    if not half:
        return clock
    return replace(clock, half=half) if clock.half == 0 and 1 <= clock.hour <= 12 else None


def _past_or_to(match: Match, minutes: int) -> Clock | None:
    item = token(match, "hour")
    if item is None:
        return None
    hour, half = (12, 2) if item.kind == "NOON" else (item.number, number(match, "half"))
    if item.kind == "MIDNIGHT":
        hour, half = 12, 1
    if item.kind == "TIMEH":
        hour, _, _, half = item.numbers
    if kind(match, "way") in ("TO", "TIL", "BEFORE"):
        minutes, hour = 60 - minutes, hour - 1 or 12
        if hour == 11 and half in (1, 2):
            half = 3 - half  # quarter to 12pm is 11:45 in the morning
    return Clock(hour, minutes, half=half) if 0 < minutes < 60 and 1 <= hour <= 12 else None


def _half(match: Match) -> Clock | None:
    return _past_or_to(match, 30)


def _quarter(match: Match) -> Clock | None:
    return _past_or_to(match, 15)


def _minutes(match: Match) -> Clock | None:
    minute = number(match, "minute")
    # 'two to four' is a range; only these are said without 'minutes'
    plain = kind(match, "way") == "TO" and match.get("unit") is None and minute not in (5, 10, 20, 25)
    return None if plain else _past_or_to(match, minute)


def _figures_to(match: Match) -> Clock | None:
    """'At 20 to 8': only twenty and twenty-five, since '13 to 15' are hours."""
    return _past_or_to(match, number(match, "minute")) if number(match, "minute") in (20, 25) else None


def _spelt(match: Match) -> Clock | None:
    hour, minute, half = number(match, "hour"), number(match, "minute"), number(match, "half")
    if minute > 59 or hour > 23 or (half and hour > 12):
        return None
    return Clock(hour, minute, half=half)


def _spaced(match: Match) -> Clock | None:
    """'6 30': only minutes that people use, so that two unrelated numbers are not taken for a time."""
    minute = number(match, "minute")
    return Clock(number(match, "hour"), minute, figures=True) if minute in (15, 20, 30, 40, 45, 50) else None


def _hundred(match: Match) -> Clock | None:
    hour = number(match, "hour")
    return Clock(hour, half=3, figures=True) if hour < 24 else None


def _hour_mark(match: Match) -> Clock | None:
    """'19h', '18hrs': attached to a number from 13 up; '2h' is a length."""
    mark = token(match, "mark")
    if mark is None or not mark.glued or mark.text.lower() not in ("h", "hr", "hrs"):
        return None
    return Clock(number(match, "hour"), half=3, figures=True)


def _noon(match: Match) -> Clock | None:
    return Clock(12, half=2) if number(match, "hour", 12) == 12 else None


def _midnight(match: Match) -> Clock | None:
    return Clock(24) if number(match, "hour", 12) == 12 else None


def _is_twelve(match: Match) -> bool:
    item = token(match, "exact")
    return item is not None and item.numbers[:2] == (12, 0)


def _exact_noon(match: Match) -> Clock | None:
    return Clock(12, half=2) if _is_twelve(match) else None


def _exact_midnight(match: Match) -> Clock | None:
    return Clock(24) if _is_twelve(match) else None


def _ish(match: Match) -> Clock | None:
    item = token(match, "time")
    if item is None:
        return None
    clock = Clock(item.number) if item.kind == "ISH" and item.number else clock_of(item)
    return None if clock is None else clock.about()


def _part(match: Match) -> PartOfDay | None:
    item = token(match, "part")
    return None if item is None else PartOfDay(item.name, today="THIS" in (one.kind for one in match.items))


def _tonight(_: Match) -> PartOfDay:
    return PartOfDay("night", today=True)


def _this_time(match: Match) -> SameTime | None:
    word = text(match, "same")
    return SameTime(doubtful=word == "same") if word in ("this", "same") else None


RULES: Final = (
    Rule("AT? time=TIME HOURW? OCLOCK?", _literal),
    Rule("AT? time=TIMEH OCLOCK?", _literal),
    Rule("AT? time=DOTTIME HOURW?", _literal),
    Rule("AT? time=H12 OCLOCK half=MERIDIEM?", _literal),
    Rule("AT? time=H12 half=MERIDIEM", _literal),
    Rule("AT time=(H12 | N23 | LEAD | ZERO | W59 | DOTBOTH | HHMM | YH | HMM) HOURW?", _literal),
    Rule("time=HHMM HOURW?", _literal),
    Rule("time=(YH | HMM) HOURW", _literal),
    Rule("AT? HALF PAST? hour=(H12 | TIMEH) OCLOCK? half=MERIDIEM?", _half),
    Rule("AT? A? QUARTER way=(PAST | AFTER | TO | TIL) hour=(H12 | TIMEH | NOON | MIDNIGHT) half=MERIDIEM?", _quarter),
    Rule("AT? minute=(W12 | W59) unit=MINUTE? way=(PAST | TO) hour=(H12 | TIMEH | NOON | MIDNIGHT) half=MERIDIEM?",
         _minutes),
    Rule("AT? minute=(N12 | N23 | N31 | N59) MINUTE? way=PAST hour=(H12 | TIMEH | NOON | MIDNIGHT) half=MERIDIEM?",
         _minutes),
    Rule("AT? minute=(N12 | N23 | N31) unit=MINUTE way=TO hour=(H12 | TIMEH | NOON | MIDNIGHT) half=MERIDIEM?",
         _minutes),
    Rule("AT? minute=(N23 | N31) way=TO hour=(H12 | TIMEH) half=MERIDIEM?", _figures_to),
    Rule("AT? hour=W12 minute=W59 half=MERIDIEM?", _spelt),
    Rule("AT? hour=W12 ZERO minute=W12 half=MERIDIEM?", _spelt),
    Rule("AT? hour=W59 minute=W59", _spelt),
    Rule("AT? hour=N12 minute=(N23 | N31 | N59) !(MONTH | MINUTE | HOURW | NOUN | UNIT | UPTO | SLASHMARK)", _spaced),
    Rule("AT? hour=(W12 | W59) HUNDRED HOURW?", _hundred),
    Rule("AT? hour=(N23 | LEAD) mark=HOURW", _hour_mark),
    Rule("AT? hour=H12? NOON", _noon),
    Rule("AT? hour=H12? MIDNIGHT", _midnight),
    Rule("AT? exact=(TIME | DOTTIME | DOTBOTH) NOON", _exact_noon),
    Rule("AT? exact=(TIME | DOTTIME | DOTBOTH) MIDNIGHT", _exact_midnight),
    Rule("AT? time=(TIME | TIMEH | DOTTIME | DOTBOTH | H12) ISH", _ish),
    Rule("AT? time=ISH", _ish),
    Rule("(IN | AT | ON)? THIS? part=PARTW", _part),
    Rule("TONIGHT", _tonight),
    Rule("AT? same=(THIS | SAME) TIMEW", _this_time),
)  # fmt: skip
