"""Meetings among Discord's scheduled events: made, changed, begun, ended; Interested heard; differences repaired."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.sandbox.world import Overwrite, ScheduledEvent, building, permissions
from db.meetings import mirror
from db.meetings.models import Answer, Interested, Meeting
from tests.cogs.ground import THURSDAY_6PM, Ground, both, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4


async def switch(ground: Ground, **choices: str) -> str:
    answer = says(await set_up(ground.ruth, "#welcome", "features", **choices))
    await ground.settled()
    return answer


def events(ground: Ground, *statuses: int) -> list[ScheduledEvent]:
    found = ground.sandbox.guild().events.values()
    return [event for event in found if event.status in (statuses or (SCHEDULED, ACTIVE))]


async def meeting(ground: Ground) -> Meeting:
    return await ground.running.store.read(
        lambda session: session.scalars(select(Meeting).order_by(Meeting.id).limit(1)).one()
    )


def asked(ground: Ground, method: str) -> int:
    return sum(
        request.method == method and "scheduled-events" in request.path for request in ground.sandbox.requests
    )


@pytest.fixture
async def mirrored(ground: Ground) -> Ground:
    """The ground, with Discord's events switched on."""
    await switch(ground, events="On")
    return ground


@both
async def test_a_meeting_is_made_changed_begun_and_ended_as_an_event(mirrored: Ground) -> None:
    ground = mirrored
    await ground.scheduled("Spring *meeting*", duration="90 minutes", venue="Hamilton House")
    (event,) = events(ground)
    assert (event.name, event.location, event.status) == ("Spring *meeting*", "Hamilton House", SCHEDULED)
    assert (event.starts_at, event.ends_at) == (THURSDAY_6PM, THURSDAY_6PM + timedelta(minutes=90))
    assert "Meeting of the London network" in (event.description or "")
    assert "Interested here counts as Maybe" in (event.description or "")
    assert (await meeting(ground)).event_id == event.id
    says(await use(ground.amina, "#london", "meeting move", meeting="Spring", when="friday 7pm"))
    says(
        await use(
            ground.amina,
            "#london",
            "meeting edit",
            meeting="Spring",
            title="New title",
            online="https://x.org",
        )
    )
    await ground.settled()
    (event,) = events(ground)
    friday = THURSDAY_6PM + timedelta(days=1, hours=1)
    assert (event.name, event.starts_at) == ("New title", friday)
    assert "https://x.org" in (event.description or "")
    await ground.go_to(friday - timedelta(minutes=1))
    assert [one.status for one in events(ground)] == [SCHEDULED]
    await ground.go_to(friday + timedelta(minutes=1))
    assert [one.status for one in events(ground)] == [ACTIVE]
    await ground.go_to(friday + timedelta(minutes=91))
    assert events(ground) == []
    assert [one.status for one in events(ground, COMPLETED)] == [COMPLETED]
    assert (await meeting(ground)).event_id is None


@both
async def test_a_cancelled_meeting_cancels_its_event(mirrored: Ground) -> None:
    await mirrored.scheduled()
    says(await use(mirrored.amina, "#london", "meeting cancel", meeting="Spring"))
    await mirrored.settled()
    assert events(mirrored) == []
    assert len(events(mirrored, CANCELED)) == 1


async def test_nothing_is_mirrored_unless_an_admin_switches_it_on(ground: Ground) -> None:
    await ground.scheduled()
    assert events(ground) == []
    assert asked(ground, "GET") == 0
    text = await switch(ground, events="On")
    assert "**Discord's events:** on." in text
    assert len(events(ground)) == 1
    assert "**Discord's events:** off." in await switch(ground, events="Off")
    assert events(ground, SCHEDULED, ACTIVE, COMPLETED, CANCELED) == []
    assert (await meeting(ground)).event_id is None


async def test_of_a_series_the_next_three_are_shown_one_by_one(mirrored: Ground) -> None:
    await mirrored.scheduled(repeat="weekly")
    assert [event.starts_at for event in events(mirrored)] == [
        THURSDAY_6PM + timedelta(weeks=number) for number in range(3)
    ]
    assert not any(event.recurrence_rule for event in events(mirrored))
    await mirrored.go_to(THURSDAY_6PM + timedelta(hours=2))
    assert [event.starts_at for event in events(mirrored)] == [
        THURSDAY_6PM + timedelta(weeks=number) for number in range(1, 4)
    ]


@both
async def test_interested_counts_as_maybe_and_can_be_taken_back(mirrored: Ground) -> None:
    ground = mirrored
    card = await ground.scheduled()
    (event,) = events(ground)
    ground.grace.interested(event)
    await ground.sandbox.until(lambda: "1 maybe" in card.text)
    await ground.go_to(THURSDAY_6PM - timedelta(minutes=50))
    assert any("You answered maybe. Are you coming?" in message.text for message in ground.grace.dms)
    ground.grace.interested(event, going=False)
    await ground.sandbox.until(lambda: "1 maybe" not in card.text)
    assert await ground.count(Answer) == await ground.count(Interested) == 0


async def test_what_somebody_said_to_the_bot_outweighs_interested(mirrored: Ground) -> None:
    ground = mirrored
    card = await ground.scheduled()
    (event,) = events(ground)
    await ground.grace.press(card, "Going")
    ground.grace.interested(event)
    ground.imran.interested(event)
    await ground.sandbox.until(lambda: "1 going, 1 maybe" in card.text)
    await ground.imran.press(card, "Going")
    ground.imran.interested(event, going=False)
    ground.grace.interested(event, going=False)
    ground.tomasz.interested(event)
    await ground.sandbox.until(lambda: "2 going, 1 maybe" in card.text)


async def test_an_event_that_somebody_changed_or_deleted_is_put_right(mirrored: Ground) -> None:
    ground = mirrored
    await ground.scheduled()
    (event,) = events(ground)
    del ground.sandbox.guild().events[event.id]
    ground.sandbox.world.publish("GUILD_SCHEDULED_EVENT_DELETE", event.payload(), guild_id=event.guild_id)
    await ground.sandbox.until(lambda: len(events(ground)) == 1)
    await ground.settled()
    (event,) = events(ground)
    assert (await meeting(ground)).event_id == event.id
    event.name = "Somebody's joke"
    ground.sandbox.world.publish("GUILD_SCHEDULED_EVENT_UPDATE", event.payload(), guild_id=event.guild_id)
    await ground.sandbox.until(lambda: [one.name for one in events(ground)] == ["Spring meeting"])


@both
async def test_differences_and_missed_presses_are_repaired_at_the_next_start(mirrored: Ground) -> None:
    ground = mirrored
    await ground.scheduled()
    await ground.scheduled("Another", "friday 6pm")
    first, second = events(ground)
    ground.imran.interested(second)
    await ground.sandbox.until(lambda: "1 maybe" in ground.london.messages[-1].text)
    await ground.stop()
    first.name = "Changed while nobody looked"
    ground.grace.interested(first)
    ground.imran.interested(second, going=False)
    stray = building_copy(ground, second)
    await ground.start()
    names = {"Spring meeting", "Another"}
    await ground.sandbox.until(lambda: {one.name for one in events(ground)} == names)
    await ground.settled()
    assert stray not in ground.sandbox.guild().events
    said = await ground.running.store.read(
        lambda session: [one.user_id for one in session.scalars(select(Answer))]
    )
    assert said == [ground.grace.id]


def building_copy(ground: Ground, event: ScheduledEvent) -> int:
    """Have a second event of the same meeting stand there, as after a crash between Discord's answer and our record."""
    number = ground.sandbox.world.snowflake()
    copy = ScheduledEvent(
        number, event.guild_id, event.creator, event.name, event.starts_at, event.ends_at, 3
    )
    copy.location, copy.description = event.location, event.description
    ground.sandbox.guild().events[number] = copy
    return number


async def test_an_event_that_was_made_before_a_crash_is_found_again(mirrored: Ground) -> None:
    ground = mirrored
    await ground.scheduled()
    (event,) = events(ground)

    await ground.running.store.write(mirror.link, (await meeting(ground)).id, None)
    before = asked(ground, "GET")
    await ground.restart()
    await ground.sandbox.until(lambda: asked(ground, "GET") > before)
    await ground.settled()
    assert [one.id for one in events(ground)] == [event.id]
    assert (await meeting(ground)).event_id == event.id


async def test_without_the_permission_organisers_hear_of_it_once_and_it_follows_when_granted(
    ground: Ground,
) -> None:
    guild = ground.sandbox.guild()
    (role,) = (guild.roles[role] for role in guild.members[ground.sandbox.world.bot.id].roles)
    role.permissions &= ~(permissions.CREATE_EVENTS | permissions.MANAGE_EVENTS)
    building.publish_role(ground.sandbox.world, guild, role, "GUILD_ROLE_UPDATE")
    await switch(ground, events="On")
    await ground.scheduled()
    await ground.scheduled("Another", "friday 6pm")
    assert events(ground) == []
    notes = [one for one in ground.sandbox.channel("#organisers").messages if "permission" in one.text]
    assert len(notes) == 1
    assert "Create Events" in await switch(ground)
    assert "I'm missing the permission Create Events" in says(
        await ground.ruth.slash("#welcome", "setup check")
    )
    role.permissions |= permissions.CREATE_EVENTS
    building.publish_role(ground.sandbox.world, guild, role, "GUILD_ROLE_UPDATE")
    await ground.sandbox.until(lambda: len(events(ground)) == 2)
    await ground.settled()
    assert "missing" not in await switch(ground)


async def test_when_discord_is_down_the_events_follow_later_and_are_made_once(mirrored: Ground) -> None:
    ground = mirrored
    ground.sandbox.faults.add("POST .*/scheduled-events$", times=3)
    await ground.scheduled()
    await ground.until_settled()
    assert len(events(ground)) == 1


async def test_a_hundred_events_of_others_leave_no_room_and_nothing_fails(mirrored: Ground) -> None:
    ground = mirrored
    guild = ground.sandbox.guild()
    for number in range(89):
        at = THURSDAY_6PM + timedelta(days=number)
        one = ScheduledEvent(number + 1, guild.id, ground.ruth.user, "Theirs", at, at + timedelta(hours=1), 3)
        one.location = "x"
        guild.events[one.id] = one
    await ground.scheduled("Later", "friday 6pm")
    assert len(events(ground)) == 90
    await ground.scheduled("Sooner", "thursday 6pm")
    ours = [event.name for event in events(ground) if event.name != "Theirs"]
    assert ours == ["Sooner"]


async def test_a_region_behind_closed_doors_is_not_shown_to_the_whole_server(mirrored: Ground) -> None:
    await mirrored.amina.slash("#london", "meeting schedule", title="Seen", when="thursday 6pm")
    everyone = mirrored.sandbox.guild().id
    channel = mirrored.sandbox.channel("#wales")
    channel.overwrites[everyone] = Overwrite(everyone, 0, 0, permissions.VIEW_CHANNEL)
    me = mirrored.sandbox.world.bot.id
    channel.overwrites[me] = Overwrite(me, 1, permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES, 0)
    building.publish_channel(mirrored.sandbox.world, channel, "CHANNEL_UPDATE")
    await mirrored.amina.slash(
        "#london", "meeting schedule", title="Hidden", when="friday 6pm", region="Wales"
    )
    await mirrored.settled()
    assert [event.name for event in events(mirrored)] == ["Seen"]


async def test_only_admins_switch_features(ground: Ground) -> None:
    for command in ground.sandbox.world.commands.values():
        command.default_member_permissions = None
    assert "Manage Server" in says(await ground.press_old(ground.grace, ground.london, "feature:events:on"))
    answer = await ground.grace.slash("#london", "setup change", section="features")
    assert "Manage Server" in says(answer)
