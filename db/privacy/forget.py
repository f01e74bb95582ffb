"""Erasing somebody to the end: found, erased, looked for again until nothing is found, and out of the log too."""

from collections.abc import Collection
from datetime import datetime

from db.engine import Store
from db.errors import StoreLockedError
from db.privacy.erasing import erase, forget_person_if_unknown
from db.privacy.finding import find
from db.privacy.registry import Scope

ROUNDS = 5
"""While somebody is erased the bot goes on: a message may just be owed to them. Then there is another round."""


class NotErasedError(StoreLockedError):
    """Something of the member was stored again and again while they were erased."""


async def forget(store: Store, user_id: int, *, guild_id: int | None, now: datetime) -> dict[str, int]:
    """Erase a member from one server, or (guild_id None) from all; returns how many rows there were, by table.

    Raises:
        StoreError: something is still there; what was erased until then stays erased.
    """
    counted: dict[str, int] = {}
    for _ in range(ROUNDS):
        found = await store.scan(find, user_id, guild_id)
        if not found:
            break
        for name, hits in found.items():
            counted[name] = counted.get(name, 0) + len(hits.own) + len(hits.traces)
        await store.write(erase, found, Scope(user_id, guild_id, now))
    else:
        raise NotErasedError("Somebody could not be erased: something is stored of them again and again.")
    if guild_id is not None:
        await store.write(forget_person_if_unknown, user_id)
    await store.scrub()
    return counted


async def forget_many(store: Store, people: Collection[int], *, guild_id: int, now: datetime) -> None:
    """Erase several from one server."""
    for user_id in people:
        await forget(store, user_id, guild_id=guild_id, now=now)
