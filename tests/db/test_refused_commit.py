"""A COMMIT that the server refuses has stored nothing, and that is known; one that it does not answer is not."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.engine import open_store
from db.errors import StoreUnreachableError, StoreUnsureError
from tests.db.test_engine import add, numbers
from tests.db.test_engine_postgres import together

pytestmark = pytest.mark.postgresql

AT_COMMIT = (
    "CREATE TEMPORARY TABLE one (n integer)",
    "CREATE FUNCTION pg_temp.at_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {}; RETURN NULL; END'",
    """CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON one DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pg_temp.at_commit()""",
    "INSERT INTO one VALUES (1)",
)
HANG_UP = "PERFORM pg_terminate_backend(pg_backend_pid())"
REFUSE = "RAISE EXCEPTION USING ERRCODE = ''{}''"


def ruin(session: Session, does: str) -> None:
    """Have the server do something at the COMMIT."""
    for statement in AT_COMMIT:
        session.execute(text(statement.format(does)))


@pytest.mark.parametrize("code", ["57014", "53200", "53400"])
async def test_a_commit_that_the_server_refuses_fails_alone_and_has_stored_nothing(
    postgres_url: str, code: str
) -> None:
    refused = REFUSE.format(code)
    async with open_store(postgres_url) as store:
        with pytest.raises(StoreUnreachableError) as alone:
            await store.write(ruin, refused)
        assert not isinstance(alone.value, StoreUnsureError)
        answers = await together(store, (add, 1), (ruin, refused))
        assert type(answers[1]) is StoreUnreachableError
        assert await store.read(numbers) == [1] == [answers[0].id]


async def test_a_commit_during_which_the_server_hangs_up_is_an_unsure_one(postgres_url: str) -> None:
    async with open_store(postgres_url) as store:
        with pytest.raises(StoreUnsureError):
            await store.write(ruin, HANG_UP)
        answers = await together(store, (add, 1), (ruin, HANG_UP))
        assert [type(answer) for answer in answers] == [StoreUnsureError] * 2
        assert await store.read(numbers) == []
