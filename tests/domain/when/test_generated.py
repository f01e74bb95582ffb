"""Polls, ranges of days, exceptions and series with an end, made from parts: never silently wrong, seldom refused."""

import os
from collections import Counter

from tests.domain.when.generated import Maker, judged

SAMPLES = int(os.environ.get("WHEN_SAMPLES", "4000"))
"""How many are made; 20,000 in the run whose figures docs/dates.md gives."""


def test_generated_phrases() -> None:
    outcomes: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    for seed in range(SAMPLES):
        made = Maker(seed).made()
        outcome = judged(made)
        outcomes[outcome] += 1
        if outcome in ("silent", "asked wrongly"):
            wrong[f"{made.phrase!r} at {made.now:%Y-%m-%d %H:%M}"] = outcome
    assert wrong == {}
    assert outcomes["refused"] + outcomes["asked"] <= SAMPLES * 0.03, outcomes
    assert outcomes["right"] >= SAMPLES * 0.9
