"""Nobody is told that nothing has changed where that is not known: a COMMIT or an answer lost with the database."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from db import people
from db.engine.upserts import LAST
from tests.cogs.ground import Ground, says

on_postgres = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.postgresql)], indirect=True
)


@contextmanager
def lost(what: str) -> Generator[None]:
    """Lose the connection or patience after each COMMIT, or where a digest of the server is looked for."""

    def cut(connection: Connection) -> None:
        if LAST not in connection.info:  # a read, which has nothing to lose
            return
        if what == "commit in time":
            raise TimeoutError
        raise OperationalError("COMMIT", None, ConnectionError(), connection_invalidated=True)

    def fail(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "digest.guild_id =" in statement:
            raise OperationalError(statement, None, ConnectionError(), connection_invalidated=True)

    name, hook = ("commit", cut) if what.startswith("commit") else ("before_cursor_execute", fail)
    event.listen(Engine, name, hook)
    try:
        yield
    finally:
        event.remove(Engine, name, hook)


@on_postgres
@pytest.mark.parametrize("what", ["commit", "commit in time", "answer"])
async def test_whoever_can_not_be_told_whether_it_was_saved_is_asked_to_look(
    ground: Ground, what: str
) -> None:
    panel = await ground.grace.slash("#london", "settings mine")
    form = (await ground.grace.press(panel, "Change times")).modal
    with lost(what):
        told = says(await ground.grace.submit(form, {"zone": "Europe/Paris"}))
    assert "I can't tell whether all of it was saved" in told
    assert "give your admin this reference: " in told
    assert "nothing has changed" not in told
    stored = await ground.running.store.read(people.person, ground.grace.id)
    assert stored is not None
    assert stored.zone == "Europe/Paris"
    assert says(await ground.grace.slash("#london", "settings mine"))
