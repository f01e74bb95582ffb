"""Makes `bot/domain/care/weights.txt`: how much each word speaks for a call for help, learnt from the tests' examples.

Patterns find what people usually say; the weights find what they say otherwise. A word's weight comes from its own
examples and from those of words with a like meaning (`bot/content/en-GB/guidance/vectors.bin`). To run it again:

    python -m venv weights && weights/bin/pip install numpy==2.4.6 pyyaml
    weights/bin/python -m tools.weigh_distress
"""

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.domain.care import recogniser
from bot.domain.guidance.vectors import WIDTH, Vectors
from bot.domain.guidance.words import stem

EXAMPLES, GUIDANCE = Path("tests/domain/care"), Path("bot/content/en-GB/guidance")
OUT = Path("bot/domain/care/weights.txt")
# Pages whose questions may be calls for help.
LEFT_OUT = {"abuse", "overwhelmed", "not-intimidated", "who-to-ask"}
OWN, LEAST = 0.7, 0.12
STEPS, PENALTY = 250, 0.15


def main() -> None:
    """Learn the weights and write them."""
    calls = [line.partition(" | ")[2] for line in _lines(EXAMPLES / "distress.txt")]
    topics = _lines(EXAMPLES / "topics.txt")
    calm = _lines(Path("tools/unrelated.txt"))
    for page in sorted(GUIDANCE.glob("*.md")):
        if page.stem not in LEFT_OUT:
            head = page.read_text("utf-8").split("\n---\n")[0].removeprefix("---\n")
            calm += yaml.safe_load(head).get("asks") or []
    reader = recogniser().reader
    texts = [[stem(word) for word in reader.read(text).words] for text in calls + topics + calm]
    right = np.array([1.0] * len(calls) + [0.0] * (len(topics) + len(calm)), dtype=np.float32)
    count = np.array([1.2] * len(calls) + [1.5] * len(topics) + [0.8] * len(calm), dtype=np.float32)

    vectors = Vectors((GUIDANCE / "vectors.bin").read_bytes())
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
    learnt = _learn(seen, right, count)

    weights = {word: float(_row(word, vectors) @ learnt[:WIDTH] * scale) for word in vectors._place}  # noqa: SLF001
    for word, at in own.items():
        weights[word] = weights.get(word, 0.0) + OWN * float(learnt[WIDTH + at])
    kept = {word: weight for word, weight in weights.items() if abs(weight) >= LEAST and word.isascii()}
    lines = [f"{word} {weight:.2f}" for word, weight in sorted(kept.items())]
    OUT.write_text("\n".join([f"= {float(learnt[-1]):.2f}", *lines]) + "\n", "utf-8")


def _lines(path: Path) -> list[str]:
    return [
        line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]


def _length(words: list[str]) -> float:
    return math.sqrt(max(4, len(words)))


def _row(word: str, vectors: Vectors) -> Any:
    at = vectors._place.get(word)  # noqa: SLF001
    if at is None:
        return np.zeros(WIDTH, dtype=np.float32)
    row = vectors._rows[at * WIDTH : (at + 1) * WIDTH].tolist()  # noqa: SLF001
    return np.array(row, dtype=np.float32) * vectors._factors[at] / 10_000  # noqa: SLF001


def _meaning(words: list[str], vectors: Vectors) -> Any:
    return sum((_row(word, vectors) for word in words), np.zeros(WIDTH, dtype=np.float32)) / _length(words)


def _learn(seen: Any, right: Any, count: Any) -> Any:
    """Return the weights of a logistic regression, by Adam; the last is the bias and is not held down."""
    weights = np.zeros(seen.shape[1], dtype=np.float32)
    held = np.ones_like(weights)
    held[-1] = 0
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for _ in range(STEPS):
        guessed = 1 / (1 + np.exp(-(seen @ weights)))
        slope = seen.T @ ((guessed - right) * count) + PENALTY * weights * held
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        weights -= 0.04 * first / (np.sqrt(second) + 1e-5)
    return weights


if __name__ == "__main__":
    main()
