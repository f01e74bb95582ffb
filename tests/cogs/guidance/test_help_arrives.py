"""'Ask the organisers for help' arrives, or whoever asked hears at once that it did not and what else they can do."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.sandbox.interactions import Modal
from bot.sandbox.world import Channel, Message, Overwrite, building, membership, permissions
from db.guidance.models import SupportRequest
from db.models import Delivery
from tests.cogs.common.test_free_text import free_texts
from tests.cogs.ground import Ground, buttons, says

SECRET = "He follows me home since March"
VIEW = permissions.VIEW_CHANNEL


def options(modal: Modal, custom_id: str) -> list[dict[str, Any]]:
    """Return the options of a menu in a form."""
    fields: list[dict[str, Any]] = [component.get("component") or {} for component in modal.components]
    return next(list(field["options"]) for field in fields if field.get("custom_id") == custom_id)


async def form_of(ground: Ground, person: str = "grace") -> Modal:
    """Open the form."""
    card = await ground.sandbox.person(person).slash("#london", "guidance support")
    return (await ground.sandbox.person(person).press(card, "Tell the organisers")).modal


async def ask(ground: Ground, to: str = "organisers", name: str = "yes") -> str:
    """Have Grace ask for help; returns what she is told."""
    modal = await form_of(ground)
    sent = await ground.grace.submit(modal, {"words": SECRET, "to": [to], "consent": [name]})
    return says(sent)


def organisers(ground: Ground) -> Channel:
    return ground.sandbox.channel("#organisers")


def overwrite(ground: Ground, target_id: int, allow: int, *, member: bool = False) -> None:
    """Let a role or a member into the organisers' channel, or out of it (allow 0)."""
    channel = organisers(ground)
    channel.overwrites[target_id] = Overwrite(target_id, int(member), allow, 0)
    building.publish_channel(ground.sandbox.world, channel, "CHANNEL_UPDATE")


def down(ground: Ground) -> None:
    """Let nothing into the organisers' channel, as in an outage of Discord."""
    ground.sandbox.faults.add(rf"POST /channels/{organisers(ground).id}/messages$", times=None)


def alarms(ground: Ground) -> list[Message]:
    return [message for message in ground.ruth.dms if "Something that members rely on" in message.text]


async def shown(ground: Ground, person: str, message: Message) -> str:
    """Return what the button of a direct message shows."""
    answer = await ground.sandbox.person(person).press(message, "Show it")
    assert answer.failed is None
    assert answer.ephemeral
    return answer.text


async def stored(ground: Ground) -> list[str]:
    """Return every stored text that has the secret, or Grace's number in what is about help."""
    found = await ground.running.store.read(free_texts)
    return [text for text in found if SECRET in text]


async def open_to_members(ground: Ground) -> None:
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    role = building.role(world, guild, "Verified")
    membership.give(world, guild, guild.members[ground.tomasz.id], role.id)
    overwrite(ground, role.id, VIEW)


async def a_role_that_sees_everything(ground: Ground) -> None:
    channel = organisers(ground)
    channel.overwrites = {
        key: value for key, value in channel.overwrites.items() if key != ground.sandbox.guild().id
    }
    building.publish_channel(ground.sandbox.world, channel, "CHANNEL_UPDATE")


async def a_member_of_their_own(ground: Ground) -> None:
    overwrite(ground, ground.tomasz.id, VIEW, member=True)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", [open_to_members, a_role_that_sees_everything, a_member_of_their_own])
async def test_a_channel_that_others_read_is_not_private_at_sending_and_the_member_hears_of_it(
    ground: Ground, how: Any
) -> None:
    modal = await form_of(ground)
    # The note is stored, and somebody lets others in before it leaves.
    down(ground)
    await ground.grace.submit(modal, {"words": SECRET, "to": ["organisers"], "consent": ["no"]})
    await ground.settled()
    await how(ground)
    ground.sandbox.faults.clear()
    await ground.until_settled()
    assert organisers(ground).messages == []
    (news,) = ground.grace.dms
    assert "help" not in news.text
    told = await shown(ground, "grace", news)
    assert "Your note did not arrive" in told
    assert "international@neu.org.uk" in told
    (alarm,) = alarms(ground)
    said = alarm.text + await shown(ground, "ruth", alarm)
    assert "Notes from members don't reach the organisers" in said
    assert ground.grace.mention not in said
    assert await stored(ground) == []
    # And beforehand the next one is told as much.
    refused = says(await ground.grace.slash("#london", "guidance support"))
    assert "is open to others" in refused


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["gone", "forbidden", "lost", "for too long"])
async def test_whatever_keeps_a_note_from_arriving_the_member_is_told(ground: Ground, how: str) -> None:
    modal = await form_of(ground)
    channel = organisers(ground)
    if how == "for too long":
        down(ground)
    elif how == "forbidden":
        ground.deny(channel, permissions.SEND_MESSAGES)
    elif how == "gone":
        down(ground)
        await ground.grace.submit(modal, {"words": SECRET, "to": ["organisers"], "consent": ["yes"]})
        await ground.settled()
        ground.delete(channel)
        ground.sandbox.faults.clear()
    else:
        down(ground)
    if how != "gone":
        await ground.grace.submit(modal, {"words": SECRET, "to": ["organisers"], "consent": ["yes"]})
    if how == "lost":
        await ground.settled()

        def lose(session: Session) -> None:
            session.execute(delete(Delivery).where(Delivery.kind == "guidance.help"))

        await ground.running.store.write(lose)
    await ground.jump_to(ground.clock.now() + timedelta(hours=26))
    await ground.running.maintenance.idle()
    await ground.settled()
    assert channel.messages == []
    news = [message for message in ground.grace.dms if "There is news" in message.text]
    assert len(news) == 1
    assert "Your note did not arrive" in await shown(ground, "grace", news[0])
    assert await stored(ground) == []


async def test_with_closed_dms_the_member_is_told_at_their_next_press(ground: Ground) -> None:
    ground.deny(organisers(ground), permissions.SEND_MESSAGES)
    ground.sandbox.user("grace").dms_open = False
    await ask(ground)
    await ground.until_settled()
    assert ground.grace.dms == []
    await ground.restart()
    answer = await ground.grace.slash("#london", "guidance tip")
    await answer.until_followups(1)
    assert answer.messages[-1].ephemeral
    assert "Your note did not arrive" in answer.messages[-1].text
    again = await ground.grace.slash("#london", "guidance tip")
    await ground.settled()
    assert len(again.messages) == 1


async def test_an_organiser_can_be_left_out(ground: Ground) -> None:
    card = says(await ground.grace.slash("#london", "guidance support"))
    assert re.search(r"The organisers \((North West, )?Organisers\) and this server's admins can read", card)
    modal = await form_of(ground)
    to_organisers, to_admins = options(modal, "to")
    assert "Organisers" in to_organisers["description"]
    assert "One admin would get it" in to_admins["description"]
    assert "international team" in str(modal.components)
    assert "to the admins" in await ask(ground, to="admins", name="no")
    await ground.settled()
    assert organisers(ground).messages == []
    (note,) = ground.ruth.dms
    assert SECRET not in note.text
    assert "help" not in note.text
    assert buttons(note) == ["Show it"]
    read = await shown(ground, "ruth", note)
    assert SECRET in read
    assert ground.grace.mention not in read
    assert "not to the organisers" in read
    other = await ground.press_old(ground.amina, ground.london, "show:1")
    assert SECRET not in other.text
    await ground.go_to(ground.clock.now() + timedelta(hours=25))
    await ground.running.maintenance.idle()
    assert await stored(ground) == []
    assert await ground.count(SupportRequest) == 0
    assert "no longer there" in (await ground.ruth.press(note, "Show it")).text
    assert not any("There is news" in message.text for message in ground.grace.dms)


async def test_a_note_that_no_admin_opens_is_told_of_before_it_goes(ground: Ground) -> None:
    await ask(ground, to="admins")
    await ground.go_to(ground.clock.now() + timedelta(hours=23))
    (news,) = ground.grace.dms
    assert "Nobody has opened your note yet" in await shown(ground, "grace", news)
    await ground.go_to(ground.clock.now() + timedelta(hours=2))
    await ground.running.maintenance.idle()
    assert await stored(ground) == []


async def test_a_note_without_a_name_leads_to_nobody_once_it_has_arrived(ground: Ground) -> None:
    await ask(ground, name="no")
    await ground.settled()
    (note,) = organisers(ground).messages
    assert SECRET in note.text
    assert ground.grace.mention not in note.text
    assert await ground.count(SupportRequest) == 0
    mine = await ground.grace.slash("#london", "privacy show")
    assert "help" not in mine.text
    for row in await ground.rows():
        assert not (
            row.kind.startswith("guidance.") and str(ground.grace.id) in f"{row.key}{row.data}{row.target_id}"
        )


@pytest.mark.usefixtures("impatient")
async def test_who_is_accused_can_neither_read_nor_blank_a_note_that_waits(ground: Ground) -> None:
    down(ground)
    modal = await form_of(ground)
    words = f"{ground.tomasz.mention} {SECRET}"
    await ground.grace.submit(modal, {"words": words, "to": ["organisers"], "consent": ["no"]})
    await ground.settled()
    export = await ground.tomasz.slash("#london", "privacy export")
    assert SECRET not in export.text
    answer = await ground.tomasz.slash("#london", "privacy erase")
    if "Delete" in str(buttons(answer.message)):
        await ground.tomasz.press(answer, buttons(answer.message)[0])
    assert any(words in text for text in await ground.running.store.read(free_texts))


async def test_three_notes_a_day_also_after_an_erasure(ground: Ground) -> None:
    for _ in range(3):
        await ask(ground)
    await ground.settled()
    card = await ground.grace.slash("#london", "privacy erase")
    if buttons(card.message):
        await ground.grace.press(card, buttons(card.message)[0])
    refused = says(await ground.grace.slash("#london", "guidance support"))
    assert "3 notes within a day" in refused
    assert "<t:" in refused
