"""Limits on what one member sets off: all are declared with words, say when they end, and outlive an erasure."""

from datetime import timedelta

import pytest

from bot.domain.limits import LIMITS
from bot.texts import Texts
from db import limits
from db.engine import Store
from db.limits import TooOften
from db.models import LimitUse
from db.privacy.erasing import forget
from tests.db.network import AMINA, GRACE, GUILD, NOW, network


@pytest.mark.parametrize("what", LIMITS)
async def test_every_limit_ends_says_when_and_is_not_reset_by_an_erasure(store: Store, what: str) -> None:
    await network(store)
    limit = LIMITS[what]

    async def use(user_id: int, after: timedelta = timedelta()) -> None:
        await store.write(limits.use, what, guild_id=GUILD, user_id=user_id, now=NOW + after)

    for _ in range(limit.most):
        await use(GRACE)
    with pytest.raises(TooOften) as refused:
        await use(GRACE)
    until = int((NOW + limit.within).timestamp())
    if limit.told:
        assert f"<t:{until}:R>" in Texts.load()(refused.value.key, **refused.value.fields)
    await use(AMINA)
    await use(AMINA, timedelta(minutes=1))
    await forget(store, GRACE, guild_id=None, now=NOW)
    with pytest.raises(TooOften):
        await use(GRACE, limit.within - timedelta(seconds=1))
    rows = await store.read(lambda session: [row.who for row in session.query(LimitUse)])
    assert [len(who) for who in rows] == [64, 64]
    await use(GRACE, limit.within)
