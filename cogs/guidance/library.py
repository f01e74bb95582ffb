"""The pieces of advice, read from `bot/content/<locale>/guidance/`."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.domain.guidance import Advice, Library, Vectors
from bot.texts import CONTENT, Fault, Text, Texts

log = logging.getLogger(__name__)

VECTORS = "guidance/vectors.bin"


def library(texts: Texts) -> Library:
    """Return all advice, made ready to be asked; that takes a fifth of a second.

    The first question then reads the word vectors; where their file is damaged, that is logged and words alone count.
    """
    return Library(
        pieces(texts),
        [words.split(",") for words in _lists(texts, "words")],
        ignored=_lists(texts, "ignored"),
        weak=_lists(texts, "weak"),
        elsewhere=_lists(texts, "elsewhere"),
        vectors=lambda: _vectors(CONTENT / texts.locale),
    )


def _vectors(locale: Path) -> Vectors | None:
    try:
        return read_vectors(locale)
    except (ValueError, OSError):
        log.exception("the word vectors can't be read; questions are found by their words alone")
        return None


def read_vectors(locale: Path) -> Vectors | None:
    """Return the word vectors of a locale, None where it has none.

    Raises:
        ValueError: their file is damaged.
    """
    file = locale / VECTORS
    return Vectors(file.read_bytes()) if file.exists() else None


def faults_of(locale: Path) -> Iterator[Fault]:
    """Yield what is wrong with the word vectors of a locale."""
    try:
        read_vectors(locale)
    except ValueError as error:
        yield Fault(VECTORS, 1, str(error))


def pieces(texts: Texts) -> Iterator[Advice]:
    """Yield each piece, in the order of the files."""
    for key in texts.under("guidance"):
        text = texts.get(key)
        if text is not None and text.path.endswith(".md"):
            yield _piece(key.partition(".")[2], text)


def _piece(name: str, text: Text) -> Advice:
    meta = text.meta
    return Advice(
        name=name,
        title=str(meta["title"]),
        body=text.words,
        line=str(meta.get("line", "")),
        list=str(meta.get("list", "")),
        order=int(meta.get("order", 0)),
        keywords=[word.strip() for word in str(meta.get("keywords", "")).split(",")],
        asks=_strings(meta.get("asks")),
        see=_strings(meta.get("see")),
        campaign=str(meta.get("campaign", "")),
    )


def _strings(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - YAML


def _lists(texts: Texts, table: str) -> Iterable[str]:
    return [texts(key) for key in texts.under(f"guidance.{table}")]
