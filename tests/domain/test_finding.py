"""Finding by words: rare words count most, endings and slips of keys are forgiven, unknown words count against."""

import pytest

from bot.domain.finding import Finder, Thing

THINGS = (
    Thing("poll", [(1.5, "meeting poll"), (1.0, "Ask which of several times suits people")]),
    Thing("vote", [(1.5, "meeting vote"), (1.0, "Say which times of a poll suit you")]),
    Thing("cancel", [(1.5, "meeting cancel"), (1.0, "Cancel a meeting"), (0.6, "Why, in a few words")]),
)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("poll", "poll"),
        ("polls", "poll"),
        ("a pol", "poll"),
        ("how do I vote", "vote"),
        ("cancelling a meeting", "cancel"),
        ("canecl", "cancel"),
        ("ANKARA", None),
        ("", None),
        ("cancel the gas bill of my grandmother in Ankara", None),
    ],
)
def test_words_find_what_they_say(words: str, first: str | None) -> None:
    found = Finder(THINGS, ignored=("a", "how", "do", "the", "of", "my", "in")).find(words, most=3)
    assert (found[0][0] if found else None) == first


def test_no_more_is_found_than_was_asked_for() -> None:
    assert len(Finder(THINGS).find("meeting", most=2)) == 2
