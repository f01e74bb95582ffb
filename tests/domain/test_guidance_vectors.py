"""The word vectors of the guidance: read from their file, forgiving with words, strict with damage, quick and small."""

import statistics
import time
import tomllib
import tracemalloc
from pathlib import Path

import pytest

from bot.domain.guidance import Library, Vectors
from bot.domain.guidance.meaning import Meaning
from bot.domain.guidance.vectors import MAGIC, WIDTH, alike
from bot.domain.guidance.words import bare, stem
from bot.texts import CONTENT, Texts
from cogs.common.advice import VECTORS, library

FILE = CONTENT / "en-GB" / VECTORS
TEXTS = Texts.load()
MORE = tomllib.loads((Path(__file__).parent / "guidance_more_questions.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return Vectors(FILE.read_bytes())


def _of(vectors: Vectors, text: str) -> tuple[float, ...]:
    vector = vectors.of(map(stem, bare(text)))
    assert vector is not None
    return vector


def test_a_text_has_a_vector_of_length_one(vectors: Vectors) -> None:
    vector = _of(vectors, "who pays for the hall")
    assert len(vector) == WIDTH
    assert sum(each * each for each in vector) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "nearer", "farther"),
    [
        ("I am shattered", "I am exhausted", "book a hall"),
        ("who foots the bill", "who pays for it", "who is my representative"),
        ("folk in the audience jeered", "somebody heckled me", "send my friend to school"),
    ],
)
def test_texts_that_mean_the_same_lie_nearer_though_they_share_no_word(
    vectors: Vectors, question: str, nearer: str, farther: str
) -> None:
    asked = _of(vectors, question)
    assert alike(asked, _of(vectors, nearer)) > alike(asked, _of(vectors, farther)) + 0.1


def test_unknown_words_are_passed_over(vectors: Vectors) -> None:
    assert "xqzzy" not in vectors
    assert _of(vectors, "xqzzy who pays") == _of(vectors, "who pays")
    assert vectors.of(["xqzzy"]) is None
    assert vectors.of([]) is None


def test_a_kept_vector_is_hardly_another(vectors: Vectors) -> None:
    vector = _of(vectors, "we have no network here")
    assert alike(vectors.kept(vector), vector) > 0.995


def test_a_question_about_this_work_concerns_it_more_than_one_about_something_else(vectors: Vectors) -> None:
    ours = vectors.concern(_of(vectors, "how do I get the branch to support palestine"))
    assert ours > 0 > vectors.concern(_of(vectors, "how do I roast a chicken with garlic"))


def test_slips_of_the_keys_are_passed_on_to_who_can_mend_them(vectors: Vectors) -> None:
    meaning = Meaning(vectors, {"money": ["who pays for it"]})
    assert meaning.of(["affiliatoin"], {"affiliatoin": stem("affiliation")}.get) == _of(
        vectors, "affiliation"
    )
    assert meaning.of(["xqzzy"], lambda _: None) is None
    assert meaning.of([], lambda _: None) is None


def test_a_damaged_file_is_said_to_be_one() -> None:
    data = FILE.read_bytes()
    middle = len(data) // 2
    damaged = {
        "empty": b"",
        "another file": b"PK\x03\x04" + data,
        "cut short": data[:-1],
        "only a beginning": data[: len(MAGIC) + 6],
        "one bit": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
    }
    for how, left in damaged.items():
        with pytest.raises(ValueError, match="word vectors"):
            pytest.fail(f"{how} was read: {len(Vectors(left))} words")


def test_the_file_is_small_and_what_is_made_of_it_too() -> None:
    assert FILE.stat().st_size < 1_500_000
    guidance = library(TEXTS)
    tracemalloc.start()
    guidance.find("who pays")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 6_000_000


def test_a_question_is_answered_within_milliseconds() -> None:
    guidance = library(TEXTS)
    started = time.process_time()
    guidance.find("who pays")
    # Some 0.4 s on a quiet machine of two cores.
    assert time.process_time() - started < 2
    taken: list[float] = []
    for question in MORE["questions"][:60]:
        started = time.process_time()
        guidance.find(question["ask"])
        taken.append(time.process_time() - started)
    assert statistics.median(taken) < 0.03


def test_with_damaged_vectors_words_alone_have_to_do_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "en-GB" / "guidance").mkdir(parents=True)
    (tmp_path / "en-GB" / VECTORS).write_bytes(b"ISOV1\n and then nothing")
    monkeypatch.setattr("cogs.common.advice.CONTENT", tmp_path)
    assert library(TEXTS).find("how does twinning with a foreign union work")[0].advice.name == "twinning"
    assert "the word vectors can't be read" in caplog.text


def test_without_vectors_words_alone_have_to_do() -> None:
    pieces = library(TEXTS).pieces.values()
    by_words = Library(pieces)
    assert by_words.find("how does twinning with a foreign union work")[0].advice.name == "twinning"
