"""What the union's documents say is said anew: no six words in a row of theirs stand in the content.

The documents are not in this repository. `source_runs.txt` holds the hash of every six words in a row of them.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from bot.texts import CONTENT

RUN = 6
SOURCE = frozenset((Path(__file__).parent / "source_runs.txt").read_text("utf-8").split())
# Names, and an old saying, are what they are.
NAMES = (
    "International Solidarity Learning and Development Course",
    "Send My Friend to School",
    "Quality Education for All",
    "Human and Trade Union Rights",
    "an injury to one is an injury to all",
    # Sections of the documents, as references name them.
    "What is international solidarity and why does it matter",
    "Linking with your local Union structures",
    "Do's and Don'ts as an ISO",
)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"['’‘]", "", text.casefold()))


def runs(text: str) -> Iterator[str]:
    """Yield every six words in a row, but across a name."""
    for name in NAMES:
        text = re.sub(re.escape(name), "\n", text, flags=re.IGNORECASE)
    for part in text.split("\n"):
        found = words(part)
        for at in range(len(found) - RUN + 1):
            yield " ".join(found[at : at + RUN])


def hashed(run: str) -> str:
    return hashlib.sha256(run.encode()).hexdigest()[:12]


def test_no_six_words_in_a_row_are_the_documents() -> None:
    taken = [
        f"{path.relative_to(CONTENT)}: {run}"
        for path in sorted(CONTENT.rglob("*"))
        if path.suffix in (".toml", ".md") and path.name != "README.md"
        for run in runs(path.read_text("utf-8"))
        if hashed(run) in SOURCE
    ]
    assert taken == []


def test_a_sentence_of_the_documents_is_noticed() -> None:
    assert len(SOURCE) > 1_500
    copied = "Here: school meals and uniforms are free for all children, they say."
    assert [run for run in runs(copied) if hashed(run) in SOURCE]
