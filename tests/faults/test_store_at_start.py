"""A store that is locked, full or away when the bot starts: waited for, while mistakes in the settings end with 2."""

import asyncio
import logging
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from bot.app import Bot
from bot.cli import run as starting
from bot.clock import Clock
from bot.discord_client import Stop
from bot.settings import Database, Settings
from db.engine import open_store
from db.errors import (
    StoreCorruptError,
    StoreEmptyError,
    StoreError,
    StoreFolderError,
    StoreInUseError,
    StoreLoginError,
    StoreUrlError,
)
from db.privacy.erasing import NotErasedError
from tests.conftest import on_server
from tests.faults.connecting import eventually

pytestmark = pytest.mark.faults


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(starting, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(starting, "LONGEST_PAUSE", 0.2)
    monkeypatch.chdir(tmp_path)


@asynccontextmanager
async def start(url: str, stop: Stop | None = None) -> AsyncGenerator[asyncio.Task[Bot]]:
    """Begin to open what a bot at `url` needs; the task ends with the bot when its store is open."""
    done, settings = asyncio.Event(), Settings(database=Database(url=url))
    made: asyncio.Future[Bot] = asyncio.get_running_loop().create_future()

    async def serve() -> Bot:
        async with starting.opened(settings, Clock(), stop=stop or Stop()) as bot:
            made.set_result(bot)
            await done.wait()
        return bot

    task = asyncio.create_task(serve())
    task.made = made  # pyright: ignore[reportAttributeAccessIssue] - for `is_open`
    try:
        yield task
    finally:
        done.set()
        await asyncio.wait([task])


def is_open(task: asyncio.Task[Bot]) -> bool:
    return task.made.done()  # pyright: ignore


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.cli.run"]


async def waits_until(
    url: str, mend: Callable[[], None], caplog: pytest.LogCaptureFixture, *, says: str
) -> None:
    """Check that the bot waits for its store with one line, and goes on when `mend` was called."""
    with caplog.at_level(logging.WARNING):
        async with start(url) as task:
            await eventually(lambda: lines(caplog))
            await asyncio.wait([task], timeout=0.5)
            assert not task.done()
            assert len(lines(caplog)) == 1
            assert re.search(says, lines(caplog)[0])
            mend()
            await eventually(lambda: is_open(task))
    assert lines(caplog)[1:] == ["The database can be used now"]
    assert not any(record.exc_info for record in caplog.records)


async def test_a_file_that_another_program_holds_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "iso-bot.db"
    async with open_store(f"sqlite:///{path}"):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        await waits_until(f"sqlite:///{path}", other.close, caplog, says="locked by another program")


def test_what_may_be_over_by_itself_is_waited_for_and_nothing_else() -> None:
    waited = {kind.__name__ for kind in kinds(StoreError) if kind.passes}
    assert waited == {
        "StoreLockedError",
        "StoreReadOnlyError",
        "StoreFullError",
        "StoreUnreachableError",
        "StoreConflictError",
        "StoreUnsureError",  # never at a start, as the next
        NotErasedError.__name__,
    }


def kinds(of: type[StoreError]) -> list[type[StoreError]]:
    return [each for kind in of.__subclasses__() for each in (kind, *kinds(kind))]


@pytest.mark.postgresql
async def test_a_server_that_is_not_there_yet_is_waited_for(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody listens at a port; then somebody does, and passes everything on to the server."""
    url = make_url(postgres_url)
    relay = await Relay.prepared(url)
    try:
        with caplog.at_level(logging.WARNING):
            async with start(relay.url.render_as_string(hide_password=False)) as task:
                await eventually(lambda: lines(caplog))
                assert "can't be reached" in lines(caplog)[0]
                await relay.listen()
                await eventually(lambda: is_open(task))
        assert len(lines(caplog)) == 2
    finally:
        await relay.close()


@pytest.mark.postgresql
async def test_a_database_that_is_not_made_yet_is_waited_for(
    postgres_server: URL, caplog: pytest.LogCaptureFixture
) -> None:
    url = postgres_server.set(database="not_there_yet").render_as_string(hide_password=False)
    with caplog.at_level(logging.WARNING):
        stop = Stop()
        async with start(url, stop) as task:
            await eventually(lambda: lines(caplog))
            assert "does not exist on the server" in lines(caplog)[0]
            assert not task.done()
            stop.ask()
            await asyncio.wait([task], timeout=5)
            assert isinstance(task.exception(), starting.StoppedWaiting)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("53100", "no room left"),
        ("58030", "disk failed"),
        ("40P01", "change the same tables"),
        ("40001", "change the same tables"),
        ("57014", "not available"),
    ],
)
async def test_a_server_that_can_not_make_tables_now_is_waited_for(
    postgres_server: URL, caplog: pytest.LogCaptureFixture, state: str, says: str
) -> None:
    url = postgres_server.set(database=f"refuses_{state.lower()}")
    await on_server(postgres_server, f"CREATE DATABASE {url.database}")
    await on_server(
        url,
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$",
        "CREATE EVENT TRIGGER refusing ON ddl_command_start WHEN TAG IN ('CREATE TABLE')"
        " EXECUTE FUNCTION refuse()",
    )
    with caplog.at_level(logging.WARNING):
        async with start(url.render_as_string(hide_password=False)) as task:
            await eventually(lambda: lines(caplog) or task.done())
            assert not task.done()
            assert says in lines(caplog)[0]
            await on_server(url, "DROP EVENT TRIGGER refusing")
            await eventually(lambda: is_open(task))
    assert lines(caplog)[1:] == ["The database can be used now"]


class Relay:
    """A port that nobody listens at, until somebody does and passes everything on to a server."""

    def __init__(self, target: URL, port: int) -> None:
        self._target = target
        self._port = port
        self._server: asyncio.Server | None = None
        self.url = target.set(host="127.0.0.1", port=port, query={})

    @classmethod
    async def prepared(cls, target: URL) -> "Relay":
        server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return cls(target, port)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        folder = self._target.query.get("host")
        if isinstance(folder, str) and folder.startswith("/"):
            onward = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{self._target.port or 5432}")
        else:
            onward = await asyncio.open_connection(
                self._target.host or "127.0.0.1", self._target.port or 5432
            )
        await asyncio.gather(_pump(reader, onward[1]), _pump(onward[0], writer))

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        sink.write(data)
    sink.close()


@pytest.mark.parametrize(
    ("contents", "url", "error"),
    [
        (b"", "sqlite:///{}", StoreEmptyError),
        (b"Dear diary, " * 1000, "sqlite:///{}", StoreCorruptError),
        (None, "sqlite:///{}/nowhere/iso-bot.db", StoreFolderError),
        (None, "sqlite:///.", StoreCorruptError),
        (None, "sqlite:///file:{}?uri=true", StoreUrlError),
        (None, "mysql://localhost/iso", StoreUrlError),
    ],
    ids=["empty", "rubbish", "no folder", "a folder", "URI", "another engine"],
)
async def test_mistakes_in_the_settings_are_not_waited_for(
    tmp_path: Path, contents: bytes | None, url: str, error: type[StoreError]
) -> None:
    path = tmp_path / "iso-bot.db"
    if contents is not None:
        path.write_bytes(contents)
    async with start(url.format(path)) as task:
        await asyncio.wait([task], timeout=10)
        assert type(task.exception()) is error
    assert error.exit_code == 2
    assert not path.exists() or path.read_bytes() == contents


@pytest.mark.postgresql
async def test_a_user_that_the_server_refuses_is_a_mistake_in_the_settings(postgres_server: URL) -> None:
    async with start(postgres_server.set(username="nobody").render_as_string(hide_password=False)) as task:
        await asyncio.wait([task], timeout=10)
        assert isinstance(task.exception(), StoreLoginError)


def names_of(path: Path) -> dict[str, Path]:
    """Make the names by which the file can be called."""
    folder = path.parent
    (folder / "elsewhere").mkdir()
    named = {
        "same": path,
        "with dots": folder / "elsewhere" / ".." / path.name,
        "symbolic link": folder / "elsewhere" / "other.db",
        "link of a link": folder / "elsewhere" / "third.db",
        "linked folder": folder.parent / f"{folder.name}-linked" / path.name,
        "hard link": folder / "elsewhere" / "hard.db",
        "relative": Path(os.path.relpath(path)),
    }
    named["symbolic link"].symlink_to(path)
    named["link of a link"].symlink_to(named["symbolic link"])
    named["linked folder"].parent.symlink_to(folder)
    named["hard link"].hardlink_to(path)
    return named


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("fresh", [True, False])
async def test_a_second_bot_is_noticed_by_whatever_name_it_calls_the_file(
    tmp_path: Path, fresh: bool
) -> None:
    path = tmp_path / "data" / "iso-bot.db"
    path.parent.mkdir()
    if not fresh:
        async with open_store(f"sqlite:///{path}"):
            pass
    async with open_store(f"sqlite:///{path}", process_lock=True):
        for how, name in names_of(path).items():
            code = await second(name)
            assert code == (2, True), how
    async with open_store(f"sqlite:///{tmp_path}/data/elsewhere/hard.db", process_lock=True):
        assert await second(path) == (2, True)


async def second(path: Path) -> tuple[int | None, bool]:
    """Start a second process on a file; returns its exit code and whether it says why."""
    script = (
        "import asyncio, sys\nfrom db.engine import open_store\nfrom db.errors import StoreInUseError\n"
        "async def main():\n"
        "    try:\n"
        "        async with open_store(sys.argv[1], process_lock=True): pass\n"
        "    except StoreInUseError as error:\n"
        "        print(error); sys.exit(error.exit_code)\n"
        "asyncio.run(main())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, f"sqlite:///{path}",
        stdout=asyncio.subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, b"Another iso-bot is running" in said


async def test_the_same_process_is_a_second_one_too(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/iso-bot.db", process_lock=True):
        with pytest.raises(StoreInUseError):
            async with open_store(f"sqlite:///{tmp_path}/iso-bot.db", process_lock=True):
                pass


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM there")
async def test_a_stop_while_it_waits_for_the_store_is_a_clean_one(tmp_path: Path) -> None:
    path = tmp_path / "iso-bot.db"
    async with open_store(f"sqlite:///{path}"):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {
                "PYTHONPATH": os.pathsep.join(sys.path),
                "ISO_BOT_DATABASE__URL": f"sqlite:///{path}",
                "ISO_BOT_DISCORD__TOKEN": "x.y.z",
                "ISO_BOT_DISCORD__API_BASE": "http://127.0.0.1:9/api/v10",
            },
        )  # fmt: skip
        assert process.stderr is not None
        said = b""
        while b"waiting for it" not in said:
            line = await process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGTERM)
        said += await process.stderr.read()
        assert await process.wait() == 0
    assert b"Traceback" not in said
    assert said.count(b"waiting for it") == 1
