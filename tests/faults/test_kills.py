"""The promise of delivery under kill -9: a short profile; `make faults PROFILE=full` kills by the hundred."""

import pytest

from tests.faults.kills import killing

# Nothing lost, nothing doubled: at whatever pace. The full profile kills in four places at once.
pytestmark = pytest.mark.faults


@pytest.mark.long
async def test_twenty_kills_lose_nothing_and_double_nothing(sqlite_url: str) -> None:
    async with killing(sqlite_url) as trial:
        report = await trial.run(kills=20, per_batch=10)
    assert report.good, report


@pytest.mark.long
@pytest.mark.postgresql
async def test_two_processes_on_one_postgresql_share_the_deliveries_and_survive_kills(
    postgres_url: str,
) -> None:
    async with killing(postgres_url, processes=2) as trial:
        report = await trial.run(kills=6, per_batch=6)
    assert report.good, report
