"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import alike, nearest, normalize, slip_of

REGIONS = ["London", "North West", "North East", "Yorkshire", "Wales"]


@pytest.mark.parametrize("typed", ["North West", "north-west", "#north-west", " NORTH  WEST ", "North_West!"])
def test_two_ways_of_typing_a_name_are_one(typed: str) -> None:
    assert normalize(typed) == "north west"


def test_accents_do_not_matter() -> None:
    assert normalize("Môn") == normalize("Mon")
    assert normalize("Łódź") == normalize("łodz")


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert normalize(normalize(name)) == normalize(name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("york", ["Yorkshire"]),
        ("yorksheer", ["Yorkshire"]),
        ("north", ["North West", "North East"]),
        ("west", ["North West"]),
        ("wlaes", ["Wales"]),
        ("Atlantis", []),
        ("", []),
        ("!!!", []),
    ],
)
def test_the_nearest_names_are_found(typed: str, found: list[str]) -> None:
    assert nearest(typed, REGIONS)[: len(found) or None] == found


def test_what_begins_with_the_words_comes_first_and_no_more_than_asked_for() -> None:
    names = ["Deep North", "North West", "North East"]
    assert nearest("north", names) == ["North West", "North East", "Deep North"]
    assert nearest("north", names, most=1) == ["North West"]


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=8))
def test_only_names_that_there_are_are_named(words: str, names: list[str]) -> None:
    found = nearest(words, names)
    assert set(found) <= set(names)
    assert len(found) == len(set(found)) <= 3


@pytest.mark.parametrize(
    ("typed", "slips", "meant"),
    [
        ("branhc", 1, "branch"),
        ("venu", 1, "venue"),
        ("brnahc", 1, None),
        ("brnahc", 2, "branch"),
        ("onion", 1, "union"),
        ("dance", 2, None),
    ],
)
def test_letters_too_many_missing_wrong_or_swapped_are_one_slip_each(
    typed: str, slips: int, meant: str | None
) -> None:
    assert slip_of(typed, ["branch", "union", "venue"], slips) == meant


def test_of_words_that_lie_equally_near_the_first_is_meant() -> None:
    assert slip_of("cart", ["card", "care"], 1) == "card"


@pytest.mark.parametrize(
    ("typed", "least", "found"), [("tokn", 0.5, ["token"]), ("zzz", 0.5, []), ("", 0.5, [])]
)
def test_a_name_is_like_another_by_the_letters_they_share(typed: str, least: float, found: list[str]) -> None:
    assert alike(typed, ["token", "api_base"], least=least) == found
