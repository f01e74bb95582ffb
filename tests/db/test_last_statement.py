"""What a last statement is given is stored as any other statement would store it, or refused."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Double, MetaData, Table, Text, select
from sqlalchemy.orm import Session

from db.engine import open_store
from db.engine.upserts import run_last

pytestmark = pytest.mark.postgresql

KINDS = Table(
    "kinds",
    MetaData(),
    Column("flag", Boolean),
    Column("whole", BigInteger),
    Column("real", Double),
    Column("words", Text),
    Column("at", DateTime(timezone=True)),
    Column("bag", JSON(none_as_null=True)),
    prefixes=["TEMPORARY"],
)
NOTHING: dict[str, Any] = dict.fromkeys(KINDS.columns.keys())
STRANGE = """O'Brien's \\'); DROP TABLE guild; -- \\ '' é 🙂 "two" $1 :x %s\n"""
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ZONES = st.sampled_from(
    [UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/London"), timezone(-timedelta(hours=9, minutes=30))]
)
BAGS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
).filter(lambda bag: isinstance(bag, dict | list))
INSTANTS = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - of a zone
VALUES = st.fixed_dictionaries(
    {
        "flag": st.none() | st.booleans(),
        "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
        "real": st.none() | st.floats(allow_nan=False),
        "words": st.none() | WORDS,
        "at": st.none() | INSTANTS,
        "bag": st.none() | BAGS,
    }
)


def keep(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """Store values by a last statement, and return what is stored."""
    KINDS.create(session.connection())
    run_last(session, KINDS.insert(), values)
    stored = session.execute(select(KINDS)).mappings().one()
    KINDS.drop(session.connection())
    return {str(name): value for name, value in stored.items()}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(NOTHING)
@example(
    {
        "flag": False,
        "whole": -(2**63),
        "real": -math.inf,
        "words": STRANGE,
        "at": datetime(2027, 1, 1, 3, 0, 0, 1, ZoneInfo("Asia/Kathmandu")),
        "bag": {STRANGE: [STRANGE, -1, None]},
    }
)
@example(NOTHING | {"flag": True, "whole": -1, "real": -1e-7, "words": "", "bag": ["O'Brien", True, {}]})
@given(VALUES)
async def test_values_of_every_kind_are_kept(postgres_url: str, values: dict[str, Any]) -> None:
    async with open_store(postgres_url) as store:
        assert await store.write(keep, values) == values


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("at", datetime(2027, 1, 1), ValueError),  # noqa: DTZ001 - what must be refused
        ("at", date(2027, 1, 1), TypeError),
        ("words", b"words", TypeError),
        ("real", Decimal(1), TypeError),
        ("bag", {"a"}, TypeError),
        ("bag", {"a": {1}}, TypeError),
    ],
)
async def test_what_the_server_might_misunderstand_is_refused(
    postgres_url: str, name: str, value: object, error: type[Exception]
) -> None:
    async with open_store(postgres_url) as store:
        with pytest.raises(error):
            await store.write(keep, NOTHING | {name: value})
        assert await store.write(keep, NOTHING) == NOTHING
