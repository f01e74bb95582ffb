"""The weekly digest over the wire: chosen, sent at the member's hour, in place of single messages."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Message, membership
from db import digest, people, privacy
from db.digest.models import Digest, RegionCheck
from db.keydates.models import KeyDate
from db.models import Guild
from tests.cogs.campaigns.steps import privately
from tests.cogs.ground import Ground, both, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up, settings

DAY, HOUR = "On which day?", "At what time?"


async def wants(person: Person, day: str = "Monday", hour: str = "8am", place: str = "#london") -> Answer:
    """Weekly digest on the panel of one's own settings."""
    panel = await person.slash(place, "settings mine")
    form = (await person.press(panel, "Weekly digest")).modal
    return await person.submit(form, {DAY: [day], HOUR: [hour]})


def digests(person: Person) -> list[Message]:
    """Return the digests that somebody has."""
    return [one for one in person.dms if "Your week" in one.text]


async def joined(ground: Ground, person: Person) -> None:
    """Add somebody to London's network."""
    says(await person.slash("#london", "network join", region="London"))
    await ground.settled()


@both
async def test_a_digest_is_chosen_and_has_the_week_at_the_members_hour(ground: Ground) -> None:
    await joined(ground, ground.grace)
    said = says(await wants(ground.grace, "Monday", "9am"))
    assert "every Monday at 9am, your time" in said
    assert "replaces single messages" in said
    await ground.scheduled("Book club", "wednesday 11 march 6pm")
    await ground.go_to(ground.wall("2026-03-09T08:59"))
    assert digests(ground.grace) == []
    await ground.restart()
    await ground.go_to(ground.wall("2026-03-09T09:00"))
    (sent,) = digests(ground.grace)
    assert sent.content.splitlines()[0] == "Your week: 1 meeting, 1 date for everyone."
    assert "- Book club, Wednesday 11 March, 6pm. Are you coming?" in sent.text
    assert not sent.embeds
    assert "You get this every Monday at 9am" in sent.text
    assert ground.grace.phone.lock_screen[-1].body.startswith("Your week: 1 meeting")
    says(await ground.grace.slash("#london", "meeting answer", meeting="Book club", choice="going"))
    await ground.go_to(ground.wall("2026-03-16T09:00"))
    assert len(digests(ground.grace)) <= 2


async def test_an_empty_week_sends_nothing_and_the_next_one_does(ground: Ground) -> None:
    await ground.grace.slash("#london", "keydates list")  # they are made by then
    await ground.running.store.write(no_dates)
    await joined(ground, ground.grace)
    await wants(ground.grace)
    await ground.go_to(ground.wall("2026-03-09T08:30"))
    assert digests(ground.grace) == []
    assert [row.reason for row in await ground.rows(digest.WEEK) if row.settled_at] == ["nothing_this_week"]
    await ground.scheduled("Book club", "wednesday 18 march 6pm")
    await ground.go_to(ground.wall("2026-03-16T08:30"))
    assert len(digests(ground.grace)) == 1


def no_dates(session: Session) -> None:
    session.query(KeyDate).update({"off": True})


async def test_quiet_hours_and_the_members_own_zone_are_kept(ground: Ground) -> None:
    await joined(ground, ground.grace)
    await settings(ground.grace, "#london", quiet="9pm to 10am", zone="Europe/Paris")
    await wants(ground.grace, "Monday", "8am")
    await ground.scheduled("Book club", "wednesday 11 march 6pm")
    # Ten in Paris is nine in London.
    await ground.go_to(ground.wall("2026-03-09T08:59"))
    assert digests(ground.grace) == []
    await ground.go_to(ground.wall("2026-03-09T09:00"))
    (sent,) = digests(ground.grace)
    assert "Book club, Wednesday 11 March, 7pm" in sent.text


@both
async def test_it_takes_the_place_of_single_messages_and_of_no_reminder(ground: Ground) -> None:
    says(await set_up(ground.ruth, "#welcome", "features", chase="on"))
    for person in (ground.grace, ground.tomasz):
        await joined(ground, person)
    await wants(ground.grace)
    await ground.scheduled("Book club", "thursday 19 march 6pm")
    await ground.go_to(ground.wall("2026-03-18T18:00"))
    asked = {row.target_id: (row.status, row.reason) for row in await ground.rows("chase.ask")}
    assert asked[ground.grace.id] == ("suppressed", "in_digest")
    assert asked[ground.tomasz.id][0] == "sent"
    assert "Book club, Thursday 19 March, 6pm. Are you coming?" in digests(ground.grace)[-1].text
    says(await ground.grace.slash("#london", "meeting answer", meeting="Book club", choice="going"))
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="19/03/2026 20:00"))
    await ground.go_to(ground.wall("2026-03-19T19:00"))
    private = [row for row in await ground.rows("meeting.changed", "meeting.remind") if row.private]
    assert {row.kind for row in private if row.status == "sent"} == {"meeting.changed", "meeting.remind"}


async def test_campaigns_are_behind_a_button(ground: Ground) -> None:
    await privately(ground.grace)
    await wants(ground.grace)
    await ground.go_to(ground.wall("2026-03-09T08:00"))
    (sent,) = digests(ground.grace)
    assert "Cuba" not in sent.text
    shown = await ground.opened(ground.grace, sent)
    assert "Cuba: one thing to do" in shown.text


@both
async def test_an_organiser_is_asked_whether_all_is_still_right_and_says_so(ground: Ground) -> None:
    await ground.running.store.write(known_for_long)
    ground.running.forget_guild(ground.sandbox.guild().id)
    await wants(ground.siobhan, place="#north-west")
    await ground.go_to(ground.wall("2026-03-09T08:00"))
    (sent,) = digests(ground.siobhan)
    assert "North West meets in" in sent.text
    assert "London meets in" not in sent.text
    assert "1 question for you as an organiser" in sent.content
    thanks = await ground.siobhan.press(sent, "North West: still right")
    assert "again in three months" in thanks.text
    assert await ground.count(RegionCheck) == 1
    await ground.go_to(ground.wall("2026-03-16T08:00"))
    assert not [one for one in digests(ground.siobhan)[1:] if "North West meets in" in one.text]


def known_for_long(session: Session) -> None:
    for guild in session.query(Guild):
        guild.known_since -= timedelta(days=200)


async def test_who_no_longer_organises_can_not_say_that_it_is_right(ground: Ground) -> None:
    refused = await ground.press_old(ground.grace, ground.london, f"stillright:{ground.sandbox.guild().id}:1")
    assert "Only organisers" in says(refused)
    assert await ground.count(RegionCheck) == 0


@pytest.mark.parametrize("how", ["off", "left", "dms"])
async def test_who_wants_none_or_has_left_gets_none(ground: Ground, how: str) -> None:
    await joined(ground, ground.grace)
    await wants(ground.grace)
    await ground.scheduled("Book club", "wednesday 11 march 6pm")
    if how == "off":
        assert "digest is off" in says(await wants(ground.grace, "No digest"))
        assert await ground.count(Digest) == 0
    elif how == "left":
        membership.leave(ground.sandbox.world, ground.sandbox.guild(), ground.grace.id)
    else:
        await ground.running.store.write(people.choose, ground.grace.id, dms=False)
    await ground.go_to(ground.wall("2026-03-10T08:00"))
    assert digests(ground.grace) == []


@both
async def test_an_erasure_takes_it_away(ground: Ground) -> None:
    await wants(ground.grace)
    found = await ground.running.store.read_in_thread(privacy.find, ground.grace.id)
    assert "digest" in found
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    assert await ground.count(Digest) == 0


async def test_whether_there_is_a_digest_is_seen_and_changed_in_a_direct_message_too(ground: Ground) -> None:
    panel = await ground.grace.slash("#london", "settings mine")
    assert "**Weekly digest:**" not in panel.text
    await ground.grace.submit(
        (await ground.grace.press(panel, "Weekly digest")).modal, {"day": ["0"], "hour": ["8"]}
    )
    for place in ("#london", "dm"):
        panel = await ground.grace.slash(place, "settings mine")
        assert "**Weekly digest:** every Monday at 8am" in panel.text
    off = await ground.grace.submit(
        (await ground.grace.press(panel, "Weekly digest")).modal, {"day": ["off"]}
    )
    assert off.failed is None
    assert "**Weekly digest:**" not in (await ground.grace.slash("dm", "settings mine")).text
    ground.second_guild()
    asked = await ground.grace.slash("dm", "settings mine")
    assert "**Direct messages:** on" in asked.text


async def test_a_digest_that_is_planned_follows_quiet_hours_and_a_zone_chosen_afterwards(
    ground: Ground,
) -> None:
    await joined(ground, ground.grace)
    await wants(ground.grace, "Monday", "9am")
    await ground.scheduled("Book club", "wednesday 11 march 6pm")
    await settings(ground.grace, "#london", quiet="9pm to 11am")
    await ground.go_to(ground.wall("2026-03-09T10:59"))
    assert digests(ground.grace) == []
    await ground.go_to(ground.wall("2026-03-09T11:00"))
    assert len(digests(ground.grace)) == 1
    await settings(ground.grace, "#london", zone="Asia/Jerusalem", quiet="none")
    await ground.scheduled("Book circle", "wednesday 18 march 6pm")
    await ground.go_to(ground.wall("2026-03-16T07:00"))
    assert len(digests(ground.grace)) == 2
