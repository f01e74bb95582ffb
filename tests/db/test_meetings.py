"""Verbs on meetings: what each stores, and what is enqueued because of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import UserError
from db import audit, meetings, people
from db.engine import Store
from db.meetings import ANNOUNCE, CANCELLED, CARD, CHANGED, REMIND
from db.meetings.models import Meeting
from db.servers import server_of
from tests.db.network import AMINA, GRACE, GUILD, NOW, OTHER, START, TOMASZ, Network, before, network


@pytest.fixture
async def net(store: Store) -> Network:
    return await network(store)


async def test_a_meeting_is_stored_as_wall_time_with_what_is_owed_for_it(net: Network) -> None:
    made = await net.schedule(starts_at=datetime(2026, 3, 30, 17, tzinfo=UTC))
    found = await net.store.read(meetings.find, made.id, guild_id=GUILD)
    assert (found.wall, found.zone, found.starts_at) == ("2026-03-30T18:00", "Europe/London", made.starts_at)
    assert found.region.name == "Leeds"
    announcement, reminder = await net.enqueued(ANNOUNCE, REMIND)
    assert (announcement.kind, announcement.due_at, announcement.expires_at) == (
        ANNOUNCE,
        NOW,
        made.starts_at,
    )
    assert made.starts_at - reminder.due_at == timedelta(hours=1)
    assert (reminder.kind, reminder.private) == (REMIND, False)
    # The clocks went forward the night before: a week before is by the wall.
    await net.answer(made, GRACE, "going")
    assert [made.starts_at - one.due_at for one in await net.enqueued(REMIND) if one.private] == [
        timedelta(days=7, hours=-1),
        timedelta(days=1),
        timedelta(hours=1),
    ]
    assert {one.subject for one in await net.enqueued()} == {f"meeting:{made.id}"}


async def test_whatever_fails_stores_nothing_of_it(net: Network) -> None:
    with pytest.raises(Exception, match=r".*"):
        await net.schedule(title=None)
    assert await net.enqueued() == []
    assert await net.store.read(meetings.upcoming, GUILD, now=NOW) == []


async def test_an_answer_owes_private_reminders_and_is_counted_once(net: Network) -> None:
    meeting = await net.schedule()
    for choice in ("going", "maybe", "going"):
        await net.answer(meeting, GRACE, choice)
    enqueued = [one for one in await net.enqueued(REMIND) if one.private]
    assert [(one.target_id, one.due_at) for one in enqueued] == [
        (GRACE, before(10_080)),
        (GRACE, before(1_440)),
        (GRACE, before(60)),
    ]
    found = await net.store.read(meetings.find, meeting.id, guild_id=GUILD, with_answers=True)
    assert [(given.user_id, given.choice) for given in found.answers] == [(GRACE, "going")]


async def test_cant_voids_the_private_reminders_and_coming_after_all_arms_them_again(net: Network) -> None:
    meeting = await net.schedule()
    await net.answer(meeting, GRACE, "going")
    await net.answer(meeting, TOMASZ, "going")
    await net.answer(meeting, GRACE, "cant")
    mine = [one for one in await net.enqueued(REMIND) if one.target_id == GRACE]
    assert {(one.status, one.reason) for one in mine} == {("suppressed", "not_coming")}
    await net.answer(meeting, GRACE, "maybe")
    mine = [one for one in await net.enqueued(REMIND) if one.target_id == GRACE]
    assert {(one.status, one.reason) for one in mine} == {("pending", None)}
    assert len(mine) == 3


async def test_whoever_wants_no_private_messages_is_owed_none(net: Network) -> None:
    meeting = await net.schedule()
    await net.store.write(people.choose, GRACE, dms=False)
    await net.answer(meeting, GRACE, "going")
    await net.move(meeting, START + timedelta(days=1))
    await net.cancel(meeting)
    assert not any(one.private and one.target_id == GRACE for one in await net.enqueued())


async def test_a_members_own_lead_times_and_zone_go_before_the_servers(net: Network) -> None:
    meeting = await net.schedule()
    await net.store.write(people.choose, GRACE, leads=[120], zone="Pacific/Auckland")
    await net.answer(meeting, GRACE, "going")
    (mine,) = [one for one in await net.enqueued(REMIND) if one.private]
    # 16:00 in London is 05:00 in Auckland; the meeting begins at 07:00 there, within the quiet hours.
    assert mine.due_at == before(120)


async def test_a_move_voids_what_was_owed_and_owes_it_for_the_new_time(net: Network) -> None:
    meeting = await net.schedule()
    await net.announced(meeting)
    await net.answer(meeting, GRACE, "going")
    await net.answer(meeting, TOMASZ, "cant")
    later = START + timedelta(days=7)
    moved = await net.move(meeting, later)
    assert (moved.starts_at, moved.wall, moved.sequence) == (later, "2026-03-19T18:00", 1)
    old = [one for one in await net.enqueued(REMIND, status="suppressed") if one.reason == "moved"]
    assert len(old) == 4
    new = await net.enqueued(REMIND, status="pending")
    assert {one.expires_at for one in new} == {later}
    assert [later - one.due_at for one in new if not one.private] == [timedelta(hours=1)]
    assert {one.target_id for one in new if one.private} == {GRACE}
    told = await net.enqueued(CHANGED)
    assert {one.target_id for one in told if one.private} == {GRACE, TOMASZ}
    assert {one.data["was"]["start"] for one in told} == {"2026-03-12T18:00 Europe/London"}
    assert len(await net.enqueued(CARD, status="pending")) == 1


async def test_a_card_not_posted_yet_expires_with_the_new_time(net: Network) -> None:
    meeting = await net.schedule()
    later = START + timedelta(days=7)
    await net.move(meeting, later)
    (card,) = await net.enqueued(ANNOUNCE)
    assert (card.status, card.expires_at) == ("pending", later)


async def test_a_move_back_owes_the_reminders_of_that_time_again(net: Network) -> None:
    meeting = await net.schedule()
    await net.move(meeting, START + timedelta(days=1))
    await net.move(meeting, START)
    assert [one.due_at for one in await net.enqueued(REMIND, status="pending")] == [before(60)]


async def test_a_cancellation_voids_everything_and_tells_whoever_answered(net: Network) -> None:
    meeting = await net.schedule()
    await net.announced(meeting)
    await net.answer(meeting, GRACE, "going")
    await net.answer(meeting, TOMASZ, "cant")
    done = await net.cancel(meeting, reason="Strike day")
    assert (done.cancelled_at, done.cancel_reason) == (NOW, "Strike day")
    assert await net.enqueued(REMIND, status="pending") == []
    told = await net.enqueued(CANCELLED, status="pending")
    assert {one.target_id for one in told if one.private} == {GRACE, TOMASZ}
    assert len([one for one in told if not one.private]) == 1
    assert await net.store.read(meetings.upcoming, GUILD, now=NOW) == []


async def test_a_meeting_nobody_has_seen_is_cancelled_without_a_word(net: Network) -> None:
    meeting = await net.schedule()
    await net.cancel(meeting)
    assert await net.enqueued(CANCELLED) == []
    assert await net.enqueued(ANNOUNCE, status="pending") == []


async def test_what_is_cancelled_or_over_can_be_neither_changed_nor_answered(net: Network) -> None:
    meeting = await net.schedule()
    after = START + timedelta(minutes=60)
    for change in (
        net.move(meeting, START + timedelta(days=9), after),
        net.cancel(meeting, after),
        net.answer(meeting, GRACE, "going", after),
    ):
        with pytest.raises(UserError, match="over"):
            await change
    await net.answer(meeting, GRACE, "going", after - timedelta(seconds=1))
    await net.cancel(meeting)
    for change in (
        net.move(meeting, START + timedelta(days=1)),
        net.cancel(meeting),
        net.answer(meeting, GRACE, "maybe"),
    ):
        with pytest.raises(UserError, match="cancelled"):
            await change


async def test_many_changes_in_a_row_owe_the_card_one_renewal(net: Network) -> None:
    meeting = await net.schedule()
    await net.announced(meeting)
    guild = await net.guild()
    for number in range(5):
        await net.store.write(
            meetings.edit, meeting.id, guild=guild, actor_id=AMINA, now=NOW, title=f"Title {number}"
        )
    assert len(await net.enqueued(CARD, status="pending")) == 1
    found = await net.store.read(meetings.find, meeting.id, guild_id=GUILD)
    assert found.title == "Title 4"


async def test_changed_lead_times_rearm_what_lies_ahead_in_every_server(net: Network) -> None:
    here = await net.schedule()
    there = await net.schedule(OTHER)
    cancelled = await net.schedule(title="Cancelled")
    for meeting, guild_id in ((here, GUILD), (there, OTHER), (cancelled, GUILD)):
        await net.answer(meeting, GRACE, "going", guild_id=guild_id)
    await net.answer(here, TOMASZ, "going")
    await net.cancel(cancelled)
    await net.store.write(people.choose, GRACE, leads=[30])
    assert await net.store.write(meetings.rearm, GRACE, now=NOW) == 2
    mine = [one for one in await net.enqueued(REMIND, status="pending") if one.target_id == GRACE]
    assert {(one.guild_id, one.due_at) for one in mine} == {(GUILD, before(30)), (OTHER, before(30))}
    others = [one for one in await net.enqueued(REMIND, status="pending") if one.target_id == TOMASZ]
    assert len(others) == 3


async def test_a_meeting_of_another_server_is_unknown(net: Network) -> None:
    meeting = await net.schedule()
    with pytest.raises(UserError, match="unknown"):
        await net.store.read(meetings.find, meeting.id, guild_id=OTHER)
    with pytest.raises(UserError, match="unknown"):
        await net.answer(meeting, GRACE, "going", guild_id=OTHER)
    assert await net.store.read(server_of, Meeting, meeting.id) == GUILD
    assert await net.store.read(server_of, Meeting, 99) is None


async def test_what_is_coming_up_is_listed_soonest_first_within_bounds(net: Network) -> None:
    guild = await net.guild()
    leeds, london = guild.regions
    for title, days, region in (("c", 3, leeds), ("a", 1, london), ("b", 2, leeds), ("past", -1, leeds)):
        await net.schedule(title=title, starts_at=NOW + timedelta(days=days), region=region)
    await net.schedule(OTHER, title="elsewhere", starts_at=NOW + timedelta(days=1))

    async def titles(**bounds: object) -> list[str]:
        found = await net.store.read(meetings.upcoming, GUILD, now=NOW, **bounds)  # pyright: ignore[reportArgumentType] - its options
        return [meeting.title for meeting in found]

    assert await titles() == ["a", "b", "c"]
    assert await titles(region_id=leeds.id) == ["b", "c"]
    assert await titles(limit=1) == ["a"]
    assert await titles(since=NOW + timedelta(days=2), until=NOW + timedelta(days=3)) == ["b"]
    assert await titles(since=NOW - timedelta(days=2)) == ["past", "a", "b", "c"]


async def test_every_deed_is_in_the_audit_with_who_did_it(net: Network) -> None:
    meeting = await net.schedule()
    await net.move(meeting, START + timedelta(days=1), NOW + timedelta(minutes=1))
    await net.cancel(meeting, NOW + timedelta(minutes=2))
    lines = await net.store.read(audit.lines, GUILD)
    assert [(line.action, line.subject, line.actor_id) for line in lines[:3]] == [
        ("meeting.cancel", f"meeting:{meeting.id}", AMINA),
        ("meeting.move", f"meeting:{meeting.id}", AMINA),
        ("meeting.schedule", f"meeting:{meeting.id}", AMINA),
    ]
