"""The pieces of advice, read from `bot/content/<locale>/guidance/`."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from bot.domain.guidance import Advice, Library, Vectors
from bot.texts import CONTENT, ContentProblem, Texts
from bot.texts.schema import Page, Pages, one_of, told

log = logging.getLogger(__name__)

VECTORS = "guidance/vectors.bin"


class AdvicePage(Page):
    """What a page of advice holds."""

    keywords: Annotated[str, told("give `keywords`: words by which it is found, with commas between them", 1)]
    asks: Annotated[
        list[
            Annotated[
                str, told("a way of asking is text, in quotes when it has a colon or is 'yes' or 'no'", 1)
            ]
        ],
        told("give ways of asking for it as `asks`: a line each, beginning with '- '", 1),
    ]
    see: Annotated[
        list[Annotated[str, one_of("guidance")]],
        told("give one to three other pages as `see`, such as `see: [training, money]`", 1, 3),
    ]
    group: Annotated[
        Literal["do", "dont", ""], told("a `list`, if it is on one, is `do` or `dont`", alias="list")
    ] = ""
    order: Annotated[int, told("give its place in the list as a number, such as `order: 5`")] = 0
    line: Annotated[
        str, told("the `line` that stands on the list is text, in quotes when it has a colon")
    ] = ""
    campaign: Annotated[str, one_of("campaigns")] = ""


PAGES = Pages(AdvicePage, "guidance")


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


def library_of(texts: Texts) -> Library:
    """Return all advice, made ready at the first question: a start need not wait a fifth of a second for it."""
    return texts.once("advice", lambda: library(texts))


def _vectors(locale: Path) -> Vectors | None:
    try:
        return read_vectors(locale)
    except (ValueError, OSError):
        log.exception("the word vectors can't be read; questions are found by their words alone")
        return None


def read_vectors(locale: Path) -> Vectors | None:
    """Return the word vectors of a locale, None where it has none. Raises ValueError: their file is damaged."""
    file = locale / VECTORS
    return Vectors(file.read_bytes()) if file.exists() else None


def faults_of(locale: Path) -> Iterator[ContentProblem]:
    """Yield what is wrong with the word vectors of a locale."""
    try:
        read_vectors(locale)
    except ValueError as error:
        yield ContentProblem(VECTORS, 1, str(error))


def pieces(texts: Texts) -> Iterator[Advice]:
    """Yield each piece, in the order of the files.

    Raises:
        ContentError: a page does not hold together; names file and line.
    """
    for page in PAGES.of(texts).values():
        yield Advice(
            name=page.name,
            title=page.title,
            body=page.below,
            line=page.line,
            list=page.group,
            order=page.order,
            keywords=[word.strip() for word in page.keywords.split(",")],
            asks=page.asks,
            see=page.see,
            campaign=page.campaign,
        )


def _lists(texts: Texts, table: str) -> Iterable[str]:
    return [texts(key) for key in texts.under(f"guidance.{table}")]
