"""What somebody hosted who has left, or is erased, the organisers host: they are asked, and nothing new is theirs."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.meetings import ORGANISERS
from bot.domain.privacy import Keep
from bot.domain.reports import GoalWords
from bot.domain.series import Pattern
from db import meetings, privacy
from db.comms.models import Publication
from db.engine import Store
from db.meetings import checklist, needs, reports, series
from db.meetings.change_notices import HOSTING
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting, Series
from db.meetings.reminding import ASK_REPORT
from db.models import Delivery
from db.privacy import leaving
from db.privacy.erasing import forget
from tests.db.network import (
    ADMIN,
    AMINA,
    GRACE,
    GUILD,
    LONDON,
    NOW,
    START,
    TOMASZ,
    Network,
    network,
)
from tests.db.network import ORGANISERS as CHANNEL

ASKED_IN = GUILD + CHANNEL


@pytest.fixture
async def net(store: Store) -> Network:
    return await network(store)


async def weekly(net: Network) -> Meeting:
    guild = await net.guild()
    return await net.store.write(
        series.begin, MeetingDetails(title="Forum", minutes=60, host_id=AMINA), guild=guild, region=guild.regions[0],
        pattern=Pattern("2026-03-12T18:00", LONDON, "FREQ=WEEKLY"), actor_id=AMINA, now=NOW,
    )  # fmt: skip


async def leaves(net: Network, user_id: int, after: timedelta = timedelta()) -> None:
    await net.store.write(privacy.left_many, [(GUILD, user_id)], now=NOW + after, keep=Keep())


async def hosts(net: Network) -> dict[str, int]:
    """Who hosts each meeting, by its start, and each series."""

    def read(session: Session) -> dict[str, int]:
        found = {meeting.wall: meeting.host_id for meeting in session.scalars(select(Meeting))}
        return found | {f"series {one.id}": one.host_id for one in session.scalars(select(Series))}

    return await net.store.read(read)


async def enqueued(net: Network, kind: str) -> list[tuple[int, bool]]:
    """Where deliveries of a kind that wait go, and whether in private."""
    query = select(Delivery.target_id, Delivery.private).where(
        Delivery.kind == kind, Delivery.status == "pending"
    )
    return await net.store.read(lambda session: [(row[0], row[1]) for row in session.execute(query)])


async def attended(net: Network, do: str, after: timedelta) -> None:
    """Run the jobs that a series has enqueued."""
    guild = await net.guild()

    def run(session: Session) -> None:
        jobs = session.scalars(select(Delivery).where(Delivery.kind == series.JOB)).all()
        for about in [one.data for one in jobs if one.data["do"] == do]:
            series.attend(session, about["series"], do, about["slot"], guild=guild, now=NOW + after)

    await net.store.write(run)


async def test_a_series_whose_host_left_is_the_organisers_also_in_what_comes_new(net: Network) -> None:
    await weekly(net)
    before = len(await hosts(net))
    await leaves(net, AMINA)
    assert set((await hosts(net)).values()) == {ORGANISERS}
    await attended(net, "extend", timedelta(days=20))
    after = await hosts(net)
    assert len(after) > before
    assert set(after.values()) == {ORGANISERS}
    assert {target for target, private in await enqueued(net, ASK_REPORT) if not private} == {ASKED_IN}
    assert {target for target, private in await enqueued(net, ASK_REPORT) if private} == set()
    await attended(net, "review", timedelta(days=1))
    assert set(await enqueued(net, series.ASK)) == {(ASKED_IN, False)}


async def test_who_shared_the_job_hosts_the_series_too(net: Network) -> None:
    first = await weekly(net)
    await net.store.write(
        meetings.share, first.id, guild=await net.guild(), user_id=GRACE, change="co-host", everywhere=True,
        actor_id=AMINA, now=NOW,
    )  # fmt: skip
    await leaves(net, AMINA)
    await attended(net, "extend", timedelta(days=20))
    assert set((await hosts(net)).values()) == {GRACE}


async def returns(net: Network, user_id: int, after: timedelta = timedelta(days=1)) -> None:
    await net.store.write(privacy.returned_many, [(GUILD, user_id)], now=NOW + after)


async def hosted_by(net: Network, meeting: Meeting, user_id: int) -> None:
    await net.store.write(
        meetings.share, meeting.id, guild=await net.guild(), user_id=user_id, change="host", everywhere=False,
        actor_id=ADMIN, now=NOW + timedelta(hours=1),
    )  # fmt: skip


async def test_who_comes_back_hosts_again_what_nobody_took_over(net: Network) -> None:
    await weekly(net)
    kept = await net.schedule(starts_at=START + timedelta(hours=3))
    taken = await net.schedule(starts_at=START + timedelta(hours=4))
    grace = await net.schedule(starts_at=START + timedelta(hours=5), host_id=GRACE)
    await leaves(net, AMINA)
    await leaves(net, GRACE)
    await hosted_by(net, taken, TOMASZ)
    await attended(net, "extend", timedelta(days=20))
    await returns(net, AMINA)
    found = await hosts(net)
    assert (found.pop(taken.wall), found.pop(grace.wall)) == (TOMASZ, ORGANISERS)
    assert set(found.values()) == {AMINA}
    assert len(found) > 2
    asked = set(await enqueued(net, ASK_REPORT))
    assert (AMINA, True) in asked
    # One word for the series, one for the other meeting, and Tomasz's own; nobody is told that a host has gone.
    assert sorted(await enqueued(net, HOSTING)) == sorted([(AMINA, True), (AMINA, True), (TOMASZ, True)])
    assert kept.wall in found


async def test_whoever_comes_back_too_late_or_twice_changes_nothing(net: Network) -> None:
    past = await net.schedule()
    await weekly(net)
    await leaves(net, AMINA)

    def ended(session: Session) -> None:
        session.execute(update(Series).values(ended_at=NOW))
        session.execute(update(Meeting).where(Meeting.series_id.is_not(None)).values(cancelled_at=NOW))

    await net.store.write(ended)
    await returns(net, AMINA, START + timedelta(hours=1) - NOW)
    assert (await hosts(net))[past.wall] == ORGANISERS
    before = await hosts(net)
    await returns(net, AMINA)
    await returns(net, GRACE)
    assert await hosts(net) == before
    assert await enqueued(net, HOSTING) == []


async def test_an_editor_who_comes_back_edits_again_unless_somebody_else_does(net: Network) -> None:
    def edited(session: Session) -> None:
        for name, editor in (("news", AMINA), ("paper", AMINA), ("blog", GRACE)):
            session.add(
                Publication(
                    guild_id=GUILD, name=name, folded=name, cadence="monthly", editor_id=editor, zone="Europe/London",
                    used=True, call_days=7,
                )
            )  # fmt: skip

    def editors(session: Session) -> dict[str, int | None]:
        return {one.name: one.editor_id for one in session.scalars(select(Publication))}

    def taken(session: Session) -> None:
        session.execute(update(Publication).where(Publication.name == "paper").values(editor_id=TOMASZ))

    await net.store.write(edited)
    await leaves(net, AMINA)
    assert await net.store.read(editors) == {"news": None, "paper": None, "blog": GRACE}
    await net.store.write(taken)
    await returns(net, AMINA)
    assert await net.store.read(editors) == {"news": AMINA, "paper": TOMASZ, "blog": GRACE}


async def test_what_a_host_would_hear_in_private_the_organisers_hear(net: Network) -> None:
    guild = await net.guild()
    meeting = await net.schedule()
    await leaves(net, AMINA)

    def busy(session: Session) -> None:
        needs.say(session, meeting.id, guild=guild, user_id=GRACE, words="a ramp", now=NOW)
        item = checklist.opened(session, meeting.id)[0]
        _, fresh = checklist.find(session, item.id, guild_id=GUILD)
        checklist.assign(session, item, fresh, TOMASZ, guild=guild, actor_id=ADMIN, now=NOW)
        checklist.assign(session, item, fresh, None, guild=guild, actor_id=TOMASZ, now=NOW)

    await net.store.write(busy)
    later = START + timedelta(hours=2)
    await net.store.write(
        reports.close, meeting.id, guild=guild, attendance=3, decided="", next_words="", actor_id=ADMIN, now=later,
        goals=[GoalWords("Write to the MP", due_on=(START + timedelta(days=9)).date())],
    )  # fmt: skip
    assert await enqueued(net, needs.NEED) == [(ASKED_IN, False)]
    assert await enqueued(net, checklist.BACK) == [(ASKED_IN, False)]
    assert await enqueued(net, reports.NUDGE) == [(ASKED_IN, False)] * 2
    moved = await net.schedule(title="Other", host_id=GRACE)
    await leaves(net, GRACE)
    await net.move(moved, START + timedelta(days=1))
    asked = await enqueued(net, ASK_REPORT)
    assert asked == [(ASKED_IN, False)]


async def test_goals_of_who_left_are_asked_about_in_the_organisers_channel(net: Network) -> None:
    guild = await net.guild()
    meeting = await net.schedule(host_id=GRACE)
    due_on, later = (START + timedelta(days=9)).date(), START + timedelta(hours=2)
    await net.store.write(
        reports.close, meeting.id, guild=guild, attendance=3, decided="", next_words="", actor_id=GRACE, now=later,
        goals=[GoalWords("Write to the MP", due_on=due_on), GoalWords("Call", owner_id=TOMASZ, due_on=due_on)],
    )  # fmt: skip
    assert {target for target, _ in await enqueued(net, reports.NUDGE)} == {GRACE, TOMASZ}
    await leaves(net, GRACE, timedelta(days=12))
    await leaves(net, TOMASZ, timedelta(days=12))
    assert await enqueued(net, reports.NUDGE) == [(ASKED_IN, False)] * 4


async def test_a_report_that_the_host_was_asked_for_is_asked_of_the_organisers_when_they_leave(
    net: Network,
) -> None:
    meeting = await net.schedule(host_id=GRACE)
    assert await enqueued(net, ASK_REPORT) == [(GRACE, True)]
    await leaves(net, GRACE, START + timedelta(hours=3) - NOW)
    assert await enqueued(net, ASK_REPORT) == [(ASKED_IN, False)]
    guild = await net.guild()
    await net.store.write(reports.ask_again, meeting, 1, guild=guild, now=START + timedelta(days=1))
    assert await enqueued(net, ASK_REPORT) == [(ASKED_IN, False)]


async def test_what_whoever_was_erased_hosted_is_the_organisers_until_somebody_takes_it_over(
    net: Network,
) -> None:
    await weekly(net)
    alone = await net.schedule(starts_at=START + timedelta(hours=3))
    await net.store.write(leaving.take_out, AMINA, now=NOW)
    await forget(net.store, AMINA, guild_id=None, now=NOW)
    assert set((await hosts(net)).values()) == {ORGANISERS}
    assert await net.store.read_in_thread(privacy.find, AMINA) == {}
    organised = await net.guild()
    await net.store.write(
        meetings.share,
        alone.id,
        guild=organised,
        user_id=TOMASZ,
        change="host",
        everywhere=False,
        actor_id=ADMIN,
        now=NOW,
    )
    assert (await hosts(net))[alone.wall] == TOMASZ
