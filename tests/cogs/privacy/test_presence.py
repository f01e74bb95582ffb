"""Presence ends the clock of a departure; only a definite answer of Discord's erases, and nobody by mistake."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from bot.errors import Busy
from bot.sandbox.people import Person
from bot.sandbox.world import Guild as Server
from bot.sandbox.world import membership
from db.errors import StoreError
from db.meetings.models import Answer, Interested
from db.membership.models import Departure
from db.models import Guild
from db.models import Person as Settings
from db.privacy import servers
from tests.cogs.common.test_absence import eventually
from tests.cogs.ground import Ground, both, card_text, says
from tests.cogs.meetings.test_mirror import events, switch

GUILDS, MEMBERS = "/users/@me/guilds", "/guilds/{guild_id}/members/{user_id}"
LISTED = "/guilds/{guild_id}/members"


async def clock_of(ground: Ground) -> datetime | None:
    """Return since when the first server is taken for gone."""

    def load(session: Session) -> datetime | None:
        return session.get_one(Guild, ground.sandbox.guild().id).left_at

    return await ground.running.store.read(load)


async def until(ground: Ground, condition: Callable[[Session], object]) -> None:
    """Return once something is stored."""
    async with asyncio.timeout(20):
        while not await ground.running.store.read(condition):  # noqa: ASYNC110 - nothing tells of what is stored
            await asyncio.sleep(0.01)


def departed(person: Person) -> Callable[[Session], bool]:
    """Return whether the clock of somebody runs."""
    return lambda session: (
        session.scalars(select(Departure).where(Departure.user_id == person.id)).first() is not None
    )


async def answered(ground: Ground, person: Person) -> None:
    """Have somebody answer a meeting far ahead."""
    card = await ground.scheduled(when="12/03/2027 18:00")
    await person.press(card, "Going")
    await ground.settled()


async def days(ground: Ground, *steps: int) -> None:
    """Let days pass, as many at once as each step says, with a sweep after each."""
    for step in steps:
        await ground.jump_to(ground.clock.now() + timedelta(days=step))
        await ground.running.maintenance.idle()


@asynccontextmanager
async def held(ground: Ground) -> AsyncGenerator[None]:
    """Have another program hold the store: nothing can be written meanwhile."""
    url = make_url(ground.settings.database.url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    engine = create_async_engine(url)
    async with engine.connect() as other:
        await other.execute(text("LOCK TABLE departure, interested, guild IN EXCLUSIVE MODE"))
        yield
        await other.rollback()
    await engine.dispose()


def kick(ground: Ground) -> Server:
    """Remove the bot from the first server."""
    guild = ground.sandbox.guild()
    membership.leave(ground.sandbox.world, guild, ground.sandbox.world.bot.id)
    return guild


async def kicked(ground: Ground) -> Server:
    """Remove the bot from the first server, and return once it knows."""
    guild = kick(ground)
    await until(ground, lambda session: session.get_one(Guild, guild.id).absent_since is not None)
    return guild


@both
async def test_a_server_that_invites_the_bot_again_while_it_is_down_keeps_everything(ground: Ground) -> None:
    await answered(ground, ground.grace)
    guild = await kicked(ground)
    await ground.stop()
    membership.install(ground.sandbox.world, guild)
    await ground.start()
    assert await clock_of(ground) is None
    await days(ground, 1, 92, 8)
    assert await ground.count(Answer) == 1
    assert "Spring meeting" in (await ground.grace.slash("#london", "meeting list")).text


async def test_a_server_that_is_wrongly_said_to_have_sent_the_bot_away_goes_on_at_once(
    ground: Ground,
) -> None:
    await answered(ground, ground.grace)
    guild, gateway = ground.sandbox.guild(), ground.sandbox.gateway
    ground.sandbox.faults.add("GET /users/@me/guilds", status=500, times=None)
    gateway.availability.disown(guild)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is None)
    await until(ground, lambda session: session.get_one(Guild, guild.id).left_at is not None)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Next", when="thursday 6pm")
    assert answer.text.startswith("## Scheduled"), answer.text
    await ground.running.inbox.drained()
    assert await clock_of(ground) is None
    assert ground.running.known.server(guild.id).id == guild.id


@pytest.mark.parametrize("event", ["join", "leave", "change"])
async def test_what_is_heard_of_a_member_shows_that_the_bot_is_in_the_server(
    ground: Ground, event: str
) -> None:
    guild, sandbox = ground.sandbox.guild(), ground.sandbox
    newcomer = sandbox.newcomer("Nia")
    sandbox.faults.add("GET /users/@me/guilds", status=500, times=None)
    sandbox.gateway.availability.disown(guild)
    await until(ground, lambda session: session.get_one(Guild, guild.id).left_at is not None)
    if event == "join":
        newcomer.join()
    elif event == "leave":
        ground.grace.leave()
    else:
        membership.changed(sandbox.world, guild, guild.members[ground.grace.id])
    await until(ground, lambda session: session.get_one(Guild, guild.id).left_at is None)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is not None)


async def test_what_is_due_in_a_server_that_was_wrongly_disowned_goes_out_after_the_next_daily_look(
    ground: Ground,
) -> None:
    guild, gateway = ground.sandbox.guild(), ground.sandbox.gateway
    await ground.scheduled(when="12/03/2026 18:00")
    asked = ground.sandbox.faults.add("GET /users/@me/guilds", status=400)
    gateway.availability.disown(guild)
    await ground.sandbox.until(lambda: asked.spent)
    assert ground.running.known.server_or_none(guild.id) is None
    await days(ground, 1)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is not None)
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    assert card_text(ground.london.messages[-1]).startswith("## In 1 hour: Spring meeting")


async def test_a_server_that_is_wrongly_said_to_have_sent_the_bot_away_is_asked_about(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    asked = len(ground.sandbox.asked("GET", GUILDS))
    ground.sandbox.gateway.availability.disown(guild)
    await ground.sandbox.until(lambda: len(ground.sandbox.asked("GET", GUILDS)) > asked)
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is not None)
    await ground.running.inbox.drained()
    assert await clock_of(ground) is None


@pytest.mark.parametrize("wrong", ["refused", "unlisted"])
async def test_one_wrong_answer_alone_means_nothing(ground: Ground, wrong: str) -> None:
    await answered(ground, ground.grace)
    guild = await kicked(ground)
    await ground.stop()
    membership.install(ground.sandbox.world, guild)
    availability = ground.sandbox.gateway.availability
    getattr(availability, wrong).add(guild.id)
    availability.withhold(guild.id)
    await ground.start()
    await days(ground, 1, 92, 8)
    assert await clock_of(ground) is None
    assert await ground.count(Answer) == 1
    assert ground.ruth.dms == []


@both
async def test_a_server_whose_goodbye_was_missed_is_noticed_the_next_day_and_goes_in_time(
    ground: Ground,
) -> None:
    await answered(ground, ground.grace)
    identified = ground.sandbox.gateway.identifies
    with ground.sandbox.gateway.losing_events():
        guild = kick(ground)
    assert await clock_of(ground) is None
    await days(ground, 1)
    assert await clock_of(ground) is not None
    await days(ground, 1)
    await eventually(lambda: ground.running.get_guild(guild.id) is None)
    await days(ground, 82, 8)
    assert await ground.count(Answer) == 0
    assert ground.sandbox.gateway.identifies == identified


async def test_a_served_server_about_which_all_answers_are_wrong_for_a_day_is_served_all_the_same(
    ground: Ground,
) -> None:
    await answered(ground, ground.grace)
    guild, availability = ground.sandbox.guild(), ground.sandbox.gateway.availability
    for wrong in (availability.refused, availability.unlisted):
        wrong.add(guild.id)
    await days(ground, 1)
    for right in (availability.refused, availability.unlisted):
        right.clear()
    assert await clock_of(ground) is not None
    assert "Spring meeting" in (await ground.grace.slash("#london", "meeting list")).text
    await ground.running.inbox.drained()
    assert await clock_of(ground) is None
    await days(ground, 1, 92, 8)
    assert await ground.count(Answer) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_list_that_can_not_be_had_erases_nothing(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await kicked(ground)
    ground.sandbox.faults.add("GET /users/@me/guilds", status=503, times=None)
    await days(ground, 1, 92, 8)
    assert await ground.count(Answer) == 1
    ground.sandbox.faults.clear()
    await days(ground, 1)
    assert await ground.count(Answer) == 0


async def test_a_server_about_which_discord_answered_days_ago_alone_is_not_erased(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await kicked(ground)
    await days(ground, 1, 83)
    ground.sandbox.faults.add("GET /users/@me/guilds", status=503, times=None)
    await days(ground, 8, 1, 30)
    assert await ground.count(Answer) == 1
    ground.sandbox.faults.clear()
    await days(ground, 1)
    assert await ground.count(Answer) == 0


async def test_a_server_that_is_really_left_goes_in_time_and_its_installer_hears_of_it_a_week_before(
    ground: Ground,
) -> None:
    ground.second_guild()  # where Ruth can still be reached
    await answered(ground, ground.grace)
    await kicked(ground)
    began = ground.clock.now()
    await days(ground, 1, 40, 41)
    assert ground.ruth.dms == []
    while not ground.ruth.dms:
        await days(ground, 1)
    assert timedelta(days=82) < ground.clock.now() - began <= timedelta(days=84)
    await days(ground, 6)
    assert await ground.count(Answer) == 1
    await days(ground, 1, 1)
    assert await ground.count(Answer) == 0
    assert await ground.count(Guild) == 1
    assert len(ground.ruth.dms) == 1


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
