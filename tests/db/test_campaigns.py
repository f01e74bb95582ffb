"""Prompts over a year on a real store, with the clock moved through every due time; and what is kept of deeds."""

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.campaigns import Campaign, Turns, fair, in_school, read_actions
from bot.domain.deliveries import Ending
from bot.domain.terms import rows_of
from bot.errors import UserError
from bot.texts import Texts
from bot.ui.campaigns.content import load
from db import campaigns, deliveries, guilds, people
from db.campaigns.deeds import AGAIN
from db.engine import Store
from db.models import Deed, Delivery, Guild, GuildCampaign, Prompt, PromptPlan
from tests.db.network import ADMIN, AMINA, GRACE, GUILD, LEEDS_CHANNEL, LONDON_CHANNEL, TOMASZ, network
from tests.domain.test_campaigns import TERMS

LONDON = ZoneInfo("Europe/London")
# A Monday, two days before the autumn term begins.
AUGUST = datetime(2026, 8, 31, 9, tzinfo=UTC)
NEXT_AUGUST = datetime(2027, 8, 31, 9, tzinfo=UTC)
CONTENT = load(Texts.load())
NAMES = [campaign.id for campaign in CONTENT]


@dataclass(frozen=True)
class Sent:
    """A prompt that went out."""

    at: datetime
    to: int
    campaign: str
    action: str
    private: bool

    @property
    def wall(self) -> datetime:
        return self.at.astimezone(LONDON)


@dataclass
class Year:
    """Takes deliveries in the order of their due times, as the sender does, without Discord."""

    store: Store
    now: datetime = AUGUST
    wanted: dict[date, str] = field(default_factory=dict[date, str])
    sent: list[Sent] = field(default_factory=list[Sent])
    gone: set[int] = field(default_factory=set[int])

    async def until(self, moment: datetime, *, asleep: bool = False) -> None:
        """Go to `moment`, doing what falls due; `asleep` does none of it before then, as when the machine was off."""
        while not asleep:
            due = await self.store.read(deliveries.next_wake)
            if due is None or due > moment:
                break
            self.now = max(self.now, due)
            await self._round()
        self.now = moment
        await self._round()

    async def _round(self) -> None:
        while claimed := await self.store.write(
            deliveries.claim, now=self.now, worker="test", lease=timedelta(minutes=5), room=16
        ):
            for delivery in claimed:
                await self.store.write(self._deliver, delivery)

    def _deliver(self, session: Session, delivery: Delivery) -> None:
        def settle(ending: Ending, **more: Any) -> None:
            assert deliveries.settle(session, delivery, ending, now=self.now, **more)

        if delivery.expires_at is not None and self.now >= delivery.expires_at:
            settle(Ending.EXPIRED, reason="expired")
        elif delivery.kind == campaigns.CHORE:
            campaigns.attend(session, delivery.data, guild_id=delivery.guild_id, now=self.now)
            settle(Ending.SUPPRESSED, reason="chore")
        elif delivery.target_id in self.gone:
            settle(Ending.FAILED, reason="channel_gone")
        elif delivery.kind == campaigns.PROMPT:
            prompt_id = int(delivery.data["prompt"])
            wanted = self.wanted.get(self.now.astimezone(LONDON).date())
            chosen = campaigns.choose(session, prompt_id, content=CONTENT, wanted=wanted)
            if chosen is None:
                settle(Ending.SUPPRESSED, reason="campaigns_off")
                return
            campaigns.posted(session, prompt_id, now=self.now)
            settle(Ending.SENT)
            self._note(delivery, *chosen)
        elif delivery.kind == campaigns.PRIVATE:
            private: dict[str, Any] = {"guild_id": GUILD, "content": CONTENT, "now": self.now}
            chosen = campaigns.choose_private(session, delivery.target_id, **private)
            if chosen is None:
                settle(Ending.SUPPRESSED, reason="campaigns_off")
                return
            campaigns.was_private(session, delivery.target_id, **private)
            settle(Ending.SENT)
            self._note(delivery, *chosen)
        else:
            settle(Ending.SENT)

    def _note(self, delivery: Delivery, campaign: Campaign, action: Any) -> None:
        self.sent.append(Sent(self.now, delivery.target_id, campaign.id, action.id, delivery.private))

    def to(self, target: int) -> list[Sent]:
        return [sent for sent in self.sent if sent.to == target]


@pytest.fixture
async def year(store: Store) -> Year:
    """A server with the regions Leeds and London and its terms, set up with the defaults at the end of August."""
    await network(store)

    def start(session: Session) -> None:
        guilds.change(session, GUILD, actor_id=ADMIN, now=AUGUST, terms=rows_of(TERMS))
        campaigns.ensure_plan(session, GUILD, now=AUGUST)

    await store.write(start)
    return Year(store)


async def region(store: Store, channel_id: int) -> Any:
    guild = await store.read(guilds.load, GUILD)
    assert guild is not None
    return next(region for region in guild.regions if region.channel_id == channel_id)


def check(sent: list[Sent], names: list[str]) -> None:
    """Hold what one channel got against the promises."""
    counts: dict[str, int] = {}
    for before, after in itertools.pairwise(sent):
        assert before.campaign != after.campaign
        assert after.wall.date() - before.wall.date() >= timedelta(days=7)
    for one in sent:
        counts[one.campaign] = counts.get(one.campaign, 0) + 1
        assert fair(names, Turns(counts, {})), counts
        assert (one.wall.weekday(), one.wall.time()) == (2, time(12, 30))
        assert in_school(one.wall.date(), TERMS)


async def test_a_year_of_prompts(year: Year) -> None:
    # Every seventh week a key date of human rights is near: for two weeks, as in cogs/campaigns/sending.py.
    windows = [
        [(AUGUST + timedelta(days=2, weeks=week + part)).date() for part in (0, 1)]
        for week in range(1, 50, 7)
    ]
    year.wanted = {day: "rights" for window in windows for day in window}
    await year.until(NEXT_AUGUST)
    leeds, london = year.to(LEEDS_CHANNEL), year.to(LONDON_CHANNEL)
    school_wednesdays = [
        day
        for number in range(365)
        if (day := date(2026, 9, 7) + timedelta(days=number)).weekday() == 2
        and in_school(day, TERMS)
        and day < NEXT_AUGUST.date()
    ]
    assert [sent.wall.date() for sent in london] == school_wednesdays
    assert len(london) == len(leeds) == 39
    for channel in (leeds, london):
        check(channel, NAMES)
    # Noon by the wall is another instant in summer than in winter.
    assert {sent.at.time() for sent in london} == {time(11, 30), time(12, 30)}
    came = Counter(sent.campaign for sent in london)
    print(f"\n{len(london)} prompts a channel in a year: {dict(came)}")
    # No action comes again before all of its campaign have come.
    actions = Counter((sent.campaign, sent.action) for sent in london)
    for campaign in CONTENT:
        times = [actions[campaign.id, action.id] for action in campaign.actions]
        assert max(times) - min(times) <= 1
    of_rights = {sent.wall.date() for sent in london if sent.campaign == "rights"}
    met = [bool(of_rights & set(window)) for window in windows if set(window) <= set(school_wednesdays)]
    assert len(met) >= 4
    assert sum(met) >= 3  # a fair share for the others goes before
    assert [sent.campaign for sent in london] != [NAMES[place % 4] for place in range(len(london))]


async def test_a_year_with_changes_a_muted_region_and_a_campaign_of_the_servers_own(year: Year) -> None:
    store = year.store
    leeds = await region(store, LEEDS_CHANNEL)
    await year.until(datetime(2026, 11, 1, tzinfo=UTC))
    first = len(year.to(LONDON_CHANNEL))
    check(year.to(LONDON_CHANNEL), NAMES)
    await store.write(campaigns.mute, leeds, on=False, by=ADMIN, now=year.now)
    quiet_from = year.now
    await store.write(campaigns.switch, GUILD, "cuba", on=False, by=ADMIN, now=year.now)
    await store.write(
        campaigns.add, GUILD, title="Climate", why="It warms", actions=read_actions("Plant\nTalk"), resources="",
        ask="", taken=NAMES, by=ADMIN, now=year.now,
    )  # fmt: skip
    await year.until(datetime(2027, 3, 1, tzinfo=UTC))
    quiet_until = year.now
    await store.write(campaigns.mute, leeds, on=True, by=ADMIN, now=year.now)
    since = year.to(LONDON_CHANNEL)[first:]
    names = ["palestine", "education", "rights", "climate"]
    check(since, names)
    assert {sent.campaign for sent in since} == set(names)
    assert year.to(LONDON_CHANNEL)[first - 1].campaign != since[0].campaign
    await year.until(NEXT_AUGUST)
    assert not [sent for sent in year.to(LEEDS_CHANNEL) if quiet_from < sent.at < quiet_until]
    assert [sent for sent in year.to(LEEDS_CHANNEL) if sent.at > quiet_until]


async def test_nothing_comes_while_it_is_off_and_all_goes_on_when_it_is_on(year: Year) -> None:
    store = year.store
    await year.until(datetime(2026, 9, 16, 10, 45, tzinfo=UTC))
    assert len(year.to(LONDON_CHANNEL)) == 1
    # The prompts of this very noon are made out already, and are not sent any more.
    assert await store.read(lambda session: len(session.scalars(select(Prompt)).all())) == 4
    await store.write(campaigns.replan, GUILD, by=ADMIN, now=year.now, enabled=False)
    await year.until(NEXT_AUGUST - timedelta(days=120))
    assert len(year.to(LONDON_CHANNEL)) == 1
    assert await store.read(deliveries.next_wake) is None
    await store.write(campaigns.replan, GUILD, by=ADMIN, now=year.now, enabled=True)
    await year.until(NEXT_AUGUST)
    assert len(year.to(LONDON_CHANNEL)) > 5
    check(year.to(LONDON_CHANNEL), NAMES)


async def test_without_a_campaign_that_is_on_nothing_comes(year: Year) -> None:
    for name in NAMES:
        await year.store.write(campaigns.switch, GUILD, name, on=False, by=ADMIN, now=AUGUST)
    await year.until(datetime(2026, 11, 1, tzinfo=UTC))
    assert year.sent == []


async def test_another_day_time_and_every_third_week(year: Year) -> None:
    await year.store.write(
        campaigns.replan, GUILD, by=ADMIN, now=AUGUST, weekday=4, clock=time(13, 5), every=3
    )
    await year.until(NEXT_AUGUST)
    london = year.to(LONDON_CHANNEL)
    assert {(sent.wall.weekday(), sent.wall.time()) for sent in london} == {(4, time(13, 5))}
    days = [sent.wall.date() for sent in london]
    assert days[0] == date(2026, 9, 4)
    apart = [(after - before).days for before, after in itertools.pairwise(days)]
    assert min(apart) == 21
    assert all(in_school(day, TERMS) for day in days)


async def test_what_was_missed_while_the_machine_was_off_does_not_pile_up(year: Year) -> None:
    await year.until(datetime(2026, 9, 21, tzinfo=UTC))
    before = len(year.to(LONDON_CHANNEL))
    # Off from before one Wednesday to the Thursday two weeks later.
    await year.until(datetime(2026, 10, 8, 9, tzinfo=UTC), asleep=True)
    assert len(year.to(LONDON_CHANNEL)) == before
    await year.until(datetime(2026, 10, 15, tzinfo=UTC))
    assert len(year.to(LONDON_CHANNEL)) == before + 1
    check(year.to(LONDON_CHANNEL), NAMES)


@pytest.mark.parametrize(("minutes", "comes"), [(20, True), (119, True), (121, False)])
async def test_a_prompt_that_is_late_still_comes_at_lunch_and_not_after_it(
    year: Year, minutes: int, comes: bool
) -> None:
    # Off when the prompts should have been made out.
    noon = datetime(2026, 9, 9, 11, 30, tzinfo=UTC)
    await year.until(noon + timedelta(minutes=minutes), asleep=True)
    assert len(year.to(LONDON_CHANNEL)) == comes
    made_out = await year.store.read(lambda session: len(session.scalars(select(Prompt)).all()))
    assert made_out == 2 * comes
    await year.until(noon + timedelta(days=7))
    assert len(year.to(LONDON_CHANNEL)) == comes + 1


async def test_prompts_that_were_made_out_and_not_sent_expire_and_do_not_count(year: Year) -> None:
    await year.until(datetime(2026, 9, 9, 10, 45, tzinfo=UTC))
    await year.until(datetime(2026, 9, 10, tzinfo=UTC), asleep=True)
    assert year.sent == []
    expired = await year.store.read(
        lambda session: session.scalars(select(Delivery).where(Delivery.status == Ending.EXPIRED)).all()
    )
    assert len(expired) == 2
    await year.until(datetime(2026, 9, 17, tzinfo=UTC))
    assert [sent.campaign for sent in year.to(LONDON_CHANNEL)] == ["cuba"]


async def test_new_terms_hold_at_once(year: Year) -> None:
    store = year.store

    def no_terms(session: Session) -> None:
        guilds.change(session, GUILD, actor_id=ADMIN, now=year.now, terms=[])
        campaigns.ensure_plan(session, GUILD, now=year.now)

    await year.until(datetime(2026, 10, 22, tzinfo=UTC))
    await store.write(no_terms)
    await year.until(datetime(2026, 10, 29, tzinfo=UTC))
    assert year.to(LONDON_CHANNEL)[-1].wall.date() == date(2026, 10, 28)  # half term before


async def test_another_zone_holds_at_once(year: Year) -> None:
    def moved(session: Session) -> None:
        guilds.change(session, GUILD, actor_id=ADMIN, now=year.now, zone="America/New_York")
        campaigns.ensure_plan(session, GUILD, now=year.now)

    await year.store.write(moved)
    await year.until(datetime(2026, 9, 15, tzinfo=UTC))
    assert [sent.at for sent in year.to(LONDON_CHANNEL)] == [datetime(2026, 9, 9, 16, 30, tzinfo=UTC)]


async def test_a_deleted_channel_fails_once_is_told_and_is_left_alone_until_the_region_has_another(
    year: Year,
) -> None:
    year.gone.add(LEEDS_CHANNEL)
    await year.until(datetime(2026, 10, 20, tzinfo=UTC))
    found = await year.store.read(
        lambda session: session.scalars(
            select(Delivery).where(Delivery.target_id == LEEDS_CHANNEL, Delivery.kind == campaigns.PROMPT)
        ).all()
    )
    assert [(row.status, row.reason) for row in found] == [(Ending.FAILED, "channel_gone")]
    told = await year.store.read(
        lambda session: session.scalars(select(Delivery).where(Delivery.kind == deliveries.NOTICE)).all()
    )
    assert [row.status for row in told] == [Ending.SENT]
    assert len(year.to(LONDON_CHANNEL)) == 6
    await year.store.write(
        guilds.set_region, GUILD, name="Leeds", channel_id=777, actor_id=ADMIN, now=year.now
    )
    await year.until(datetime(2026, 10, 22, tzinfo=UTC))
    assert len(year.to(777)) == 1


async def test_in_private_for_those_who_asked_each_campaign_in_its_turn_and_not_at_night(year: Year) -> None:
    store = year.store
    for user_id in (AMINA, GRACE, TOMASZ):
        assert await store.write(campaigns.wish, user_id, guild_id=GUILD, on=True, now=AUGUST)
    # Amina sleeps over noon; Tomasz wants no messages at all.
    await store.write(people.choose, AMINA, quiet_from="11:00", quiet_until="16:00")
    await store.write(people.choose, TOMASZ, dms=False)
    await store.write(campaigns.put_aside, GRACE, guild_id=GUILD, campaign="cuba", action="", now=AUGUST)
    await year.until(datetime(2026, 12, 1, tzinfo=UTC))
    assert year.to(TOMASZ) == []
    amina, grace = year.to(AMINA), year.to(GRACE)
    assert {sent.wall.time() for sent in amina} == {time(16)}
    assert {sent.wall.time() for sent in grace} == {time(12, 30)}
    assert [sent.campaign for sent in amina][:5] == [*NAMES, "cuba"]
    assert [sent.campaign for sent in grace][:4] == ["palestine", "education", "rights", "palestine"]
    assert not await store.write(campaigns.wish, GRACE, guild_id=GUILD, on=True, now=year.now)
    assert await store.write(campaigns.wish, GRACE, guild_id=GUILD, on=False, now=year.now)
    before = len(year.to(GRACE))
    await year.until(datetime(2026, 12, 10, tzinfo=UTC))
    assert len(year.to(GRACE)) == before
    assert len(year.to(AMINA)) == before + 2


async def test_what_an_organiser_posts_counts_and_does_not_come_again_next(year: Year) -> None:
    london = await region(year.store, LONDON_CHANNEL)
    await year.store.write(
        campaigns.post_now, guild_id=GUILD, region_id=london.id, channel_id=LONDON_CHANNEL,
        campaign=CONTENT[0], by=ADMIN, now=AUGUST,
    )  # fmt: skip
    await year.until(datetime(2026, 9, 10, tzinfo=UTC))
    assert [sent.campaign for sent in year.to(LONDON_CHANNEL)] == ["cuba", "palestine"]
    assert [sent.campaign for sent in year.to(LEEDS_CHANNEL)] == ["cuba"]


async def test_a_server_that_is_not_set_up_gets_no_plan_and_one_that_left_gets_nothing(year: Year) -> None:
    store = year.store

    def leave(session: Session) -> None:
        session.get_one(Guild, GUILD).left_at = year.now

    await store.write(leave)
    await year.until(datetime(2026, 11, 1, tzinfo=UTC))
    assert year.sent == []
    await store.write(guilds.ensure, 300, zone="Europe/London", now=AUGUST)
    await store.write(campaigns.ensure_plan, 300, now=AUGUST)
    assert await store.read(lambda session: session.get(PromptPlan, 300)) is None
    assert list(await store.read(campaigns.unplanned)) == [200]


async def test_what_was_lost_is_mended_at_the_start_and_a_server_that_comes_back_goes_on(year: Year) -> None:
    store = year.store
    assert list(await store.read(campaigns.unplanned)) == [200]
    await store.write(deliveries.void, f"prompts:{GUILD}", reason="chore", now=year.now)
    assert set(await store.read(campaigns.unplanned)) == {GUILD, 200}
    await store.write(campaigns.ensure_plan, GUILD, now=year.now)
    assert list(await store.read(campaigns.unplanned)) == [200]

    def left_at(session: Session, at: datetime | None) -> None:
        session.get_one(Guild, GUILD).left_at = at

    await store.write(left_at, year.now)
    await year.until(datetime(2026, 9, 20, tzinfo=UTC))
    await store.write(campaigns.ensure_plan, GUILD, now=year.now)
    assert await store.read(deliveries.next_wake) is None
    await store.write(campaigns.ensure_plan, GUILD, now=year.now, back=True)
    await store.write(left_at, None)
    await year.until(datetime(2026, 9, 24, tzinfo=UTC))
    assert len(year.to(LONDON_CHANNEL)) == 1


async def test_two_presses_at_once_are_one_deed(year: Year) -> None:
    both = await asyncio.gather(did(year.store), did(year.store))
    assert sorted(fresh for _, fresh in both) == [False, True]
    wishes = [campaigns.wish, campaigns.wish]
    fresh = await asyncio.gather(
        *[year.store.write(wish, AMINA, guild_id=GUILD, on=True, now=AUGUST) for wish in wishes]
    )
    assert sorted(fresh) == [False, True]


# Deeds and what a server makes of campaigns.


async def did(store: Store, user_id: int = AMINA, action: str = "assembly", **more: Any) -> tuple[Deed, bool]:
    given: dict[str, Any] = {"region_id": None, "note": "", "now": AUGUST, "campaign": "cuba"} | more
    return await store.write(
        campaigns.done, guild_id=GUILD, user_id=user_id, action=action, zone=LONDON, **given
    )


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
    assert await year.store.read(campaigns.counts, GUILD) == []
    with pytest.raises(UserError, match=r"campaigns\.done\.gone"):
        await year.store.write(campaigns.undo, deed.id, user_id=AMINA)


async def test_other_words_order_and_the_way_back(year: Year) -> None:
    store = year.store
    await store.write(
        campaigns.change, GUILD, "cuba", title="Cuba now", why="Because", actions=read_actions("Talk"),
        resources="A\nB", ask="Us", by=ADMIN, now=AUGUST,
    )  # fmt: skip
    await store.write(
        campaigns.order, GUILD, ["rights", "cuba", "palestine", "education"], by=ADMIN, now=AUGUST
    )
    found = await store.read(campaigns.campaigns_of, GUILD, CONTENT)
    assert [campaign.title for campaign in found][:2] == [CONTENT[3].title, "Cuba now"]
    assert (list(found[1].resources), found[1].changed) == (["A", "B"], True)
    await store.write(campaigns.restore, GUILD, "cuba", by=ADMIN, now=AUGUST)
    found = await store.read(campaigns.campaigns_of, GUILD, CONTENT)
    assert (found[1].title, found[1].actions) == (CONTENT[0].title, CONTENT[0].actions)
    other = await store.read(campaigns.campaigns_of, 200, CONTENT)
    assert [campaign.id for campaign in other] == NAMES


async def test_a_server_has_twenty_campaigns_of_its_own_at_the_most(year: Year) -> None:
    own: dict[str, Any] = {"why": "x", "actions": [], "resources": "", "ask": "", "taken": NAMES}
    for number in range(20):
        await year.store.write(campaigns.add, GUILD, title="Cuba", by=ADMIN, now=AUGUST, **own)
        assert number < 20
    with pytest.raises(UserError, match=r"campaigns\.form\.full"):
        await year.store.write(campaigns.add, GUILD, title="One more", by=ADMIN, now=AUGUST, **own)
    slugs = await year.store.read(lambda session: set(session.scalars(select(GuildCampaign.slug))))
    assert len(slugs) == 20
    assert "cuba" not in slugs
