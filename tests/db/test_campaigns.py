"""What is kept of completed actions, and what a server makes of campaigns."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.campaigns import read_actions
from bot.errors import UserError
from db import campaigns
from db.campaigns.completed_actions import AGAIN
from db.campaigns.models import CompletedAction, GuildCampaign
from db.engine import Store
from tests.db.campaigns import AUGUST, CONTENT, LONDON, NAMES, Year, begun
from tests.db.network import ADMIN, AMINA, GRACE, GUILD


@pytest.fixture
async def year(store: Store) -> Year:
    """A server with the regions Leeds and London and its terms, set up with the defaults at the end of August."""
    return await begun(store)


async def did(
    store: Store, user_id: int = AMINA, action: str = "assembly", **more: Any
) -> tuple[CompletedAction, bool]:
    given: dict[str, Any] = {"region_id": None, "note": "", "now": AUGUST, "campaign": "cuba"} | more
    now = given.pop("now")
    new = CompletedAction(action=action, **given)
    return await store.write(campaigns.done, new, user_id, guild_id=GUILD, zone=LONDON, now=now)


async def test_two_presses_at_once_are_one_deed(year: Year) -> None:
    both = await asyncio.gather(did(year.store), did(year.store))
    assert sorted(fresh for _, fresh in both) == [False, True]
    wishes = [campaigns.subscribe, campaigns.subscribe]
    fresh = await asyncio.gather(
        *[year.store.write(wish, AMINA, guild_id=GUILD, on=True, now=AUGUST) for wish in wishes]
    )
    assert sorted(fresh) == [False, True]


async def test_a_button_that_is_pressed_twice_counts_once_and_the_next_day_again(year: Year) -> None:
    first, fresh = await did(year.store)
    second, again = await did(year.store, note="In Year 9")
    assert (fresh, again, first.id) == (True, False, second.id)
    assert second.note == "In Year 9"
    _, later = await did(year.store, now=AUGUST + AGAIN)
    assert later
    _, other = await did(year.store, action="newsletter")
    assert other
    assert await year.store.read(campaigns.lately, AMINA, guild_id=GUILD, now=AUGUST + timedelta(days=1)) == {
        ("cuba", "assembly"),
        ("cuba", "newsletter"),
    }
    assert not await year.store.read(campaigns.lately, AMINA, guild_id=GUILD, now=AUGUST + timedelta(days=91))


async def test_the_month_of_a_deed_is_that_of_the_wall(year: Year) -> None:
    deed, _ = await did(year.store, now=datetime(2026, 8, 31, 23, 30, tzinfo=UTC))
    assert deed.month == "2026-09"


async def test_nobody_undoes_or_reads_what_somebody_else_did(year: Year) -> None:
    deed, _ = await did(year.store)
    with pytest.raises(UserError, match=r"campaigns\.done\.gone"):
        await year.store.write(campaigns.undo, deed.id, user_id=GRACE)
    with pytest.raises(UserError, match=r"campaigns\.done\.gone"):
        await year.store.write(campaigns.annotate, deed.id, user_id=GRACE, note="x")
    await year.store.write(campaigns.undo, deed.id, user_id=AMINA)
    assert await year.store.read(campaigns.there, GUILD, now=AUGUST) == {}
    with pytest.raises(UserError, match=r"campaigns\.done\.gone"):
        await year.store.write(campaigns.undo, deed.id, user_id=AMINA)


async def test_other_words_order_and_the_way_back(year: Year) -> None:
    store = year.store
    await store.write(
        campaigns.change, GUILD, "cuba", title="Cuba now", why="Because", actions=read_actions("Talk"),
        resources="A\nB", ask="Us", actor_id=ADMIN, now=AUGUST,
    )  # fmt: skip
    await store.write(
        campaigns.order, GUILD, ["rights", "cuba", "palestine", "education"], actor_id=ADMIN, now=AUGUST
    )
    found = await store.read(campaigns.campaigns_of, GUILD, CONTENT)
    assert [campaign.title for campaign in found][:2] == [CONTENT[3].title, "Cuba now"]
    assert (list(found[1].resources), found[1].changed) == (["A", "B"], True)
    await store.write(campaigns.restore, GUILD, "cuba", actor_id=ADMIN, now=AUGUST)
    found = await store.read(campaigns.campaigns_of, GUILD, CONTENT)
    assert (found[1].title, found[1].actions) == (CONTENT[0].title, CONTENT[0].actions)
    other = await store.read(campaigns.campaigns_of, 200, CONTENT)
    assert [campaign.id for campaign in other] == NAMES


async def test_a_server_has_twenty_campaigns_of_its_own_at_the_most(year: Year) -> None:
    own: dict[str, Any] = {"why": "x", "actions": [], "resources": "", "ask": "", "taken": NAMES}
    for number in range(20):
        await year.store.write(campaigns.add, GUILD, title="Cuba", actor_id=ADMIN, now=AUGUST, **own)
        assert number < 20
    with pytest.raises(UserError, match=r"campaigns\.form\.full"):
        await year.store.write(campaigns.add, GUILD, title="One more", actor_id=ADMIN, now=AUGUST, **own)
    slugs = await year.store.read(lambda session: set(session.scalars(select(GuildCampaign.slug))))
    assert len(slugs) == 20
    assert "cuba" not in slugs
