"""After downtime, nobody is written to before Discord was asked whether they are still a member."""

from datetime import timedelta

import pytest

from db.meetings.reminding import REMIND
from db.models import Delivery
from tests.cogs.ground import Ground, both, card_text
from tests.cogs.privacy.presence_steps import departed, until

MEMBER = "/guilds/{guild_id}/members/{user_id}"


async def down_until_due(ground: Ground) -> None:
    """Enqueue a reminder for Grace, and keep the bot away until it is due; she can be written to all the same."""
    ground.second_guild()
    for person in (ground.grace, ground.tomasz):
        card = await ground.scheduled(when="wednesday 11 march 6pm")
        await person.press(card, "Going")
    await ground.settled()
    await ground.stop()


async def reminders(ground: Ground) -> list[Delivery]:
    now = ground.clock.now()
    return [
        row for row in await ground.rows(REMIND) if row.target_id == ground.grace.id and row.due_at <= now
    ]


@both
async def test_whoever_left_unheard_is_not_written_to_and_while_nobody_can_say_it_waits(
    ground: Ground,
) -> None:
    await down_until_due(ground)
    said = len(ground.grace.dms)
    ground.grace.leave()
    ground.sandbox.faults.add(f"GET {MEMBER}", status=404, times=None)
    ground.clock.move_to(ground.wall("2026-03-10T18:05"))
    await ground.start()
    await ground.settled()
    assert {(row.status, row.reason) for row in await reminders(ground)} == {("pending", "not_known_yet")}
    ground.sandbox.faults.clear()
    await ground.later(timedelta(hours=2))
    assert {(row.status, row.reason) for row in await reminders(ground)} == {("suppressed", "left")}
    await until(ground, departed(ground.grace))
    assert len(ground.grace.dms) == said


@pytest.mark.long
async def test_whoever_is_there_is_asked_about_once_a_day_and_written_to(ground: Ground) -> None:
    await down_until_due(ground)
    ground.tomasz.leave()  # Discord can't say anything about him, so the check does not finish
    ground.sandbox.faults.add(rf"GET /guilds/\d+/members/{ground.tomasz.id}$", status=404, times=None)
    ground.clock.move_to(ground.wall("2026-03-10T18:05"))
    await ground.start()
    await ground.settled()
    assert card_text(ground.grace.dms[-1]).startswith("## In 1 day")
    await ground.go_to(ground.wall("2026-03-11T17:30"))
    assert card_text(ground.grace.dms[-1]).startswith("## In 1 hour")
    asked = [
        each for each in ground.sandbox.asked("GET", MEMBER) if each.path.endswith(f"/{ground.grace.id}")
    ]
    assert len(asked) == 1
    assert {row.status for row in await reminders(ground)} <= {"sent", "late", "suppressed"}
    assert ground.tomasz.dms == [] or not card_text(ground.tomasz.dms[-1]).startswith("## In 1")
