"""The paragraphs of prose that claim something of the program, and how each is found in its page."""

import re
from dataclasses import dataclass

from tests.uses import ROOT

_ITEM = re.compile(r"\||[-*] |\d+\. |#|>")
_END = re.compile(r"[.!?:](?=[\s*)\"]|$)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A paragraph by its first words, how many sentences it has, and the tests that hold them.

    One without tests says why there are none: what the reader may do, or what is no claim of the program.
    """

    begins: str
    sentences: int
    tests: tuple[str, ...] = ()
    why: str = ""


def paragraphs(page: str) -> list[str]:
    """Return the paragraphs, items of lists and rows of tables of a page; rows of data and headings are left out."""
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        lines: list[str] = []
        for line in block.splitlines():
            if _ITEM.match(line) and lines:
                found.append(" ".join(lines))
                lines = []
            lines.append(line.strip())
        found.append(" ".join(lines))
    return [
        each for each in found if each and not each.startswith(("#", "| `", "|--", "|:-")) and not _head(each)
    ]


def _head(row: str) -> bool:
    """Whether a row only names the columns."""
    return row in (
        "| table | about a member | purpose | basis to consider | kept until | seen by | erase |",
        "| right | how |",
        "| who | what for | where |",
        "| | | |",
    ) or row.startswith("| command |")


def sentences(paragraph: str) -> int:
    """Return how many sentences a paragraph has."""
    return len(_END.findall(paragraph))
