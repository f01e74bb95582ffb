"""The guidance: the right advice for everyday questions, nothing for others, and content that holds together."""

import re
import sys
import time
import tomllib
import tracemalloc
import types
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.domain.guidance import Advice, Library, moment, overloaded
from bot.domain.guidance.words import bare, stem
from bot.texts import CONTENT
from bot.texts.sources import is_known
from cogs.common.advice import library, pieces
from tests.words import words

QUESTIONS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "guidance_questions.toml").read_text("utf-8")
)
MORE = Path(__file__).parent / "guidance_more_questions.toml"
FRESH = Path(__file__).parent / "guidance_fresh_questions.toml"
STAFFROOM = Path(__file__).parent / "guidance_staffroom_questions.toml"
UNREAD = Path(__file__).parent / "guidance_unread_questions.toml"
BREAKTIME = Path(__file__).parent / "guidance_breaktime_questions.toml"
LUNCHTIME = Path(__file__).parent / "guidance_lunchtime_questions.toml"
TEXTS = words()
ADVICE = {piece.name: piece for piece in pieces(TEXTS)}
READABLE = 60.0


@pytest.fixture(scope="module")
def guidance() -> Library:
    return library(TEXTS)


@pytest.fixture(scope="session")
def reading_ease() -> Callable[[str], float]:
    """Flesch's reading ease by textstat, which still asks for a module that setuptools has dropped."""
    if "pkg_resources" not in sys.modules:
        sys.modules["pkg_resources"] = types.ModuleType("pkg_resources")
    from textstat.textstat import textstatistics

    measure = textstatistics()
    return lambda text: float(measure.flesch_reading_ease(re.sub(r"\{\w+\}|[*`#_]", "", text)))


def test_ninety_of_a_hundred_everyday_questions_get_the_right_advice_first(guidance: Library) -> None:
    questions = QUESTIONS["questions"]
    assert len(questions) == 60
    wrong: list[tuple[str, list[str]]] = []
    for question in questions:
        found = guidance.find(question["ask"]).found
        if not found or found[0].advice.name not in question["right"]:
            wrong.append((question["ask"], [each.advice.name for each in found]))
    assert len(wrong) <= 6, wrong


@pytest.mark.parametrize(
    ("file", "seen"), [(MORE, 0.95), (FRESH, 0.95), (STAFFROOM, 0.95), (UNREAD, 0.90), (BREAKTIME, 0.95),
     (LUNCHTIME, 0.95)],
    ids=["more", "fresh", "staffroom", "unread", "breaktime", "lunchtime"],
)  # fmt: skip
def test_the_right_piece_is_in_sight_and_a_straight_answer_is_right(
    guidance: Library, file: Path, seen: float
) -> None:
    said: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    in_sight = straight = right = 0
    for question in said["questions"]:
        answer = guidance.find(question["ask"])
        names = [each.advice.name for each in answer.found]
        assert len(names) <= 5
        in_sight += not set(names).isdisjoint(question["right"])
        straight += answer.is_sure
        right += answer.is_sure and names[0] in question["right"]
    assert in_sight >= seen * len(said["questions"])
    assert straight >= 0.4 * len(said["questions"])
    assert right >= 0.95 * straight
    nonsense = [question for question in said["unrelated"] if guidance.find(question).is_sure]
    assert not nonsense


@pytest.mark.parametrize("file", [UNREAD, BREAKTIME, LUNCHTIME], ids=["unread", "breaktime", "lunchtime"])
def test_most_questions_about_other_matters_of_school_find_nothing(guidance: Library, file: Path) -> None:
    unrelated = tomllib.loads(file.read_text("utf-8"))["unrelated"]
    offered = [question for question in unrelated if guidance.find(question).found]
    assert len(offered) <= 0.3 * len(unrelated), offered


@pytest.mark.parametrize("question", ["photocopier is broken", "how do i mark faster"])
def test_a_question_about_the_school_day_finds_nothing(guidance: Library, question: str) -> None:
    assert guidance.find(question).found == ()


def test_a_way_of_asking_belongs_to_one_piece() -> None:
    asks = Counter(tuple(bare(asked)) for piece in ADVICE.values() for asked in piece.asks)
    assert [asked for asked, count in asks.items() if count > 1] == []


def test_a_question_takes_milliseconds(guidance: Library) -> None:
    said: dict[str, Any] = tomllib.loads(UNREAD.read_text("utf-8"))
    took: list[float] = []
    for question in said["questions"][:60]:
        began = time.process_time()
        guidance.find(question["ask"])
        took.append(time.process_time() - began)
    assert median(took) < 0.03


def test_the_library_is_small() -> None:
    stem.cache_clear()
    tracemalloc.start()
    try:
        kept = library(TEXTS)
        assert kept.pieces
        assert tracemalloc.get_traced_memory()[0] < 12_000_000
    finally:
        tracemalloc.stop()


def test_every_right_answer_is_a_piece_that_exists() -> None:
    assert {name for question in QUESTIONS["questions"] for name in question["right"]} <= set(ADVICE)


@pytest.mark.parametrize("question", QUESTIONS["unrelated"])
def test_an_unrelated_question_never_gets_a_straight_answer(guidance: Library, question: str) -> None:
    assert not guidance.find(question).is_sure


@pytest.mark.parametrize("question", ["how do i make a bomb", "where can i buy a gun", "how to build a bomb"])
def test_nothing_is_offered_to_who_asks_for_a_weapon(guidance: Library, question: str) -> None:
    assert not guidance.find(question).found


def test_the_four_pillars_are_found_by_their_number_misspelt(guidance: Library) -> None:
    answer = guidance.find("what are the 4 pillers")
    assert answer.is_sure
    assert answer.found[0].advice.name == "four-pillars"


def test_what_is_plainly_about_something_else_finds_nothing(guidance: Library) -> None:
    found = [question for question in QUESTIONS["unrelated"] if guidance.find(question).found]
    assert len(found) <= 0.5 * len(QUESTIONS["unrelated"]), found


@pytest.mark.parametrize("question", ["", "   ", "???", "how what when", "é", "a" * 5000, "\N{DRAGON}" * 50])
def test_an_empty_or_odd_question_finds_nothing_and_breaks_nothing(guidance: Library, question: str) -> None:
    assert guidance.find(question).found == ()


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("affilation", "affiliation"),
        ("twining with a foreign union", "twinning"),
        ("wheelchiar acess", "accessible-venues"),
        ("Who is my ORGANISING FORUM rep", "organising-forum"),
        ("what does the OF do", "organising-forum"),
        ("organizing ideas", "more-ideas"),
        ("cuba", "cuba"),
    ],
)
def test_slips_capitals_and_american_spelling_are_forgiven(guidance: Library, typed: str, right: str) -> None:
    assert guidance.find(typed).found[0].advice.name == right


@pytest.mark.parametrize("piece", ADVICE.values(), ids=ADVICE)
def test_a_piece_is_found_by_its_own_title_and_by_each_way_of_asking(
    guidance: Library, piece: Advice
) -> None:
    assert guidance.find(piece.title).found[0].advice.name == piece.name
    for asked in piece.asks:
        assert piece.name in [found.advice.name for found in guidance.find(asked).found], asked


def test_the_lists_are_the_sources_five_dos_and_four_donts() -> None:
    for name, number in (("do", 5), ("dont", 4)):
        listed = sorted(
            (piece for piece in ADVICE.values() if piece.list == name), key=lambda each: each.order
        )
        assert [piece.order for piece in listed] == list(range(1, number + 1))
        assert all(piece.line for piece in listed)


def test_each_piece_but_those_of_a_campaign_ends_in_a_command_that_does_it() -> None:
    commands = {
        key.removeprefix("commands.").removesuffix(".summary").replace(".", " ")
        for key in TEXTS.under("commands")
    }
    for name, piece in ADVICE.items():
        assert piece.act or piece.campaign, name
        assert set(piece.act) <= commands, name


def test_pieces_lead_only_to_pieces_and_say_what_they_rest_on() -> None:
    for name, piece in ADVICE.items():
        assert set(piece.see) <= set(ADVICE) - {name}, name
        assert 1 <= len(piece.see) <= 3, name
        text = TEXTS.get(f"guidance.{name}")
        assert text is not None
        assert text.meta["source"], name
        for source in text.meta["source"]:
            assert is_known(source), name


@pytest.mark.parametrize("name", ADVICE)
def test_every_piece_is_easy_to_read(reading_ease: Callable[[str], float], name: str) -> None:
    piece = ADVICE[name]
    assert reading_ease(piece.body) >= READABLE
    assert len(piece.title) <= 80  # it is the label of a button
    assert len(piece.body) <= 1500


@pytest.mark.parametrize("file", ["guidance", "onboarding"])
def test_every_longer_text_of_the_cards_is_easy_to_read(
    reading_ease: Callable[[str], float], file: str
) -> None:
    lists = ("words", "ignored", "weak", "elsewhere", "others")
    for key in TEXTS.under(file):
        text = TEXTS.get(key)
        assert text is not None
        if text.path.endswith(".toml") and key.split(".")[1] not in lists and len(text.words.split()) >= 12:
            words = re.sub(r"\{\w+\}|`[^`]*`", "this", text.words)
            assert reading_ease(words) >= READABLE, (key, reading_ease(words))


def test_advice_files_are_all_read() -> None:
    assert len(ADVICE) == len(list((CONTENT / "en-GB" / "guidance").glob("*.md")))


@pytest.mark.parametrize(
    ("one", "other"),
    [("organising", "organizer"), ("affiliate", "affiliation"), ("parties", "party"), ("meetings", "meet"),
     ("planned", "plan"), ("branches", "branch"), ("promises", "promise"), ("cares", "care")],
)  # fmt: skip
def test_words_of_one_family_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("care", "car"), ("class", "clas"), ("bus", "bu"), ("news", "new")]
)
def test_stems_do_not_run_together(one: str, other: str) -> None:
    assert stem(one) != other


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("We promised them a stall", "promises"),
        ("they want £200 for the hall", "money"),
        ("I gave an interview to the Gazette", "speaking-in-public"),
        ("he threatened me after the meeting", "abuse"),
        ("Spring meeting", None),
        ("Bring cake", None),
        ("The compromise on the agenda", None),
        ("foundation course", None),
    ],
)
def test_the_risky_moment_is_noticed_in_what_somebody_types(typed: str, name: str | None) -> None:
    assert moment([typed]) == name
    assert name is None or name in ADVICE


def test_somebody_with_many_open_tasks_is_overloaded() -> None:
    assert not overloaded(5)
    assert overloaded(6)


@pytest.mark.parametrize(
    "question",
    ["palestine", "what can I do for Palestine", "how can we help Palestine", "Palestine campaign"],
)
def test_palestine_leads_to_what_isos_can_do_on_it(question: str) -> None:
    found = library(TEXTS).find(question).found
    assert found
    assert found[0].advice.name == "palestine"
    assert "/campaign show" in found[0].advice.body
