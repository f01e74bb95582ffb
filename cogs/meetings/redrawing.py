"""Redraws a meeting's card quickly, as when a whole region answers at once: only its words are made anew.

Drawing the whole card each time costs 1.14 times the processor time a press (tests/bench/without.py).
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from discord import ui
from typing_extensions import override

from bot.delivery.message import BUTTONS, Message, Rows, plain, worded
from bot.delivery.naming import Names
from bot.texts import Markup, Memory, Texts
from db.meetings.models import Meeting

MOST = 200
"""How many meetings' shapes are cached, at 10 KiB each."""
COUNTS = frozenset({"going", "maybe", "cant", "waiting", "_sa_instance_state"})


class Redrawn(ui.LayoutView):
    """A card of ready-made components. Its buttons are found by their custom_id, as all are."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self._components: list[dict[str, Any]] = []

    def shows(self, components: list[dict[str, Any]]) -> "Redrawn":
        """Show these components; the card is sent before anything else runs."""
        self._components = components
        return self

    @override
    def to_components(self) -> list[dict[str, Any]]:
        return self._components

    @override
    def has_components_v2(self) -> bool:
        return True

    @override
    def is_finished(self) -> bool:
        """Tell the library not to keep the card."""
        return True


class DrawnOnce:
    """Cards that are drawn once for everybody who gets the same, such as a crowd's answers and lists.

    Making an answer's words anew each time costs 1.2 times the processor time a press.
    """

    def __init__(self, texts: Texts) -> None:
        self._drawn = Memory[Redrawn](texts)

    def card(self, known: Hashable, draw: Callable[[], ui.LayoutView]) -> ui.LayoutView:
        """Return what `draw` returns; `known` is everything that it depends on besides the texts."""
        return self._drawn.get(known, lambda: Redrawn().shows(draw().to_components()))


@dataclass(slots=True)
class _Shape:
    drawn: dict[str, Any]
    rows: Rows
    view: Redrawn = field(default_factory=Redrawn)
    """Made once, as the rows are: each needs a random number from the system."""
    known: tuple[Any, ...] = ()
    """What title, facts and the sentence for lock screens were made from."""
    words: tuple[str, str] = ("", "")
    push: Markup = field(default=Markup(""))


class Redrawer:
    """Caches the shapes of cards: building their buttons costs more than everything else in answering a press."""

    def __init__(
        self,
        texts: Texts,
        *,
        card: Callable[[Meeting, Texts], ui.LayoutView],
        head: Callable[[Meeting, Texts], tuple[str, str]],
        tally: Callable[[Meeting, Texts], str],
        push: Callable[[Meeting, Texts], Markup],
    ) -> None:
        """Draw whole cards with `card` at first, then only what is new.

        That is title and facts (`head`), `tally` and, for plain messages, the sentence for lock screens (`push`).
        """
        self._texts = texts
        self._card, self._head, self._tally, self._push = card, head, tally, push
        self._shapes: dict[int, _Shape] = {}

    def message(self, meeting: Meeting, names: Names | None = None) -> Message:
        """Return what the whole card would be as a plain message, with members' names."""
        texts = self._texts
        if meeting.cancelled_at is not None:
            card, push = self._card(meeting, texts), self._push(meeting, texts)
            return plain(card, push, private=False, names=names)
        shape = self._shape(meeting)
        return worded(
            (*shape.words, self._tally(meeting, texts)),
            shape.push,
            private=False,
            colour=shape.drawn["accent_color"],
            view=shape.rows,
            names=names,
        )

    def card(self, meeting: Meeting) -> ui.LayoutView:
        """Return what the whole card would be in Components V2, as earlier versions sent it."""
        texts = self._texts
        if meeting.cancelled_at is not None:
            return self._card(meeting, texts)
        shape = self._shape(meeting)
        parts = list(shape.drawn["components"])
        for at, words in enumerate((*shape.words, self._tally(meeting, texts))):
            parts[at] = parts[at] | {"content": words}
        return shape.view.shows([shape.drawn | {"components": parts}])

    def _shape(self, meeting: Meeting) -> _Shape:
        texts = self._texts
        shape = self._shapes.get(meeting.id)
        if shape is None:
            if len(self._shapes) >= MOST:
                self._shapes.pop(next(iter(self._shapes)))
            (drawn,) = self._card(meeting, texts).to_components()
            rows = Rows()
            rows.rows = [part for part in drawn["components"] if part["type"] == BUTTONS]
            shape = self._shapes[meeting.id] = _Shape(drawn, rows)
        # Equal only if nothing but the counts has changed; records read again, such as a venue's, are not.
        fields = vars(meeting).items()
        known = (len(texts.command_ids), *(value for name, value in fields if name not in COUNTS))
        if known != shape.known:
            shape.known, shape.words = known, self._head(meeting, texts)
            shape.push = self._push(meeting, texts)
        return shape
