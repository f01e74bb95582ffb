"""Jobs are stored, run and reported when they fail, as messages are, but are not counted as messages."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from bot.sandbox.world import permissions
from bot.settings import Monitoring
from db import deliveries, jobs
from db.meetings import integrations
from db.models import Delivery
from tests.cogs.admin.test_monitoring import figures
from tests.cogs.common.test_lock_screen import data_of
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.lock_screen import MEETING_IS_PUBLIC, plain, seeded
from tests.cogs.panels import set_up, tried_again
from tests.tree import Tree


async def counted(ground: Ground) -> dict[str, int]:
    since = ground.clock.now() - timedelta(days=7)
    return await ground.running.store.read(deliveries.tally, ground.sandbox.guild().id, since=since)


async def given(ground: Ground, kind: str, **data: Any) -> Delivery:
    """Store a job as an earlier version did, and return its outcome."""
    guild_id, now = ground.sandbox.guild().id, ground.clock.now()

    def store(session: Session) -> None:
        found: dict[str, Any] = {"guild_id": guild_id, "target_id": ground.london.id, "subject": "tried"}
        jobs.enqueue(session, kind, f"tried:{kind}", due_at=now, **found, **data)

    await ground.running.store.write(store)
    await ground.settled()
    (row,) = [one for one in await ground.rows(kind) if one.key == f"tried:{kind}"]
    return row


async def test_jobs_are_in_no_count_of_messages(ground: Ground) -> None:
    await ground.scheduled()
    rows = await ground.rows()
    messages = Counter(one.status for one in rows if not one.job)
    done = len([one for one in rows if one.job and one.status == Outcome.DONE])
    assert await counted(ground) == messages
    assert messages["sent"] > 0
    await given(ground, "keydates.plan")
    assert await counted(ground) == messages
    listed = says(await ground.ruth.slash("#organisers", "admin deliveries"))
    assert f"with nothing to send: {done + 1} done" in listed
    assert f"**Sent:** {messages['sent']}" in listed
    assert "key dates" not in listed


async def test_jobs_are_figures_of_their_own(ground: Ground) -> None:
    monitoring = Monitoring(address=":0")
    ground.settings = replace(ground.settings, monitoring=monitoring)
    await ground.restart()
    await ground.settled()
    before = await figures(ground)
    await given(ground, "keydates.plan")
    after = await figures(ground)
    assert after['isobot_jobs_total{ending="done",kind="keydates.plan"}'] == 1
    assert after["isobot_jobs_overdue"] == 0
    messages = [
        name for name in after if name.startswith("isobot_deliver") and name.endswith(("}", "_count"))
    ]
    assert messages
    assert {name: after[name] for name in messages} == {name: before.get(name) for name in messages}


@both
async def test_a_job_that_fails_is_told_once_in_words_of_its_own_and_can_be_tried_again(
    ground: Ground,
) -> None:
    office = ground.sandbox.channel("#organisers")
    ground.deny(ground.london, permissions.SEND_MESSAGES)
    await set_up(ground.ruth, "#organisers", "features", upcoming="on")
    await ground.settled()
    await ground.later(timedelta(minutes=2))
    (failed,) = [one for one in await ground.rows(integrations.PINNED_LIST) if one.status == Outcome.FAILED]
    (notice,) = office.messages
    assert heads([notice]) == ["## 1 job of mine failed"]
    assert (
        "keeping the pinned list of what is coming up, because I am missing a permission there" in notice.text
    )
    assert "message" not in notice.text
    listed = says(await ground.ruth.slash("#organisers", "admin deliveries"))
    assert "keeping the pinned list of what is coming up failed, because I am missing a permission" in listed
    assert f"(number {failed.id})" in listed
    ground.allow(ground.london)
    await tried_again(ground.ruth, "#organisers", failed.id)
    await ground.settled()
    (row,) = [one for one in await ground.rows(integrations.PINNED_LIST) if one.id == failed.id]
    assert row.status == Outcome.DONE
    await ground.later(timedelta(days=2))
    assert office.messages == [notice]


@pytest.mark.parametrize("kind", sorted(jobs.FORMER))
async def test_what_waits_under_a_former_name_is_carried_out(ground: Ground, kind: str) -> None:
    """Each is due in a server full of everything that the kinds can be about."""
    data = data_of(await seeded(ground), plain(MEETING_IS_PUBLIC, ""), ground)
    about = {"day": None, "do": "extend"} if kind == "campaign.chore" else {"do": "extend"}
    row = await given(ground, kind, **data | about)
    assert (row.status, row.reason) == (Outcome.DONE, None)


async def test_every_job_has_a_name_of_now_and_no_two_are_one(tree: Tree) -> None:
    assert set(jobs.FORMER.values()) <= tree.jobs()
    assert not tree.jobs() & set(tree.kinds())


async def test_a_job_that_is_stored_again_after_it_was_done_is_done_again(ground: Ground) -> None:
    first = await given(ground, "keydates.plan")
    again = await given(ground, "keydates.plan")
    assert (first.id, first.status) == (again.id, again.status) == (first.id, Outcome.DONE)
    assert again.attempts == 1


async def test_a_job_that_was_taken_when_the_process_died_is_taken_up_again(ground: Ground) -> None:
    row = await given(ground, "keydates.plan")

    def taken(session: Session) -> None:
        lease = ground.clock.now() + timedelta(minutes=1)
        session.execute(
            update(Delivery)
            .where(Delivery.id == row.id)
            .values(status="sending", settled_at=None, worker="gone", lease_until=lease)
        )

    await ground.running.store.write(taken)
    await ground.restart()
    await ground.settled()
    found = await ground.running.store.read(
        lambda session: session.scalars(select(Delivery.status).where(Delivery.id == row.id)).one()
    )
    assert found == Outcome.DONE
