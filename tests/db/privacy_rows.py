"""Rows in every table for two members and two servers, and the sweep to its end: what tests of privacy share."""

from typing import Any

from sqlalchemy.orm import Session

from db import privacy
from db.engine import Store
from db.models import Guild
from tests.db.members import Filler

AMINA, GRACE = 1_234_567_890_123_456_789, 2_345_678_901_234_567_890
HOME, AWAY = 111_111_111_111_111_111, 222_222_222_222_222_222
AMINAS = "Amina Begum prefers mornings"
GRACES = "Grace Owusu prefers evenings"


def fill(session: Session) -> None:
    """Fill every table for Amina in both servers, and for Grace in one."""
    for guild_id in (HOME, AWAY):
        admin = Filler(session, user_id=AMINA, guild_id=guild_id, note=AMINAS)
        admin.guild(Guild.__table__)  # pyright: ignore[reportArgumentType] - a table it is
        admin.fill()
    Filler(session, user_id=GRACE, guild_id=HOME, note=GRACES).fill()


async def swept(store: Store, **times: Any) -> None:
    """Sweep until nothing is left to sweep."""
    while await store.write(privacy.sweep, **times):
        pass
