"""The collated draft of an edition: plain text, Markdown, and HTML to paste into a mail."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

Words = Callable[[str], str]
QUOTES = {'"': "&quot;", "'": "&#x27;"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One contribution in a draft; `reason` is why it was declined."""

    number: int
    words: str
    link: str = ""
    credit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor gets: what goes in and, for information, what does not."""

    title: str
    made: str
    pieces: tuple[Piece, ...]
    notes: tuple[tuple[str, tuple[Piece, ...]], ...]
    """Headings ('Held over') with their pieces; not for print."""
    not_for_print: str

    def text(self) -> str:
        """Return the draft as plain text."""
        return _written(self, heading=lambda words: f"{words}\n{'=' * len(words)}", quoted=str, link=str)

    def markdown(self) -> str:
        """Return the draft as Markdown, showing members' words literally."""
        return _written(
            self, heading=lambda words: f"# {_literal(words)}", quoted=_literal, link=lambda link: f"<{link}>"
        )

    def html(self) -> str:
        """Return the draft as HTML to paste into an email, with members' words escaped."""
        parts = [f"<h1>{escape(self.title, QUOTES)}</h1>"]
        for piece in self.pieces:
            for paragraph in re.split(r"\n{2,}", piece.words):
                parts += ["<p>{}</p>".format("<br>\n".join(escape(paragraph, QUOTES).split("\n")))]
            if piece.link:
                address = escape(piece.link, QUOTES)
                parts.append(f'<p><a href="{address}">{address}</a></p>')
            if piece.credit:
                parts.append(f"<p><em>{escape(piece.credit, QUOTES)}</em></p>")
            parts.append("<hr>")
        body = "\n".join(parts[:-1] if self.pieces else parts)
        head = f'<meta charset="utf-8">\n<title>{escape(self.title, QUOTES)}</title>'
        return f'<!doctype html>\n<html lang="en-GB">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _written(draft: Draft, *, heading: Words, quoted: Words, link: Words) -> str:
    parts = [heading(draft.title), quoted(draft.made)]
    for piece in draft.pieces:
        lines = [quoted(piece.words)]
        lines += [link(piece.link)] if piece.link else []
        lines += [quoted(piece.credit)] if piece.credit else []
        parts += ["\n\n".join(lines), "* * *"]
    parts = parts[:-1] if draft.pieces else parts
    notes = [(title, pieces) for title, pieces in draft.notes if pieces]
    if notes:
        parts += ["----------", quoted(draft.not_for_print)]
        for title, pieces in notes:
            parts.append("\n".join([f"{title}:", "", *(_noted(piece, quoted) for piece in pieces)]))
    return "\n\n".join(parts) + "\n"


def _noted(piece: Piece, quoted: Words) -> str:
    words = piece.words.replace("\n", " ")
    short = words if len(words) <= 120 else words[:119].rstrip() + "…"
    reason = f" ({piece.reason})" if piece.reason else ""
    return f"- {piece.number}: {quoted(short + reason)}"


_SPECIAL = re.compile(r"([\\`*_~|<>\[\]#&])")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def _literal(words: str) -> str:
    r"""Return words as Markdown that shows them literally: CommonMark lets any punctuation be escaped by \."""
    # Four spaces at the start of a line would make it code.
    flush = "\n".join(line.strip() for line in words.split("\n"))
    escaped = _AT_START.sub(_unlisted, _SPECIAL.sub(r"\\\1", flush))
    # Two spaces before the end of a line keep it a line of its own.
    return re.sub(r"(?<=\S)\n(?=\S)", "  \n", escaped)


def _unlisted(found: re.Match[str]) -> str:
    # '1.' begins a list; '1\.' does not, and digits themselves can't be escaped.
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def fair(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces in order of submission."""
    return tuple(sorted(pieces, key=lambda piece: piece.number))
