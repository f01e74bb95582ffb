"""What was typed into a form that could not be carried out: for an hour and in memory alone, so that it comes back."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.drafts import bounded

KEPT = timedelta(hours=1)
EACH, MOST = 5, 500
"""How many forms are kept of one member, and in all; the oldest goes for a new one."""
CHOICES = 25

Fields = Mapping[str, str | Sequence[str]]
"""By the custom_id of each field: words, or what was chosen."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent."""

    user_id: int
    custom_id: str
    fields: Fields
    at: datetime


class Typed:
    """The forms that were sent and could not be carried out, each by a word that only its button has."""

    def __init__(self) -> None:
        self._forms: dict[str, KeptForm] = {}

    def __len__(self) -> int:
        return len(self._forms)

    def keep(self, user_id: int, custom_id: str, fields: Fields, *, now: datetime) -> str:
        """Keep a form of a member at `now` (aware), and return the word by which it is found."""
        self._forms = {word: form for word, form in self._forms.items() if now - form.at < KEPT}
        theirs = [word for word, form in self._forms.items() if form.user_id == user_id]
        full = (
            theirs[: max(0, len(theirs) - EACH + 1)]
            or list(self._forms)[: max(0, len(self._forms) - MOST + 1)]
        )
        for word in full:
            del self._forms[word]
        cut = {
            name: value if isinstance(value, str) else list(value)[:CHOICES] for name, value in fields.items()
        }
        word = secrets.token_hex(8)
        self._forms[word] = KeptForm(user_id, custom_id, bounded(cut), now)
        return word

    def find(self, word: str, user_id: int, *, now: datetime) -> KeptForm | None:
        """Return a form of this member; None when it is gone, or somebody else's."""
        form = self._forms.get(word)
        return form if form is not None and form.user_id == user_id and now - form.at < KEPT else None

    def forget(self, user_id: int) -> None:
        """Forget all of a member."""
        self._forms = {word: form for word, form in self._forms.items() if form.user_id != user_id}
