"""At most three posts a channel and week that nobody asked for: the rest waits, or goes along with another."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from bot.domain.weekly_limit import MOST_A_WEEK, WEEK, YIELDS_AT
from db import deliveries
from db.deliveries.weekly_limit import BUNDLED, WAITS
from db.engine import Store
from db.models import Delivery
from tests.db.network import LONDON_CHANNEL, NOW, Network, network
from tests.db.test_deliveries import LEASE, enqueue, new_delivery, settle

DAY = timedelta(days=1)
PACED = {"date": MOST_A_WEEK, "campaign": YIELDS_AT}


@pytest.fixture
async def net(store: Store) -> Network:
    return await network(store)


async def claim(net: Network, now: datetime, worker: str = "one") -> list[str]:
    """Claim what is due and may be posted, and post it; returns the keys."""

    def claimed(session: Session) -> list[Delivery]:
        found = deliveries.claim(session, now=now, worker=worker, lease=LEASE, room=40, a_target=9)
        return deliveries.hold_back(session, found, PACED, now=now)

    found = await net.store.write(claimed)
    for one in found:
        assert await settle(net, one, now=now, message_id=one.id)
    return [one.key for one in found]


def date(key: str, at: datetime, *, until: timedelta | None = None, **more: Any) -> deliveries.NewDelivery:
    return new_delivery(key, at, kind="date", expires_at=at + until if until else None, **more)


async def row(net: Network, key: str) -> Delivery:
    (found,) = [one for one in await net.enqueued() if one.key == key]
    return found


async def test_the_fourth_of_a_week_waits_until_the_first_is_a_week_old(net: Network) -> None:
    await enqueue(
        net, *(date(f"{day}", NOW + day * DAY) for day in range(5)), date("other", NOW + 3 * DAY, target_id=7)
    )
    assert [await claim(net, NOW + day * DAY) for day in range(5)] == [["0"], ["1"], ["2"], ["other"], []]
    assert (await row(net, "3")).wake_at == NOW + WEEK
    assert (await row(net, "3")).due_at == NOW + 3 * DAY
    assert await claim(net, NOW + WEEK - timedelta(seconds=1)) == []
    assert await claim(net, NOW + WEEK) == ["3"]
    assert await claim(net, NOW + WEEK + DAY) == ["4"]


async def test_what_nobody_paces_and_what_somebody_asked_for_does_not_wait(net: Network) -> None:
    await enqueue(net, *(date(f"{number}", NOW) for number in range(4)))
    await enqueue(net, new_delivery("meeting", NOW), date("now", NOW, data={"asked": True}))
    assert set(await claim(net, NOW)) == {"0", "1", "2", "meeting", "now"}


async def test_what_can_not_wait_goes_along_with_the_last_post_of_the_week(net: Network) -> None:
    await enqueue(net, *(date(f"{day}", NOW + day * DAY, until=timedelta(hours=20)) for day in range(9)))
    assert [await claim(net, NOW + day * DAY) for day in range(9)] == [
        ["0"],
        ["1"],
        ["2"],
        [],
        [],
        [],
        [],
        ["7"],
        ["8"],
    ]
    rows = {one.key: one for one in await net.enqueued()}
    gone_along = [one.key for one in rows.values() if one.reason == BUNDLED]
    assert gone_along == ["3", "4", "5", "6"]
    carrier = rows["2"]
    said = await net.store.read(deliveries.along, carrier)
    assert [one.key for one in said] == gone_along
    # Planned anew, they are not said again.
    await enqueue(net, *(date(key, NOW + int(key) * DAY, until=timedelta(hours=20)) for key in gone_along))
    assert await claim(net, NOW + 6 * DAY) == []


async def test_what_was_to_go_along_with_a_post_that_failed_is_tried_alone(net: Network) -> None:
    await enqueue(net, *(date(f"{day}", NOW + day * DAY, until=3 * DAY) for day in range(4)))
    for day in range(2):
        await claim(net, NOW + day * DAY)

    def failing(session: Session) -> None:
        found = deliveries.claim(session, now=NOW + 2 * DAY, worker="one", lease=LEASE, room=40)
        (carrier,) = deliveries.hold_back(session, found, PACED, now=NOW + 2 * DAY)
        assert carrier.data["along"]
        deliveries.finish(session, carrier, Outcome.FAILED, now=NOW + 2 * DAY, reason="no_access", tell=False)
        deliveries.unbundle(session, carrier, now=NOW + 2 * DAY)

    await net.store.write(failing)
    assert await claim(net, NOW + 3 * DAY) == ["3"]


async def test_what_has_no_date_yields_to_what_has_one(net: Network) -> None:
    hour = timedelta(hours=2)
    campaign = new_delivery("campaign", NOW + 2 * DAY, kind="campaign", expires_at=NOW + 2 * DAY + hour)
    await enqueue(net, *(date(f"{day}", NOW + day * DAY) for day in (0, 1, 3)), campaign)
    assert [await claim(net, NOW + day * DAY) for day in range(4)] == [["0"], ["1"], [], ["3"]]
    assert ((await row(net, "campaign")).status, (await row(net, "campaign")).reason) == ("suppressed", WAITS)


async def test_two_processes_that_claim_at_once_post_three(net: Network) -> None:
    await enqueue(net, *(date(f"{number}", NOW) for number in range(6)))

    def one_each(session: Session, worker: str) -> list[str]:
        found = deliveries.claim(session, now=NOW, worker=worker, lease=LEASE, room=3, a_target=3)
        return [one.key for one in deliveries.hold_back(session, found, PACED, now=NOW)]

    found = await asyncio.gather(*(net.store.write(one_each, worker) for worker in ("one", "two")))
    assert len([key for keys in found for key in keys]) == MOST_A_WEEK
    assert (await row(net, "0")).target_id == LONDON_CHANNEL
