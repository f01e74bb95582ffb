"""The words hold together with the code, and `iso-bot content check` names what is wrong in them."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.commandline import app
from bot.cli.content import main as content_check
from bot.texts import CONTENT, LIMITS, Texts
from bot.texts.reading import read_folder
from tests.tree import Tree
from tests.uses import Uses, uses

# Keys that are put together from more than one f-string or a variable: (pattern of the key, who asks for it).
ASSEMBLED = (
    (r"commands\..+", "bot/commands.py gives every command its words"),
    (r"help\.topics\..+", "cogs/help/cog.py lists them"),
)
# Groups of commands that are on their way; once one is loaded, its commands are held to their names.
PLANNED = {
    "network",
    "campaign",
    "affiliation",
    "keydates",
    "comms",
    "guidance",
    "welcome",
    "interests",
    "privacy",
}
COMMAND = re.compile(r"`/([a-z]+(?: [a-z]+){0,2})")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture(scope="module")
def used() -> Uses:
    return uses()


def of(texts: Texts, use_key: str, *, counted: bool) -> list[str]:
    return [f"{use_key}.one", f"{use_key}.other"] if counted else [use_key]


def test_every_text_that_the_code_asks_for_exists(texts: Texts, used: Uses) -> None:
    missing = {
        f"{use.where}: {key}"
        for use in used.exact
        for key in of(texts, use.key, counted=use.counted)
        if key not in texts
    }
    assert missing == set()


def test_every_reason_that_the_grammar_of_dates_gives_has_its_words(texts: Texts, used: Uses) -> None:
    reasons = {words for words in used.strings if re.fullmatch(r"dates\.(ask|refused)\.\w+", words)}
    assert len(reasons) > 40
    assert {reason for reason in reasons if reason not in texts} == set()


def test_every_text_is_given_just_the_fields_that_it_names(texts: Texts, used: Uses) -> None:
    wrong: set[str] = set()
    for use in used.exact:
        if use.fields is None:
            continue
        given = use.fields | ({"count"} if use.counted else set[str]())
        for key in of(texts, use.key, counted=use.counted):
            entry = texts.get(key)
            spare = given - (entry.fields if entry else frozenset()) - {"count"} if use.counted else given
            if entry is not None and (entry.fields - given or (not use.counted and spare - entry.fields)):
                wrong.add(f"{use.where}: {key} has {sorted(entry.fields)}, is given {sorted(given)}")
    assert wrong == set()


def test_every_text_is_asked_for_somewhere(texts: Texts, used: Uses) -> None:
    patterns = [pattern for pattern, _ in used.patterns] + [re.compile(pattern) for pattern, _ in ASSEMBLED]
    idle: set[str] = set()
    for key, entry in texts.items():
        base = re.sub(r"\.(one|other)$", "", key)
        page = entry.path.endswith(".md")  # pages are listed by their folder
        if page or key in used.strings or base in used.strings:
            continue
        if not any(pattern.fullmatch(key) or pattern.fullmatch(base) for pattern in patterns):
            idle.add(f"{entry.path}:{entry.line}: {key}")
    assert idle == set()


def test_texts_that_are_counted_have_both_their_forms(texts: Texts) -> None:
    for key in texts:
        if key.endswith(".one"):
            assert key.removesuffix("one") + "other" in texts
        if key.endswith(".other") and key != "deliveries.reasons.other":
            assert key.removesuffix("other") + "one" in texts


async def test_the_words_of_commands_are_those_of_the_commands_that_there_are(
    texts: Texts, tree: Tree
) -> None:
    wanted = tree.words()
    there = {
        key
        for key in texts.under("commands")
        if not re.fullmatch(r"commands\.(?!menus\.)\w+\.help\.\w+", key)
    }
    assert there - wanted == set()
    assert wanted - there == set()


async def test_commands_named_in_texts_exist(texts: Texts, tree: Tree) -> None:
    names = tree.names()
    loaded = {name.split()[0] for name in names}
    unknown = {
        f"{entry.path}:{entry.line}: /{found}"
        for _, entry in texts.items()
        for found in COMMAND.findall(entry.words)
        if found not in names and not {found, found.split()[0]} & (loaded & names | PLANNED - loaded)
    }
    assert unknown == set()


async def test_every_kind_of_delivery_and_every_deed_has_its_name(
    texts: Texts, tree: Tree, used: Uses
) -> None:
    for section, kinds in {"kinds": set(tree.kinds()), "jobs": tree.jobs()}.items():
        named = {key.removeprefix(f"deliveries.{section}.") for key in texts.under(f"deliveries.{section}")}
        assert named == kinds
    deeds = {key.removeprefix("audit.actions.") for key in texts.under("audit.actions")}
    assert deeds - used.strings == set()


def test_no_text_is_longer_than_discord_shows() -> None:
    _, faults = read_folder(CONTENT / "en-GB")
    assert faults == []


# Broken content, each named with file, line and remedy.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_the_content_as_it_is_passes_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert content_check(None) == 0
    assert "All content is in order" in capsys.readouterr().out


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / "en-GB" / path
        words = file.read_text("utf-8")
        assert old in words
        file.write_text(words.replace(old, new, 1), "utf-8", errors="surrogateescape")

    return change


def saved(path: str, encoding: str, *, ends: str = "\n") -> Callable[[Path], None]:
    """Save a file, or every one that matches, as another editor does."""

    def change(folder: Path) -> None:
        for file in folder.glob(f"en-GB/{path}"):
            file.write_bytes(file.read_text("utf-8").replace("\n", ends).encode(encoding))

    return change


def add(path: str, words: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        (
            replace("setup.toml", 'button = "Set up now"', "button = Set up now"),
            "setup.toml",
            "not valid TOML",
        ),
        (
            replace("setup.toml", '"Set up now"', '"' + "x" * 81 + '"'),
            "setup.toml",
            "'setup.start.button' has 81 characters, Discord shows 80 at most",
        ),
        (replace("setup.toml", 'button = "Set up now"', ""), "setup.toml", "'setup.start.button' is missing"),
        (
            replace("network.toml", "{contact}", "international@neu.org.uk"),
            "network.toml",
            "'international@neu.org.uk' is a fact that ages: write {contact}",
        ),
        (
            replace("guidance/abuse.md", "- Tell someone you trust.", "- Call 116 123."),
            "guidance/abuse.md",
            "'116 123' is a fact that ages: write {anybody}",
        ),
        (
            replace("guidance/abuse.md", "- Tell someone you trust.", "- Whoever is near can see to it."),
            "guidance/abuse.md",
            "'guidance.abuse' says 'see to': write 'do', 'is doing', 'done'",
        ),
        (
            replace("facts.toml", 'value = "999"', 'value = ""'),
            "facts.toml",
            "'emergency' has 0 characters: 1 to 200 fit",
        ),
        (
            replace("guidance/abuse.md", "- Tell someone you trust.", "- Write to {contcat}."),
            "guidance/abuse.md",
            "'guidance.abuse' has no field {contcat}",
        ),
        (
            replace("setup.toml", 'button = "Set up now"', 'button = "Set up now"\nbuton = "Oops"'),
            "setup.toml",
            "'setup.start.buton' is not a text that the bot uses",
        ),
        (
            replace("setup.toml", "{name} now meets in {channel}", "{nome} now meets in {channel}"),
            "setup.toml",
            "'setup.region.done' has no field {nome}; known: channel, name",
        ),
        (
            replace("setup.toml", "{name} now meets in {channel}", "{ name } now meets in {channel}"),
            "setup.toml",
            "is no placeholder like {name}",
        ),
        (replace("setup.toml", '"Set up now"', "80"), "setup.toml", "'setup.start.button'"),
        (
            replace("events.toml", "[deliveries.reasons]", '[deliveries.reasons]\nleft = "gone"'),
            "events.toml",
            "'deliveries.reasons.left' stands in deliveries.toml as well: keep one",
        ),
        (
            replace("events.toml", "[privacy.held.event]", "[privacy.held.evnet]"),
            "events.toml",
            "'privacy.held.event.what' is missing",
        ),
        (
            add("en-GB/guidance/new.md", "---\ntitle: x\nNo end"),
            "guidance/new.md",
            "the front matter has no closing line ---",
        ),
        (
            add("en-GB/guidance/new.md", "---\ntitle: [x\n---\nWords"),
            "guidance/new.md",
            "the front matter is not valid YAML",
        ),
        (replace("setup.toml", "Set up now", "Set up n\udcf4w"), "setup.toml", "is not saved as UTF-8"),
        (saved("setup.toml", "utf-16"), "setup.toml", "is saved as UTF-16: save it again as UTF-8"),
        (
            add("cy-GB/setup.toml", '[start]\nbutton = "Dechrau"\n'),
            "cy-GB",
            "is missing: add it, as en-GB has it",
        ),
    ],
    ids=[
        "toml",
        "long",
        "missing",
        "fact",
        "fact-number",
        "turn",
        "fact-empty",
        "fact-unknown",
        "unknown",
        "field",
        "brace",
        "number",
        "twice",
        "table",
        "front",
        "yaml",
        "latin-1",
        "utf-16",
        "locale",
    ],
)
def test_broken_content_is_named_with_file_line_and_remedy(
    copy: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], None], path: str, said: str
) -> None:
    change(copy)
    assert content_check(copy) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if said in line and path in line]
    assert lines
    assert re.search(r":\d+: ", lines[0])


def test_content_as_windows_editors_save_it_is_read_as_it_is(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("toml", "md"):
        saved(f"**/*.{kind}", "utf-8-sig", ends="\r\n")(copy)
    assert content_check(copy) == 0, capsys.readouterr().out
    assert "All content is in order" in capsys.readouterr().out


def test_the_line_named_is_the_line_of_the_fault(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = copy / "en-GB" / "setup.toml"
    source = file.read_text("utf-8").splitlines()
    number = next(index for index, line in enumerate(source, 1) if line.startswith("button = "))
    replace("setup.toml", '"Set up now"', '"' + "x" * 81 + '"')(copy)
    content_check(copy)
    assert f"en-GB/setup.toml:{number}: 'setup.start.button'" in capsys.readouterr().out


def test_the_command_line_says_so_with_its_exit_code(copy: Path) -> None:
    assert CliRunner().invoke(app, ["content", "check", str(copy)]).exit_code == 0
    replace("setup.toml", '"Set up now"', '"' + "x" * 81 + '"')(copy)
    result = CliRunner().invoke(app, ["content", "check", str(copy)])
    assert result.exit_code == 1
    assert "Discord shows 80 at most" in result.stdout


@pytest.mark.parametrize("leaf", sorted(LIMITS))
def test_every_limit_of_discord_is_held_by_its_kind_of_key(tmp_path: Path, leaf: str) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "a.toml").write_text(f'{leaf} = "{"x" * LIMITS[leaf]}"\n', "utf-8")
    assert read_folder(folder)[1] == []
    (folder / "a.toml").write_text(f'{leaf} = "{"x" * (LIMITS[leaf] + 1)}"\n', "utf-8")
    (fault,) = read_folder(folder)[1]
    assert (fault.path, fault.line) == ("a.toml", 1)
