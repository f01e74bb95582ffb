"""A card that is redrawn is the same as one that is drawn for the first time."""

from dataclasses import dataclass

from bot.delivery.message import Message, plain
from bot.texts import Texts
from cogs.meetings import cards
from cogs.meetings.own_answers import Redrawer
from cogs.meetings.subjects import announced
from tests.cogs.meetings.test_meetings_cards import meeting


def redrawer(texts: Texts) -> Redrawer:
    return Redrawer(texts, cards.announcement, cards.tally)


@dataclass
class Drawn:
    texts: Texts
    redrawer: Redrawer

    def same(self, **fields: object) -> bool:
        about = meeting(**fields)
        whole = cards.meeting_card(about, self.texts)
        again = self.redrawer.card(about)
        as_v2 = again.to_components() == whole.to_components() and again.has_components_v2()
        message = plain(whole, announced(about, self.texts), private=False)
        return as_v2 and _seen(self.redrawer.message(about)) == _seen(message)


def _seen(message: Message) -> tuple[object, ...]:
    embed = message.embed.to_dict() if message.embed is not None else None
    return message.content, embed, message.view.to_components()


def test_it_is_the_same_whatever_has_changed(texts: Texts) -> None:
    drawn = Drawn(texts, redrawer(texts))
    assert drawn.same()
    assert drawn.same(going=7, maybe=1, cant=2)
    assert drawn.same(title="Moved to *another* title", venue="", online="https://example.org/x")
    assert drawn.same(capacity=7, going=7, waiting=3)
    assert drawn.same(cancelled_at=meeting().starts_at)
    assert drawn.same(id=5, going=1)
    assert drawn.same(going=2)
    drawn.texts.command_ids["meeting"] = 5
    assert drawn.same(going=3)
    assert drawn.same(going=3, access="Lift at the side door")


def test_what_was_drawn_before_stays_as_it_was(texts: Texts) -> None:
    again = redrawer(texts)
    first = again.card(meeting(going=1)).to_components()
    again.card(meeting(going=2))
    assert first == again.card(meeting(going=1)).to_components()
