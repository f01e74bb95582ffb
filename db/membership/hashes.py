"""Keyed hashes: what must be known after an erasure, without identifying anybody who is not named again.

Each is an HMAC-SHA256 of a purpose and its subject, with a key that the database generated. Anybody with the
key can test a guess, so hashes are kept only for a stated time and stated purposes (docs/privacy.md).
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.membership.models import KeptHash
from db.models import Secret

KEY = "hashes"
SHORT = 12
"""How many characters of one distinguish people in a list."""


def digest(session: Session, purpose: str, *about: int | str) -> str:
    """Return the keyed hash of something, always the same in this database."""
    words = "\x1f".join([purpose, *map(str, about)])
    return hmac.new(_key(session), words.encode(), hashlib.sha256).hexdigest()


def keep(session: Session, purpose: str, about: tuple[int | str, ...], *, until: datetime) -> None:
    """Keep the hash of something until a time, or a later one already stored."""
    hashed = digest(session, purpose, *about)
    known = session.get(KeptHash, (purpose, hashed))
    if known is None:
        session.add(KeptHash(purpose=purpose, digest=hashed, until=until))
    else:
        known.until = max(known.until, until)


def kept(session: Session, purpose: str, hashed: Collection[str], *, now: datetime) -> set[str]:
    """Return which of these hashes are kept."""
    query = select(KeptHash.digest).where(
        KeptHash.purpose == purpose, KeptHash.digest.in_(hashed), KeptHash.until > now
    )
    return set(session.scalars(query))


def _key(session: Session) -> bytes:
    held = session.get(Secret, KEY)
    if held is None:
        held = Secret(name=KEY, value=secrets.token_hex(32))
        session.add(held)
        session.flush()
    return bytes.fromhex(held.value)
