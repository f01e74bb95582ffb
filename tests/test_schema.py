"""Pages of the content keep their schemas; what breaks one is said with file, line and what to do about it."""

import shutil
from pathlib import Path

import pytest

from bot.cli.content import main as content_check
from bot.cli.pages import hold_together
from bot.texts import CONTENT, ContentError, Texts

TRAINING = "onboarding/training.md"
ABUSE = "guidance/abuse.md"
CUBA = "campaigns/cuba.md"
TEACHERS = "keydates/world-teachers-day.md"
CSC = "affiliations.toml"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("content") / "content"))


BROKEN: dict[str, tuple[str, str, str, str, str]] = {
    "a key misspelt": (ABUSE, "keywords:", "keyword:", "keyword:", "did you mean 'keywords'?"),
    "a key missing": (ABUSE, "keywords:", "keyword:", "---", "'keywords' is missing: give `keywords`"),
    "a page that is not there": (
        ABUSE,
        "see: [not-intimidated",
        "see: [not-intimidate",
        "see:",
        "'see' must be like 'not-intimidated', and is 'not-intimidate'",
    ),
    "a list that is a line": (ABUSE, "see: [", "see: #[", "see:", "give one to three other pages as `see`"),
    "a list that is too long": (ABUSE, "see: [", "see: [money, rights, ", "see:", "one to three other pages"),
    "a word that YAML takes for another thing": (
        ABUSE,
        "  - somebody is insulting me online",
        "  - yes",
        "  - yes",
        "a way of asking is text, in quotes",
    ),
    "one of a few": (ABUSE, "list: dont", "list: perhaps", "list:", "is `do` or `dont`"),
    "a number in words": (ABUSE, "order: 1", "order: first", "order:", "as a number, such as `order: 5`"),
    "a day before the start": (TRAINING, "day: 30", "day: -1", "day:", "give the `day` on which it comes"),
    "advice that is not there": (
        TRAINING,
        "advice: training",
        "advice: trainig",
        "advice:",
        "'advice' must be like 'training', and is 'trainig'",
    ),
    "no source": (TRAINING, "source: [", "source: #[", "source:", "say where it comes from"),
    "a key of an action misspelt": (
        CUBA,
        "    places: [online, branch, school]",
        "    place: [online]",
        "    place:",
        "'place' is not known here: use one of id, words, time, places, source; did you mean 'places'?",
    ),
    "a key of an action missing": (
        CUBA,
        "    places: [online, branch, school]",
        "    place: [online]",
        "  - id: share-report",
        "'places' is missing: give one or more `places`: [school, branch, online]",
    ),
    "the id that stands for all others": (CUBA, "id: mail-out", "id: other", "  - id: other", "of its own"),
    "an action that is a line": (
        CUBA,
        "  - id: mail-out",
        "  - mail-out\n  - id: x",
        "  - mail-out",
        "beginning with `- id:`",
    ),
    "an empty line of a list": (CUBA, '  - "{csc}"', '  - ""', '  - ""', "text of at most 200 characters"),
    "no such day": (TEACHERS, "day: 5 October", "day: 31 June", "day:", "such as 5 October, and is 31 June"),
    "a day that is a number": (TEACHERS, "day: 5 October", "day: 5", "day:", "give the `day` of the year"),
    "a campaign that is not there": (
        TEACHERS,
        "campaign: education",
        "campaign: ufos",
        "campaign:",
        "'campaign' must be one of cuba, education, palestine, rights, and is 'ufos'",
    ),
    "an entry without its words": (
        CSC,
        "about = ",
        "abuot = ",
        "name = ",
        'add a line about = "..."',
    ),
    "a key of an entry": (CSC, "about = ", "abuot = ", "abuot = ", "did you mean 'about'?"),
    "a name too long": (CSC, "{csc}", "x" * 81, "name = ", "must have 1 to 80 characters, and has 81"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_breaks_a_schema_is_said_with_its_line_and_a_remedy(
    original: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    path, old, new, begins, said = BROKEN[fault]
    file = original / "en-GB" / path
    intact = file.read_text("utf-8")
    assert old in intact
    words = intact.replace(old, new, 1)
    file.write_text(words, "utf-8")
    try:
        code = content_check(original)
    finally:
        file.write_text(intact, "utf-8")
    out = capsys.readouterr().out
    assert code == 1
    numbers = {number for number, line in enumerate(words.splitlines(), 1) if line.startswith(begins)}
    found = [line for line in out.splitlines() if line.startswith(f"en-GB/{path}:") and said in line]
    assert found, out
    assert int(found[0].split(":")[1]) in numbers
    assert "Input should" not in out  # the library's own words are for programmers


@pytest.mark.parametrize("path", [TRAINING, ABUSE, CUBA, TEACHERS])
def test_the_bot_does_not_start_with_a_broken_page(tmp_path: Path, path: str) -> None:
    root = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    file = root / "en-GB" / path
    file.write_text(file.read_text("utf-8").replace("title: ", "titel: ", 1), "utf-8")
    with pytest.raises(ContentError, match=rf"{path}:\d+: 'titel' is not known here") as error:
        hold_together(Texts.load(root=root), root)
    assert "'title' is missing: give a `title` of at most 80 characters" in str(error.value)


def test_all_pages_of_the_content_keep_their_schemas() -> None:
    hold_together(Texts.load())
