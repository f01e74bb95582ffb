"""Bad input by chance: no unhandled error, no reading across servers, no ping, no right that somebody has not.

CI tries some hundreds on each store; `make faults PROFILE=nightly` 100,000 in all (ISO_BOT_TEST_EXAMPLES), each
thousand on a new server, by turns on SQLite and on PostgreSQL.
"""

import contextlib
import json
import logging
import os
import random
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.content import main as content_check
from bot.errors import SetupError
from bot.sandbox.people import Person
from bot.settings_file import load
from bot.texts import CONTENT
from db.meetings.models import CoHost, Meeting, Series
from db.models import Guild, OrganiserRole, Region
from tests.cogs.ground import Ground, both
from tests.faults import fuzzing
from tests.faults.fuzzing import HIDDEN, Drawn, Field
from tests.test_settings import keys

EXAMPLES = int(os.environ.get("ISO_BOT_TEST_EXAMPLES", "300"))
A_SERVER = 1000
PARTS = max(1, EXAMPLES // A_SERVER // 2)
TRIED = os.environ.get("ISO_BOT_TEST_TRIED")
"""A file that takes a line for each server: what was tried there, and how often."""
MEETING = (
    "title",
    "starts_at",
    "minutes",
    "venue",
    "online",
    "access",
    "capacity",
    "cancelled_at",
    "region_id",
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300 + A_SERVER)]


class Errors(logging.Handler):
    """Errors that were logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        error = record.exc_info[1] if record.exc_info else None
        self.said.append(f"{record.getMessage()}: {error!r}")


@pytest.fixture
def errors() -> Generator[Errors]:
    """What is logged as an error from now on."""
    handler = Errors()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def note(tried: Counter[str]) -> None:
    """Add what was tried on one server to the file that sums it up."""
    with Path(str(TRIED)).open("a") as file:
        file.write(json.dumps(tried) + "\n")


@pytest.fixture
async def place(ground: Ground) -> AsyncGenerator[Field]:
    """Two servers with something in them."""
    place = Field(ground)
    await place.prepare()
    yield place
    if TRIED:
        note(place.tried)
    # Most of it went through: where the client lets nothing pass, nothing is tried.
    refused = sum(times for name, times in place.tried.items() if "not let through" in name)
    assert refused < place.tried.total() / 2


def settled(session: Session, guild_id: int) -> list[tuple[object, ...]]:
    """Return what only organisers and admins may change of a server."""
    rows: list[tuple[object, ...]] = []
    for table in (Guild, Region, OrganiserRole, Meeting, Series):
        columns = list(table.__table__.columns)
        if table is Meeting:
            columns = [column for column in columns if column.key in MEETING]
        if table is Series:
            columns = [
                column
                for column in columns
                if column.key in ("title", "rule", "first", "ended_at", "held_at")
            ]
        if table is Guild:
            columns = [
                column for column in columns if column.key in ("zone", "leads", "organisers_channel_id")
            ]
        whose = table.__table__.c.get("guild_id", table.__table__.c.get("id"))
        found = session.execute(select(*columns).where(whose == guild_id))
        rows += [(table.__name__, *map(str, row)) for row in found]
    return sorted(rows, key=str)


def hosts(session: Session) -> set[int]:
    """Return who hosts anything, and so may change it."""
    found = set(session.scalars(select(Meeting.host_id))) | set(session.scalars(select(CoHost.user_id)))
    return found | set(session.scalars(select(Series.host_id)))


def may_nothing(person: Person) -> bool:
    """Whether somebody is neither organiser nor admin of the first server."""
    return person.user.username in ("grace", "boris")


@both
@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@settings(
    max_examples=min(EXAMPLES, A_SERVER),
    # Where all examples are always the same (CI), each of many parts would try those again.
    derandomize=settings().derandomize and PARTS == 1,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)  # fmt: skip
@given(numbers=fuzzing.NUMBERS, words=fuzzing.WORDS)
async def test_whatever_is_sent_is_answered_and_changes_nothing_it_may_not(
    place: Field, errors: Errors, part: int, numbers: list[int], words: list[str]
) -> None:
    ground = place.ground
    guild = ground.sandbox.guild()
    store = ground.running.store
    before, hosting = await store.read(settled, guild.id), await store.read(hosts)
    place.posted.clear()
    person, answer = await fuzzing.act(Drawn(numbers, words), place)
    assert errors.said == [], place.last
    if answer is None:
        return
    assert answer.failed is None, place.last
    assert "reference" not in answer.text, place.last
    assert [str(violation) for violation in ground.sandbox.violations] == []
    inside = guild.id in {one.id for one in person.guilds}
    channel = ground.sandbox.world.channels[answer.interaction.channel_id]
    elsewhere = channel.guild_id not in (guild.id, None)
    if elsewhere or not inside:
        assert HIDDEN not in answer.text, place.last
    for message in place.posted:
        assert not message.pinged.users, message.text
        assert not message.pinged.everyone, message.text
        if may_nothing(person):
            assert not message.pinged.roles, message.text
    if (may_nothing(person) and person.id not in hosting) or elsewhere:
        assert await store.read(settled, guild.id) == before, place.last


KEYS = sorted((table, key) for table, _, key in (name.partition(".") for name in keys()))
VALUES = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["", "sqlite:///x.db", "postgresql+asyncpg://x", "https://x", "0-3", "en-GB", "Europe/London"]),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip


def toml(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    return str(value)


@settings(
    max_examples=max(100, EXAMPLES // 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pairs=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4), slips=st.integers(0, 2**32))
def test_whatever_stands_in_the_settings_is_read_or_refused_in_a_sentence(
    tmp_path: Path, pairs: dict[tuple[str, str], object], slips: int
) -> None:
    words = "".join(f"[{table}]\n{key} = {toml(value)}\n" for (table, key), value in pairs.items())
    chance = random.Random(slips)
    if chance.random() < 0.5:
        words = fuzzing.mutated(words, chance)
    (tmp_path / "config.toml").write_text(words, "utf-8", errors="replace")
    before = os.environ.get("ISO_BOT_CONFIG")
    os.environ["ISO_BOT_CONFIG"] = str(tmp_path / "config.toml")
    try:
        with contextlib.suppress(SetupError):
            load()
    finally:
        os.environ.pop("ISO_BOT_CONFIG")
        if before is not None:
            os.environ["ISO_BOT_CONFIG"] = before


@settings(
    max_examples=max(30, EXAMPLES // 100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.long
@given(number=st.integers(0, 10_000), slips=st.integers(0, 2**32))
def test_whatever_happens_to_a_content_file_is_named_and_nothing_breaks(
    content: Path, number: int, slips: int, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(path for path in content.rglob("*") if path.is_file())
    path = files[number % len(files)]
    original = path.read_bytes()
    try:
        # Latin-1 gives each byte a character, whatever a file holds.
        words = fuzzing.mutated(original.decode("latin-1"), random.Random(slips))
        path.write_bytes(words.encode("latin-1", "replace"))
        assert content_check(content) in (0, 1)
        assert "Traceback" not in capsys.readouterr().out
    finally:
        path.write_bytes(original)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content that may be spoilt."""
    import shutil

    return Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("content") / "content"))
