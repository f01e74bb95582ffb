"""What can't be delivered: it ends as failed with a reason, a human hears of it, and it can be tried again."""

from collections import Counter
from datetime import timedelta

from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Message, building, permissions, posting
from db import meetings
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_rsvp import beside
from tests.cogs.panels import tried_again

IN_TEN_DAYS = "12/03/2026 18:00"
SEVEN_DAYS_BEFORE = "2026-03-05T18:00"


def organisers(ground: Ground) -> Channel:
    return ground.sandbox.channel("#organisers")


def refuse(ground: Ground, person: Person) -> None:
    """Make Discord's filter refuse everything that is sent to somebody in private, for ever."""
    world = ground.sandbox.world
    channel = building.dm(world, world.bot, person.user)
    ground.sandbox.faults.add(f"POST /channels/{channel.id}/messages", times=None, status=400, code=240000)


async def number_of(ground: Ground, status: str) -> int:
    """Return the number of the one delivery with this status, as /admin deliveries shows it."""
    (row,) = [row for row in await ground.rows() if row.status == status]
    return row.id


@both
async def test_closed_private_messages_fail_once_and_the_organisers_hear_of_it_without_names(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    assert ground.mei.dms == []
    await ground.go_to(ground.wall("2026-03-09T08:59"))
    assert organisers(ground).messages == []
    await ground.go_to(ground.wall("2026-03-09T10:00"))
    (notice,) = organisers(ground).messages
    assert heads([notice]) == ["## 1 member gets no reminders"]
    for trace in (str(ground.mei.id), "mei", "Mei"):
        assert trace not in notice.text
    assert not notice.pinged


@both
async def test_a_failure_is_listed_for_admins_and_sent_when_tried_again(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    number = await number_of(ground, "failed")
    listed = says(await ground.ruth.slash("#organisers", "admin deliveries"))
    assert "**Couldn't be sent:** 1" in listed
    assert f"reminder of a meeting, to {ground.mei.mention}: failed" in listed
    assert "because the member's direct messages are closed" in listed
    assert f"(number {number})" in listed
    ground.mei.open_dms()
    answer = await tried_again(ground.ruth, "#organisers", number)
    assert f"trying number {number} again" in says(answer)
    await ground.settled()
    assert heads(ground.mei.dms) == ["## In 7 days: Spring meeting"]
    assert "Couldn't be sent" not in says(await ground.ruth.slash("#organisers", "admin deliveries"))
    audit = says(await ground.ruth.slash("#organisers", "admin audit"))
    assert f"{ground.ruth.mention} tried a failed message again (delivery:{number})" in audit


async def test_failures_come_first_with_a_button_and_housekeeping_stands_apart(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    for number in range(20):  # more outcomes of other kinds than are listed
        await ground.scheduled(f"Later {number}", "friday 20 march 6pm")
    listed = await ground.ruth.slash("#organisers", "admin deliveries")
    assert "### Couldn't be sent" in says(listed)
    assert f"reminder of a meeting, to {ground.mei.mention}: failed" in listed.text
    assert "post about a meeting" not in listed.text
    everything = says(
        await ground.ruth.slash("#organisers", "admin deliveries", show="Everything I sent lately")
    )
    assert everything.index("Couldn't be sent") < everything.index("post about a meeting")
    assert "note to myself" not in everything
    ground.mei.open_dms()
    assert "trying number" in says(await ground.ruth.press(listed, "Try again"))
    await ground.settled()
    assert heads(ground.mei.dms) == ["## In 7 days: Spring meeting"]


async def test_the_button_that_tries_again_is_for_admins(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    number = await number_of(ground, "failed")
    answer = await ground.press_old(ground.amina, ground.london, f"retry:{number}")
    assert "Only people with the permission Manage Server" in says(answer)


async def test_whoever_has_closed_private_messages_is_told_on_their_next_answer_until_they_open_them(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    assert "your direct messages are closed" in await beside(ground, ground.mei, card, "Maybe")
    await ground.settled()
    ground.mei.open_dms()
    await ground.go_to(ground.wall("2026-03-11T18:00"))
    assert heads(ground.mei.dms) == ["## In 1 day: Spring meeting"]
    assert "direct messages are closed" not in await beside(ground, ground.mei, card, "Going")


async def test_many_failures_of_one_minute_are_told_in_one_message(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    for person in (ground.grace, ground.tomasz, ground.cerys, ground.imran):
        await person.press(card, "Going")
        refuse(ground, person)
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(minutes=5))
    (notice,) = organisers(ground).messages
    assert heads([notice]) == ["## 4 messages couldn't be sent"]
    assert "4 times: reminder of a meeting, to a member, in private" in notice.text


@both
async def test_a_channel_deleted_before_a_reminder_is_asked_about_once_and_dms_go_out(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    ground.delete(ground.london)
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(minutes=2))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    (notice,) = organisers(ground).messages
    assert "The channel of London is gone" in notice.text
    checked = says(await ground.ruth.slash("#organisers", "setup check"))
    assert "no longer exists" in checked


async def test_a_permission_taken_away_before_a_reminder_fails_it_and_a_retry_sends_it(
    ground: Ground,
) -> None:
    await ground.scheduled(when=IN_TEN_DAYS)
    ground.deny(ground.london, permissions.SEND_MESSAGES)
    await ground.go_to(ground.wall("2026-03-12T17:02"))
    (notice,) = organisers(ground).messages
    assert "I am missing a permission there" in notice.text
    number = await number_of(ground, "failed")
    ground.allow(ground.london)
    says(await tried_again(ground.ruth, "#organisers", number))
    await ground.settled()
    assert heads(ground.london.messages)[-1] == "## In 1 hour: Spring meeting"


async def test_a_retry_after_the_meeting_began_expires(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    number = await number_of(ground, "failed")
    ground.mei.open_dms()
    await ground.jump_to(ground.wall("2026-03-12T18:30"))
    says(await tried_again(ground.ruth, "#organisers", number))
    await ground.settled()
    assert ground.mei.dms == []
    assert next(row for row in await ground.rows() if row.id == number).status == "expired"


async def test_what_did_not_fail_or_is_another_servers_can_not_be_retried(ground: Ground) -> None:
    await ground.scheduled()
    answer = await ground.press_old(ground.ruth, ground.london, "retry:1")
    assert "No failed message here has the number 1" in says(answer)
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    number = await number_of(ground, "failed")
    branch = ground.sandbox.channel("#branch", guild=ground.second_guild())
    answer = await ground.press_old(ground.ruth, branch, f"retry:{number}")
    assert f"No failed message here has the number {number}" in says(answer)
    listed = says(await ground.ruth.slash(branch, "admin deliveries"))
    assert ground.mei.mention not in listed
    assert "I've had nothing to send here" in listed
    assert "Nothing yet" in says(await ground.ruth.slash(branch, "admin audit"))


async def test_an_organisers_channel_that_is_gone_has_the_admin_told_in_private(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    refuse(ground, ground.mei)
    ground.delete(organisers(ground))
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(minutes=10))
    assert any("couldn't be sent" in message.text for message in ground.ruth.dms)


async def test_a_member_who_left_fails_with_its_own_reason_and_nobody_else_is_held_up(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.tomasz.press(card, "Going")
    await ground.grace.press(card, "Going")
    ground.tomasz.leave()
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    reasons = {row.reason for row in await ground.rows(meetings.REMIND) if row.status == "failed"}
    assert reasons <= {"no_shared_server", "dms_closed"}
    assert len(reasons) == 1


async def test_a_card_deleted_by_hand_fails_its_change_and_the_answer_still_counts(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    shown = await ground.grace.slash("#london", "meeting show", meeting="1")
    del ground.london.history[card.id]
    says(await ground.grace.press(shown, "Going"))
    await ground.settled()
    failed = [row for row in await ground.rows(meetings.CARD) if row.status == "failed"]
    assert [row.reason for row in failed] == ["message_gone"]
    assert "1 going" in says(await ground.grace.slash("#london", "meeting show", meeting="1"))


async def test_of_a_card_deleted_by_hand_the_organisers_hear_once_whatever_else_changes(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    posting.delete(ground.sandbox.world, card)
    for person in (ground.grace, ground.tomasz, ground.cerys):
        says(await person.slash("#london", "meeting answer", meeting="1", choice="going"))
        await ground.go_to(ground.clock.now() + timedelta(days=2))
    cards = [row for row in await ground.rows(meetings.CARD) if row.status == "failed"]
    assert len(cards) > 1
    assert {row.reason for row in cards} == {"message_gone"}
    assert None not in {row.told_at for row in cards}
    (notice,) = organisers(ground).messages
    assert "because the message was deleted" in notice.text


async def test_of_a_card_posted_anew_and_deleted_again_the_organisers_hear_again(ground: Ground) -> None:
    async def answers(*people: Person) -> None:
        for person in people:
            says(await person.slash("#london", "meeting answer", meeting="1", choice="going"))
            await ground.go_to(ground.clock.now() + timedelta(days=1, hours=1))

    posting.delete(ground.sandbox.world, await ground.scheduled(when="26/03/2026 18:00"))
    await answers(ground.grace, ground.tomasz)
    assert len(notices(ground)) == 1
    # Discord once says wrongly that the channel is gone, so it is chosen again and the card posted there anew.
    ground.sandbox.faults.add(f"PATCH /channels/{ground.london.id}/messages/*", status=404, code=10003)
    await answers(ground.cerys)
    says(await ground.ruth.slash("#welcome", "setup region", name="London", channel=ground.london.id))
    await ground.settled()
    (card,) = ground.london.messages
    posting.delete(ground.sandbox.world, card)
    await answers(ground.imran, ground.mei, ground.siobhan)
    assert len(notices(ground)) == 2
    assert "because the message was deleted" in notices(ground)[1].text
    failed = [row for row in await ground.rows(meetings.CARD) if row.status == "failed"]
    assert [row.message_id for row in failed].count(card.id) == 3


async def test_how_deliveries_ended_is_counted(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.grace.press(card, "Can't come")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    status = Counter(row.status for row in await ground.rows() if not row.job)
    assert status["suppressed"] >= 3
    text = says(await ground.ruth.slash("#organisers", "admin deliveries"))
    assert f"**To be sent later:** {status['pending']}" in text
    assert f"**Sent:** {status['sent']}" in text
    assert f"**Not sent, as no longer needed:** {status['suppressed']}" in text
    assert "post about a meeting, to " + ground.london.mention + ": sent" in text


async def test_the_audit_says_who_did_what(ground: Ground) -> None:
    await ground.scheduled()
    await use(ground.amina, "#london", "meeting edit", meeting="1", title="New")
    await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm")
    await use(ground.amina, "#london", "meeting cancel", meeting="1")
    text = says(await ground.ruth.slash("#organisers", "admin audit"))
    for deed in ("scheduled a meeting", "changed a meeting", "moved a meeting", "cancelled a meeting"):
        assert f"{ground.amina.mention} {deed} (meeting:1)" in text
    assert f"{ground.ruth.mention} changed the organisers" in text


def notices(ground: Ground) -> list[Message]:
    """Return what the organisers were told of failures."""
    return [message for message in organisers(ground).messages if "couldn't be sent" in message.text]


async def test_the_notice_names_the_meeting_and_what_fails_again_is_told_together(ground: Ground) -> None:
    for title, day in (("Spring meeting", "12/03/2026"), ("Summer meeting", "19/03/2026")):
        card = await ground.scheduled(title, when=f"{day} 18:00")
        await ground.mei.press(card, "Going")
    refuse(ground, ground.mei)
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(minutes=2))
    (first,) = notices(ground)
    assert "about Spring meeting on Thursday 12 March 2026, 6pm" in first.text
    assert "Summer" not in first.text
    await ground.go_to(ground.wall("2026-03-20T10:00"))
    assert notices(ground) == [first]
    failed = [row for row in await ground.rows(meetings.REMIND) if row.status == "failed"]
    assert len(failed) > 2
    await ground.go_to(ground.wall("2026-04-15T10:00"))
    _, second = notices(ground)
    assert heads([second]) == [f"## {len(failed) - 1} messages couldn't be sent"]
    for title in ("Spring meeting", "Summer meeting"):
        assert f"about {title} on" in second.text
    assert str(ground.mei.id) not in second.text
    await ground.go_to(ground.wall("2026-06-15T10:00"))
    assert notices(ground) == [first, second]


async def test_another_cause_is_told_at_once(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.mei.press(card, "Going")
    refuse(ground, ground.mei)
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(minutes=2))
    ground.deny(ground.london, permissions.SEND_MESSAGES)
    await ground.go_to(ground.wall("2026-03-12T17:05"))
    assert len(notices(ground)) == 2
    assert "missing a permission" in notices(ground)[1].text
