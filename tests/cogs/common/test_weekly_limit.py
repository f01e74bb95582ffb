"""A channel's week over the wire: three posts beside meetings, and nothing that is tied to a day is lost."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.domain.deliveries import Outcome
from bot.domain.weekly_limit import MOST_A_WEEK, WEEK
from bot.sandbox.openapi import Document
from bot.sandbox.world import Message
from db import deliveries, keydates
from db.deliveries import NewDelivery
from db.models import Delivery
from tests.cogs.campaigns.test_campaigns_prompts import no_key_dates
from tests.cogs.comms.steps import set_up as calls_set_up
from tests.cogs.conftest import opened
from tests.cogs.ground import MONDAY, Ground, both, says
from tests.cogs.keydates.steps import added, prompted
from tests.cogs.panels import set_up

NAMES = ("Alpha day", "Beta day", "Gamma day", "Delta day", "Omega day")


def posted(ground: Ground) -> list[Message]:
    """Return what stands in #london, beside what somebody asked for."""
    return [one for one in ground.london.messages if one.author_id == ground.sandbox.world.bot.id]


def at_most_three_a_week(times: list[datetime]) -> bool:
    return all(later - first >= WEEK for first, later in zip(times, times[3:], strict=False))


@both
async def test_a_full_week_has_three_posts_and_says_all_key_dates(ground: Ground) -> None:
    says(await set_up(ground.ruth, "#welcome", "campaigns", prompts="on"))
    says(await prompted(ground.amina, to="on", before="on the day"))
    await no_key_dates(ground)
    for day, name in enumerate(NAMES, 9):
        says(await added(ground.amina, name, f"{day} March 2026"))
    await calls_set_up(ground)
    await ground.go_to(ground.wall("2026-03-11T13:00"))
    await ground.restart()
    await ground.go_to(ground.wall("2026-03-25T18:00"))
    times = [one.created_at for one in posted(ground)]
    assert at_most_three_a_week(times)
    words = "\n".join(one.text for one in posted(ground))
    assert [name for name in NAMES if name not in words] == []
    # Each is said once: in its own post, or beside another.
    assert [name for name in NAMES if len([one for one in posted(ground) if name in one.text]) > 1] == []
    bundling = [one for one in posted(ground) if "And this week:" in one.text]
    assert bundling
    assert "late" not in words
    assert not [row for row in await ground.rows("keydates.prompt") if row.status in ("expired", "failed")]


async def test_what_many_full_weeks_hold_back_keeps_nothing_else_waiting(
    sqlite_url: str, document: Document | None
) -> None:
    # While the clock stands still no second passes after which the sender would look again.
    async with opened(sqlite_url, document, MovableClock(MONDAY, frozen=True)) as ground:
        await ground.set_up()
        await many_held_back(ground)


async def many_held_back(ground: Ground) -> None:
    now = ground.clock.now()
    guild_id, channels = (
        ground.sandbox.guild().id,
        range(1_000, 1_000 + 3 * ground.running.sender.settings.at_once),
    )

    def full(session: Session) -> None:
        held = [
            NewDelivery(
                key=f"held:{channel}:{number}",
                kind=keydates.PROMPT,
                guild_id=guild_id,
                target_id=channel,
                private=False,
                subject="held",
                due_at=now,
                expires_at=now + timedelta(hours=1),
            )
            for channel in channels
            for number in range(MOST_A_WEEK + 1)
        ]
        deliveries.enqueue(session, held)
        for one in session.query(Delivery).where(Delivery.subject == "held"):
            if not one.key.endswith(f":{MOST_A_WEEK}"):
                one.status, one.settled_at, one.message_id = Outcome.SENT, now, one.id

    await ground.running.store.write(full)
    async with asyncio.timeout(60):
        await ground.settled()
    rows = [row for row in await ground.rows(keydates.PROMPT) if row.key.startswith("held:")]
    assert {row.status for row in rows} == {Outcome.SENT, Outcome.SUPPRESSED}
    assert len([row for row in rows if row.status == Outcome.SUPPRESSED]) == len(channels)
