"""However the bot learns that somebody left or is back, all that follows is stored with it, in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.sandbox.world import Message, membership
from db.deliveries import NOTICE
from db.meetings.models import Answer, Meeting
from db.meetings.reminding import REMIND
from db.membership.models import Departure
from db.models import Delivery, Guild
from db.models import Person as Settings
from db.setup import mentions
from tests.cogs.common.test_absence import eventually
from tests.cogs.ground import Ground, both, says
from tests.cogs.privacy.presence_steps import answered, days, departed, held, kicked, until

State = tuple[int, bool, bool]
HERE: State = (1, True, False)
GONE: State = (0, False, True)


def state_of(ground: Ground) -> Callable[[Session], State]:
    """Return whether Grace is counted, has reminders enqueued, and is noted as gone; all of one moment."""
    grace = ground.grace.id
    enqueued = select(func.count()).where(
        Delivery.target_id == grace, Delivery.kind == REMIND, Delivery.status == "pending"
    )
    noted = select(func.count()).where(Departure.user_id == grace)
    going = select(Meeting.going).where(Meeting.id == 1)
    # One statement: on PostgreSQL several may see what was committed between them.
    query = select(going.scalar_subquery(), enqueued.scalar_subquery(), noted.scalar_subquery())

    def load(session: Session) -> State:
        row = session.execute(query).one()
        return row[0], bool(row[1]), bool(row[2])

    return load


async def becomes(ground: Ground, wanted: State, *, within: float = 20.0) -> None:
    """Return once it is so; every state on the way has to be whole."""
    async with asyncio.timeout(within):
        while (state := await ground.running.store.read(state_of(ground))) != wanted:
            assert state in (HERE, GONE), state
            await asyncio.sleep(0.001)


async def leaves_by_event(ground: Ground) -> None:
    ground.grace.leave()


async def leaves_while_down(ground: Ground) -> None:
    await ground.stop()
    ground.grace.leave()
    ground.clock.move(timedelta(hours=1))
    await ground.start()


async def leaves_in_an_outage(ground: Ground) -> None:
    guild, availability = ground.sandbox.guild(), ground.sandbox.gateway.availability
    availability.outage(guild)
    ground.grace.leave()
    availability.deliver(guild)


async def leaves_with_a_lost_session(ground: Ground) -> None:
    before = ground.sandbox.gateway.identifies
    with ground.sandbox.gateway.losing_events():
        ground.grace.leave()
    await ground.sandbox.gateway.disconnect(resumable=False)
    await ground.sandbox.until(lambda: ground.sandbox.gateway.identifies > before, timeout=20)


async def leaves_while_a_command_is_used(ground: Ground) -> None:
    async with held(ground):
        ground.grace.leave()
        await eventually(lambda: len(ground.running.inbox))
        listed = asyncio.create_task(ground.imran.slash("#london", "meeting list"))
        await asyncio.wait([listed], timeout=1.0)
    assert (await listed).failed is None


async def leaves_in_a_night_that_looks(ground: Ground) -> None:
    with ground.sandbox.gateway.losing_events():
        ground.grace.leave()
    await tonight(ground)


async def leaves_while_the_bot_is_out(ground: Ground) -> None:
    guild, world = ground.sandbox.guild(), ground.sandbox.world
    membership.leave(world, guild, world.bot.id)
    await until(ground, lambda session: session.get_one(Guild, guild.id).absent_since is not None)
    ground.grace.leave()
    membership.install(world, guild)


async def returns_by_event(ground: Ground) -> None:
    ground.grace.join()


async def returns_while_down(ground: Ground) -> None:
    await ground.stop()
    ground.grace.join()
    ground.clock.move(timedelta(hours=1))
    await ground.start()


async def returns_in_an_outage(ground: Ground) -> None:
    guild, availability = ground.sandbox.guild(), ground.sandbox.gateway.availability
    availability.outage(guild)
    ground.grace.join()
    availability.deliver(guild)


async def returns_unheard_and_uses_a_command(ground: Ground) -> None:
    with ground.sandbox.gateway.losing_events():
        ground.grace.join()
    assert (await ground.grace.slash("#london", "guidance tip")).failed is None


async def returns_unheard_and_is_changed(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    with ground.sandbox.gateway.losing_events():
        ground.grace.join()
    membership.changed(ground.sandbox.world, guild, guild.members[ground.grace.id])


async def returns_unheard_until_the_night(ground: Ground) -> None:
    with ground.sandbox.gateway.losing_events():
        ground.grace.join()
    await tonight(ground)


async def tonight(ground: Ground) -> None:
    ground.clock.move(timedelta(days=1))
    await ground.running.maintenance.idle()


Way = Callable[[Ground], Awaitable[None]]
WAYS_OUT: list[Way] = [
    leaves_by_event,
    leaves_while_down,
    leaves_in_an_outage,
    leaves_with_a_lost_session,
    leaves_while_a_command_is_used,
    leaves_in_a_night_that_looks,
    leaves_while_the_bot_is_out,
]
WAYS_BACK: list[Way] = [
    returns_by_event,
    returns_while_down,
    returns_in_an_outage,
    returns_unheard_and_uses_a_command,
    returns_unheard_and_is_changed,
    returns_unheard_until_the_night,
]
PAIRS = [(WAYS_OUT[number], WAYS_BACK[number % len(WAYS_BACK)]) for number in range(len(WAYS_OUT))]


async def going(ground: Ground) -> Message:
    card = await ground.scheduled(when="12/03/2027 18:00")
    await ground.grace.press(card, "Going")
    await ground.settled()
    assert await ground.running.store.read(state_of(ground)) == HERE
    return card


@both
@pytest.mark.parametrize(
    ("out", "back"), PAIRS, ids=[f"{out.__name__}-{back.__name__}" for out, back in PAIRS]
)
async def test_whatever_tells_of_it_all_that_follows_is_stored_with_it(
    ground: Ground, out: Way, back: Way
) -> None:
    await going(ground)
    await out(ground)
    await becomes(ground, GONE)
    await back(ground)
    await becomes(ground, HERE)


@both
async def test_a_burst_of_a_thousand_leaves_nobody_counted_or_owed_anything(ground: Ground) -> None:
    await going(ground)
    people = [ground.sandbox.newcomer(f"Member{number}") for number in range(999)]
    with ground.sandbox.gateway.losing_events():
        for person in people:
            person.join()

    def settings(session: Session) -> None:
        session.add_all(Settings(id=person.id) for person in people)

    def noted(session: Session) -> int | None:
        return session.scalar(select(func.count()).select_from(Departure))

    await ground.running.store.write(settings)
    async with held(ground):
        for person in people:
            person.leave()
        ground.grace.leave()
        await eventually(lambda: len(ground.running.inbox) >= 1_000 - 200)
    await becomes(ground, GONE, within=90.0)
    await ground.running.inbox.drained()
    assert await ground.running.store.read(noted) == 1_000
    async with held(ground):
        for person in people[:250]:
            person.join()
        ground.grace.join()
        await eventually(lambda: len(ground.running.inbox) >= 50)
    await becomes(ground, HERE, within=90.0)
    await ground.running.inbox.drained()
    assert await ground.running.store.read(noted) == 999 - 250


@pytest.mark.parametrize("out", ["event", "down"])
async def test_where_who_heard_of_failures_left_the_owner_hears_of_them(ground: Ground, out: str) -> None:
    guild, amina, now = ground.sandbox.guild(), ground.amina.id, ground.clock.now()

    def enqueued(session: Session) -> None:
        session.get_one(Guild, guild.id).admin_id = amina
        session.add(
            Delivery(
                key="failures:test",
                kind=NOTICE,
                guild_id=guild.id,
                target_id=amina,
                private=True,
                subject="failures:test",
                data={},
                due_at=now + timedelta(days=2),
                wake_at=now + timedelta(days=2),
            )
        )

    await ground.running.store.write(enqueued)
    if out == "event":
        ground.amina.leave()
    else:
        await ground.stop()
        ground.amina.leave()
        ground.clock.move(timedelta(hours=1))
        await ground.start()
    await until(ground, lambda session: session.get_one(Guild, guild.id).admin_id == guild.owner_id)
    (notice,) = await ground.rows(NOTICE)
    assert (notice.target_id, notice.status) == (guild.owner_id, "pending")


async def test_where_the_installer_shares_no_server_the_log_says_so_a_week_before(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    await answered(ground, ground.grace)
    await kicked(ground)
    await days(ground, 1, 40, 42)
    await ground.settled()
    assert ground.ruth.dms == []
    assert "(privacy.server) failed: no_shared_server" in caplog.text
    await days(ground, 6)
    assert await ground.count(Answer) == 1
    await days(ground, 1, 1)
    assert await ground.count(Answer) == 0


async def test_where_nobody_could_be_told_the_audit_says_so_when_the_bot_is_back(ground: Ground) -> None:
    await answered(ground, ground.grace)
    guild = await kicked(ground)
    await days(ground, 1, 40, 42)
    await ground.settled()
    membership.install(ground.sandbox.world, guild)
    await until(ground, lambda session: session.get_one(Guild, guild.id).left_at is None)
    audit = says(await ground.ruth.slash("#london", "admin audit"))
    assert "I couldn't warn the person who set me up" in audit
    assert audit.count("couldn't warn") == 1


@pytest.mark.parametrize("left", [False, True])
async def test_where_the_installer_can_not_be_told_somebody_else_who_set_it_up_is(
    ground: Ground, left: bool
) -> None:
    guild, world = ground.sandbox.guild(), ground.sandbox.world
    channel = ground.sandbox.channel("#wales").id

    def helped(session: Session) -> None:
        for name, actor in (
            ("Imran's", ground.imran.id),
            ("Grace's", ground.grace.id),
            ("Ruth's", ground.ruth.id),
        ):
            mentions.set_region(
                session, guild.id, name=name, channel_id=channel, actor_id=actor, now=ground.clock.now()
            )

    await answered(ground, ground.grace)
    await ground.running.store.write(helped)
    other = ground.second_guild()  # Grace is in it; Ruth, who owns it, has left
    membership.join(world, other, ground.sandbox.user("imran"))
    membership.leave(world, other, ground.ruth.id)
    if left:
        ground.grace.leave()
        await until(ground, departed(ground.grace))
    said = {person.id: len(person.dms) for person in (ground.grace, ground.imran)}
    await kicked(ground)
    await days(ground, 1, 40, 42)
    await ground.until_settled()
    heard = {person.id: len(person.dms) - said[person.id] for person in (ground.grace, ground.imran)}
    assert heard == {ground.grace.id: int(not left), ground.imran.id: int(left)}
    told = ground.imran if left else ground.grace
    assert "will soon be deleted" in told.dms[-1].text
    await days(ground, 7, 1)
    assert await ground.count(Answer) == 0
