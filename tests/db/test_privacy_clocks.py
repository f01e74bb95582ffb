"""Clocks of who left and of servers that sent the bot away, and the sweep: each goes in its time, nothing sooner."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep
from db import privacy
from db.engine import Store
from db.meetings.models import Meeting
from db.membership.models import Departure
from db.privacy import servers
from db.privacy.erasing import forget
from tests.db.members import NOW, everything
from tests.db.privacy_rows import AMINA, AWAY, GRACE, HOME, fill, swept


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.write(fill)
    return store


async def test_a_clock_runs_for_whoever_left_and_stops_when_they_come_back(filled: Store) -> None:
    await forget(filled, AMINA, guild_id=HOME, now=NOW)
    keep, grace = Keep(after_leaving=30), [(HOME, GRACE)]

    def clock_of(session: Session) -> Departure | None:
        return session.get(Departure, (HOME, GRACE))

    await filled.write(privacy.returned_many, grace, now=NOW)
    await filled.write(privacy.left_many, grace, now=NOW, keep=keep)
    gone = await filled.read(clock_of)
    assert gone is not None
    assert gone.erase_at == NOW + timedelta(days=30)
    await filled.write(privacy.left_many, grace, now=NOW + timedelta(days=9), keep=keep)
    again = await filled.read(clock_of)
    assert again is not None
    assert again.left_at == NOW
    late = NOW + timedelta(days=30)
    before = await filled.read(privacy.run_down, now=late - timedelta(seconds=1))
    assert GRACE not in {each.user_id for each in before if each.guild_id == HOME and each.erase_at > NOW}
    assert GRACE in {each.user_id for each in await filled.read(privacy.run_down, now=late)}
    await filled.write(privacy.returned_many, grace, now=NOW)
    assert GRACE not in {each.user_id for each in await filled.read(privacy.run_down, now=late)}


async def test_the_settings_go_with_the_last_server_that_knows_somebody(filled: Store) -> None:
    await forget(filled, AMINA, guild_id=HOME, now=NOW)
    assert "person" in await filled.read_in_thread(privacy.find, AMINA)
    await forget(filled, AMINA, guild_id=AWAY, now=NOW)
    assert await filled.read_in_thread(privacy.find, AMINA) == {}


async def test_the_sweep_deletes_what_is_older_than_it_is_kept_and_nothing_else(filled: Store) -> None:
    keep = Keep(messages=10, answers=20, audit=30)

    def dated(session: Session) -> None:
        session.execute(text("update contact set ends = '2027-08-31'"))
        session.execute(text("update published_month set month = '2026-03'"))
        session.execute(text("insert into v2_message select max(message_id) from delivery"))

    await filled.write(dated)
    sizes = await filled.read_in_thread(privacy.size)
    await swept(filled, now=NOW + timedelta(days=10), keep=keep)
    after = await filled.read_in_thread(privacy.size)
    # That something was swept is itself noted until its traces are gone from the file.
    assert {name for name, number in after.items() if number != sizes[name]} - {"erasure"} == {
        "access_need",
        "limit_use",
        "contribution",
        "draft",
        "help_call",
        "kept_hash",
        "v2_message",  # those of no message that is still edited
        "waiting",
    }
    assert after["v2_message"] == 1
    for days, names in (
        (11, {"delivery", "introduction", "mention", "poll_vote", "proposal", "v2_message"}),
        (21, {"answer", "event_goer", "interested"}),
        (31, {"audit"}),
    ):
        before = await filled.read_in_thread(privacy.size)
        await swept(filled, now=NOW + timedelta(days=days), keep=keep)
        after = await filled.read_in_thread(privacy.size)
        assert {name for name, number in after.items() if number != before[name]} - {"erasure"} == names
        assert not any(after[name] for name in names)
    meetings = await filled.read_in_thread(lambda session: session.scalars(select(Meeting)).all())
    assert {meeting.going for meeting in meetings} == {1}


async def test_what_is_still_owed_is_never_swept(filled: Store) -> None:
    def pending(session: Session) -> None:
        session.execute(text("update delivery set status = 'pending', settled_at = null"))

    await filled.write(pending)
    await swept(filled, now=NOW + timedelta(days=900), keep=Keep())
    assert (await filled.read_in_thread(privacy.size))["delivery"] == 3


async def test_a_server_that_sent_the_bot_away_is_erased_when_its_clock_has_run_down(filled: Store) -> None:
    keep = Keep(after_leaving=90)

    async def due(days: float) -> list[int]:
        now = NOW + timedelta(days=days)
        return await filled.read(servers.abandoned, now=now, asked_since=now, keep=keep)

    async def answered(days: float) -> set[int]:
        return await filled.write(servers.refused, [HOME], now=NOW + timedelta(days=days))

    await filled.write(servers.present, [HOME, AWAY])
    await filled.write(servers.gone, [HOME], now=NOW)
    assert await filled.write(servers.warn, now=NOW + timedelta(days=90), keep=keep) == 0
    assert await answered(0) == set()
    assert await answered(0.4) == set()  # on two days is asked for, which one answer and its echo are not
    assert await filled.write(servers.warn, now=NOW + timedelta(days=82), keep=keep) == 0
    assert await filled.write(servers.warn, now=NOW + timedelta(days=83), keep=keep) == 1
    assert await filled.write(servers.warn, now=NOW + timedelta(days=84), keep=keep) == 0
    assert await due(90) == []
    assert await answered(89) == {HOME}
    assert await due(89) == []
    assert await due(90) == []
    await answered(90)
    assert await due(90) == [HOME]
    assert await filled.write(servers.present, [HOME, AWAY]) == {HOME}
    assert await due(90) == []
    await answered(90)
    assert await due(90) == []
    await answered(180)
    assert await filled.write(servers.warn, now=NOW + timedelta(days=180), keep=keep) == 1
    assert await due(180) == []
    await answered(187)
    assert await due(187) == [HOME]
    assert set(await filled.write(privacy.erase_guild, HOME, now=NOW)) == {AMINA, GRACE}
    left = await filled.read_in_thread(everything)
    assert str(HOME) not in left
    assert str(GRACE) not in left
    assert (await filled.read_in_thread(privacy.size))["person"] == 1


async def test_two_answers_of_some_days_ago_erase_nothing_without_one_of_this_night(filled: Store) -> None:
    keep = Keep(after_leaving=90)
    await filled.write(servers.present, [HOME])
    await filled.write(servers.gone, [HOME], now=NOW)
    for day in (0, 1, 94):
        await filled.write(servers.refused, [HOME], now=NOW + timedelta(days=day))
    await filled.write(servers.warn, now=NOW + timedelta(days=83), keep=keep)
    for day in (95, 120):
        night = NOW + timedelta(days=day)
        assert await filled.read(servers.abandoned, now=night, asked_since=night, keep=keep) == []
    answered = NOW + timedelta(days=121, minutes=1)
    await filled.write(servers.refused, [HOME], now=answered)
    begun = answered - timedelta(minutes=1)
    assert await filled.read(servers.abandoned, now=answered, asked_since=begun, keep=keep) == [HOME]


async def test_whoever_was_warned_under_a_shorter_time_has_the_longer_one_that_is_set_now(
    filled: Store,
) -> None:
    short, long = Keep(after_leaving=30), Keep(after_leaving=90)
    await filled.write(servers.present, [HOME])
    await filled.write(servers.gone, [HOME], now=NOW)
    await filled.write(servers.refused, [HOME], now=NOW)
    assert await filled.write(servers.warn, now=NOW + timedelta(days=23), keep=short) == 1
    for day, due in ((31, []), (89, []), (90, [HOME])):
        night = NOW + timedelta(days=day)
        await filled.write(servers.refused, [HOME], now=night)
        assert await filled.read(servers.abandoned, now=night, asked_since=night, keep=long) == due
