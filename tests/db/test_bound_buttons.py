"""A button that agrees to something agrees to what was shown above it, whatever stands under its number now."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.seals import seal
from bot.errors import UserError
from db import comms
from db.base import Base
from db.comms.models import Contribution, Publication
from db.engine import Store
from tests.db.members import Filler

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
AMINA, HOME = 1_234_567_890_123_456_789, 111_111_111_111_111_111


def ask(session: Session) -> int:
    filler = Filler(session, user_id=AMINA, guild_id=HOME, note="private")
    filler.guild(Base.metadata.tables["guild"])
    filler.fill()
    number = filler.made["contribution"]["id"]
    found = session.get_one(Contribution, number)
    found.state, found.words, found.made_at = "asked", "I was arrested at the demo", NOW
    publication = session.get_one(Publication, found.publication_id)
    publication.editor_id = None
    return number


@pytest.mark.parametrize(
    ("seen", "shown_at", "agrees"),
    [
        (seal("I was arrested at the demo"), NOW, True),
        (seal("We met on Tuesday"), NOW + timedelta(hours=1), False),
        (None, NOW + timedelta(seconds=1), True),  # a button of before there were digests
        (None, NOW - timedelta(minutes=1), True),  # our clock is a little ahead of Discord's
        (None, NOW - timedelta(days=8), False),
    ],
)
async def test_yes_under_other_words_sends_nothing_in(
    store: Store, seen: str | None, shown_at: datetime, agrees: bool
) -> None:
    number = await store.write(ask)

    def press(session: Session) -> str:
        found = comms.agree(session, number, AMINA, wording="x", now=NOW, seen=seen, shown_at=shown_at)
        return found.state

    if agrees:
        assert await store.write(press) == "new"
    else:
        with pytest.raises(UserError):
            await store.write(press)
        state = await store.read(lambda session: session.get_one(Contribution, number).state)
        assert state == "asked"
