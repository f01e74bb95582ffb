"""Prompts over a year on a real store, with the clock moved through every due time."""

import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.campaigns import Turns, fair, in_school, read_actions
from bot.domain.deliveries import Outcome
from db import campaigns, deliveries, guilds, people
from db.campaigns.models import Prompt, PromptPlan
from db.engine import Store
from db.models import Delivery, Guild
from db.setup import mentions
from tests.db.campaigns import AUGUST, CONTENT, NAMES, NEXT_AUGUST, Sent, Year, begun
from tests.db.network import ADMIN, AMINA, GRACE, GUILD, LEEDS_CHANNEL, LONDON_CHANNEL, TOMASZ
from tests.domain.test_campaigns import TERMS


@pytest.fixture
async def year(store: Store) -> Year:
    """A server with the regions Leeds and London and its terms, set up with the defaults at the end of August."""
    return await begun(store)


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
    london = year.to(LONDON_CHANNEL)
    assert year.to(LEEDS_CHANNEL) == []
    school_wednesdays = [
        day
        for number in range(365)
        if (day := date(2026, 9, 7) + timedelta(days=number)).weekday() == 2
        and in_school(day, TERMS)
        and day < NEXT_AUGUST.date()
    ]
    assert [sent.wall.date() for sent in london] == school_wednesdays
    assert len(london) == 39
    check(london, NAMES)
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
    assert sum(met) >= 3  # a fair share for the others comes first
    assert [sent.campaign for sent in london] != [NAMES[place % 4] for place in range(len(london))]


async def test_a_year_with_changes_and_a_campaign_of_the_servers_own(year: Year) -> None:
    store = year.store
    await year.until(datetime(2026, 11, 1, tzinfo=UTC))
    first = len(year.to(LONDON_CHANNEL))
    check(year.to(LONDON_CHANNEL), NAMES)
    await store.write(campaigns.switch, GUILD, "cuba", on=False, actor_id=ADMIN, now=year.now)
    await store.write(
        campaigns.add, GUILD, title="Climate", why="It warms", actions=read_actions("Plant\nTalk"), resources="",
        ask="", taken=NAMES, actor_id=ADMIN, now=year.now,
    )  # fmt: skip
    await year.until(datetime(2027, 3, 1, tzinfo=UTC))
    since = year.to(LONDON_CHANNEL)[first:]
    names = ["palestine", "education", "rights", "climate"]
    check(since, names)
    assert {sent.campaign for sent in since} == set(names)
    assert year.to(LONDON_CHANNEL)[first - 1].campaign != since[0].campaign


async def test_nothing_comes_while_it_is_off_and_all_goes_on_when_it_is_on(year: Year) -> None:
    store = year.store
    await year.until(datetime(2026, 9, 16, 10, 45, tzinfo=UTC))
    assert len(year.to(LONDON_CHANNEL)) == 1
    # The prompts of this very noon are made out already, and are not sent any more.
    assert await store.read(lambda session: len(session.scalars(select(Prompt)).all())) == 2
    await store.write(campaigns.replan, GUILD, actor_id=ADMIN, now=year.now, enabled=False)
    await year.until(NEXT_AUGUST - timedelta(days=120))
    assert len(year.to(LONDON_CHANNEL)) == 1
    assert await store.read(deliveries.next_wake) is None
    await store.write(campaigns.replan, GUILD, actor_id=ADMIN, now=year.now, enabled=True)
    await year.until(NEXT_AUGUST)
    assert len(year.to(LONDON_CHANNEL)) > 5
    check(year.to(LONDON_CHANNEL), NAMES)


async def test_without_a_campaign_that_is_on_nothing_comes(year: Year) -> None:
    for name in NAMES:
        await year.store.write(campaigns.switch, GUILD, name, on=False, actor_id=ADMIN, now=AUGUST)
    await year.until(datetime(2026, 11, 1, tzinfo=UTC))
    assert year.sent == []


async def test_another_day_time_and_every_third_week(year: Year) -> None:
    await year.store.write(
        campaigns.replan, GUILD, actor_id=ADMIN, now=AUGUST, weekday=4, clock=time(13, 5), every=3
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
    assert made_out == comes
    await year.until(noon + timedelta(days=7))
    assert len(year.to(LONDON_CHANNEL)) == comes + 1


async def test_prompts_that_were_made_out_and_not_sent_expire_and_do_not_count(year: Year) -> None:
    await year.until(datetime(2026, 9, 9, 10, 45, tzinfo=UTC))
    await year.until(datetime(2026, 9, 10, tzinfo=UTC), asleep=True)
    assert year.sent == []
    expired = await year.store.read(
        lambda session: session.scalars(select(Delivery).where(Delivery.status == Outcome.EXPIRED)).all()
    )
    assert len(expired) == 1
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
    year.gone.add(LONDON_CHANNEL)
    await year.until(datetime(2026, 10, 20, tzinfo=UTC))
    found = await year.store.read(
        lambda session: session.scalars(
            select(Delivery).where(Delivery.target_id == LONDON_CHANNEL, Delivery.kind == campaigns.PROMPT)
        ).all()
    )
    assert [(row.status, row.reason) for row in found] == [(Outcome.FAILED, "channel_gone")]
    told = await year.store.read(
        lambda session: session.scalars(select(Delivery).where(Delivery.kind == deliveries.NOTICE)).all()
    )
    assert [row.status for row in told] == [Outcome.SENT]
    await year.store.write(
        mentions.set_region, GUILD, name="London", channel_id=777, actor_id=ADMIN, now=year.now
    )
    await year.until(datetime(2026, 10, 22, tzinfo=UTC))
    assert len(year.to(777)) == 1


async def test_in_private_for_those_who_asked_each_campaign_in_its_turn_and_not_at_night(year: Year) -> None:
    store = year.store
    for user_id in (AMINA, GRACE, TOMASZ):
        assert await store.write(campaigns.subscribe, user_id, guild_id=GUILD, on=True, now=AUGUST)
    # Amina sleeps over noon; Tomasz wants no messages at all.
    await store.write(people.choose, AMINA, quiet_from="11:00", quiet_until="16:00")
    await store.write(people.choose, TOMASZ, dms=False)
    await store.write(campaigns.dismiss, GRACE, guild_id=GUILD, campaign="cuba", action="", now=AUGUST)
    await year.until(datetime(2026, 12, 1, tzinfo=UTC))
    assert year.to(TOMASZ) == []
    amina, grace = year.to(AMINA), year.to(GRACE)
    assert {sent.wall.time() for sent in amina} == {time(16)}
    assert {sent.wall.time() for sent in grace} == {time(12, 30)}
    assert [sent.campaign for sent in amina][:5] == [*NAMES, "cuba"]
    assert [sent.campaign for sent in grace][:4] == ["palestine", "education", "rights", "palestine"]
    assert not await store.write(campaigns.subscribe, GRACE, guild_id=GUILD, on=True, now=year.now)
    assert await store.write(campaigns.subscribe, GRACE, guild_id=GUILD, on=False, now=year.now)
    before = len(year.to(GRACE))
    await year.until(datetime(2026, 12, 10, tzinfo=UTC))
    assert len(year.to(GRACE)) == before
    assert len(year.to(AMINA)) == before + 2


async def test_what_an_organiser_posts_counts_and_does_not_come_again_next(year: Year) -> None:
    london = await region(year.store, LONDON_CHANNEL)
    await year.store.write(
        campaigns.post_now, guild_id=GUILD, region_id=london.id, channel_id=LONDON_CHANNEL,
        campaign=CONTENT[0], actor_id=ADMIN, now=AUGUST,
    )  # fmt: skip
    await year.until(datetime(2026, 9, 10, tzinfo=UTC))
    assert [sent.campaign for sent in year.to(LONDON_CHANNEL)] == ["cuba", "palestine"]


async def test_a_server_that_is_not_set_up_gets_no_plan_and_one_that_left_gets_nothing(year: Year) -> None:
    store = year.store

    def leave(session: Session) -> None:
        session.get_one(Guild, GUILD).absent_since = year.now

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
    await store.write(deliveries.cancel, f"prompts:{GUILD}", reason="changed_plan", now=year.now)
    assert set(await store.read(campaigns.unplanned)) == {GUILD, 200}
    await store.write(campaigns.ensure_plan, GUILD, now=year.now)
    assert list(await store.read(campaigns.unplanned)) == [200]

    def left_at(session: Session, at: datetime | None) -> None:
        session.get_one(Guild, GUILD).absent_since = at

    await store.write(left_at, year.now)
    await year.until(datetime(2026, 9, 20, tzinfo=UTC))
    await store.write(campaigns.ensure_plan, GUILD, now=year.now)
    assert await store.read(deliveries.next_wake) is None
    await store.write(campaigns.ensure_plan, GUILD, now=year.now, back=True)
    await store.write(left_at, None)
    await year.until(datetime(2026, 9, 24, tzinfo=UTC))
    assert len(year.to(LONDON_CHANNEL)) == 1
