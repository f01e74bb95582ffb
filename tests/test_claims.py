"""What README, docs/privacy.md and the words of the consents claim is checked by tests that exist."""

import ast
import re
from functools import cache

import pytest

from bot.texts import Texts
from tests.claims import Claim, paragraphs, sentences
from tests.claims_held import CONSENTS, PRIVACY, README
from tests.uses import ROOT

PAGES = {"docs/privacy.md": PRIVACY, "README.md": README}
ALL = [(page, claim) for page, claims in (*PAGES.items(), ("consents", CONSENTS)) for claim in claims]


def different(words: str, claim: Claim) -> str:
    return (
        f"{words[:60]!r} has {sentences(words)} sentences and {claim.sentences} are held: see which test holds the "
        "new ones, or that none of those named is for one that is gone, and correct tests/claims_held.py"
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_paragraph_names_what_holds_it(page: str) -> None:
    """A new or longer paragraph fails until somebody has said which tests hold it."""
    words, claims = paragraphs(page), PAGES[page]
    for paragraph in words:
        (claim,) = [each for each in claims if paragraph.startswith(each.begins)] or [None]
        assert claim is not None, (
            f"nothing is named in tests/claims_held.py that holds {paragraph[:60]!r} in {page}"
        )
        assert sentences(paragraph) == claim.sentences, different(paragraph, claim)
    idle = [each.begins for each in claims if not any(one.startswith(each.begins) for one in words)]
    assert idle == []


def test_every_consent_names_what_holds_it() -> None:
    texts = Texts.load()
    claims = {claim.begins: claim for claim in CONSENTS}
    assert {key for key in texts if key.endswith("wording")} == claims.keys()
    for key, claim in claims.items():
        assert sentences(str(texts(key))) == claim.sentences, different(key, claim)
        assert claim.tests, key


@pytest.mark.parametrize(("page", "claim"), ALL, ids=[f"{page}-{claim.begins}" for page, claim in ALL])
def test_what_is_named_is_there(page: str, claim: Claim) -> None:
    assert bool(claim.tests) != bool(claim.why), f"{page}: tests, or why there are none"
    for name in claim.tests:
        path, _, function = name.partition("::")
        assert functions_of(path), f"{name} has no tests"
        assert not function or function in functions_of(path), f"{name} is not there"


@cache
def functions_of(path: str) -> frozenset[str]:
    """Return the names of the tests of a file, or of all files of a folder."""
    place = ROOT / path
    files = sorted(place.rglob("test_*.py")) if place.is_dir() else [place]
    return frozenset(
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def test_the_figures_of_the_readme_are_those_of_the_proof() -> None:
    proof = (ROOT / "docs/proof.md").read_text("utf-8").replace(",", "")
    (promises,) = re.findall(
        r"## What it promises\n(.*?)\n## ", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    figures = {
        number.replace(",", "") for number in re.findall(r"(?<![\d:])\d{1,3}(?:,\d{3})+|\d{4,}", promises)
    }
    assert len(figures) >= 3
    assert [number for number in figures if not re.search(rf"(?<!\d){number}(?!\d)", proof)] == []


def test_paragraphs_items_and_rows_are_told_apart_and_sentences_counted() -> None:
    (first, *_) = paragraphs("README.md")
    assert first.startswith("A Discord bot")
    assert sentences("One. Two, e. g. three (four). Five?") == 5
    assert any(each.startswith("| erasure (Art. 17)") for each in paragraphs("docs/privacy.md"))
    assert not any(each.startswith(("#", "| `")) for page in PAGES for each in paragraphs(page))
