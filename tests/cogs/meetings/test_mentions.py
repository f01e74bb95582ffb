"""Mentions by choice: whose locked phone rings for what is posted in a region's channel, under 'only @mentions'."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.sandbox.interactions import Modal
from bot.sandbox.people import Person
from bot.sandbox.phone import Level, Notification
from bot.sandbox.world import Message, building, permissions
from db import meetings
from db.models import Delivery, Mention
from tests.cogs.common.test_faults import SEND
from tests.cogs.ground import MONDAY, THURSDAY_6PM, Ground, both, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_polls import asked
from tests.cogs.panels import role_chosen
from tests.cogs.setup.test_check import check, wrong

MENTION_EVERYONE = 1 << 17
ADMINS_ONLY = "Only people with the permission Manage Server can do this."


def role(ground: Ground, name: str) -> int:
    return next(one.id for one in ground.sandbox.guild().roles.values() if one.name == name)


def delete_role(ground: Ground, name: str) -> None:
    guild, number = ground.sandbox.guild(), role(ground, name)
    del guild.roles[number]
    for member in guild.members.values():
        member.roles = tuple(held for held in member.roles if held != number)
    data = {"guild_id": str(guild.id), "role_id": str(number)}
    ground.sandbox.world.publish("GUILD_ROLE_DELETE", data, guild_id=guild.id)


async def chosen(ground: Ground, region: str, role_name: str | None, *, reminders: bool = False) -> str:
    """Have Ruth choose the role of a region; returns what she is told."""
    panel = await ground.ruth.slash("#welcome", "setup change", section="pings")
    form = (await ground.ruth.choose(panel, "Choose a region to change", region)).modal
    values = {
        "Which role should news mention? (optional)": [role_name] if role_name else [],
        "Should the last reminder mention it too?": "Yes" if reminders else "No",
    }
    return says(await ground.ruth.submit(form, values))


def heard(person: Person, channel: str = "#london") -> list[Notification]:
    return [one for one in person.phone.heard if one.channel == channel]


def pinging(ground: Ground, channel: str = "#london") -> list[Message]:
    """Return the messages of a channel that notified somebody."""
    return [one for one in ground.sandbox.channel(channel).messages if one.pinged]


def ending(message: Message) -> str:
    """Return the last line of what is said: of the content where there is one, since an embed mentions nobody."""
    return (message.content or message.text).splitlines()[-1]


@both
async def test_a_member_under_only_mentions_hears_of_a_new_meeting_once(ground: Ground) -> None:
    assert "**London:** new meetings and polls mention" in await chosen(ground, "London", "London")
    card = await ground.scheduled()
    assert len(heard(ground.tomasz)) == 1
    assert len(ground.tomasz.phone.lock_screen) == 1
    london = role(ground, "London")
    assert card.pinged.roles == {london}
    assert not card.pinged.users
    assert not card.pinged.everyone
    assert ending(card) == f"<@&{london}>"
    # Whoever does not have the role hears nothing, nor does another region's channel mention it.
    assert heard(ground.imran) == []
    await ground.scheduled("Leeds meeting", "friday 6pm", "#yorkshire", region="Yorkshire")
    assert pinging(ground, "#yorkshire") == []
    for person, answer in ((ground.grace, "Going"), (ground.tomasz, "Maybe")):
        await person.press(card, answer)
        await ground.settled()
    assert len(heard(ground.grace)) == 1


@both
async def test_the_second_meeting_of_a_day_does_not_ring_and_is_named_in_the_next_mention(
    ground: Ground,
) -> None:
    await chosen(ground, "London", "London")
    await ground.scheduled("First", "thursday 6pm")
    await ground.scheduled("Second *one*", "friday 6pm")
    await ground.scheduled("Third", "saturday 11am")
    assert [one.id for one in pinging(ground)] == [heard(ground.tomasz)[0].message_id]
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    fourth = await ground.scheduled("Fourth", "sunday 11am")
    assert len(heard(ground.tomasz)) == 2
    assert fourth.pinged.roles
    assert "Also posted here since the last mention: **Second \\*one\\***, **Third**." in fourth.text
    # What was named once is named no more.
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    fifth = await ground.scheduled("Fifth", "sunday 1pm")
    assert fifth.pinged.roles
    assert "Also posted" not in fifth.text


async def test_the_day_is_that_of_the_region(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    await ground.go_to(ground.wall("2026-03-03T23:50"))
    await ground.scheduled("Late", "friday 6pm")
    await ground.go_to(ground.wall("2026-03-04T00:10"))
    await ground.scheduled("Early", "friday 7pm")
    assert len(heard(ground.tomasz)) == 2


@both
async def test_a_move_rings_although_a_meeting_was_announced_that_day(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    await ground.scheduled("First", "thursday 6pm")
    await ground.scheduled("Second", "friday 6pm")
    answer = await use(ground.amina, "#london", "meeting move", meeting="Second", when="friday 7pm")
    says(answer)
    await ground.later(timedelta(minutes=5))
    assert len(heard(ground.tomasz)) == 2
    # It tells of itself; of nothing else was there no mention.
    assert "Also posted" not in pinging(ground)[-1].text
    says(await use(ground.amina, "#london", "meeting edit", meeting="First", venue="Town Hall"))
    await ground.later(timedelta(minutes=5))
    assert len(heard(ground.tomasz)) == 3
    says(await use(ground.amina, "#london", "meeting edit", meeting="First", title="The first"))
    await ground.later(timedelta(minutes=5))
    assert len(heard(ground.tomasz)) == 3
    says(await use(ground.amina, "#london", "meeting cancel", meeting="Second"))
    await ground.settled()
    assert len(heard(ground.tomasz)) == 4
    # None of these used up the day's mention, and the next day begins with one.
    assert await ground.count(Mention) == 5


async def test_what_is_over_or_cancelled_is_not_named(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    await ground.scheduled("First", "thursday 6pm")
    await ground.scheduled("Soon over", "today 12:30")
    await ground.scheduled("Called off", "friday 6pm")
    await ground.scheduled("Ahead", "saturday 11am")
    says(await use(ground.amina, "#london", "meeting cancel", meeting="Called off"))
    await ground.settled()
    cancelled = pinging(ground)[-1]
    assert "**Soon over**, **Ahead**." in cancelled.text
    await ground.scheduled("Again", "sunday 11am")
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    assert "mention: **Again**." in (await ground.scheduled("Next", "sunday 1pm")).text


@pytest.mark.parametrize("reminders", [False, True])
async def test_the_last_reminder_rings_where_that_was_chosen(ground: Ground, reminders: bool) -> None:
    await chosen(ground, "London", "London", reminders=reminders)
    await ground.scheduled()
    await ground.go_to(THURSDAY_6PM - timedelta(hours=2))
    assert len(heard(ground.tomasz)) == 1
    await ground.go_to(THURSDAY_6PM - timedelta(minutes=1))
    assert len(heard(ground.tomasz)) == 1 + reminders


async def test_a_poll_rings_as_a_meeting_does(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    await asked(ground)
    assert len(heard(ground.tomasz)) == 1
    await ground.scheduled("Second", "friday 6pm")
    assert len(heard(ground.tomasz)) == 1


async def test_without_a_role_nobody_rings_and_the_set_up_says_so(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    said = await chosen(ground, "London", None)
    assert "**London:** nobody is mentioned." in said
    await ground.scheduled()
    assert pinging(ground) == []
    assert heard(ground.tomasz) == []
    ground.grace.phone.set_server(ground.sandbox.guild(), level=Level.ALL_MESSAGES)
    await ground.scheduled("Second", "friday 6pm")
    assert len(heard(ground.grace)) == 1
    form = (await ground.ruth.slash("#welcome", "setup start")).modal
    done = says(await ground.ruth.submit(form))
    assert "**No role to mention:** London, North West, Wales, Yorkshire." in done
    assert "**Everything is in order.**" in done


async def test_a_networks_role_is_mentioned_by_default(ground: Ground) -> None:
    says(await role_chosen(ground.ruth, "#welcome", "London", "London"))
    panel = await ground.ruth.slash("#welcome", "setup change", section="pings")
    assert f"**London:** new meetings and polls mention <@&{role(ground, 'London')}>." in says(panel)
    await ground.scheduled()
    assert len(heard(ground.tomasz)) == 1
    # Nobody may be chosen against the default, and the default again.
    await chosen(ground, "London", None)
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    await ground.scheduled("Second", "friday 6pm")
    assert len(heard(ground.tomasz)) == 1
    await chosen(ground, "London", "London")
    await ground.scheduled("Third", "friday 7pm")
    assert len(heard(ground.tomasz)) == 2


async def test_a_missing_permission_is_said_by_every_check(ground: Ground, tmp_path: Path) -> None:
    await chosen(ground, "London", "London")
    ground.deny(ground.london, MENTION_EVERYONE)
    card = await ground.scheduled()
    assert ending(card) == f"<@&{role(ground, 'London')}>"
    assert heard(ground.tomasz) == []
    missing = "I'm missing the permission Mention @everyone, @here, and All Roles"
    for section in ("setup check", "setup change"):
        more = {"section": "pings"} if section == "setup change" else {}
        said = says(await ground.ruth.slash("#welcome", section, **more))
        assert f"In {ground.london.mention} my mention of" in said
        assert missing in said
    code, lines = await check(ground, tmp_path)
    assert code == 1
    assert "in #london the bot lacks: Mention @everyone, @here, and All Roles." in wrong(lines)[0]
    ground.allow(ground.london)
    assert "**Everything is in order.**" in says(await ground.ruth.slash("#welcome", "setup check"))
    assert (await check(ground, tmp_path))[0] == 0


async def test_a_role_that_was_deleted_is_not_mentioned_and_is_said(ground: Ground, tmp_path: Path) -> None:
    await chosen(ground, "London", "London")
    delete_role(ground, "London")
    card = await ground.scheduled()
    assert "<@&" not in card.text
    said = says(await ground.ruth.slash("#welcome", "setup check"))
    assert f"The role I should mention in {ground.london.mention} no longer exists." in said
    code, lines = await check(ground, tmp_path)
    assert code == 1
    assert "in #london the bot is to mention a role that is gone" in wrong(lines)[0]


async def test_everybody_can_not_be_chosen(ground: Ground) -> None:
    panel = await ground.ruth.slash("#welcome", "setup change", section="pings")
    form = (await ground.ruth.choose(panel, "Choose a region to change", "London")).modal
    answer = await ground.ruth.submit(form, {"Which role should news mention? (optional)": ["@everyone"]})
    assert "That would ring every member of the server." in says(answer)


async def test_a_form_that_was_open_during_a_restart_still_stores(ground: Ground) -> None:
    panel = await ground.ruth.slash("#welcome", "setup change", section="pings")
    form = (await ground.ruth.choose(panel, "Choose a region to change", "London")).modal
    await ground.restart()
    assert "**London:** new meetings" in says(
        await ground.ruth.submit(form, {"Which role should news mention? (optional)": ["London"]})
    )


@both
async def test_a_call_for_help_mentions_the_organisers_always(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    await ground.scheduled()
    opened = await ground.grace.slash("#london", "guidance support")
    form = (await ground.grace.press(opened, "Tell the organisers")).modal
    london = role(ground, "London")
    says(await ground.grace.submit(form, {"words": f"Shouting <@&{london}> @everyone", "consent": ["yes"]}))
    await ground.settled()
    note = pinging(ground, "#organisers")[-1]
    assert note.pinged.roles == {role(ground, "Organisers")}
    assert ending(note) == f"<@&{role(ground, 'Organisers')}>"
    assert [one.channel for one in ground.gareth.phone.heard] == ["#organisers"]


@both
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after"},
        {"kind": "status", "status": 502, "after": True},
        {"kind": "drop_before", "times": 2},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_a_mention_whose_answer_is_lost_rings_once(ground: Ground, fault: dict[str, Any]) -> None:
    await chosen(ground, "London", "London")
    rule = ground.sandbox.faults.add(SEND, **fault)
    says(await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm"))
    await ground.until_settled()
    assert rule.hits
    assert len(heard(ground.tomasz)) == 1
    await ground.scheduled("Second", "friday 6pm")
    assert len(heard(ground.tomasz)) == 1


async def test_a_mention_is_not_doubled_by_a_restart_between_sending_and_recording(ground: Ground) -> None:
    """The decision is stored before the message is sent, so that the one after the restart is the same message."""
    await chosen(ground, "London", "London")
    await ground.scheduled("First", "thursday 6pm")
    await ground.scheduled("Held back", "friday 6pm")
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    card = await ground.scheduled("Next", "saturday 11am")
    assert "**Held back**" in card.text
    row = (await ground.rows(meetings.ANNOUNCE))[-1]

    def as_before(session: Session) -> None:
        # As the store is when the process dies with Discord's answer in its hands.
        values = {"status": "sending", "settled_at": None, "message_id": None, "worker": "dead"}
        session.execute(update(Delivery).where(Delivery.id == row.id).values(**values, lease_until=MONDAY))

    await ground.running.store.write(as_before)
    await ground.restart()
    await ground.settled()
    again = (await ground.rows(meetings.ANNOUNCE))[-1]
    assert (again.status, again.message_id) == ("sent", card.id)
    assert [one.id for one in pinging(ground)] == [one.message_id for one in heard(ground.tomasz)]
    assert len(heard(ground.tomasz)) == 2


@pytest.mark.usefixtures("impatient")
async def test_what_could_not_be_sent_uses_up_nothing_of_the_day(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    ground.deny(ground.london, permissions.SEND_MESSAGES)
    says(
        await ground.amina.slash(
            "#welcome", "meeting schedule", title="A", when="friday 6pm", region="London"
        )
    )
    await ground.until_settled()
    ground.allow(ground.london)
    assert heard(ground.tomasz) == []
    await ground.scheduled("Second", "friday 7pm")
    assert len(heard(ground.tomasz)) == 1


async def test_a_card_that_is_posted_anew_rings_nobody(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    await ground.scheduled()
    ground.delete(ground.london)
    await ground.settled()
    hall = building.channel(ground.sandbox.world, ground.sandbox.guild(), "hall")
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    says(await ground.ruth.slash("#welcome", "setup region", name="London", channel=hall))
    await ground.settled()
    assert any("Spring meeting" in one.text for one in hall.messages)
    assert pinging(ground, "#hall") == []


async def test_members_may_not_choose(ground: Ground) -> None:
    panel = await ground.ruth.slash("#welcome", "setup change", section="pings")
    form = (await ground.ruth.choose(panel, "Choose a region to change", "London")).modal
    refused = await ground.press_old(ground.grace, ground.london, "pings:0")
    assert ADMINS_ONLY in says(refused)
    forged = Modal(form.interaction, form.custom_id.replace(":1", ":77"), form.title, form.components)
    assert "no longer set up here" in says(await ground.ruth.submit(forged))
