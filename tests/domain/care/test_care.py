"""Calls for help are recognised, topics of campaigning are not, and it costs next to nothing."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.care import is_distress, recogniser
from bot.domain.care.patterns import Patterns, parse
from bot.domain.care.reading import Reader

HERE = Path(__file__).parent
ALSO_DISTRESS = (
    "abuse.md",
    "call-for-help.md",
    "overwhelmed.md",
    "not-intimidated.md",
    "who-to-ask.md",
    "talk-to-an-iso.md",
)


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line.strip()]


def distress() -> Iterator[str]:
    return (line.partition(" | ")[2] for line in lines("distress.txt"))


def test_nearly_every_call_for_help_is_caught() -> None:
    said = list(distress())
    missed = [text for text in said if not is_distress(text)]
    assert len(said) >= 2_000
    assert len(missed) <= len(said) // 100, missed


def test_hardly_any_topic_of_campaigning_is_taken_for_one() -> None:
    topics = lines("topics.txt")
    needless = [text for text in topics if is_distress(text)]
    assert len(topics) >= 2_000
    assert len(needless) <= len(topics) // 50, needless


def test_strong_words_about_everyday_things_are_no_call() -> None:
    everyday = Path("tools/everyday.txt").read_text("utf-8").splitlines()
    needless = [text for text in everyday if is_distress(text)]
    assert len(everyday) > 700
    assert len(needless) <= len(everyday) * 3 // 100, needless


@pytest.mark.parametrize(
    ("jest", "call"),
    [
        ("I can't cope with the photocopier", "I can't cope any more"),
        ("I'd sooner die than host the quiz", "I'd sooner die than go back to him"),
        ("the chair will kill me if I forget the biscuits", "my husband will kill me if I leave"),
        ("shoot me, another spreadsheet", "someone please just shoot me"),
        ("I want out of the channel", "I just want out"),
        ("I was hit by a surprise fee for the coach", "I was hit by my partner last night"),
        ("who stalks this noticeboard", "my ex stalks me"),
        ("what does the branch say on the bomb threat to the temple", "they sent me a bomb threat"),
        ("who do I ask about self-harm training", "who do I ask about my self-harm"),
        ("I can't carry on as treasurer", "I can't carry on"),
        ("this form makes me want to scream", "I hate this form and I want to die"),
        ("beaten by the laminator again", "beaten by an older colleague again"),
        ("I'm worried about my train connection", "I'm worried about my brother's temper"),
        ("struggling to upload the photo", "struggling to see a point"),
        ("a film about a man who kills himself", "that film made me want to kill myself"),
        ("we want to invite a survivor of rape as a speaker", "I was raped and the speaker reminded me"),
    ],
)
def test_the_same_words_about_a_thing_and_about_oneself(jest: str, call: str) -> None:
    assert not is_distress(jest)
    assert is_distress(call)


def test_questions_that_guidance_answers_are_left_to_it() -> None:
    import yaml

    folder = Path("bot/content/en-GB/guidance")
    asks: list[str] = []
    for page in sorted(folder.glob("*.md")):
        if page.name not in ALSO_DISTRESS:
            head = page.read_text("utf-8").split("\n---\n")[0].removeprefix("---\n")
            asks += yaml.safe_load(head).get("asks") or []
    needless = [ask for ask in asks if is_distress(ask)]
    assert len(asks) > 3_000
    assert len(needless) <= len(asks) // 100, needless


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "i wnat to die",
        "k i l l myself",
        "k.i.l.l m.y.s.e.l.f",
        "killmyself",
        "su1c1de",
        "su*cide",
        "kiiiilllll myself",
        "ki\u200bll myself",
        "\u043aill myself",
        "i can\u2019t go on",
        "i cant go on",
        "i can't go on!!!",
        "suicidle",
        "sucidal",
        "i was assulted",
        "havin a panic atack",
        "ah cannae go on like this",
        "Got followed home again.",
        "The stall went well full stop he hit me last night full stop",
    ],
)
def test_spelling_does_not_matter(text: str) -> None:
    assert is_distress(text)


def test_a_sentence_is_found_in_the_middle_of_a_long_text() -> None:
    calm = [text for text in lines("topics.txt") if len(text) > 20]
    for seed, text in enumerate(list(distress())[:60]):
        around = random.Random(seed).sample(calm, 12)
        said = ". ".join([*around[:6], text, *around[6:]])
        assert is_distress(said) or not is_distress(text), text


def test_a_turn_of_phrase_ends_with_its_sentence() -> None:
    assert not is_distress("I want out of the regional channel")
    assert is_distress("I want out. Of the regional channel nobody speaks to me.")


def test_words_of_calm_texts_together_are_no_call() -> None:
    calm = [text for text in lines("topics.txt") if not is_distress(text)]
    texts = [". ".join(random.Random(seed).sample(calm, 4)) for seed in range(100)]
    assert sum(map(is_distress, texts)) <= 2


def test_it_costs_less_than_two_milliseconds_and_has_a_bound() -> None:
    recogniser()
    topics = " ".join(lines("topics.txt"))

    def cost(text: str) -> float:
        best = 1.0
        for _ in range(5):
            start = time.thread_time()  # what else the machine does is no cost of ours
            is_distress(text)
            best = min(best, time.thread_time() - start)
        return best

    assert cost(topics[:500]) < 0.002
    assert cost(topics[:6_000]) < 0.02
    for nasty in ("not i want to ", "i ", "a", "*", "he did my ", "s u i ", "k.", "said no ", "my their "):
        assert cost((nasty * 6_000)[:6_000]) < 0.05, nasty


def test_any_word_but_some_can_be_asked_for() -> None:
    pattern = Patterns(["hit by !man|men"], {}, frozenset())
    read = Reader(frozenset(["hit"]), frozenset(), frozenset(), {}, {}).read
    assert [end for _, _, end in pattern.found(read("hit by trains"))] == [3]
    assert not list(pattern.found(read("hit by men")))
    assert not list(pattern.found(read("hit by")))


@pytest.mark.parametrize("written", ["~3 one?", "!one ~2", "@nobody_knows word", "^ $"])
def test_a_pattern_that_can_not_be_looked_for_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse(written, {}, frozenset())
