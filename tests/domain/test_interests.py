"""Rules of interests: what is shared, what is counted, what is a language."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.interests import FLOOR, LANGUAGE_LENGTH, LANGUAGES, mapped, read_languages, shared, weight


def test_what_is_shared_begins_with_what_tells_most() -> None:
    mine = {"phase": ["primary"], "campaign": ["cuba", "rights"], "language": ["Spanish"]}
    theirs = {"phase": ["primary"], "campaign": ["cuba"], "language": ["Spanish"], "world": ["europe"]}
    assert shared(mine, theirs) == ["campaign:cuba", "language:Spanish", "phase:primary"]
    assert shared(mine, {}) == []


def test_what_was_asked_for_comes_first_whether_one_chose_it_or_not() -> None:
    theirs = {"campaign": ["cuba"], "phase": ["primary"]}
    assert shared({"campaign": ["cuba"]}, theirs, ("phase", "primary")) == ["phase:primary", "campaign:cuba"]
    assert shared({"campaign": ["cuba"]}, theirs, ("phase", "adult")) == []


def test_a_campaign_weighs_more_than_a_phase_and_a_pillar() -> None:
    assert weight(["campaign:cuba"]) > weight(["phase:primary", "pillar:defend"])


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ("", []),
        (" , ; \n", []),
        ("spanish", ["Spanish"]),
        ("Spanish, some Arabic and Welsh.", ["Spanish", "Arabic", "Welsh"]),
        ("fluent French & a little british sign language", ["French", "British sign language"]),
        ("Spanish, SPANISH; spanish", ["Spanish"]),
        ("العربية, 中文", ["العربية", "中文"]),
    ],
)
def test_languages_are_read_as_people_write_them(words: str, languages: list[str]) -> None:
    assert read_languages(words) == languages


@pytest.mark.parametrize("words", [",".join(map(str, range(LANGUAGES + 1))), "x" * (LANGUAGE_LENGTH + 1)])
def test_what_is_too_much_for_languages_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_languages(words)


@given(st.text(max_size=200))
@example("\xa0")
def test_whatever_is_typed_is_languages_or_refused(words: str) -> None:
    try:
        languages = read_languages(words)
    except ValueError:
        return
    assert len(languages) <= LANGUAGES
    assert all(language.strip() and len(language) <= LANGUAGE_LENGTH for language in languages)


counts = st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 30))


@given(counts)
def test_no_count_below_five_is_shown_nor_can_be_had_by_subtraction(counts: dict[str, int]) -> None:
    shown = mapped(counts)
    assert all(count >= FLOOR for _, count in shown.counted)
    assert {name for name, _ in shown.counted} | set(shown.few) == set(counts)
    assert shown.at_least == sum(count for _, count in shown.counted)


@given(counts, st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, FLOOR - 1)))
def test_what_is_shown_is_the_same_however_many_the_few_are(
    counts: dict[str, int], few: dict[str, int]
) -> None:
    hidden = {name: few.get(name, 0) for name, count in counts.items() if count < FLOOR}
    assert mapped(counts | hidden) == mapped(counts)


def test_the_largest_region_comes_first() -> None:
    found: Any = mapped({"Wales": 5, "London": 20, "North West": 4}).counted
    assert found == [("London", 20), ("Wales", 5)]
