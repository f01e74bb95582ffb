"""The first contact over the wire: one greeting, paced, or the Start button; never both, and never twice."""

from datetime import timedelta

import pytest

from bot.sandbox.world import building, membership
from tests.cogs.common.test_rights import unhide
from tests.cogs.ground import Ground, both, card_text, says
from tests.cogs.newcomers import joined, journey, newcomers, noticed, start_message, title, welcomed
from tests.cogs.panels import set_up, settings

GREETING = "Welcome to ISO Network (demo). Would you like to find your way around, one small step at a time?"


async def test_installing_the_bot_sends_nobody_anything(fresh: Ground) -> None:
    await noticed(fresh)
    await fresh.later(timedelta(days=2))
    assert await newcomers(fresh) == {}
    assert all(not fresh.sandbox.person(name).dms for name in ("ruth", "amina", "grace", "mei"))
    assert all(not channel.messages for channel in fresh.sandbox.guild().channels.values())


@both
async def test_a_newcomer_is_greeted_once_a_little_after_joining(ground: Ground) -> None:
    nadia = await joined(ground, "Nadia")
    assert [one.text for one in nadia.dms] == []
    await ground.later(timedelta(minutes=3))
    assert [title(message) for message in nadia.dms] == [GREETING]
    assert not nadia.dms[0].pinged
    await ground.later(timedelta(days=30))
    assert len(nadia.dms) == 1


async def test_setting_up_a_welcome_channel_posts_one_start_message(fresh: Ground) -> None:
    await fresh.set_up()
    await noticed(fresh)
    await fresh.settled()
    start_message(fresh)
    fresh.running.forget_guild(fresh.sandbox.guild().id)
    await noticed(fresh)
    await fresh.restart()
    await noticed(fresh)
    await fresh.settled()
    start_message(fresh)


async def test_a_deleted_start_message_comes_back_when_the_set_up_is_saved(ground: Ground) -> None:
    await noticed(ground)
    await ground.settled()
    channel = ground.sandbox.channel("#welcome")
    del channel.history[start_message(ground).id]
    await ground.ruth.submit((await ground.ruth.slash("#london", "setup start")).modal, {})
    await ground.sandbox.until(lambda: channel.messages)
    start_message(ground)


async def test_somebody_who_has_to_accept_rules_is_greeted_afterwards(ground: Ground) -> None:
    pia = ground.sandbox.newcomer("Pia")
    pia.join(pending=True)
    await noticed(ground)
    await ground.later(timedelta(hours=1))
    assert pia.dms == []
    pia.accept_rules()
    await noticed(ground)
    await ground.later(timedelta(minutes=3))
    assert len(pia.dms) == 1


async def test_a_change_of_somebody_who_was_there_before_the_bot_is_no_join(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    role = building.role(ground.sandbox.world, guild, "Reps")
    membership.give(ground.sandbox.world, guild, guild.members[ground.grace.id], role.id)
    await noticed(ground)
    await ground.later(timedelta(hours=1))
    assert await newcomers(ground) == {}
    assert ground.grace.dms == []


async def test_a_change_of_a_newcomer_greets_them_no_second_time(ground: Ground) -> None:
    nadia = await welcomed(ground)
    guild = ground.sandbox.guild()
    role = building.role(ground.sandbox.world, guild, "Reps")
    membership.give(ground.sandbox.world, guild, guild.members[nadia.id], role.id)
    await noticed(ground)
    await ground.later(timedelta(hours=1))
    assert len(nadia.dms) == 1


async def test_a_bot_is_not_greeted(ground: Ground) -> None:
    other = ground.sandbox.newcomer("Rival")
    other.user.bot = True
    other.join()
    await noticed(ground)
    await ground.later(timedelta(hours=1))
    assert await newcomers(ground) == {}


async def test_who_leaves_before_the_greeting_gets_none_and_nobody_hears_of_a_failure(ground: Ground) -> None:
    nadia = await joined(ground, "Nadia")
    nadia.leave()
    await noticed(ground)
    await ground.later(timedelta(hours=1))
    assert [one.text for one in nadia.dms] == []
    assert ground.sandbox.channel("#organisers").messages == []


async def test_leaving_and_coming_back_does_not_start_it_again(ground: Ground) -> None:
    nadia = await welcomed(ground)
    nadia.leave()
    await noticed(ground)
    await ground.later(timedelta(days=1))
    nadia.join()
    await noticed(ground)
    await ground.later(timedelta(hours=3))
    assert len(nadia.dms) == 1


@both
async def test_closed_dms_leave_the_start_button_which_opens_the_same_thing_privately(ground: Ground) -> None:
    mina = await joined(ground, "Mina", dms_open=False)
    await ground.later(timedelta(minutes=10))
    assert mina.dms == []
    answer = await mina.press(start_message(ground), "Start")
    assert says(answer).startswith("### What an ISO is")
    assert "direct messages are closed" in says(answer)
    again = await mina.press(answer, "Done")
    assert "**Done.**" in says(again)
    after = await mina.press(again, "Next step now")
    assert says(after).startswith("### The four pillars")
    assert mina.dms == []


async def test_joins_while_the_bot_was_away_are_caught_up(ground: Ground) -> None:
    await ground.stop()
    nadia, old = ground.sandbox.newcomer("Nadia"), ground.sandbox.newcomer("Olga")
    old.join()
    ground.clock.move(timedelta(days=8))
    nadia.join()
    ground.clock.move(timedelta(hours=2))
    await ground.start()
    await noticed(ground)
    await ground.sandbox.until(lambda: ground.sandbox.asked("GET", "/guilds/{guild_id}/members"))
    await noticed(ground)
    await ground.later(timedelta(minutes=5))
    assert len(nadia.dms) == 1
    assert old.dms == []  # longer ago than the bound: the Start button is there for them
    assert await newcomers(ground) == {"nadia": "dm"}
    assert all(not ground.sandbox.person(name).dms for name in ("ruth", "amina", "grace", "mei"))


async def test_joins_lost_with_the_gateway_session_are_caught_up(ground: Ground) -> None:
    await noticed(ground)
    nadia = ground.sandbox.newcomer("Nadia")
    with ground.sandbox.gateway.losing_events():
        nadia.join()
    await ground.sandbox.gateway.disconnect(resumable=False)
    await ground.sandbox.until(lambda: ground.sandbox.asked("GET", "/guilds/{guild_id}/members"), timeout=20)
    await noticed(ground)
    await ground.later(timedelta(minutes=5))
    assert len(nadia.dms) == 1


async def test_a_raid_is_not_greeted_and_organisers_hear_of_it(ground: Ground) -> None:
    early = [ground.sandbox.newcomer(f"Early{index}") for index in range(2)]
    for person in early:
        person.join()
    await noticed(ground)
    raid = [ground.sandbox.newcomer(f"Raider{index}") for index in range(30)]
    for person in raid:
        person.join()
    await noticed(ground)
    await ground.later(timedelta(hours=3))
    assert all(not person.dms for person in [*early, *raid])
    assert set((await newcomers(ground)).values()) == {"raid"}
    told = [message.text for message in ground.sandbox.channel("#organisers").messages]
    assert len(told) == 1
    assert "Many people joined" in told[0]
    late = await joined(ground, "Late")
    await ground.later(timedelta(minutes=3))
    assert len(late.dms) == 1
    assert says(await raid[0].press(start_message(ground), "Start")).startswith("### What an ISO is")


async def test_greetings_that_were_late_at_once_still_keep_the_pace(ground: Ground) -> None:
    people = [ground.sandbox.newcomer(f"Person{index}") for index in range(15)]
    for person in people:
        person.join()
    await noticed(ground)
    await ground.jump_to(ground.clock.now() + timedelta(minutes=20))
    await ground.jump_to(ground.clock.now() + timedelta(minutes=50))
    assert sum(len(person.dms) for person in people) == 10


async def test_whoever_starts_by_the_button_before_the_greeting_gets_no_greeting(ground: Ground) -> None:
    nadia = await joined(ground, "Nadia")
    await nadia.press(start_message(ground), "Start")
    await ground.later(timedelta(minutes=30))
    # The receipt for what she pressed, and nothing else.
    (receipt,) = nadia.dms
    assert title(receipt).startswith(str(ground.texts("receipts.welcome")))


async def test_somebody_who_wants_no_dms_is_not_greeted(ground: Ground) -> None:
    nadia = ground.sandbox.newcomer("Nadia")
    nadia.join()
    await settings(nadia, "#london", dms="off")
    await noticed(ground)
    await ground.later(timedelta(hours=1))
    assert [one.text for one in nadia.dms] == []


async def test_not_for_me_leaves_them_in_peace(ground: Ground) -> None:
    nadia = await welcomed(ground)
    answer = await nadia.press(nadia.dms[0], "Not for me")
    assert card_text(answer.message).startswith("## All right")
    await ground.later(timedelta(days=60))
    assert len(nadia.dms) == 1
    found = await journey(ground, nadia)
    assert found is not None
    assert found.state == "stopped"


async def test_an_admin_chooses_the_pace_and_others_may_not(ground: Ground) -> None:
    unhide(ground)
    refused = await ground.grace.slash("#london", "setup change", section="welcome")
    assert "Manage Server" in says(refused)
    for words in ("31", "-1", "x"):
        answer = await set_up(ground.ruth, "#london", "welcome", an_hour=words)
        assert "Write one from 0 to 30" in says(answer)
    assert "at most 3 newcomers" in says(await set_up(ground.ruth, "#london", "welcome", an_hour="3"))
    form = (await ground.ruth.slash("#london", "setup change", section="welcome")).modal
    assert list(form.values().values()) == ["3"]
    people = [await joined(ground, f"Person{index}") for index in range(5)]
    await ground.later(timedelta(minutes=50))
    assert sum(len(person.dms) for person in people) == 3
    says(await set_up(ground.ruth, "#london", "welcome", an_hour="0"))
    quiet = await joined(ground, "Quiet")
    await ground.later(timedelta(hours=4))
    assert quiet.dms == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("status", [500, 503])
async def test_a_greeting_that_discord_did_not_take_is_sent_once_later(ground: Ground, status: int) -> None:
    nadia = await joined(ground, "Nadia")
    ground.sandbox.faults.add("POST /users/@me/channels", times=6, status=status)
    await ground.later(timedelta(minutes=20))
    assert len(nadia.dms) == 1
