"""Times in words that are ambiguous or not understood: explained to the person, with what to type instead."""

from datetime import date

from bot.domain.when import Choice, Day, Moment, Refusal, read
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts, When, plain
from cogs.common.context import Context

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
