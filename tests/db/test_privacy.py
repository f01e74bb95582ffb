"""Export and erase cover every table that the models have; what is kept is kept no longer than said."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, delete, select, update
from sqlalchemy.orm import Session

from bot.texts import Texts
from db import deliveries, privacy
from db.base import MemberId, Snowflake
from db.campaigns.models import CompletedAction
from db.comms.models import Contribution
from db.deliveries import NewDelivery
from db.engine import Store, open_store
from db.engine import admin as care
from db.guidance.models import SupportRequest
from db.interests.models import Introduction
from db.meetings.models import AccessNeed, Answer, Meeting, Report
from db.membership.models import Consent, Departure
from db.models import Audit, Delivery, Draft, Guild, Person
from db.privacy.erasing import forget
from tests.db.members import NOW, everything
from tests.db.privacy_rows import AMINA, AMINAS, AWAY, GRACE, GRACES, HOME, fill

NOT_OF_MEMBERS = ("channel_id", "message_id", "guild_id", "role_id", "event_id", "guild.id")
WITH_MEMBERS = {
    column.table.name
    for table in privacy.tables()
    for column in table.columns
    if isinstance(column.type, MemberId)
}


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.write(fill)
    return store


def test_every_column_that_names_a_member_is_in_the_registry_and_nothing_else_is() -> None:
    marked = {
        f"{table.name}.{column.name}"
        for table in privacy.tables()
        for column in table.columns
        if isinstance(column.type, MemberId)
    }
    registered = {f"{held.table.name}.{name}" for held in privacy.PERSONAL_DATA for name in held.columns}
    assert marked == registered, (
        "db/schema.py finds the tables of every feature, and the registry all of them"
    )


def test_a_column_for_a_member_says_what_an_erasure_does_with_it() -> None:
    with pytest.raises(TypeError, match="erase"):
        MemberId()  # pyright: ignore[reportCallIssue] - as a class that forgets it would
    with pytest.raises(TypeError, match="erase"):
        Column("member_id", MemberId)


def test_every_other_id_is_one_that_no_member_has() -> None:
    for table in privacy.tables():
        for column in table.columns:
            if isinstance(column.type, Snowflake | BigInteger) and not isinstance(column.type, MemberId):
                assert f"{table.name}.{column.name}".endswith(NOT_OF_MEMBERS), (
                    f"{column}: a member's id is a MemberId; what is none is named after what it is"
                )


def test_every_table_with_a_member_says_in_words_what_why_and_until_when() -> None:
    texts = Texts.load()
    for held in privacy.PERSONAL_DATA:
        for part in ("what", "why", "until"):
            assert f"privacy.held.{held.table.name}.{part}" in texts


def test_the_page_for_the_data_protection_officer_names_every_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
    for table in privacy.tables():
        assert f"`{table.name}`" in page, "docs/privacy.md says of every table what it holds of a member"


async def test_an_export_has_every_table_and_nobody_elses_data(filled: Store) -> None:
    found = await filled.read_in_thread(privacy.export, AMINA)
    assert set(found) >= WITH_MEMBERS
    said = str(found)
    assert AMINAS in said
    assert GRACES not in said
    assert str(GRACE) not in said
    for held in privacy.PERSONAL_DATA:
        if held.model not in (Person,):
            assert len(found[held.table.name]) >= 2, held.table.name


async def test_an_export_has_nothing_of_the_machine_that_sent_a_message(filled: Store) -> None:
    def sent_by(session: Session) -> None:
        session.execute(update(Delivery).values(worker="thishost-4711", lease_until=NOW))

    await filled.write(sent_by)
    found = await filled.read_in_thread(privacy.export, AMINA)
    assert len(found["delivery"]) >= 2
    assert "thishost" not in str(found)


async def test_an_export_has_no_word_that_somebody_else_wrote(filled: Store) -> None:
    words = f"I have PTSD: keep <@{AMINA}> away from me"

    def mention(session: Session) -> None:
        session.execute(update(AccessNeed).where(AccessNeed.user_id == GRACE).values(words=words))
        session.execute(update(CompletedAction).where(CompletedAction.user_id == GRACE).values(note=words))
        session.execute(update(Draft).where(Draft.user_id == GRACE).values(fields={"title": words}))
        session.execute(update(SupportRequest).where(SupportRequest.user_id == GRACE).values(words=words))
        session.execute(update(Report).where(Report.by_id == GRACE).values(decided=words))
        theirs = Contribution.by_id == GRACE
        session.execute(update(Contribution).where(theirs).values(words=words, decided_by=AMINA))

    await filled.write(mention)
    found = await filled.read_in_thread(privacy.export, AMINA)
    assert "PTSD" not in str(found)
    assert str(GRACE) not in str(found)
    # Of what all can read it is told where; of what is private, not even that it is there.
    told = {row["table"] for row in found["mentions"]}
    assert "report" in told
    assert not told & {"access_need", "deed", "draft", "help_call", "contribution", "delivery", "affiliation"}
    assert all(set(row) == {"table", "since", "mentions_you"} for row in found["mentions"])
    assert "PTSD" in str(await filled.read_in_thread(privacy.export, GRACE))
    await forget(filled, AMINA, guild_id=None, now=NOW)
    left = (await filled.read_in_thread(everything)).replace(words, "", 1)
    # Whoever is named in a note for help can't blank it while it waits, which is a day at the most.
    assert await filled.read(lambda session: session.scalars(select(SupportRequest.words)).all()) == [words]
    assert str(AMINA) not in left


async def test_an_export_of_what_two_have_in_common_leaves_the_other_out(filled: Store) -> None:
    def together(session: Session) -> None:
        session.execute(update(Introduction).values(asker_id=AMINA, asked_id=GRACE, topics=["campaign:cuba"]))
        session.execute(update(Meeting).values(created_by=AMINA, host_id=GRACE))

    await filled.write(together)
    found = await filled.read_in_thread(privacy.export, AMINA)
    assert [(row["asker_id"], row["asked_id"]) for row in found["introduction"]] == [(AMINA, None)] * 3
    assert [(row["created_by"], row["host_id"]) for row in found["meeting"]] == [(AMINA, None)] * 3
    theirs = await filled.read_in_thread(privacy.export, GRACE)
    assert str(AMINA) not in str(theirs["introduction"])


async def test_an_export_for_one_server_has_nothing_of_another(filled: Store) -> None:
    found = await filled.read_in_thread(privacy.export, AMINA, HOME)
    assert set(found) >= WITH_MEMBERS - {"person"}
    assert "person" not in found
    assert str(AWAY) not in str(found)
    everywhere = await filled.read_in_thread(privacy.export, AMINA)
    assert str(AWAY) in str(everywhere)


async def test_after_an_erasure_nothing_leads_to_the_member_and_the_others_keep_theirs(filled: Store) -> None:
    before = await filled.read_in_thread(privacy.export, GRACE)
    forgotten = await forget(filled, AMINA, guild_id=None, now=NOW)
    assert set(forgotten.rows) >= WITH_MEMBERS
    left = await filled.read_in_thread(everything)
    assert str(AMINA) not in left
    assert AMINAS not in left
    assert await filled.read_in_thread(privacy.find, AMINA) == {}
    after = await filled.read_in_thread(privacy.export, GRACE)
    assert after == before


async def test_an_erasure_in_one_server_leaves_the_others_data(filled: Store) -> None:
    other = await filled.read_in_thread(privacy.export, AMINA, AWAY)
    await forget(filled, AMINA, guild_id=HOME, now=NOW)
    assert await filled.read_in_thread(privacy.find, AMINA, HOME) == {}
    assert await filled.read_in_thread(privacy.export, AMINA, AWAY) == other
    assert "person" in await filled.read_in_thread(privacy.find, AMINA)


async def test_what_is_the_networks_stays_under_a_number_that_leads_nowhere(filled: Store) -> None:
    await forget(filled, AMINA, guild_id=None, now=NOW)
    audit = await filled.read_in_thread(lambda session: session.scalars(select(Audit)).all())
    assert len(audit) == 3
    aliases = {line.actor_id for line in audit if line.actor_id != GRACE}
    assert len(aliases) == 1
    assert aliases.pop() < 0
    meetings = await filled.read_in_thread(lambda session: session.scalars(select(Meeting)).all())
    assert sum(meeting.host_id < 0 for meeting in meetings) == 2
    assert {
        guild.admin_id for guild in await filled.read_in_thread(lambda s: s.scalars(select(Guild)).all())
    } == {None}


async def test_two_who_are_erased_are_not_known_for_the_same(filled: Store) -> None:
    await forget(filled, AMINA, guild_id=None, now=NOW)
    await forget(filled, GRACE, guild_id=None, now=NOW)
    audit = await filled.read_in_thread(lambda session: session.scalars(select(Audit)).all())
    assert len({line.actor_id for line in audit}) == 2


async def test_the_erased_are_in_no_byte_of_database_log_or_later_backup(
    sqlite_url: str, tmp_path: Path
) -> None:
    sought = [str(AMINA).encode(), b"Amina", AMINAS.encode()]

    def bytes_on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))

    async with open_store(sqlite_url) as store:
        await store.write(fill)
        assert all(words in bytes_on_disk() for words in sought)
        await forget(store, AMINA, guild_id=None, now=NOW)
        assert not any(words in bytes_on_disk() for words in sought)
        assert GRACES.encode() in bytes_on_disk()
        # An id is stored as a number: eight bytes, wherever a record holds it.
        assert AMINA.to_bytes(8, "big") not in bytes_on_disk()
        assert GRACE.to_bytes(8, "big") in bytes_on_disk()
        backup = await care.back_up(sqlite_url, tmp_path / "backup.db")
        assert not any(words in backup.read_bytes() for words in sought)
        assert AMINA.to_bytes(8, "big") not in backup.read_bytes()
        with closing(sqlite3.connect(backup)) as connection:
            assert str(AMINA) not in "\n".join(connection.iterdump())
    assert not any(words in bytes_on_disk() for words in sought)


async def test_a_message_that_is_owed_while_somebody_is_erased_goes_too(filled: Store) -> None:
    found = await filled.read_in_thread(privacy.find, AMINA)
    late = NewDelivery(
        key=f"late:user:{AMINA}", kind="meeting.remind", guild_id=HOME, target_id=AMINA, private=True,
        subject="meeting:1", due_at=NOW,
    )  # fmt: skip
    await filled.write(deliveries.enqueue, [late])
    await filled.write(privacy.erase, found, privacy.Scope(AMINA, None, NOW))
    assert set(await filled.read_in_thread(privacy.find, AMINA)) == {"delivery"}
    await forget(filled, AMINA, guild_id=None, now=NOW)
    assert await filled.read_in_thread(privacy.find, AMINA) == {}


async def test_nothing_is_owed_to_the_number_that_stands_for_an_erased_member(filled: Store) -> None:
    await forget(filled, AMINA, guild_id=None, now=NOW)
    (host_id,) = await filled.read_in_thread(
        lambda session: set(session.scalars(select(Meeting.host_id).where(Meeting.host_id < 0)))
    )
    before = await filled.read_in_thread(privacy.size)
    to_nobody = NewDelivery(
        key="nobody", kind="series.ask", guild_id=HOME, target_id=host_id, private=True, subject="series:1",
        due_at=NOW,
    )  # fmt: skip
    await filled.write(deliveries.enqueue, [to_nobody])
    assert await filled.read_in_thread(privacy.size) == before


async def test_an_id_inside_a_longer_number_is_not_that_member(filled: Store) -> None:
    def mention(session: Session) -> None:
        session.add(
            Audit(guild_id=HOME, at=NOW, actor_id=GRACE, action="setup", subject=f"thing:9{AMINA}", detail={})
        )

    await filled.write(mention)
    await forget(filled, AMINA, guild_id=None, now=NOW)
    assert f"thing:9{AMINA}" in await filled.read_in_thread(everything)


async def test_an_answer_that_is_erased_no_longer_counts_at_a_meeting_to_come(filled: Store) -> None:
    def ahead(session: Session) -> None:
        session.execute(delete(Departure))  # whoever has left is not counted any more
        for meeting in session.scalars(select(Meeting).where(Meeting.guild_id == HOME)):
            meeting.starts_at, meeting.going = NOW + timedelta(days=1), 1

    await filled.write(ahead)
    await forget(filled, AMINA, guild_id=None, now=NOW)
    meetings = await filled.read_in_thread(
        lambda session: session.scalars(select(Meeting).where(Meeting.guild_id == HOME)).all()
    )
    assert sorted(meeting.going for meeting in meetings) == [0, 1]


async def test_consent_is_kept_with_its_words_and_time_and_new_words_are_agreed_to_anew(
    filled: Store,
) -> None:
    about: dict[str, Any] = {"guild_id": AWAY, "user_id": GRACE, "purpose": "interests"}
    first = await filled.write(privacy.agree, **about, wording="Old words", now=NOW)
    same = await filled.write(privacy.agree, **about, wording="Old words", now=NOW + timedelta(days=1))
    assert (same.id, same.given_at) == (first.id, NOW)
    await filled.write(privacy.agree, **about, wording="New words", now=NOW + timedelta(days=2))
    agreed = await filled.read(privacy.agreed, GRACE, guild_id=AWAY, purpose="interests")
    assert agreed is not None
    assert (agreed.wording, agreed.given_at) == ("New words", NOW + timedelta(days=2))
    later = NOW + timedelta(days=3)
    await filled.write(privacy.withdraw, GRACE, guild_id=AWAY, now=later, purposes=["interests"])
    assert await filled.read(privacy.agreed, GRACE, guild_id=AWAY, purpose="interests") is None
    kept = await filled.read_in_thread(
        lambda session: session.scalars(select(Consent).where(Consent.user_id == GRACE)).all()
    )
    assert [(each.wording, each.withdrawn_at) for each in kept if each.guild_id == AWAY] == [
        ("Old words", NOW + timedelta(days=2)),
        ("New words", later),
    ]


def test_tables_of_this_test_are_the_ones_it_was_written_for() -> None:
    assert {Answer, Audit, Consent, Delivery, Departure, Draft, Guild, Meeting, Person} <= {
        held.model for held in privacy.PERSONAL_DATA
    }
