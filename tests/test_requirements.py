"""What is installed is pinned, alike in every list, with hashes and no address; the demo's list is the shortest."""

import re

import pytest

from tests.uses import ROOT

LISTS = ("demo", "run", "dev")
HASHES = r"((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
PIN = re.compile(rf"^([\w.-]+)==([^\s;\\]+)(?: ; [^\\]+)? \\\n{HASHES}", re.MULTILINE)


def words(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")


def pins(name: str) -> set[tuple[str, str]]:
    """The names and versions of a list; of a few packages there is a version for each Python."""
    return {(found[1], found[2]) for found in PIN.finditer(words(name))}


@pytest.mark.parametrize("name", LISTS)
def test_everything_is_pinned_with_hashes_and_without_an_address(name: str) -> None:
    assert len(pins(name)) == len(re.findall(r"^[\w.-]+.*==", words(name), re.MULTILINE)) > 50
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|@ file", words(name))


@pytest.mark.parametrize("name", ["demo", "run"])
def test_every_list_has_the_releases_of_the_longest(name: str) -> None:
    assert pins(name) - pins("dev") == set()


def test_the_demo_does_without_what_only_a_real_bot_needs() -> None:
    demo, run = ({name for name, _ in pins(each)} for each in ("demo", "run"))
    assert demo < run
    assert run - demo == {"asyncpg", "pyrage", "setuptools", "uvloop", "zstandard"}


def test_whatever_the_demo_leaves_out_is_loaded_only_where_it_is_used() -> None:
    top = re.compile(r"^(?:import|from) (?:uvloop|zstandard|pyrage)\b", re.MULTILINE)
    files = [path for folder in ("bot", "cogs", "db") for path in (ROOT / folder).rglob("*.py")]
    assert [str(path) for path in files if top.search(path.read_text("utf-8"))] == []
