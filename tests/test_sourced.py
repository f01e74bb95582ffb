"""Facts name the union's document and its section: what leads to no section is named with file, line and remedy."""

import re
import shutil
from pathlib import Path

import pytest

from bot.cli.content import main as content_check
from bot.texts import CONTENT
from bot.texts.sources import DOCUMENTS, OWN, faults_of, is_known


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


BROKEN: dict[str, tuple[str, str, str, str]] = {
    "no such section": (
        "guidance/twinning.md",
        "> Organising around",
        "> Organizing round",
        "did you mean 'Organising around",
    ),
    "half a section": ("guidance/cuba.md", "toolkit > Cuba]", "toolkit > Cuban]", "did you mean 'Cuba'?"),
    "a section of the other": (
        "campaigns/rights.md",
        "toolkit > Priority campaigns",
        "toolkit > Getting Started",
        "is no section",
    ),
    "a line": (
        "venues.toml",
        "Organising toolkit > Networking",
        "organising-toolkit.txt:33",
        "names a line of a file",
    ),
    "lines in words": (
        "checklist.toml",
        "Organising toolkit > Networking",
        "organising-toolkit.txt lines 25",
        "a line of a file",
    ),
    "none": (
        "onboarding/idea-assembly.md",
        "source: [Organising toolkit",
        "# [Organising toolkit",
        "'source' is missing",
    ),
    "somebody said so": (
        "guidance/money.md",
        "source: [Organising toolkit > Networking]",
        "source: [a friend]",
        "names no section",
    ),
    "an action": (
        "campaigns/cuba.md",
        "source: Organising toolkit > Networking",
        "source: hearsay",
        "say where it comes from",
    ),
    "a resource": (
        "campaigns/cuba.md",
        "delegation to Cuba   # Organising toolkit > Cuba",
        "delegation to Cuba",
        "say behind a #",
    ),
    "a pillar": ("campaigns/rights.md", "pillar: defend   # ", "pillar: defend   # I think: ", ""),
    "an organisation": (
        "affiliations.toml",
        "# Organising toolkit > Cuba\nname",
        "name",
        "say in a comment below",
    ),
    "a key date": (
        "keydates/world-teachers-day.md",
        "> Events, Seminars and",
        "> Events and",
        "did you mean 'Events, Seminars",
    ),
    "a fact": ("facts.toml", "the toolkit, 'Networking'", "the toolkit, 'Net'", "'Net' is no section"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_reference_that_is_wrong_or_missing_is_named_with_file_and_line(
    copy: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    file, old, new, said = BROKEN[case]
    page = copy / "en-GB" / file
    words = page.read_text("utf-8")
    assert old in words
    page.write_text(words.replace(old, new, 1), "utf-8")
    if not said:
        assert content_check(copy) == 0
        return
    at = words[: words.index(old)].count("\n") + 1
    assert content_check(copy) == 1
    named = [line for line in capsys.readouterr().out.splitlines() if said in line]
    assert len(named) == 1
    where = re.match(rf"en-GB/{re.escape(file)}:(\d+): ", named[0])
    assert where is not None
    # What is missing has no line of its own: the page's first, or the table's.
    assert int(where[1]) in ((1,) if case == "none" else (at, at - 1))


def test_the_sections_are_told_apart() -> None:
    assert list(faults_of(CONTENT / "en-GB")) == []
    for title, sections in DOCUMENTS.items():
        assert all(is_known(f"{title} > {section}") for section in sections)
    assert is_known(OWN)
    for wrong in (
        "Organising toolkit",
        "Organising toolkit > ",
        "Organising toolkit > Opening",
        "",
        None,
        5,
        "the toolkit > Cuba",
    ):
        assert not is_known(wrong)


def test_every_section_that_says_something_of_its_own_is_used() -> None:
    told = "\n".join(
        path.read_text("utf-8") for path in sorted(CONTENT.rglob("*")) if path.suffix in (".md", ".toml")
    )
    idle = [
        f"{title} > {one}"
        for title, sections in DOCUMENTS.items()
        for one in sections
        if f"{title} > {one}" not in told
    ]
    assert idle == []
