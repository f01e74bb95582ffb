"""What machines are told over HTTP: how the bot is, and its figures, without anybody's id."""

import json
import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.cli import logs
from bot.cli.logs import JsonFormat
from bot.settings import Backup, Calendar, Monitoring
from db import guilds
from db.engine import admin as care
from db.engine import open_store
from db.models import Guild
from tests.cogs.ground import THURSDAY_6PM, Ground, both, says
from tests.faults.connecting import eventually
from tests.tree import Tree


async def asked(ground: Ground, path: str) -> tuple[int, str]:
    address = f"http://127.0.0.1:{ground.running.monitoring.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


async def figures(ground: Ground) -> dict[str, float]:
    status, body = await asked(ground, "/metrics")
    assert status == 200
    lines = [line for line in body.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.fixture
async def watched(ground: Ground) -> Ground:
    """The bot, set up, with an address for machines."""
    ground.settings = replace(ground.settings, monitoring=Monitoring(address="127.0.0.1:0"))
    await ground.restart()
    return ground


async def test_nothing_is_served_unless_an_address_is_set(ground: Ground) -> None:
    assert ground.running.web.addresses == []
    assert ground.running.watchers == []


@both
async def test_a_bot_that_is_well_says_so(watched: Ground) -> None:
    status, body = await asked(watched, "/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "reasons": []})


async def test_calendars_and_figures_share_one_server_when_their_addresses_are_the_same(
    ground: Ground,
) -> None:
    ground.settings = replace(
        ground.settings,
        monitoring=Monitoring(address=":0"),
        calendar=Calendar(address="https://calendar.example.org", port=0),
    )
    await ground.restart()
    assert ground.running.monitoring.port == ground.running.feeds.port
    assert (await asked(ground, "/calendar/nonsense.ics"))[0] == 404
    assert (await asked(ground, "/healthz"))[0] == 200


async def test_what_is_sent_and_what_is_pressed_is_counted(watched: Ground) -> None:
    card = await watched.scheduled()
    await watched.grace.press(card, "Going")
    await watched.grace.press(card, "Maybe")
    assert "can't find that meeting" in says(
        await watched.grace.slash("#london", "meeting show", meeting="99")
    )
    await watched.press_old(watched.grace, watched.london, "gone:12345")
    modal = (await watched.grace.press(card, "Access needs")).modal
    await watched.grace.submit(modal, {})
    await watched.go_to(THURSDAY_6PM)
    found = await figures(watched)
    assert found['isobot_interactions_total{name="/meeting schedule",outcome="done"}'] == 1
    assert found['isobot_interactions_total{name="button rsvp",outcome="done"}'] == 2
    assert found['isobot_interactions_total{name="/meeting show",outcome="refused"}'] == 1
    assert found['isobot_interactions_total{name="unknown",outcome="refused"}'] == 1
    assert found['isobot_interactions_total{name="form needs",outcome="done"}'] == 1
    sent = found['isobot_deliveries_total{ending="sent",kind="all"}']
    assert found['isobot_deliveries_total{ending="sent",kind="meeting.announce"}'] == 1
    assert found["isobot_delivery_lateness_seconds_count"] == sent > 2
    assert found["isobot_gateway_connected"] == 1
    assert found["isobot_store_up"] == 1
    assert found["isobot_deliveries_overdue"] == 0
    assert found["isobot_interactions_answered_total"] >= 6
    assert found["isobot_interactions_missed_total"] == 0


async def test_no_id_and_no_name_of_anybody_is_among_the_figures(watched: Ground) -> None:
    card = await watched.scheduled(title="Very private matter")
    await watched.grace.press(card, "Going")
    _, body = await asked(watched, "/metrics")
    guild = watched.sandbox.guild()
    secret = [str(guild.id), guild.name, str(watched.grace.id), str(watched.london.id), "private"]
    assert [word for word in secret if word in body] == []
    labels = re.findall(r'="([^"]*)"', body)
    assert [label for label in labels if re.search(r"\d{5,}", label)] == []


async def test_a_lost_gateway_is_a_503_with_its_reason(
    watched: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    (socket,) = watched.running.sockets()
    await socket.close(1000)
    status, body = await asked(watched, "/healthz")
    assert status == 503
    assert "gateway: not connected" in json.loads(body)["reasons"][0]
    assert (await figures(watched))["isobot_gateway_connected"] == 0
    for record in [one for one in caplog.records if one.name == "discord.shard"]:
        assert logs.routine(record)
        assert (record.levelname, record.exc_info) == ("WARNING", None)  # a line, not a page


async def test_a_store_that_does_not_answer_is_a_reason(tree: Tree) -> None:
    monitoring = tree.bot.monitoring
    assert (await monitoring.stock()).fault is None
    await tree.bot.maintenance.stop()
    await tree.bot.store.close()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - both kinds have it
    assert "store: does not answer (StoreClosedError)" in await monitoring.reasons()


async def test_deliveries_that_stand_still_are_a_503_with_their_number(
    watched: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched.scheduled()
    await watched.running.sender.stop()
    watched.clock.move(timedelta(days=5))
    monkeypatch.setattr(watched.running.monitoring, "_finished_at", -1000.0)
    status, body = await asked(watched, "/healthz")
    assert status == 503
    assert re.search(r"deliveries: \d are due", body)


async def test_while_it_stops_it_is_not_well(watched: Ground) -> None:
    watched.running.admission.closing = True
    assert await watched.running.monitoring.reasons() == ["stopping"]


async def test_an_error_in_the_json_log_carries_the_reference_that_the_member_sees(
    watched: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(session: Session) -> None:
        session.execute(text("UPDATE guild SET zone = 'Europe/Nowhere'"))

    await watched.scheduled()
    await watched.running.store.write(damaged)
    watched.running.forget_guild(watched.sandbox.guild().id)
    shown = says(await watched.amina.slash("#london", "meeting schedule", title="Forum", when="friday 6pm"))
    (record,) = [record for record in caplog.records if "interaction failed" in record.getMessage()]
    entry = json.loads(JsonFormat().format(record))
    assert entry["reference"] in shown
    assert "ZoneInfoNotFoundError" in entry["error"]
    assert "Europe/Nowhere" not in entry["error"]  # it could be something that somebody typed
    assert 'outcome="failed"' in (await asked(watched, "/metrics"))[1]
    caplog.clear()


async def test_an_answer_that_can_not_be_given_in_time_is_a_line_of_the_log_and_a_figure(
    watched: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    card = await watched.scheduled()
    watched.sandbox.faults.add("/callback$", "drop_before", times=1000)
    answer = await watched.grace.press(card, "Going")
    assert answer.failed is not None
    await eventually(lambda: "could not be answered in time" in caplog.text)
    watched.sandbox.faults.clear()
    (record,) = [
        record for record in caplog.records if "could not be answered in time" in record.getMessage()
    ]
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert 'outcome="missed"' in (await asked(watched, "/metrics"))[1]
    # What was pressed is stored, and said to whoever asks.
    assert "1 going" in says(await watched.amina.slash("#london", "meeting show", meeting="1"))


async def test_copies_are_made_on_schedule_the_oldest_go_and_one_can_be_restored(ground: Ground) -> None:
    ground.settings = replace(ground.settings, backup=Backup(hours=24, keep=2))
    await ground.restart()
    await ground.scheduled(title="Before the copy")
    for _ in range(4):
        await ground.jump_to(ground.clock.now() + timedelta(hours=24))
        await ground.running.maintenance.idle()
    copies = ground.running.backups.copies()
    assert [path.parent.name for path in copies] == ["backups", "backups"]
    assert ground.clock.now() - (ground.running.backups.newest() or ground.clock.now()) < timedelta(hours=1)
    await ground.scheduled(title="After the copy", when="in 3 weeks at 6pm")
    await ground.stop()
    url = ground.settings.database.url
    kept = await care.restore(url, copies[-1], clock=ground.clock)
    assert kept is not None
    assert all(finding.ok for finding in await care.check(url))
    await ground.start()
    listed = says(await ground.grace.slash("#london", "meeting list", period="next 5 weeks"))
    assert "After the copy" not in listed
    await ground.scheduled(title="Life goes on", when="in 2 weeks at 6pm")


async def test_a_copy_that_can_not_be_made_is_said_once_and_by_its_name(
    ground: Ground, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "backups").write_text("in the way")
    ground.settings = replace(ground.settings, backup=Backup(hours=1, keep=1))
    await ground.restart()
    await ground.jump_to(ground.clock.now() + timedelta(hours=1))
    await ground.running.maintenance.idle()
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "This was the maintenance task 'backup'" in json.loads(JsonFormat().format(record))["error"]
    caplog.clear()


@both
async def test_a_copy_of_either_store_holds_its_rows(ground: Ground, tmp_path: Path) -> None:
    ground.settings = replace(ground.settings, backup=Backup(hours=1, keep=1))
    await ground.restart()
    await ground.running.maintenance.idle()  # the hour begins when the copy is planned
    await ground.jump_to(ground.clock.now() + timedelta(hours=1))
    await ground.running.maintenance.idle()
    (made,) = (tmp_path / "backups").iterdir()

    def names(session: Session) -> list[str]:
        record = guilds.load(session, ground.sandbox.guild().id)
        assert isinstance(record, Guild)
        return [region.name for region in record.regions]

    async with open_store(f"sqlite:///{made}") as store:
        assert "London" in await store.read(names)
