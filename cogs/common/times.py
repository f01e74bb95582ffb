"""Times for readers, and unreadable times in words, explained with what to type instead."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.lead_times import UNITS
from bot.domain.when import Choice, Day, Moment, Refusal, read
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts, When, plain
from bot.texts.times import clock, short, short_day
from cogs.common.context import Context

__all__ = ["clock", "short", "short_day", "spoken", "stamp", "written"]


def spoken(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6pm (UK time)' with Discord's relative timestamp.

    A screen reader reads the words; the timestamp shows the reader's own zone when touched.
    """
    return When(_by_the_wall(instant, zone), f" ({stamp(instant, 'R')})")


def written(instant: datetime, zone: ZoneInfo) -> Markup:
    """Return 'Thursday 26 November 2026, 6pm (UK time, GMT)' for an instant (aware), in local time of `zone`."""
    return When(_by_the_wall(instant, zone))


def stamp(instant: datetime, style: str = "F") -> Markup:
    """Return Discord's timestamp of `instant` (aware) in one of its styles."""
    return Markup(f"<t:{int(instant.timestamp())}:{style}>")


def _by_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    # Meetings have no seconds; recorded times do.
    return instant.astimezone(zone).replace(second=0, microsecond=0)


def lead_times_in_words(leads: Iterable[int], texts: Texts) -> Markup:
    """Return lead times in words: '7 days, 1 day and 1 hour before'."""
    said: list[str] = []
    for lead in sorted(leads, reverse=True):
        unit, size = next((unit, size) for unit, size in UNITS if lead % size == 0)
        said.append(texts.count(f"meetings.ahead.{unit}", lead // size))
    if not said:
        return texts("reminders.none")
    return texts("reminders.before", times=Markup(", ".join(said)))


MOST = 4


def unread(reading: Choice | Refusal, texts: Texts) -> UserError:
    """Return what to say: a refusal as it is, or a question with each answer and unambiguous words for it."""
    if isinstance(reading, Refusal):
        return UserError(reading.reason, **reading.fields)
    answers = [
        texts("cards.reading", meaning=When(one), words=value_of(one)) for one in reading.readings[:MOST]
    ]
    question = texts(reading.reason, **{name: plain(value) for name, value in reading.fields.items()})
    return UserError("cards.readings", question=question, answers=Markup("\n".join(answers)))


def the_day(ctx: Context, words: str) -> date:
    """Return the one day that words mean, in the server's local time.

    Raises:
        UserError: they are ambiguous, not understood, or not one day.
    """
    reading = read(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms, languages=ctx.languages)
    match reading:
        case Day(on):
            return on
        case Moment(moment):
            return moment.date()
        case Choice() | Refusal():
            raise unread(reading, ctx.texts)
        case _:
            raise UserError("cards.one_day", words=words[:60])
