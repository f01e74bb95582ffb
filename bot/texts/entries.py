"""A text of the content, and its possible faults."""

import pickle
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Discord's limits by the last part of a key (discord-api-docs: application commands, components).
LIMITS = {
    "button": 80,
    "label": 45,
    "modal": 45,
    "hint": 100,
    "placeholder": 100,
    "choice": 100,
    "summary": 100,
}
LONGEST = 2_000
LONGEST_PAGE = 3_500

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """One fault in a content file: where it is, and how to fix it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class ContentError(Exception):
    """The content is invalid; `faults` names every file and line."""

    def __init__(self, faults: list[ContentProblem]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Packed:
    """A rarely needed object of this program's own making, packed into a fifth of its memory."""

    raw: bytes

    @classmethod
    def of(cls, made: object) -> "Packed":
        """Pack something."""
        return cls(zlib.compress(pickle.dumps(made, pickle.HIGHEST_PROTOCOL)))

    def unpacked(self) -> Any:
        """Return what was packed."""
        return pickle.loads(zlib.decompress(self.raw))  # noqa: S301 - see above


# Shared by all: there are thousands of texts, and an empty one takes 216 bytes.
_NO_META: Mapping[str, Any] = {}
_NO_FACTS = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its words, where it is, the front matter of its page, and the facts that it names."""

    words: str
    path: str
    line: int
    meta: Mapping[str, Any] = field(default_factory=lambda: _NO_META)
    facts: frozenset[str] = _NO_FACTS

    @property
    def fields(self) -> frozenset[str]:
        """The placeholders that it names, except facts."""
        return frozenset(PLACEHOLDER.findall(self.words)) - self.facts

    @property
    def limit(self) -> int:
        """The most characters that Discord shows of a text with this kind of key."""
        return LONGEST_PAGE if self.path.endswith(".md") else LONGEST


def stems(prefix: str, keys: Iterator[str]) -> list[str]:
    """Return the entries of a list, such as 'affiliations.organisations.csc', in the order of the file."""
    inside = (
        key.removeprefix(prefix + ".").partition(".")[0] for key in keys if key.startswith(prefix + ".")
    )
    return [f"{prefix}.{name}" for name in dict.fromkeys(inside)]
