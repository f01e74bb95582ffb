"""Words that were to be a time and are a question or not understood: said to the person, with what to type instead."""

from bot.domain.when import Choice, Refusal, describe
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts, plain

MOST = 4


def unread(reading: Choice | Refusal, texts: Texts) -> UserError:
    """Return what to say: a refusal as it is, a question with each answer and the words that say only that."""
    if isinstance(reading, Refusal):
        return UserError(reading.reason, **reading.fields)
    answers = [
        texts("cards.reading", meaning=describe(one), words=value_of(one)) for one in reading.readings[:MOST]
    ]
    question = texts(reading.reason, **{name: plain(value) for name, value in reading.fields.items()})
    return UserError("cards.readings", question=question, answers=Markup("\n".join(answers)))
