"""Presence ends the clock of a departure; only a definite answer of Discord's erases, and nobody by mistake."""

from datetime import timedelta

import pytest

from bot.sandbox.world import membership
from db.meetings.models import Answer
from db.models import Guild
from tests.cogs.common.test_absence import eventually
from tests.cogs.ground import Ground, both, card_text
from tests.cogs.privacy.presence_steps import GUILDS, answered, clock_of, days, kick, kicked, until


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


@pytest.mark.usefixtures("impatient")
async def test_a_server_about_which_discord_answered_days_ago_alone_is_not_erased(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await kicked(ground)
    await days(ground, 1, 83)
    down = ground.sandbox.faults.add("GET /users/@me/guilds", status=503, times=None)
    await days(ground, 8, 1, 30)
    assert len(down.hits) >= 3
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
