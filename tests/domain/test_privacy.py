"""Rules of data protection: an id out of texts, numbers that lead nowhere, and when the sweep runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.privacy import Keep, mentions, next_sweep, pseudonym, read_member, without

ME = 123_456_789_012_345_678


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (f"<@{ME}> and <@!{ME}> and {ME}.", "(erased) and (erased) and (erased)."),
        (f"9{ME} and {ME}9", f"9{ME} and {ME}9"),
        ({"member": ME, "list": [ME, 1, str(ME)]}, {"member": 0, "list": [0, 1, "(erased)"]}),
        ({str(ME): {"deep": [f"user:{ME}"]}}, {"(erased)": {"deep": ["user:(erased)"]}}),
        ([True, None, 1.5], [True, None, 1.5]),
    ],
)
def test_an_id_is_taken_out_of_whatever_holds_it(value: Any, left: Any) -> None:
    assert without(value, ME) == left


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(ME) | st.just(f"<@{ME}>"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(json)
def test_afterwards_nothing_mentions_it(value: Any) -> None:
    assert not mentions(str(without(value, ME)), ME)


def test_a_pseudonym_is_never_a_members_id_nor_the_same_twice() -> None:
    made = {pseudonym() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(-(2**62) <= each < 0 for each in made)


@pytest.mark.parametrize(
    ("words", "member"),
    [
        (str(ME), ME),
        (f" <@{ME}> ", ME),
        (f"<@!{ME}>", ME),
        (f"<@&{ME}>", None),
        ("12345", None),
        ("Grace", None),
        ("9" * 20, None),
        ("", None),
    ],
)
def test_a_member_is_named_by_number_or_mention(words: str, member: int | None) -> None:
    assert read_member(words) == member


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone is the third argument
def test_the_sweep_comes_once_a_day(now: datetime) -> None:
    due = next_sweep(now)
    assert now < due <= now + timedelta(days=1)
    assert next_sweep(due) == due + timedelta(days=1)


def test_what_is_kept_of_who_left_goes_after_the_days_that_were_chosen() -> None:
    left = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert Keep().erase_at(left) == left + timedelta(days=90)
    assert Keep(after_leaving=1).erase_at(left) == left + timedelta(days=1)
