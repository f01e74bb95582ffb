"""School terms of a server as stored: plain rows of dates."""

from collections.abc import Iterable, Mapping
from datetime import date

from bot.domain.when import Term, Terms

Row = dict[str, str]


def rows_of(terms: Terms) -> list[Row]:
    """Return terms as rows of text: name, starts, ends, and half_starts and half_ends where they are known."""
    rows: list[Row] = []
    for term in terms.terms:
        row = {"name": term.name, "starts": term.starts.isoformat(), "ends": term.ends.isoformat()}
        if term.half_term_starts is not None and term.half_term_ends is not None:
            row |= {
                "half_starts": term.half_term_starts.isoformat(),
                "half_ends": term.half_term_ends.isoformat(),
            }
        rows.append(row)
    return rows


def terms_of(rows: Iterable[Mapping[str, str]]) -> Terms | None:
    """Return the terms from the rows of `rows_of`, None when there are none."""
    terms = tuple(
        Term(
            row["name"],
            date.fromisoformat(row["starts"]),
            date.fromisoformat(row["ends"]),
            _day(row.get("half_starts")),
            _day(row.get("half_ends")),
        )
        for row in rows
    )
    return Terms(terms) if terms else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
