"""The card of a meeting drawn again and again, as when a whole region answers at once: only its words are new."""

from typing import Any

from discord import ui
from typing_extensions import override

from bot.texts import Texts
from bot.ui.meetings import cards
from db.models import Meeting

MOST = 500
"""How many meetings' shapes are kept."""


class Redrawn(ui.LayoutView):
    """A card whose components are made already. Its buttons are found by their custom_id, as all are."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._components = components

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


class Redrawer:
    """Keeps the shapes of cards: building their buttons costs more than all else in the answer to a press."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._shapes: dict[int, dict[str, Any]] = {}

    def card(self, meeting: Meeting) -> ui.LayoutView:
        """Return the same as `cards.meeting_card`."""
        if meeting.cancelled_at is not None:
            return cards.meeting_card(meeting, self._texts)
        shape = self._shapes.get(meeting.id)
        if shape is None:
            if len(self._shapes) >= MOST:
                self._shapes.pop(next(iter(self._shapes)))
            (drawn,) = cards.meeting_card(meeting, self._texts).to_components()
            shape = self._shapes[meeting.id] = drawn
        parts = list(shape["components"])
        for at, words in enumerate(cards.meeting_words(meeting, self._texts)):
            parts[at] = parts[at] | {"content": words}
        return Redrawn([shape | {"components": parts}])
