"""Facts of which the bot needs more than to say them: rhythms of publications, and seats."""

import pytest

from bot.domain.facts import Publication, read_publication, read_seats, seats_of

RHYTHMS = {"weekly": "every week", "bimonthly": "every two months"}


@pytest.mark.parametrize(
    ("words", "name", "cadence", "readers"),
    [
        ("Educate: every two months, for all members", "Educate", "bimonthly", "all members"),
        ("  Our  News:Every Week, to reps, and officers ", "Our News", "weekly", "reps, and officers"),
    ],
)
def test_what_is_said_of_a_publication_is_read(words: str, name: str, cadence: str, readers: str) -> None:
    assert read_publication(words, RHYTHMS) == Publication(name, cadence, readers)


@pytest.mark.parametrize(
    "words",
    ["", "Educate", "Educate: every blue moon, for all", "Educate, every week, for all", "x: every week"],
)
def test_what_can_not_be_read_of_a_publication_is_not_guessed(words: str) -> None:
    assert read_publication(words, RHYTHMS) is None


def test_seats_are_those_of_the_region_that_is_named_else_of_each() -> None:
    words = "2 for each region and Wales, 4 for London"
    assert [seats_of(words, name) for name in ("Wales", "LONDON", "Greater London", "North West")] == [
        2,
        4,
        2,
        2,
    ]
    assert seats_of("3 for each region; 1 for North West", "North West") == 1
    assert read_seats("two each") == []
