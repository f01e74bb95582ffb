"""The pieces of advice, read from `bot/content/<locale>/guidance/`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

from bot.domain.guidance import Advice, Library
from bot.texts import Texts
from bot.texts.pages import Pages
from bot.texts.schema import Page, one_of, shape, told

Act = Annotated[
    dict[str, Annotated[str, told("what a button says has 1 to 40 characters", 1, 40)]],
    told(
        "give under `act` one or two commands, each with what its button says: `meeting list: See the meetings`",
        0,
        2,
        default_factory=dict,
    ),
]
"""The commands that do what a page asks for, each with its button's label."""


@shape
class AdvicePage(Page):
    """The fields of a page of advice."""

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
    act: Act
    group: Annotated[
        Literal["do", "dont", ""], told("a `list`, if it is on one, is `do` or `dont`", alias="list")
    ] = ""
    order: Annotated[int, told("give its place in the list as a number, such as `order: 5`")] = 0
    line: Annotated[
        str, told("the `line` that stands on the list is text, in quotes when it has a colon")
    ] = ""
    campaign: Annotated[str, one_of("campaigns")] = ""


PAGES = Pages(AdvicePage, "guidance")


def library(texts: Texts, of: Iterable[Advice] | None = None, others: Sequence[str] | None = None) -> Library:
    """Return a searchable library of all advice, or of the given pieces and questions on other subjects.

    That takes a fifth of a second.
    """
    return Library(
        pieces(texts) if of is None else of,
        [words.split(",") for words in _lists(texts, "words")],
        ignored=_lists(texts, "ignored"),
        weak=_lists(texts, "weak"),
        elsewhere=_lists(texts, "elsewhere"),
        others=other_matters(texts) if others is None else others,
    )


def other_matters(texts: Texts) -> list[str]:
    """Return questions about other subjects."""
    return [asked.strip() for asks in _lists(texts, "others") for asked in asks.split(",")]


def library_of(texts: Texts) -> Library:
    """Return the library, built at the first question so that startup does not wait a fifth of a second."""
    return texts.once("advice", lambda: library(texts))


def pieces(texts: Texts) -> Iterator[Advice]:
    """Yield each piece, in the order of the files.

    Raises:
        ContentError: a page is invalid; names file and line.
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
            act=page.act,
        )


def _lists(texts: Texts, table: str) -> Iterable[str]:
    return [texts(key) for key in texts.under(f"guidance.{table}")]
