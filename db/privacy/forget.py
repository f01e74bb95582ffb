"""Complete erasure: find, erase, and repeat until nothing is found, then remove traces from the file's bytes."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Store
from db.errors import StoreLockedError
from db.privacy import erased
from db.privacy.erasing import erase
from db.privacy.occurring import forget_if_unknown
from db.privacy.personal_data import find
from db.privacy.registry import Scope

ROUNDS = 5
"""During an erasure the bot may enqueue a message for the member. Then there is another round."""
QUIET = range(1, 5)
"""Hours (UTC) when writes may wait for some seconds."""
PATIENCE = timedelta(days=1)
"""After this traces are removed at any hour."""


class NotErasedError(StoreLockedError):
    """Data of the member was stored again and again while they were being erased."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The result of an erasure: rows by table, and whether the last traces have left the file too."""

    rows: dict[str, int]
    cleared: bool


async def forget(
    store: Store, user_id: int, *, guild_id: int | None, now: datetime, clear: bool = True
) -> Forgotten:
    """Erase a member from one server, or (guild_id None) from all.

    Without `clear` the traces stay: a caller who erases several members calls `clear_traces` once.

    Raises:
        StoreError: some data is still there; what was already erased stays erased.
    """
    counted: dict[str, int] = {}
    for _ in range(ROUNDS):
        found = await store.read_in_thread(find, user_id, guild_id)
        if not found:
            break
        for name, hits in found.items():
            counted[name] = counted.get(name, 0) + len(hits.own) + len(hits.traces)
        await store.write(erase, found, Scope(user_id, guild_id, now))
    else:
        raise NotErasedError("Somebody could not be erased: something is stored of them again and again.")
    if guild_id is not None:
        await store.write(forget_if_unknown, [user_id])
    return Forgotten(counted, cleared=await clear_traces(store, now) if clear else not counted)


async def clear_traces(store: Store, now: datetime) -> bool:
    """Remove the last traces of all erasures from the file; return False when that has to wait.

    A large file is rewritten at a quiet hour, since writes wait meanwhile.
    """
    async with store.scrubbing:
        if not (waiting := await store.read(erased.uncleared)):
            return True
        overdue = now - min(waiting.values()) > PATIENCE
        if not (store.scrubs_quickly or now.hour in QUIET or overdue):
            return False
        await asyncio.sleep(store.truncate_wal_pause)
        seen = await store.read(erased.uncleared)
        if not await store.truncate_wal():
            return False
        await store.write(erased.cleared, seen, now=now)
    return True
