"""The do's and don'ts keep all that the union's toolkit says (Organising toolkit > Do's and Don'ts as an ISO)."""

import re

import pytest

from cogs.common.advice import pieces
from tests.words import words

TEXTS = words()
ADVICE = {piece.name: piece for piece in pieces(TEXTS)}
# Each point of the toolkit: in which list and place, and the ideas that its line, and its line and page, must have.
POINTS: dict[str, tuple[str, int, list[str], list[str]]] = {
    "job-share": (
        "do",
        1,
        [r"share", r"a lot|overwhelm|too much"],
        [r"share the (role|job)", r"big task|a lot for one", r"split"],
    ),
    "be-creative": (
        "do",
        2,
        [r"new ideas?", r"try|test"],
        [r"test an idea", r"afresh|outside", r"unusual|no one right way"],
    ),
    "engage-your-branch": ("do", 3, [r"district", r"branch", r"involve|engage"], [r"agenda", r"report"]),
    "go-to-meetings": (
        "do",
        4,
        [r"network meetings", r"other meetings", r"message"],
        [r"your ISO network's meetings", r"other meetings", r"take your message with you"],
    ),
    "what-you-can": (
        "do",
        5,
        [r"do what(ever)? you can", r"however little|everything counts"],
        [r"everything counts"],
    ),
    "abuse": (
        "dont",
        1,
        [
            r"abusive",
            r"aggressive",
            r"manipulative",
            r"face to face|in person",
            r"news|media",
            r"social media",
        ],
        [r"don't reply", r"walk away"],
    ),
    "not-intimidated": ("dont", 2, [r"intimidated", r"takes time", r"support"], [r"support takes time"]),
    "overwhelmed": (
        "dont",
        3,
        [r"overwhelm", r"more than anyone|many issues", r"what you (manage|can)"],
        [r"nobody can work on everything"],
    ),
    "promises": (
        "dont",
        4,
        [r"promise", r"only what you can|can't keep"],
        [r"can't be sure of", r"don't promise"],
    ),
}


@pytest.mark.parametrize("name", POINTS)
def test_each_point_of_the_toolkit_is_there_with_all_its_ideas(name: str) -> None:
    which, place, in_line, on_page = POINTS[name]
    piece = ADVICE[name]
    assert (piece.list, piece.order) == (which, place)
    text = TEXTS.get(f"guidance.{name}")
    assert text is not None
    whole = f"{piece.title}\n{piece.line}\n{text.words}"
    for idea in in_line:
        assert re.search(idea, piece.line, re.IGNORECASE), f"the line has lost: {idea}"
    for idea in on_page:
        assert re.search(idea, whole, re.IGNORECASE), f"the page has lost: {idea}"


def test_there_are_no_others_that_the_toolkit_does_not_have() -> None:
    assert {name for name, piece in ADVICE.items() if piece.list} == set(POINTS)
