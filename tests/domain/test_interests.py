"""Rules of interests: what is shared, what is a language."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.interests import LANGUAGE_LENGTH, LANGUAGES, read_languages, shared, weight


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
