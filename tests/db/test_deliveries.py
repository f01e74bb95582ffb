"""Verbs on deliveries: each is enqueued, claimed and finished once, and every failure is reported."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from db import deliveries
from db.deliveries import NOTICE, TELL_AFTER, NewDelivery
from db.engine import Store
from db.models import Delivery
from tests.db.network import ADMIN, GRACE, GUILD, LONDON_CHANNEL, NOW, ORGANISERS, OTHER, Network, network

LEASE = timedelta(minutes=2)


@pytest.fixture
async def net(store: Store) -> Network:
    return await network(store)


def new_delivery(
    key: str, due: datetime = NOW, target_id: int = LONDON_CHANNEL, **more: object
) -> NewDelivery:
    values: dict[str, object] = {
        "kind": "test",
        "guild_id": GUILD,
        "private": False,
        "subject": "thing:1",
    } | more
    return NewDelivery(key=key, due_at=due, target_id=target_id, **values)  # pyright: ignore[reportArgumentType] - its fields


async def enqueue(net: Network, *new_deliveries: NewDelivery) -> None:
    await net.store.write(deliveries.enqueue, new_deliveries)


async def claim(
    net: Network, now: datetime = NOW, worker: str = "one", room: int = 40, **more: object
) -> list[Delivery]:
    found = await net.store.write(deliveries.claim, now=now, worker=worker, lease=LEASE, room=room, **more)  # pyright: ignore[reportArgumentType] - its options
    return list(found)


async def settle(
    net: Network, delivery: Delivery, ending: Outcome = Outcome.SENT, now: datetime = NOW, **more: object
) -> bool:
    return await net.store.write(deliveries.finish, delivery, ending, now=now, **more)  # pyright: ignore[reportArgumentType] - its options


async def test_what_is_owed_twice_under_one_key_is_owed_once(net: Network) -> None:
    await enqueue(net, new_delivery("a"), new_delivery("b"))
    await enqueue(net, new_delivery("a", NOW + timedelta(days=1)))
    assert [(one.key, one.due_at) for one in await net.enqueued()] == [("a", NOW), ("b", NOW)]


async def test_what_was_suppressed_is_armed_again_and_what_was_sent_is_not(net: Network) -> None:
    await enqueue(net, new_delivery("a"), new_delivery("b", target_id=5))
    sent, kept = await claim(net)
    await settle(net, sent, message_id=7)
    await settle(net, kept, Outcome.SUPPRESSED, reason="moved")
    later = NOW + timedelta(hours=1)
    await enqueue(net, new_delivery("a", later), new_delivery("b", later, target_id=5))
    rows = {one.key: one for one in await net.enqueued()}
    assert (rows["a"].status, rows["a"].due_at) == ("sent", NOW)
    assert (rows["b"].status, rows["b"].due_at, rows["b"].reason, rows["b"].attempts) == (
        "pending",
        later,
        None,
        0,
    )


async def test_owing_wakes_whoever_sleeps_until_the_next_with_the_earliest(net: Network) -> None:
    told: list[datetime] = []
    net.store.on_due(told.append)
    await enqueue(
        net, new_delivery("b", NOW + timedelta(hours=2)), new_delivery("a", NOW + timedelta(hours=1))
    )
    await enqueue(net)
    assert set(told) == {NOW + timedelta(hours=1)}
    assert await net.store.read(deliveries.next_wake) == NOW + timedelta(hours=1)


async def test_what_is_due_is_claimed_in_its_order_and_only_once(net: Network) -> None:
    await enqueue(
        net,
        new_delivery("late", NOW - timedelta(hours=1), 1),
        new_delivery("now", NOW, 2),
        new_delivery("earlier", NOW - timedelta(hours=2), 3),
        new_delivery("ahead", NOW + timedelta(seconds=1), 4),
    )
    first = await claim(net)
    assert [one.key for one in first] == ["earlier", "late", "now"]
    assert {(one.status, one.worker, one.attempts) for one in first} == {("sending", "one", 1)}
    assert await claim(net, worker="two") == []


async def test_one_channel_takes_no_more_than_its_share_and_a_busy_one_nothing(net: Network) -> None:
    await enqueue(
        net, *[new_delivery(f"a{number}", target_id=1) for number in range(9)], new_delivery("b", target_id=2)
    )
    found = await claim(net, room=5)
    assert sorted(one.key for one in found) == ["a0", "a1", "a2", "a3", "b"]
    assert await claim(net, worker="two", busy=[1]) == []


async def test_a_full_channel_does_not_hide_what_others_are_owed(net: Network) -> None:
    await enqueue(
        net,
        *[new_delivery(f"a{number:03}", NOW - timedelta(hours=1), 1) for number in range(300)],
        new_delivery("b", NOW, 2),
    )
    keys: list[str] = []
    for _ in range(3):
        found = await claim(net, room=10, busy=[1] if keys else [])
        keys += [one.key for one in found]
    assert "b" in keys


async def test_a_lease_that_ended_frees_what_was_claimed_and_its_old_holder_settles_nothing(
    net: Network,
) -> None:
    await enqueue(net, new_delivery("a"))
    (mine,) = await claim(net)
    assert await net.store.write(deliveries.reclaim, now=NOW + LEASE - timedelta(seconds=1)) == 0
    assert await net.store.read(deliveries.next_wake) == NOW + LEASE
    assert await net.store.write(deliveries.reclaim, now=NOW + LEASE) == 1
    (theirs,) = await claim(net, now=NOW + LEASE, worker="two")
    assert not await settle(net, mine)
    assert await settle(net, theirs, message_id=5)
    assert not await settle(net, theirs, message_id=6)
    (row,) = await net.enqueued()
    assert (row.status, row.message_id, row.attempts) == ("sent", 5, 2)


async def test_a_renewed_lease_holds(net: Network) -> None:
    await enqueue(net, new_delivery("a"))
    (mine,) = await claim(net)
    await net.store.write(deliveries.renew, [mine.id], worker="two", until=NOW + 9 * LEASE)
    await net.store.write(deliveries.renew, [mine.id], worker="one", until=NOW + 2 * LEASE)
    assert await net.store.write(deliveries.reclaim, now=NOW + 2 * LEASE - timedelta(seconds=1)) == 0
    assert await net.store.write(deliveries.reclaim, now=NOW + 2 * LEASE) == 1


async def test_the_only_process_takes_up_at_once_what_it_left_under_way(net: Network) -> None:
    await enqueue(net, new_delivery("a"))
    await claim(net)
    assert await net.store.write(deliveries.reclaim, now=NOW, everything=True) == 1
    assert len(await claim(net, worker="two")) == 1


async def test_a_retry_waits_and_what_is_behind_it_waits_with_it(net: Network) -> None:
    await enqueue(net, new_delivery("a"), new_delivery("b"), new_delivery("other", target_id=9))
    first, *_ = await claim(net, room=1)
    wake = NOW + timedelta(seconds=30)
    await net.store.write(deliveries.retry, first, wake_at=wake, reason="http_503")
    assert [one.key for one in await claim(net)] == ["other"]
    assert [one.key for one in await claim(net, now=wake)] == ["a", "b"]


async def test_what_is_postponed_holds_up_nothing_behind_it_and_counts_no_try(net: Network) -> None:
    await enqueue(net, new_delivery("a"), new_delivery("b"))
    first, *_ = await claim(net, room=1)
    await net.store.write(deliveries.postpone, first, wake_at=NOW + timedelta(hours=1), reason="quiet")
    assert [one.key for one in await claim(net)] == ["b"]
    (again,) = await claim(net, now=NOW + timedelta(hours=1))
    assert again.attempts == 1


async def test_what_was_given_back_counts_no_try(net: Network) -> None:
    await enqueue(net, new_delivery("a"))
    (mine,) = await claim(net)
    await net.store.write(deliveries.release, [mine.id], worker="two")
    assert await claim(net) == []
    await net.store.write(deliveries.release, [mine.id], worker="one")
    (again,) = await claim(net)
    assert again.attempts == 1


async def test_voiding_ends_what_waits_of_that_subject_kind_and_target(net: Network) -> None:
    await enqueue(
        net,
        new_delivery("a", target_id=1),
        new_delivery("b", target_id=2),
        new_delivery("c", target_id=1, kind="other"),
        new_delivery("d", target_id=1, subject="thing:2"),
    )
    voided = await net.store.write(
        deliveries.cancel, "thing:1", reason="moved", now=NOW, target_id=1, kinds=["test"]
    )
    assert voided == 1
    assert await net.store.write(deliveries.cancel, "thing:1", reason="moved", now=NOW) == 2
    rows = {one.key: (one.status, one.reason) for one in await net.enqueued()}
    assert rows == {
        "a": ("suppressed", "moved"),
        "b": ("suppressed", "moved"),
        "c": ("suppressed", "moved"),
        "d": ("pending", None),
    }


async def test_a_later_one_that_is_due_as_well_overtakes(net: Network) -> None:
    await enqueue(
        net,
        new_delivery("week", NOW - timedelta(days=7)),
        new_delivery("day", NOW - timedelta(days=1)),
        new_delivery("hour", NOW + timedelta(hours=1)),
        new_delivery("else", NOW, target_id=2),
    )
    rows = {one.key: one for one in await net.enqueued()}
    assert await net.store.read(deliveries.overtaken, rows["week"], by=NOW)
    assert not await net.store.read(deliveries.overtaken, rows["day"], by=NOW)
    assert await net.store.read(deliveries.overtaken, rows["day"], by=NOW + timedelta(hours=1))


async def test_a_failure_owes_the_organisers_one_notice_a_minute(net: Network) -> None:
    await enqueue(
        net, *[new_delivery(f"a{number}", target_id=number, private=True) for number in range(1, 4)]
    )
    for delivery in await claim(net):
        await settle(net, delivery, Outcome.FAILED, reason="refused")
    (notice,) = await net.enqueued(NOTICE)
    assert (notice.target_id, notice.private, notice.due_at) == (
        ORGANISERS + GUILD,
        False,
        NOW + TELL_AFTER,
    )
    untold = await net.store.read(deliveries.untold, GUILD)
    assert {one.key for one in untold} == {"a1", "a2", "a3"}
    await net.store.write(deliveries.mark_told, notice, untold, now=NOW)
    assert await net.store.read(deliveries.untold, GUILD) == []
    assert await net.store.read(deliveries.untold, OTHER) == []


async def test_a_notice_that_fails_is_told_to_the_admin_and_then_to_nobody(net: Network) -> None:
    await enqueue(net, new_delivery("a", kind=NOTICE))
    (mine,) = await claim(net)
    await settle(net, mine, Outcome.FAILED, reason="channel_gone")
    notice = next(one for one in await net.enqueued(NOTICE) if one.key != "a")
    assert (notice.target_id, notice.private) == (ADMIN, True)
    (theirs,) = await claim(net, now=NOW + TELL_AFTER)
    await settle(net, theirs, Outcome.FAILED, NOW + TELL_AFTER, reason="refused")
    assert len(await net.enqueued(NOTICE)) == 2


async def test_a_failed_one_can_be_tried_again_by_its_own_server_only(net: Network) -> None:
    await enqueue(net, new_delivery("a"))
    (mine,) = await claim(net)
    await settle(net, mine, Outcome.FAILED, reason="no_permission")
    assert await net.store.write(deliveries.again, OTHER, mine.id, now=NOW) is None
    assert await net.store.write(deliveries.again, GUILD, 9_999, now=NOW) is None
    assert await net.store.write(deliveries.again, GUILD, mine.id, now=NOW) is not None
    assert await net.store.write(deliveries.again, GUILD, mine.id, now=NOW) is None
    again = [one for one in await claim(net) if one.id == mine.id]
    assert [(one.attempts, one.reason) for one in again] == [(1, None)]


async def test_endings_are_counted_and_listed_for_their_server(net: Network) -> None:
    await enqueue(
        net,
        new_delivery("a"),
        new_delivery("b", target_id=2),
        new_delivery("c", NOW + timedelta(days=1), target_id=3),
    )
    first, second = await claim(net)
    await settle(net, first, now=NOW)
    await settle(net, second, Outcome.LATE, NOW + timedelta(seconds=1))
    assert await net.store.read(deliveries.tally, GUILD, since=NOW) == {"sent": 1, "late": 1, "pending": 1}
    assert await net.store.read(deliveries.tally, OTHER, since=NOW) == {}
    assert [one.key for one in await net.store.read(deliveries.recent, GUILD)] == ["b", "a"]
    assert await net.store.read(deliveries.recent, OTHER) == []


async def test_what_a_failed_transaction_owed_is_not_owed(net: Network) -> None:
    def verb(session: Session) -> None:
        deliveries.enqueue(session, [new_delivery("a", target_id=GRACE)])
        raise ValueError

    told: list[datetime] = []
    net.store.on_due(told.append)
    with pytest.raises(ValueError, match=r"^$"):
        await net.store.write(verb)
    assert await net.enqueued() == []
    assert told == []
    assert await net.store.read(lambda session: session.scalars(select(Delivery)).all()) == []


async def test_what_is_another_processs_is_taken_only_after_a_lease(net: Network) -> None:
    servers = [(number << 22) + 5 for number in range(4)]
    await enqueue(
        net,
        *[
            new_delivery(f"of {shard}", guild_id=server, target_id=server)
            for shard, server in enumerate(servers)
        ],
    )
    first, second = deliveries.Shards((0, 1), 4), deliveries.Shards((2, 3), 4)
    assert [one.key for one in await claim(net, own=first)] == ["of 0", "of 1"]
    assert await claim(net, own=first) == []
    assert await claim(net, own=first, now=NOW + LEASE - timedelta(seconds=1)) == []
    assert [one.key for one in await claim(net, own=second, room=1)] == ["of 2"]
    assert [one.key for one in await claim(net, own=first, now=NOW + LEASE)] == ["of 3"]
