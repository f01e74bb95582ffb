"""The card of a meeting drawn again and again, as when a whole region answers at once: only its words are new."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from discord import ui
from typing_extensions import override

from bot.texts import Texts
from db.meetings.models import Meeting

MOST = 500
"""How many meetings' shapes are kept."""
COUNTS = frozenset({"going", "maybe", "cant", "waiting", "_sa_instance_state"})


class Redrawn(ui.LayoutView):
    """A card whose components are made already. Its buttons are found by their custom_id, as all are."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self._components: list[dict[str, Any]] = []

    def shows(self, components: list[dict[str, Any]]) -> "Redrawn":
        """Show these; whoever sends the card does so before anything else runs."""
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
        """Tell the library that it need not keep the card."""
        return True


@dataclass(slots=True)
class _Shape:
    drawn: dict[str, Any]
    view: Redrawn = field(default_factory=Redrawn)
    """Made once: each takes a random number from the system."""
    known: tuple[Any, ...] = ()
    """What title and facts were made of."""
    words: tuple[str, str] = ("", "")


class Redrawer:
    """Keeps the shapes of cards: building their buttons costs more than all else in the answer to a press."""

    def __init__(
        self,
        texts: Texts,
        *,
        card: Callable[[Meeting, Texts], ui.LayoutView],
        head: Callable[[Meeting, Texts], tuple[str, str]],
        tally: Callable[[Meeting, Texts], str],
    ) -> None:
        """Make one that draws whole cards with `card`, and again only their title and facts (`head`) and `tally`."""
        self._texts = texts
        self._card, self._head, self._tally = card, head, tally
        self._shapes: dict[int, _Shape] = {}

    def card(self, meeting: Meeting) -> ui.LayoutView:
        """Return the same as the whole card would be."""
        texts = self._texts
        if meeting.cancelled_at is not None:
            return self._card(meeting, texts)
        shape = self._shapes.get(meeting.id)
        if shape is None:
            if len(self._shapes) >= MOST:
                self._shapes.pop(next(iter(self._shapes)))
            (drawn,) = self._card(meeting, texts).to_components()
            shape = self._shapes[meeting.id] = _Shape(drawn)
        # Equal only where nothing but the counts has changed; records that are read anew, such as a venue's, are not.
        fields = vars(meeting).items()
        known = (len(texts.command_ids), *(value for name, value in fields if name not in COUNTS))
        if known != shape.known:
            shape.known, shape.words = known, self._head(meeting, texts)
        parts = list(shape.drawn["components"])
        for at, words in enumerate((*shape.words, self._tally(meeting, texts))):
            parts[at] = parts[at] | {"content": words}
        return shape.view.shows([shape.drawn | {"components": parts}])
