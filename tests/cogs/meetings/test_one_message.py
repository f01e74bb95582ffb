"""One meeting, one message: its card is kept up to date and closed, and the channel is reminded once, in short."""

import pytest

from bot.sandbox.world import Message, permissions, posting
from db.deliveries import NewDelivery, enqueue
from db.meetings import CLOSE
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_rsvp import beside
from tests.cogs.panels import settings

IN_TEN_DAYS = "12/03/2026 18:00"
BEGINS, ENDS = "2026-03-12T18:00", "2026-03-12T19:00"


async def reminded(ground: Ground) -> tuple[Message, Message]:
    """Have a meeting answered and reminded of; returns its card and what the channel was reminded with."""
    card = await ground.scheduled(when=IN_TEN_DAYS, venue="Town hall", duration="1 hour")
    for person in (ground.grace, ground.tomasz):
        await person.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T17:00"))
    card, reminder = ground.london.messages
    return card, reminder


@both
async def test_the_channel_is_reminded_once_by_a_short_answer_to_the_card(ground: Ground) -> None:
    card, reminder = await reminded(ground)
    assert reminder.content == (
        "In 1 hour: Spring meeting, Thursday 12 March, 6pm, Town hall.\n2 people are going."
    )
    assert reminder.embeds == []
    assert buttons(reminder) == ["Going", "Can't come"]
    assert reminder.reference is not None
    assert reminder.reference["message_id"] == str(card.id)
    assert not reminder.pinged


async def test_a_reminder_comes_where_its_card_was_deleted_and_where_replies_are_not_allowed(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.scheduled("Other", when="11/03/2026 18:00")
    posting.delete(ground.sandbox.world, card)
    ground.deny(ground.london, permissions.READ_MESSAGE_HISTORY)
    await ground.go_to(ground.wall("2026-03-11T17:00"))
    assert heads(ground.london.messages)[-1] == "## In 1 hour: Other"
    assert ground.london.messages[-1].reference is None
    ground.allow(ground.london)
    await ground.go_to(ground.wall("2026-03-12T17:00"))
    assert heads(ground.london.messages)[-1] == "## In 1 hour: Spring meeting"
    assert {row.status for row in await ground.rows("meeting.remind")} == {"sent"}


@both
async def test_what_stands_in_the_channel_is_closed_when_the_meeting_is_over(ground: Ground) -> None:
    card, reminder = await reminded(ground)
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", online="https://meet.example/x"))
    await ground.later()
    (news,) = ground.london.messages[2:]
    await ground.go_to(ground.wall("2026-03-12T18:59"))
    assert "Going" in buttons(card)
    heard = len(ground.tomasz.phone.heard)
    await ground.go_to(ground.wall(ENDS))
    assert "**This meeting is over.**" in card.text
    assert "2 going, 0 maybe" in card.text
    assert card.content.startswith("Over: London meeting Spring meeting")
    for message in (card, reminder, news):
        assert buttons(message) == []
        assert "over" in message.text.lower()
    assert len(ground.tomasz.phone.heard) == heard
    shown = says(await ground.tomasz.slash("#london", "meeting show", meeting="1"))
    assert "This meeting is over" in shown


@pytest.mark.parametrize("away", ["before", "after"])
async def test_it_is_closed_after_a_time_in_which_the_bot_was_down(ground: Ground, away: str) -> None:
    card, _ = await reminded(ground)
    if away == "after":
        await ground.go_to(ground.wall(BEGINS))
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-13T09:00"))
    await ground.start()
    await ground.settled()
    assert "**This meeting is over.**" in card.text
    assert buttons(card) == []
    assert "late" not in card.text


async def test_a_meeting_that_moves_or_lasts_longer_is_closed_when_it_really_ends(ground: Ground) -> None:
    card = await ground.scheduled(duration="1 hour")
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", duration="2 hours"))
    await ground.go_to(ground.wall("2026-03-05T19:30"))
    assert "Going" in buttons(card)
    await ground.go_to(ground.wall("2026-03-05T20:00"))
    assert buttons(card) == []
    other = await ground.scheduled("Other", when="11/03/2026 18:00")
    says(await use(ground.amina, "#london", "meeting move", meeting="2", when="12/03/2026 18:00"))
    await ground.go_to(ground.wall("2026-03-11T23:00"))
    assert "Going" in buttons(other)
    await ground.go_to(ground.wall(ENDS))
    assert buttons(other) == []


async def test_a_cancelled_meeting_stays_cancelled(ground: Ground) -> None:
    card, _ = await reminded(ground)
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.go_to(ground.wall("2026-03-13T09:00"))
    assert "This meeting is cancelled" in card.text
    assert "is over" not in card.text
    assert {row.status for row in await ground.rows(CLOSE)} == {"suppressed"}


async def test_the_report_is_linked_from_the_closed_card(ground: Ground) -> None:
    card, _ = await reminded(ground)
    await ground.go_to(ground.wall("2026-03-12T20:00"))
    assert "**Report:**" not in card.text
    form = (await ground.amina.slash("#london", "meeting report", meeting="1")).modal
    values = {"How many came?": "7", "What was decided?": "We go on."}
    says(await ground.amina.submit(form, values))
    await ground.settled()
    report = next(one for one in ground.london.messages if "We go on." in card_text(one))
    guild = ground.sandbox.guild().id
    assert f"**Report:** https://discord.com/channels/{guild}/{ground.london.id}/{report.id}" in card.text


async def test_a_deleted_card_is_not_missed_when_its_meeting_is_over(ground: Ground) -> None:
    card = await ground.scheduled()
    posting.delete(ground.sandbox.world, card)
    await ground.go_to(ground.wall("2026-03-06T09:00"))
    office = ground.sandbox.channel("#organisers").messages
    assert [one for one in heads(office) if "couldn't be sent" in one] == []


async def test_what_an_earlier_version_owed_the_channel_before_the_last_reminder_is_not_posted(
    ground: Ground,
) -> None:
    """The case where an older process stores a meeting after the upgrade."""
    await ground.scheduled(when=IN_TEN_DAYS)

    (row,) = await ground.rows("meeting.remind")
    before = [
        NewDelivery(
            key=row.key.replace(":60:", f":{lead}:"), kind=row.kind, guild_id=row.guild_id, target_id=row.target_id,
            private=False, subject=row.subject, due_at=ground.wall(due), data=row.data,
        )
        for lead, due in ((10_080, "2026-03-05T18:00"), (1_440, "2026-03-11T18:00"))
    ]  # fmt: skip
    await ground.running.store.write(enqueue, before)
    await ground.go_to(ground.wall(BEGINS))
    assert heads(ground.london.messages)[1:] == ["## In 1 hour: Spring meeting"]
    reasons = sorted(str(row.reason) for row in await ground.rows("meeting.remind"))
    assert reasons == ["None", "overtaken", "overtaken"]


@both
async def test_the_hosts_own_words_go_with_the_next_reminder_to_each_once(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    for person in (ground.grace, ground.tomasz):
        await person.press(card, "Going")
    says(await settings(ground.tomasz, "#london", reminders="1 hour"))
    edited = await use(
        ground.amina, "#london", "meeting edit", meeting="1", note="Bring a *friend* @everyone"
    )
    assert "Each person gets this once" in says(edited)
    await ground.go_to(ground.wall("2026-03-11T18:00"))
    words = "From the host: Bring a \\*friend\\* "
    seven, one = ground.grace.dms[-2:]
    assert words in seven.text
    assert "From the host" not in one.text
    # Whoever answers only now gets what the others got.
    assert words in await beside(ground, ground.cerys, card, "Going")
    assert "From the host" not in await beside(ground, ground.cerys, card, "Maybe")
    await ground.go_to(ground.wall("2026-03-12T17:00"))
    assert words in ground.tomasz.dms[-1].text
    reminder = ground.london.messages[-1]
    assert words in reminder.content
    assert not reminder.pinged
    for person in (ground.grace, ground.cerys):
        assert person.dms[-1].text.startswith("In 1 hour")
        assert "From the host" not in person.dms[-1].text
    await ground.go_to(ground.wall(ENDS))
    meeting = await ground.running.store.read(lambda session: session.get_one(Meeting, 1))
    assert (meeting.note, meeting.note_at) == ("", None)


async def test_words_for_the_reminder_are_the_hosts_and_can_be_taken_back(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS, host=ground.cerys.id)
    await ground.grace.press(card, "Going")
    says(await use(ground.cerys, "#london", "meeting edit", meeting="1", note="Bring a friend"))
    refused = says(await use(ground.tomasz, "#london", "meeting edit", meeting="1", note="Stay away"))
    assert "Each person gets this once" not in refused
    hosts = await ground.cerys.slash("#london", "meeting edit", meeting="1")
    assert hosts.modal.values() == {"Note (optional)": "Bring a friend"}
    says(await use(ground.cerys, "#london", "meeting edit", meeting="1", note="none"))
    await ground.go_to(ground.wall("2026-03-05T18:00"))
    assert "From the host" not in ground.grace.dms[-1].text
