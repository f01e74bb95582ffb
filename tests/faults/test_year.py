"""A year of a region, simulated: every delivery ends once, and what each member received keeps the rules.

CI lives through eight weeks of it; ISO_BOT_TEST_WEEKS=52, and with it `make faults PROFILE=full`, through the year.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.discord_client.rate_limit import Pacer
from bot.settings import Privacy
from tests.cogs.conftest import opened
from tests.cogs.ground import MONDAY
from tests.faults import year_rules
from tests.faults.year import Year, network

WEEKS = int(os.environ.get("ISO_BOT_TEST_WEEKS", "8"))


@pytest.mark.faults
@pytest.mark.timeout(420 + 30 * WEEKS)
async def test_a_year_of_a_region_keeps_every_rule(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # The year is lived in minutes: Discord's 50 requests a second are for other tests.
    monkeypatch.setitem(Pacer.__init__.__kwdefaults__ or {}, "rate", 1_000_000.0)
    kept = Privacy(messages=3650, answers=3650)  # the deliveries are counted at the end
    async with opened(sqlite_url, None, MovableClock(MONDAY), seed=network, privacy=kept) as ground:
        await ground.set_up()
        year = Year(ground, weeks=WEEKS)
        await year.live()
        rows = await ground.rows()
        broken = year_rules.broken(year, rows)
    endings = Counter(row.status for row in rows)
    print(
        f"{WEEKS} weeks, {len(year.members)} members: {len(year.meets)} meetings, {dict(year.done)}, "
        f"{len(year.log)} messages, {len(rows)} deliveries: {dict(endings)}"
    )
    assert {rule: found[:5] for rule, found in broken.items() if found} == {}
    # All of it was lived: no ending stands empty.
    assert all(endings[ending] for ending in ("sent", "late", "expired", "suppressed", "failed")), endings
