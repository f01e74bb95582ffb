"""Verbs on drafts: what somebody typed comes back to them, for a day."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import drafts
from db.engine import Store
from db.models import Draft
from tests.db.network import AMINA, GRACE, GUILD, NOW, network


@pytest.fixture(autouse=True)
async def net(store: Store) -> None:
    await network(store)


async def keep(store: Store, user_id: int = AMINA, after: timedelta = timedelta(), **fields: Any) -> Draft:
    return await store.write(
        drafts.keep, guild_id=GUILD, user_id=user_id, form="schedule", fields=fields, now=NOW + after
    )


async def test_a_draft_comes_back_as_it_was_typed(store: Store) -> None:
    kept = await keep(store, title="Spring ✊ 'meeting'", when="thursday", host=None, choices=["a", "b"])
    found = await store.read(drafts.find, kept.id, user_id=AMINA)
    assert found is not None
    assert (found.form, found.fields) == (
        "schedule",
        {"title": "Spring ✊ 'meeting'", "when": "thursday", "host": None, "choices": ["a", "b"]},
    )


async def test_a_draft_is_for_whoever_typed_it(store: Store) -> None:
    kept = await keep(store)
    assert await store.read(drafts.find, kept.id, user_id=GRACE) is None
    assert await store.read(drafts.find, kept.id + 1, user_id=AMINA) is None


async def test_drafts_are_kept_for_a_day(store: Store) -> None:
    old = await keep(store)
    await keep(store, GRACE, timedelta(days=1))
    assert await store.read(drafts.find, old.id, user_id=AMINA) is not None
    await keep(store, GRACE, timedelta(days=1, seconds=1))
    assert await store.read(drafts.find, old.id, user_id=AMINA) is None


async def test_the_number_of_a_draft_that_is_gone_is_not_given_to_the_next(store: Store) -> None:
    kept = [await keep(store, title=str(number)) for number in range(5)]
    for draft in kept:
        await store.write(drafts.drop, draft.id)
    later = [await keep(store) for _ in range(5)]
    assert {draft.id for draft in kept} & {draft.id for draft in later} == set()
    assert all(0 < draft.id < 1_000_000_000 for draft in later)


async def test_one_member_has_ten_drafts_of_a_bounded_size(store: Store) -> None:
    theirs = await keep(store, GRACE)
    kept = [
        await keep(
            store, after=timedelta(seconds=number), title="x" * 6_000, when="y" * 6_000, venue="z" * 6_000
        )
        for number in range(25)
    ]
    stored = await store.read(lambda session: session.scalars(select(Draft)).all())
    assert {draft.id for draft in stored} == {theirs.id, *(draft.id for draft in kept[-10:])}
    assert all(len(str(draft.fields)) < 12_200 for draft in stored)
    newest = await store.read(drafts.find, kept[-1].id, user_id=AMINA)
    assert newest is not None
    assert newest.fields["title"] == "x" * 4_000
