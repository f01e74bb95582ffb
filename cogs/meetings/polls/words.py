"""The times of a poll and what came of it, in words; counts, never who said what."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.meetings import DEFAULT_MINUTES
from bot.domain.polls import Tally, best
from bot.texts import Markup, Texts
from cogs.common.base import line
from cogs.common.times import written
from cogs.meetings import cards
from db.meetings.polls.models import Poll, PollOption


def number_of(poll: Poll, tally: Tally) -> int:
    """Return the number of the time that a tally counts."""
    return next(option.number for option in poll.options if option.id == tally.option_id)


def when_of(option: PollOption, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return a time of a poll, and how long it is to last where that is not the usual hour."""
    when = written(option.starts_at, zone)
    if option.minutes == DEFAULT_MINUTES:
        return when
    return texts("polls.card.lasting", when=when, length=cards.length_of(option.minutes, texts))


def times(poll: Poll, counted: Sequence[Tally] | None, texts: Texts, now: datetime) -> Markup:
    """Return the times of a poll, one a line, with how many can come where that is shown."""
    zone = ZoneInfo(poll.zone)
    lines: list[Markup] = []
    for place, option in enumerate(poll.options):
        when = when_of(option, zone, texts)
        if option.starts_at <= now:
            lines.append(texts("polls.card.passed", number=option.number, when=when))
        elif counted is None:
            lines.append(texts("polls.card.time_alone", number=option.number, when=when))
        else:
            tally = counted[place]
            said = {"yes": tally.yes, "maybe": tally.maybe, "no": tally.no}
            lines.append(texts("polls.card.time", number=option.number, when=when, **said))
    return line(*lines)


def result(poll: Poll, counted: Sequence[Tally], texts: Texts, now: datetime) -> Markup:
    """Return what came of a poll, in words: the time that suits most, and whether another does as well."""
    first = best(counted, now)
    if not first:
        return texts("polls.result.none")
    top = first[0]
    zone = ZoneInfo(poll.zone)
    when, yes = written(top.starts_at, zone), texts.count("polls.result.can", top.yes)
    if top.maybe:
        could = texts.count("polls.result.could", top.maybe)
        said = texts("polls.result.best_with", when=when, yes=yes, maybe=could)
    else:
        said = texts("polls.result.best", when=when, yes=yes)
    equal = [one for one in first[1:] if (one.yes, one.maybe) == (top.yes, top.maybe)]
    return line(said, texts("polls.result.tie", when=written(equal[0].starts_at, zone)) if equal else None)
