"""Lives of series at random: skipped, moved, changed, ended, held, one or all later ones, in any order.

After each step the store holds what the step says, and a calendar program that reads the feed has exactly what the
store has. `SERIES_LIVES=500` runs more of them.
"""

import os
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import select

from bot.domain.series import Pattern
from bot.errors import UserError
from cogs.meetings.calendars import feed
from db import guilds, meetings
from db.engine import Store, open_store
from db.meetings import series, series_changes
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting, Series
from db.meetings.series import attend
from db.models import Guild, Region
from db.setup import mentions
from tests.db.network import AMINA, GRACE, GUILD, LONDON, NOW, TOMASZ, Network, network
from tests.words import words

LIVES = int(os.environ.get("SERIES_LIVES", "40"))
FROM = int(os.environ.get("SERIES_FROM", "0"))
STEPS = 18
BATCH = 10
FORUM = MeetingDetails(title="Forum", minutes=60, host_id=AMINA)
RULES = (
    "FREQ=WEEKLY;BYDAY={code}",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY={code}",
    "FREQ=WEEKLY;BYDAY={code};COUNT=6",
    "FREQ=MONTHLY;BYMONTHDAY={day}",
    "FREQ=MONTHLY;BYDAY=-1{code}",
    "FREQ=DAILY;INTERVAL=5",
    "FREQ=WEEKLY;BYDAY={code};UNTIL=20260630T180000Z",
)
TEXTS = words()


@pytest.fixture
async def net(sqlite_url: str) -> AsyncGenerator[Network]:
    """The servers, in a file of this test's own: the verbs are the same on the other store."""
    async with open_store(sqlite_url) as store:
        yield await network(store)


class Life:
    """One region with series that somebody cannot leave alone."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.luck = random.Random(seed)
        self.now = NOW
        self.channel = 1_000_000 + seed
        self.done: list[str] = []

    async def run(self) -> None:
        """Live it."""
        name = f"Region {self.channel}"
        self.region: Region = await self.store.write(
            mentions.set_region, GUILD, name=name, channel_id=self.channel, actor_id=AMINA, now=self.now
        )
        await self._begin()
        acts: list[Callable[[], Awaitable[None]]] = [
            self.skip, self.move, self.edit, self.move_later, self.end_later, self.edit_later,
            self.hold, self.resume, self.share, self.answer, self.post, self.pass_time,
        ]  # fmt: skip
        weights = [4, 4, 2, 6, 1, 2, 1, 2, 1, 2, 2, 3]
        for _ in range(STEPS):
            (act,) = self.luck.choices(acts, weights)
            try:
                await act()
            except UserError as error:
                self.done.append(f"refused {error.key}")
            try:
                await self.agree()
            except AssertionError as error:
                raise AssertionError(f"{self.channel - 1_000_000}: {self.done}") from error

    async def _begin(self) -> None:
        first = datetime(2026, 3, self.luck.randint(3, 31), self.luck.randint(8, 20), tzinfo=LONDON)
        code = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
        rule = self.luck.choice(RULES).format(code=code, day=first.day)
        if "BYDAY=-1" in rule and (first + timedelta(days=7)).month == first.month:
            rule = f"FREQ=WEEKLY;BYDAY={code}"
        pattern = Pattern(first.strftime("%Y-%m-%dT%H:%M"), LONDON, rule)
        self.done.append(f"begin {pattern.first} {rule}")
        await self.store.write(
            series.begin,
            replace(FORUM, venue="Library"),
            guild=await self.guild(),
            region=self.region,
            pattern=pattern,
            actor_id=AMINA,
            now=self.now,
        )

    async def guild(self) -> Guild:
        found = await self.store.read(guilds.load, GUILD)
        assert found is not None
        return found

    async def stored(self) -> list[Meeting]:
        query = select(Meeting).where(Meeting.region_id == self.region.id).order_by(Meeting.id)
        return list(await self.store.read(lambda session: session.scalars(query).all()))

    async def one(self) -> Meeting:
        """Some occurrence that can be changed."""
        ahead = [
            each
            for each in await self.stored()
            if each.cancelled_at is None and each.starts_at > self.now and each.series_id is not None
        ]
        if not ahead:
            raise UserError("meetings.unknown")
        return self.luck.choice(ahead)

    async def change(self, verb: Any, about: int, **more: Any) -> Any:
        return await self.store.write(
            verb, about, guild=await self.guild(), actor_id=AMINA, now=self.now, **more
        )

    async def again(self, about: int) -> Meeting:
        found = [each for each in await self.stored() if each.id == about]
        return found[0]

    def _other_time(self, meeting: Meeting) -> datetime:
        shift = timedelta(days=self.luck.randint(-9, 24), minutes=15 * self.luck.randint(-12, 12))
        return max(meeting.starts_at + shift, self.now + timedelta(hours=1)).replace(second=0, microsecond=0)

    async def skip(self) -> None:
        one = await self.one()
        self.done.append(f"skip {one.id} {one.slot}")
        await self.change(meetings.cancel, one.id, reason="")
        assert (await self.again(one.id)).cancelled_at == self.now

    async def move(self) -> None:
        one = await self.one()
        to = self._other_time(one)
        self.done.append(f"move {one.id} {one.slot} to {to}")
        await self.change(meetings.move, one.id, starts_at=to, zone=LONDON)
        assert (await self.again(one.id)).starts_at == to

    async def edit(self) -> None:
        one = await self.one()
        self.done.append(f"edit {one.id} {one.slot}")
        await self.change(meetings.edit, one.id, title=self.luck.choice(("Forum", "Choir")))

    async def move_later(self) -> None:
        one = await self.one()
        to = self._other_time(one)
        self.done.append(f"move later {one.id} {one.slot} to {to}")
        before = {each.id: each for each in await self.stored()}
        await self.change(series_changes.move_later, one.id, starts_at=to)
        after = {each.id: each for each in await self.stored()}
        assert after[one.id].starts_at == to
        for number, each in before.items():
            if each.series_id != one.series_id or (each.slot or "") < (one.slot or ""):
                assert after[number].starts_at == each.starts_at
            if each.cancelled_at is not None:
                assert after[number].cancelled_at is not None

    async def end_later(self) -> None:
        one = await self.one()
        self.done.append(f"end later {one.id} {one.slot}")
        await self.change(series_changes.end_later, one.id, reason="Enough")
        for each in await self.stored():
            later = each.series_id == one.series_id and (each.slot or "") >= (one.slot or "")
            assert not later or each.cancelled_at is not None or each.starts_at <= self.now

    async def edit_later(self) -> None:
        one = await self.one()
        self.done.append(f"edit later {one.id} {one.slot}")
        await self.change(
            series_changes.edit_later, one.id, venue=self.luck.choice(("Library", "Hall")), minutes=90
        )

    async def hold(self) -> None:
        one = await self.one()
        self.done.append(f"hold {one.series_id}")
        await self.change(series.put_on_hold, one.series_id or 0)

    async def resume(self) -> None:
        found = [each.id for each in await self.all_series() if each.ended_at is None]
        if found:
            chosen = self.luck.choice(found)
            self.done.append(f"resume {chosen}")
            await self.change(series.still_alive, chosen)

    async def share(self) -> None:
        one = await self.one()
        self.done.append(f"share {one.id}")
        await self.change(meetings.share, one.id, user_id=TOMASZ, change="co-host", everywhere=True)

    async def answer(self) -> None:
        one = await self.one()
        self.done.append(f"answer {one.id}")
        await self.store.write(
            meetings.answer,
            one.id,
            guild_id=GUILD,
            user_id=GRACE,
            choice="going",
            guild=await self.guild(),
            now=self.now,
        )

    async def post(self) -> None:
        one = await self.one()
        self.done.append(f"post {one.id}")
        await self.store.write(meetings.announced, one.id, 5_000 + one.id, now=self.now)

    async def pass_time(self) -> None:
        self.now += timedelta(days=self.luck.randint(1, 12), hours=self.luck.randint(0, 23))
        self.done.append(f"now {self.now}")
        guild = await self.guild()
        for each in await self.all_series():
            await self.store.write(attend, each.id, "extend", "", guild=guild, now=self.now)

    async def all_series(self) -> list[Series]:
        query = select(Series).where(Series.region_id == self.region.id).order_by(Series.id)
        return list(await self.store.read(lambda session: session.scalars(query).all()))

    async def agree(self) -> None:
        """Hold the feed against the store, series by series, and as far as the rule reaches beyond what is stored."""
        found, until = await self.stored(), self.now + timedelta(days=200)
        known: dict[int, list[Meeting]] = {}
        for each in found:
            known.setdefault(each.series_id or 0, []).append(each)
        for each in await self.all_series():
            theirs = known.get(each.id, [])
            slots = [one.slot for one in theirs]
            assert len(slots) == len(set(slots))
            wanted = [one.starts_at for one in theirs if one.cancelled_at is None]
            if each.held_at is None and each.ended_at is None:
                pattern = Pattern(each.first, ZoneInfo(each.zone), each.rule)
                ahead = (slot for slot in pattern.after(each.upto) if slot.wall not in slots)
                for slot in ahead:
                    if slot.starts_at > until:
                        break
                    wanted.append(slot.starts_at)
            ics = feed("London", theirs, [each], TEXTS, now=self.now)
            assert expanded(ics, until) == sorted(one for one in wanted if one < until)


def expanded(ics: bytes, until: datetime) -> list[datetime]:
    events = recurring_ical_events.of(Calendar.from_ical(ics)).between(NOW - timedelta(days=40), until)
    live = [event for event in events if event.get("STATUS") != "CANCELLED"]
    starts = (cast("datetime", event.decoded("DTSTART")).astimezone(UTC) for event in live)
    return sorted(at for at in starts if at < until)


@pytest.mark.parametrize("begin", range(FROM, LIVES, BATCH))
async def test_store_and_feed_agree_after_every_step(net: Network, begin: int) -> None:
    for seed in range(begin, min(begin + BATCH, LIVES)):
        await Life(net.store, seed).run()


async def test_later_ones_move_after_others_were_ended_and_skipped(net: Network) -> None:
    """Weekly from 5 March; 9 April and later ended, 2 April skipped; then 12 March and later are moved."""
    life = Life(net.store, 0)
    life.region = await net.store.write(
        mentions.set_region, GUILD, name="Kent", channel_id=77, actor_id=AMINA, now=NOW
    )
    guild = await life.guild()
    pattern = Pattern("2026-03-05T18:00", LONDON, "FREQ=WEEKLY;BYDAY=TH")
    first = await net.store.write(
        series.begin, FORUM, guild=guild, region=life.region, pattern=pattern, actor_id=AMINA, now=NOW
    )
    by_slot = {each.slot: each.id for each in await life.stored()}
    await life.change(series_changes.end_later, by_slot["2026-04-09T18:00"], reason="")
    await life.change(meetings.cancel, by_slot["2026-04-02T18:00"], reason="")
    await life.change(
        series_changes.move_later,
        by_slot["2026-03-12T18:00"],
        starts_at=datetime(2026, 3, 14, 18, tzinfo=UTC),
    )
    live = [each.wall for each in await life.stored() if each.cancelled_at is None]
    assert live == [first.wall, "2026-03-14T18:00", "2026-03-21T18:00", "2026-03-28T18:00"]
    await life.agree()


async def test_what_a_hold_took_away_comes_back_though_a_later_one_was_skipped(net: Network) -> None:
    life = Life(net.store, 1)
    life.region = await net.store.write(
        mentions.set_region, GUILD, name="Kent", channel_id=78, actor_id=AMINA, now=NOW
    )
    guild = await life.guild()
    pattern = Pattern("2026-03-05T18:00", LONDON, "FREQ=WEEKLY;BYDAY=TH")
    await net.store.write(
        series.begin, FORUM, guild=guild, region=life.region, pattern=pattern, actor_id=AMINA, now=NOW
    )
    stored = await life.stored()
    walls = [each.wall for each in stored]
    await life.change(meetings.cancel, stored[-1].id, reason="")
    await life.change(series.put_on_hold, stored[0].series_id or 0)
    await life.agree()
    await life.change(series.still_alive, stored[0].series_id or 0)
    await life.agree()
    assert sorted(each.wall for each in await life.stored() if each.cancelled_at is None) == walls[:-1]
