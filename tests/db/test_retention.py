"""Everything about a member has an end: swept after a time, or a reason why it stays until somebody takes it off."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep
from db import privacy
from db.base import MemberId
from db.engine import Store
from db.meetings.models import Goal, Meeting
from db.meetings.poll_models import Poll
from db.models import Delivery, V2Message
from db.network.models import Contact
from db.onboarding.models import OnboardingProgress
from db.privacy.retention import STAYS, outdated
from tests.db.members import NOW
from tests.db.privacy_rows import AMINA, fill, swept


def test_every_table_with_a_member_is_swept_or_says_why_it_stays() -> None:
    swept = {table.name for table, _ in outdated(NOW, Keep())}
    with_members = {
        column.table.name
        for table in privacy.tables()
        for column in table.columns
        if isinstance(column.type, MemberId)
    }
    assert with_members - swept - STAYS.keys() == set(), "`__kept__` of its class says when it goes"
    assert STAYS.keys() <= with_members
    assert all(STAYS.values())


async def test_what_is_over_goes_and_what_goes_on_stays(store: Store) -> None:
    await store.write(fill)
    await store.write(lambda session: session.execute(update(Contact).values(ends="2026-03-02")))
    sizes = await store.read_in_thread(privacy.size)
    await swept(store, now=NOW + timedelta(days=91), keep=Keep())
    after = await store.read_in_thread(privacy.size)
    gone = {"deed", "waiting", "contact", "kept_hash"}
    assert not any(after[name] for name in gone)
    assert {name: after[name] for name in ("newcomer", "journey", "step_answer")} == {
        name: sizes[name] for name in ("newcomer", "journey", "step_answer")
    }

    def finished(session: Session) -> None:
        session.execute(
            update(OnboardingProgress).where(OnboardingProgress.user_id == AMINA).values(state="finished")
        )

    await store.write(finished)
    await swept(store, now=NOW + timedelta(days=91), keep=Keep())
    for name in ("newcomer", "journey", "step_answer"):
        assert (await store.read_in_thread(privacy.size))[name] == sizes[name] - 2


async def test_a_typed_name_goes_when_a_goal_was_closed_long_enough_ago(store: Store) -> None:
    await store.write(fill)

    def close(session: Session) -> None:
        session.execute(update(Goal).values(owner="Joan Smith", status="done", closed_at=NOW))

    await store.write(close)
    await swept(store, now=NOW + timedelta(days=89), keep=Keep())
    assert set(await store.read_in_thread(lambda s: s.scalars(select(Goal.owner)).all())) == {"Joan Smith"}
    await swept(store, now=NOW + timedelta(days=91), keep=Keep())
    assert set(await store.read_in_thread(lambda s: s.scalars(select(Goal.owner)).all())) == {""}


async def test_the_form_of_old_messages_is_kept_until_their_matter_is_over(store: Store) -> None:
    await store.write(fill)
    old = NOW + timedelta(days=200)

    def keep(session: Session) -> None:
        session.execute(delete(Delivery))
        session.execute(delete(V2Message))
        session.execute(update(Meeting).values(message_id=5, starts_at=old))
        session.execute(update(Poll).values(message_id=6, closes_at=NOW))
        session.add_all(V2Message(message_id=number) for number in (5, 6, 7))

    await store.write(keep)
    await swept(store, now=old, keep=Keep())
    assert await store.read(lambda session: list(session.scalars(select(V2Message.message_id)))) == [5]
    await swept(store, now=old + timedelta(days=8), keep=Keep())
    assert await store.read(lambda session: list(session.scalars(select(V2Message.message_id)))) == []
