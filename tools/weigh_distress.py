"""Makes `bot/domain/care/weights.txt`: how strongly each word suggests a call for help, learnt from test examples.

Patterns find what people usually say; the weights find other ways of saying it. A word's weight comes from its own
examples and from those of words with a like meaning (`tools/vectors.bin`). How far each pattern
can be trusted is learnt beside it. First it prints, for several limits, how many calls are caught and how many topics
and everyday sentences are taken for one, each weighed by what the other four fifths taught; the limits in
`bot/domain/care/weighing.py` are those that catch most with at most 3 % taken needlessly. To run it again:

    python -m venv weights && weights/bin/pip install numpy==2.4.6 pyyaml
    weights/bin/python -m tools.weigh_distress
"""

import math
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.domain.care import recogniser
from bot.domain.care.weighing import Limits, Scales, name_of
from bot.texts import Texts
from cogs.common.advice import other_matters
from tools.vectors import WIDTH, Vectors

EXAMPLES, GUIDANCE = Path("tests/domain/care"), Path("bot/content/en-GB/guidance")
OUT = Path("bot/domain/care/weights.txt")
# Pages whose questions may be calls for help.
LEFT_OUT = {"abuse", "call-for-help", "overwhelmed", "not-intimidated", "talk-to-an-iso", "who-to-ask"}
OWN, LEAST = 1.0, 0.12
STEPS, PENALTY = 250, 0.15
# Each text is weighed by what the other parts taught, with each choice of limits (see `Limits`).
FOLDS = 5
TRIED_ENOUGH, TRIED_BESIDE, TRIED_PATTERN = (0.6, 0.75, 0.9, 1.05), (1.8, 2.2), (5.0, 6.0)
# How much what is no call counts where the trust in patterns is learnt, and how little that trust moves.
CALM, TRUST_PENALTY = 1.0, 0.3


@dataclass(frozen=True)
class Example:
    """A text to learn from: whether it is a call for help, how much it counts, and its words."""

    text: str
    call: bool
    count: float
    words: list[str]
    signs: set[str]


def main() -> None:
    """Try limits on what was not learnt, print both rates for each, learn the weights of all and write them."""
    examples, vectors = _examples(), Vectors(Path("tools/vectors.bin").read_bytes())
    _try_limits(examples, vectors)
    OUT.write_text("\n".join(_weights(examples, vectors, Limits().pattern)) + "\n", "utf-8")


def _examples() -> list[Example]:
    calls = [line.partition(" | ")[2] for line in _lines(EXAMPLES / "distress.txt")]
    calm = other_matters(Texts.load())
    for page in sorted(GUIDANCE.glob("*.md")):
        if page.stem not in LEFT_OUT:
            head = page.read_text("utf-8").split("\n---\n")[0].removeprefix("---\n")
            calm += yaml.safe_load(head).get("asks") or []
    kinds = [
        (calls, True, 1.6),
        (_lines(EXAMPLES / "topics.txt"), False, 1.5),
        (_lines(Path("tools/everyday.txt")), False, 1.1),
        (calm, False, 0.8),
    ]
    care = recogniser()
    return [Example(text, call, count, *care.seen(text)) for texts, call, count in kinds for text in texts]


def _weights(examples: list[Example], vectors: Vectors, pattern: float) -> list[str]:
    """Return the lines of `weights.txt` as they are learnt from the examples."""
    texts = [example.words for example in examples]
    right = np.array([example.call for example in examples], dtype=np.float32)
    count = np.array([example.count for example in examples], dtype=np.float32)
    often = Counter(word for words in texts for word in set(words))
    own = {word: at for at, word in enumerate(word for word, times in often.items() if times >= 3)}
    scale = 0.5 / np.std([_meaning(words, vectors) for words in texts])
    seen = np.zeros((len(texts), WIDTH + len(own) + 1), dtype=np.float32)
    for at, words in enumerate(texts):
        seen[at, :WIDTH] = _meaning(words, vectors) * scale
        for word in words:
            if word in own:
                seen[at, WIDTH + own[word]] += OWN / _length(words)
        seen[at, -1] = 1
    learnt = _learn(seen, right, count, PENALTY)

    weights = {word: float(_row(word, vectors) @ learnt[:WIDTH] * scale) for word in vectors.places}
    for word, at in own.items():
        weights[word] = weights.get(word, 0.0) + OWN * float(learnt[WIDTH + at])
    kept = {word: weight for word, weight in weights.items() if abs(weight) >= LEAST and word.isascii()}
    kept |= _trust(examples, seen @ learnt, pattern)
    return [f"= {float(learnt[-1]):.2f}", *(f"{word} {weight:.2f}" for word, weight in sorted(kept.items()))]


def _trust(examples: list[Example], weights: Any, pattern: float) -> dict[str, float]:
    """Return what is added to `pattern` for each pattern, learnt beside what the words already say."""
    signed = [at for at, example in enumerate(examples) if example.signs]
    places = {sign: at for at, sign in enumerate(sorted({s for at in signed for s in examples[at].signs}))}
    seen = np.zeros((len(signed), len(places) + 1), dtype=np.float32)
    for row, at in enumerate(signed):
        for sign in examples[at].signs:
            seen[row, places[sign]] = 1
    right = np.array([examples[at].call for at in signed], dtype=np.float32)
    count = np.array([1.0 if examples[at].call else CALM for at in signed], dtype=np.float32)
    before = weights[signed] + pattern * seen.sum(axis=1)
    learnt = _learn(seen, right, count, TRUST_PENALTY, before)
    return {name_of(sign): float(learnt[at]) for sign, at in places.items()}


def _try_limits(examples: list[Example], vectors: Vectors) -> None:
    """Print how many calls are caught and how many others mistaken for one, weighed by what the rest taught."""
    care, hard = recogniser(), [example for example in examples if example.call or example.count > 1]
    calls = sum(example.call for example in hard)
    place = {id(example): at for at, example in enumerate(examples)}
    print(" enough  beside pattern  caught needless")
    for pattern in TRIED_PATTERN:
        scales = [
            Scales(
                _weights(
                    [each for at, each in enumerate(examples) if at % FOLDS != normalize], vectors, pattern
                )
            )
            for normalize in range(FOLDS)
        ]
        for enough, beside in product(TRIED_ENOUGH, TRIED_BESIDE):
            care.limits = Limits(enough, beside, pattern)
            found = {True: 0, False: 0}
            for example in hard:
                care.scales = scales[place[id(example)] % FOLDS]
                found[example.call] += care.why(example.text) is not None
            rates = f"{found[True] / calls:7.1%} {found[False] / (len(hard) - calls):7.1%}"
            print(f"{enough:7.1f} {beside:7.1f} {pattern:7.1f} {rates}")


def _lines(path: Path) -> list[str]:
    return [
        line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]


def _length(words: list[str]) -> float:
    return math.sqrt(max(4, len(words)))


def _row(word: str, vectors: Vectors) -> Any:
    at = vectors.places.get(word)
    if at is None:
        return np.zeros(WIDTH, dtype=np.float32)
    row = vectors.rows[at * WIDTH : (at + 1) * WIDTH].tolist()
    return np.array(row, dtype=np.float32) * vectors.factors[at] / 10_000


def _meaning(words: list[str], vectors: Vectors) -> Any:
    return sum((_row(word, vectors) for word in words), np.zeros(WIDTH, dtype=np.float32)) / _length(words)


def _learn(seen: Any, right: Any, count: Any, penalty: float, before: Any = 0.0) -> Any:
    """Return the weights of a logistic regression, by Adam; the last is the bias and is not held down."""
    weights = np.zeros(seen.shape[1], dtype=np.float32)
    held = np.ones_like(weights)
    held[-1] = 0
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for _ in range(STEPS):
        guessed = 1 / (1 + np.exp(-(seen @ weights + before)))
        slope = seen.T @ ((guessed - right) * count) + penalty * weights * held
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        weights -= 0.04 * first / (np.sqrt(second) + 1e-5)
    return weights


if __name__ == "__main__":
    main()
