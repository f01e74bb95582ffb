"""The phrases of the corpora: nothing may be answered wrongly, and hardly anything refused that is plain."""

from tests.domain.when.scoring import OWN, PUBLIC, outcome, rows_of


def test_own_phrases() -> None:
    rows = rows_of(OWN)
    assert len(rows) > 1500
    outcomes = {f"{row.name} {row.phrase!r} at {row.now:%Y-%m-%d %H:%M}": outcome(row) for row in rows}
    assert {name: found for name, found in outcomes.items() if found != "right"} == {}


def test_public_phrases() -> None:
    rows = [row for row in rows_of(PUBLIC) if len(row.phrase) < 5000]
    outcomes = {f"{row.phrase!r} at {row.now:%Y-%m-%d %H:%M}": outcome(row) for row in rows}
    assert {name: found for name, found in outcomes.items() if found != "right"} == {}
