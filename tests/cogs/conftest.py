"""Golden components, and the ground of what goes over the wire: sandbox and real bot, on one store or both."""

import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.clock import MovableClock
from bot.discord_client import http
from bot.discord_client.retry import Bounds
from bot.sandbox import seed as seeds
from bot.sandbox.openapi import Document
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.settings import Database, Discord, Settings
from bot.shapes import Secret
from bot.texts import Texts
from tests.cogs.ground import MONDAY, Ground
from tests.official import DOCUMENT, missing
from tests.words import words

FOLDER = Path(__file__).parent / "golden"
Golden = Callable[[str, "ui.LayoutView | ui.Modal"], None]


@pytest.fixture(scope="session")
def document() -> Document | None:
    """Discord's official document, read once; None when it is not at hand."""
    return None if missing() else Document(DOCUMENT)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: SQLite, or what the test was parametrised with."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@asynccontextmanager
async def opened(
    database: str,
    document: Document | None,
    clock: MovableClock,
    *,
    seed: Callable[[World], None] = seeds.network,
    burst: int = 0,
    **more: Any,
) -> AsyncGenerator[Ground]:
    """Run the sandbox with its seeded network and the bot on an empty database; `more` are its settings."""
    sandbox = Sandbox(clock=clock, seed=seed)
    sandbox.document = document
    async with sandbox:
        settings = Settings(
            # Tests press faster than any person; those of the limit itself set it.
            discord=Discord(token=Secret(sandbox.token), api_base=sandbox.api_base, burst=burst),
            database=Database(url=database),
            **more,
        )
        ground = Ground(sandbox, settings, clock, words())
        await ground.start()
        try:
            yield ground
            assert [str(violation) for violation in sandbox.violations] == []
            assert sandbox.unknown_routes == []
        finally:
            if ground.bot is not None:
                await ground.stop()


@pytest.fixture
async def fresh(
    database: str,
    document: Document | None,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncGenerator[Ground]:
    """The bot, just installed and not set up. A test fails if an error is logged, unless it clears the record."""
    monkeypatch.chdir(tmp_path)  # a config.toml of the checkout is none of these tests' business
    async with opened(database, document, MovableClock(MONDAY)) as ground:
        yield ground
    # By now `caplog.records` are those of the teardown alone.
    logged = [*caplog.get_records("call"), *caplog.records]
    errors = [record.getMessage() for record in logged if record.levelno >= logging.ERROR]
    assert errors == []


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up a failed request at once, for tests of what follows its half minute of retries."""
    # The first pause would end after the time limit; a slow answer still has as long as ever.
    monkeypatch.setattr(http, "ROUTINE", Bounds(total=10.0, attempt=10.0, pause=30.0, longest_pause=30.0))


@pytest.fixture
async def ground(fresh: Ground) -> Ground:
    """The bot, set up: Organisers organise everywhere, the role North West its region."""
    await fresh.set_up()
    return fresh


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden components anew")


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The words, as members read them."""
    return words()


def shown(view: ui.LayoutView | ui.Modal) -> Any:
    """Return a card's or a form's components as they are sent to Discord."""
    return view.to_dict() if isinstance(view, ui.Modal) else view.to_components()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Hold a card or form against its golden file, `golden/<name>.json`."""
    update = request.config.getoption("--update-golden", default=False)

    def compare(name: str, view: ui.LayoutView | ui.Modal) -> None:
        found = json.dumps(shown(view), indent=1, ensure_ascii=False) + "\n"
        path = FOLDER / f"{name}.json"
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(found, "utf-8")
        assert path.exists(), (
            f"there is no {path.name}: look at what `make golden` writes, and keep it if it is right"
        )
        same = json.loads(found) == json.loads(path.read_text("utf-8"))
        assert same, (
            f"{path.name} is not what is shown now: `make golden`, and look at what git says has changed"
        )

    return compare
