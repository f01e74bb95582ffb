"""A member is erased on a definite answer alone, and whoever does something in the server is there."""

import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Busy
from bot.sandbox.world import membership
from db.errors import StoreError
from db.meetings.models import Answer, Interested
from db.membership.models import Departure
from db.models import Person as Settings
from db.privacy import servers
from tests.cogs.common.test_absence import eventually
from tests.cogs.ground import Ground, both, says
from tests.cogs.meetings.test_mirror import events, switch
from tests.cogs.privacy.presence_steps import GUILDS, LISTED, MEMBERS, answered, days, departed, held, until


@both
async def test_a_member_who_is_back_before_the_bot_is_keeps_everything(ground: Ground) -> None:
    await answered(ground, ground.grace)
    ground.grace.leave()
    await until(ground, departed(ground.grace))
    await ground.stop()
    ground.grace.join()
    ground.clock.move(timedelta(hours=1))
    await ground.start()
    await until(ground, lambda session: not departed(ground.grace)(session))
    await days(ground, 1, 92, 8)
    assert await ground.count(Answer) == 1


@pytest.mark.parametrize("way", ["command", "button", "event"])
async def test_whoever_does_something_in_the_server_is_there(ground: Ground, way: str) -> None:
    await answered(ground, ground.grace)
    card = ground.london.messages[0]
    ground.grace.leave()
    await until(ground, departed(ground.grace))
    with ground.sandbox.gateway.losing_events():
        ground.grace.join()
    if way == "command":
        await ground.grace.slash("#london", "guidance tip")
    elif way == "button":
        await ground.grace.press(card, "Maybe")
    else:
        guild = ground.sandbox.guild()
        membership.changed(ground.sandbox.world, guild, guild.members[ground.grace.id])
    await until(ground, lambda session: not departed(ground.grace)(session))


async def test_whoever_left_while_the_bot_was_away_is_known_to_have_left_at_its_start(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await ground.stop()
    ground.grace.leave()
    ground.clock.move(timedelta(hours=1))
    await ground.start()
    await until(ground, departed(ground.grace))


async def test_whoever_leaves_or_returns_in_an_outage_is_found_after_it(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await answered(ground, ground.tomasz)
    guild, availability = ground.sandbox.guild(), ground.sandbox.gateway.availability
    ground.tomasz.leave()
    await until(ground, departed(ground.tomasz))
    availability.outage(guild)
    ground.grace.leave()
    ground.tomasz.join()
    availability.deliver(guild)
    await until(ground, departed(ground.grace))
    await until(ground, lambda session: not departed(ground.tomasz)(session))


@pytest.mark.parametrize("code", [10004, 0])
async def test_a_member_is_erased_on_nothing_but_an_answer_about_them(ground: Ground, code: int) -> None:
    await answered(ground, ground.grace)
    ground.grace.leave()
    await until(ground, departed(ground.grace))
    guild = ground.sandbox.guild()
    if code:
        ground.sandbox.gateway.availability.refused.add(guild.id)
    else:
        ground.sandbox.faults.add("GET /guilds/{guild_id}/members/{user_id}", status=404, times=None)
    await days(ground, 1, 92, 8)
    assert await ground.count(Answer) == 1
    ground.sandbox.gateway.availability.refused.clear()
    ground.sandbox.faults.clear()
    await days(ground, 1)
    assert await ground.count(Answer) == 0


async def test_a_restart_after_a_moment_asks_about_nobody(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await ground.later(timedelta(hours=2))
    for _ in range(2):
        await ground.restart()
        await ground.running.inbox.drained()
    sandbox = ground.sandbox
    before = len(sandbox.requests)
    await ground.stop()
    ground.clock.move(timedelta(seconds=1))
    await ground.start()
    says(await ground.grace.slash("#london", "guidance tip"))
    since = list(sandbox.requests)[before:]
    assert [each.route for each in since if each.route in (LISTED, MEMBERS, GUILDS)] == []


@both
async def test_a_thousand_who_leave_while_the_store_is_busy_are_all_noted(ground: Ground) -> None:
    people = [ground.sandbox.newcomer(f"Member{number}") for number in range(1_000)]
    with ground.sandbox.gateway.losing_events():
        for person in people:
            person.join()
    guild_id = ground.sandbox.guild().id

    def settings(session: Session) -> None:
        session.add_all(Settings(id=person.id) for person in people)

    await ground.running.store.write(settings)
    async with held(ground):
        for person in people:
            person.leave()
        await eventually(lambda: len(ground.running.inbox) >= 1_000 - 200)
    await ground.running.inbox.drained()

    def noted(session: Session) -> int:
        return len(session.scalars(select(Departure).where(Departure.guild_id == guild_id)).all())

    assert await ground.running.store.read(noted) == 1_000


async def test_a_thousand_who_are_interested_and_are_not_after_all_while_the_store_is_busy(
    ground: Ground,
) -> None:
    await switch(ground, events="On")
    await ground.scheduled(when="12/03/2026 18:00")
    (event,) = events(ground)
    people = [ground.sandbox.newcomer(f"Member{number}") for number in range(1_000)]
    with ground.sandbox.gateway.losing_events():
        for person in people:
            person.join()
    async with held(ground):
        for person in people:
            person.interested(event)
        for person in people[:300]:
            person.interested(event, going=False)
    await until(ground, lambda session: len(session.scalars(select(Interested)).all()) == 700)


async def test_a_store_that_refuses_while_the_bot_stops_or_begins_to_look_is_no_failure(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await answered(ground, ground.grace)
    await ground.later(timedelta(hours=2))
    async with held(ground):
        await ground.stop()
    ground.grace.leave()
    ground.clock.move(timedelta(hours=1))
    refusals = iter([Busy(), StoreError("locked")])

    def refuse(session: Session) -> dict[int, datetime | None]:
        for refusal in refusals:
            raise refusal
        return seen_until(session)

    seen_until = servers.seen_until
    monkeypatch.setattr(servers, "seen_until", refuse)
    await ground.start()
    await until(ground, departed(ground.grace))
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
