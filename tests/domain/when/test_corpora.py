"""The phrases of the corpora: nothing may be answered wrongly, and hardly anything refused that is plain."""

from tests.domain.when.scoring import FRESH, OWN, PUBLIC, outcome, rows_of, verdict


def test_own_phrases() -> None:
    rows = rows_of(OWN)
    assert len(rows) > 1500
    outcomes = {f"{row.name} {row.phrase!r} at {row.now:%Y-%m-%d %H:%M}": outcome(row) for row in rows}
    assert {name: found for name, found in outcomes.items() if found != "right"} == {}


def test_public_phrases() -> None:
    rows = [row for row in rows_of(PUBLIC) if len(row.phrase) < 5000]
    outcomes = {f"{row.phrase!r} at {row.now:%Y-%m-%d %H:%M}": outcome(row) for row in rows}
    assert {name: found for name, found in outcomes.items() if found != "right"} == {}


def test_phrases_written_before_the_rules() -> None:
    """From branch pages, school calendars, bots' issues and forums; docs/dates.md has the first score of each batch."""
    rows = rows_of(FRESH)
    assert len(rows) > 550
    found = {f"{row.name} {row.phrase!r}": verdict(row) for row in rows}
    assert {name for name, one in found.items() if one in ("silent", "asked wrongly")} == set()
    assert sum(one in ("right", "shown") for one in found.values()) >= len(rows) * 0.97
