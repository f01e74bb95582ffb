"""Fits how much each feature of `bot.domain.guidance.likeness` counts, and prints how well that does.

    python -m tools.fit_guidance            # fit, judge and write bot/domain/guidance/fitted.py
    python -m tools.fit_guidance --dry      # fit and judge alone

Ranking is a choice among all pieces (a softmax, as in multinomial logistic regression); whether the best one surely
answers, and whether a question is about this work at all, are logistic regressions on `SIGNS`. Ranking is fitted on all
of `RANKED_ON`, sureness on `SURE_ON` alone: for the others ways of asking were added until they were found, so that
they look surer than what members will type. Both are fitted on each way of asking too, and on each matter of
`[others]`, as like the pieces as it is to a library that does not have it. Those of `JUDGED_ON` were written by others
and are only counted.
"""

import argparse
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bot.domain.guidance import Library
from bot.domain.guidance.likeness import FEATURES, SIGNS, Likeness
from bot.texts import Texts
from cogs.common.advice import library, other_matters, pieces

Array = Any
QUESTIONS = Path("tests/domain")
SURE_ON = ("guidance_staffroom_questions",)
RANKED_ON = ("guidance_questions", "guidance_more_questions", "guidance_fresh_questions", *SURE_ON)
JUDGED_ON = ("guidance_unread_questions", "guidance_breaktime_questions", "guidance_lunchtime_questions")
# How much a way of asking counts that was kept back, how much another matter, and in how many parts they are: there are
# many, and few of them are what members will type.
HELD_BACK, ASIDE, PARTS = 0.2, 0.3, 8
OUT = Path("bot/domain/guidance/fitted.py")
# Weights are kept near 0 by this much.
RANK_RIDGE, SIGN_RIDGE = 0.02, 0.02
# At most this part of the straight answers may be wrong where it is fitted, and of real questions may find nothing.
WRONG, LOST = 0.065, 0.015
# How many ordinary wrong answers one to a question about something else counts as.
WORSE = 4
FOLDS = 4


class Asked(NamedTuple):
    """A question, its similarity to the pieces, and the right ones; none for one about something else."""

    words: str
    likeness: Likeness
    right: frozenset[str]
    weight: float = 1.0


def _asked(guidance: Library, names: Sequence[str]) -> list[Asked]:
    found: list[Asked] = []
    for name in names:
        file = QUESTIONS / f"{name}.toml"
        if not file.exists():
            continue
        said = tomllib.loads(file.read_text("utf-8"))
        told = [(each["ask"], frozenset(each["right"])) for each in said["questions"]]
        for words, right in [*told, *((each, frozenset[str]()) for each in said["unrelated"])]:
            likeness = guidance.likeness(words)
            if likeness is not None:
                found.append(Asked(words, likeness, right))
    return found


def _held_back(texts: Texts) -> list[Asked]:
    """Return each way of asking and each other matter, as like the pieces as it is to one who has not read it."""
    found: list[Asked] = []
    whole, others = list(pieces(texts)), other_matters(texts)
    for part in range(PARTS):
        rest = [replace(each, asks=_without(each.asks, part)) for each in whole]
        guidance = library(texts, rest, _without(others, part))
        told = [
            (words, frozenset({piece.name}), HELD_BACK)
            for piece in whole
            for words in piece.asks[part::PARTS]
        ]
        told += [(words, frozenset[str](), ASIDE) for words in others[part::PARTS]]
        for words, right, weight in told:
            if (likeness := guidance.likeness(words)) is not None:
                found.append(Asked(words, likeness, right, weight))
    return found


def _without(asks: Sequence[str], part: int) -> Sequence[str]:
    return [ask for number, ask in enumerate(asks) if number % PARTS != part]


def fit_rank(data: Sequence[Asked], steps: int = 300) -> Array:
    """Return the weights of `FEATURES`: the right pieces' share of the softmax is made as large as it can be."""
    cases = [each for each in data if each.right]
    features = np.array([list(each.likeness.pieces.values()) for each in cases])
    right = np.array([[name in each.right for name in each.likeness.pieces] for each in cases])
    count = np.array([each.weight for each in cases])
    weights = np.ones(len(FEATURES)) / 2
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        scores = features @ weights
        share = np.exp(scores - scores.max(1, keepdims=True))
        share /= share.sum(1, keepdims=True)
        of_right = share * right
        pull = (share - of_right / np.maximum(of_right.sum(1, keepdims=True), 1e-9)) * count[:, None]
        slope = RANK_RIDGE * weights + np.einsum("cp,cpf->f", pull, features) / count.sum()
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights = np.maximum(weights, 0)  # similarity never counts against a piece
    return weights


def fit_signs(signs: Array, truth: Array, count: Array, steps: int = 1_500) -> Array:
    """Return the weights of `SIGNS` of a logistic regression."""
    spread = signs.std(0)
    spread[spread == 0] = 1
    scaled = signs / spread
    weights = np.zeros(signs.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        weights -= 0.5 * (
            scaled.T @ (count * (chance - truth)) / count.sum()
            + SIGN_RIDGE * weights * (np.arange(len(weights)) > 0) / 10
        )
    return weights / spread


def _at(values: Array, truth: Array, count: Array, wrong: float) -> float:
    """Return the lowest limit above which at most `wrong` are false."""
    order = np.argsort(-values)
    share = np.cumsum((~truth * count)[order]) / np.cumsum(count[order])
    fine = np.flatnonzero(share <= wrong)
    return float(values[order][fine[-1]]) if len(fine) else float("inf")


def fit(ranked: Sequence[Asked], data: Sequence[Asked]) -> tuple[Array, Array, Array]:
    """Return the weights for ranking, for surely answering, and for being about this work."""
    rank = fit_rank(ranked)
    scored = [_scored(each, rank) for each in data]
    signs = np.array([each.likeness.signs(scores) for each, scores in zip(data, scored, strict=True)])
    best = [max(scores, key=lambda name: scores[name]) for scores in scored]
    right = np.array([name in each.right for name, each in zip(best, data, strict=True)])
    about = np.array([bool(each.right) for each in data])
    count = np.array([each.weight for each in data])
    related = fit_signs(signs, about, count)
    count *= np.where(about, 1, WORSE)
    sure = fit_signs(signs, right, count)
    sure[0] -= _at(signs @ sure, right, count, WRONG)
    related[0] -= np.quantile((signs @ related)[about], LOST)
    return rank, sure, related


def _scored(asked: Asked, rank: Array) -> dict[str, float]:
    scores = np.array(list(asked.likeness.pieces.values())) @ rank
    return dict(zip(asked.likeness.pieces, scores.tolist(), strict=True))


def figures(data: Sequence[Asked], rank: Array, sure: Array, related: Array, *, loud: bool = False) -> str:
    """Return the weights' results, in one line."""
    first = sight = straight = straight_right = lost = offered = nonsense = 0
    about = [each for each in data if each.right]
    for each in data:
        scores = _scored(each, rank)
        order = sorted(scores, key=lambda name: (-scores[name], name))
        signs = np.array(each.likeness.signs(scores))
        is_sure, is_related = signs @ sure >= 0, signs @ related >= 0
        is_related = is_related and each.likeness.words > each.likeness.unknown + each.likeness.elsewhere
        if not each.right:
            offered += is_related
            nonsense += is_related and is_sure
            if loud and is_related and is_sure:
                print("  answered straight:", each.words, order[0])
            continue
        first += order[0] in each.right
        sight += is_related and bool(each.right & set(order[:5]))
        lost += not is_related
        straight += is_related and is_sure
        straight_right += is_related and is_sure and order[0] in each.right
        if loud and (
            not each.right & set(order[:5]) or not is_related or (is_sure and order[0] not in each.right)
        ):
            print(
                "  ",
                "SURE" if is_sure else "",
                "LOST" if not is_related else "",
                each.words,
                sorted(each.right),
                order[:5],
            )
    count, other = len(about), len(data) - len(about)
    parts = [
        f"{count} questions: first {first / count:.0%}, in sight {sight / count:.0%}, nothing {lost / count:.0%}",
        f"straight {straight / count:.0%} of which right {straight_right / max(straight, 1):.1%}",
        f"{other} unrelated: straight {nonsense}, offered {offered}",
    ]
    return "; ".join(parts)


def main() -> None:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dry", action="store_true")
    parser.add_argument("--loud", action="store_true")
    options = parser.parse_args()
    texts = Texts.load()
    guidance = library(texts)
    held_back = _held_back(texts)
    ranked = [*_asked(guidance, RANKED_ON), *held_back]
    data = [*_asked(guidance, SURE_ON), *held_back]
    fold = np.random.default_rng(7).integers(0, FOLDS, len(data))
    for kept in range(FOLDS):
        back = {each.words for each, at in zip(data, fold, strict=True) if at == kept}
        others = [[each for each in some if each.words not in back] for some in (ranked, data)]
        held = [each for each in data if each.words in back]
        print("kept back:", figures(held, *fit(others[0], others[1]), loud=options.loud))
    weights = fit(ranked, data)
    print("fitted on:", figures(data, *weights))
    for judged in JUDGED_ON:
        if others := _asked(guidance, [judged]):
            print("judged on:", figures(others, *weights, loud=options.loud))
    for feature, weight in zip(FEATURES, weights[0], strict=True):
        print(f"  {feature:10} {weight:6.2f}")
    for sign, sure, related in zip(SIGNS, weights[1], weights[2], strict=True):
        print(f"  {sign:10} {sure:6.2f} {related:6.2f}")
    if not options.dry:
        rows = (
            f"{name} = ({', '.join(f'{each:.3f}' for each in row)})\n"
            for name, row in zip(("RANK", "SURE", "RELATED"), weights, strict=True)
        )
        OUT.write_text(HEAD + "".join(rows), "utf-8")


HEAD = '''"""How much each of `FEATURES` counts for ranking, and of `SIGNS` for being sure and for being related.

Written by `tools/fit_guidance.py`, not by hand.
"""

'''

if __name__ == "__main__":
    main()
