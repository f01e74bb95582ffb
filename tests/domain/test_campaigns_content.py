"""The campaigns of the content: complete, traceable, easy to read, and a broken file is named with its remedy."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.content import main as content_check
from bot.domain.campaigns import PLACES, TIMES
from bot.texts import CONTENT, ContentError, Texts
from cogs.common.campaigns import PILLARS, load
from tests.domain.test_guidance import READABLE, reading_ease
from tests.words import words

__all__ = ["reading_ease"]

TEXTS = words()
CAMPAIGNS = {campaign.id: campaign for campaign in load(TEXTS)}
FOLDER = CONTENT / "en-GB" / "campaigns"


def test_the_four_priorities_are_there_by_the_ids_of_interests_and_in_the_order_of_the_source() -> None:
    assert list(CAMPAIGNS) == ["cuba", "palestine", "education", "rights"]
    for name in CAMPAIGNS:
        assert f"interests.campaign.{name}" in TEXTS
    for pillar in PILLARS:
        assert f"interests.pillar.{pillar}" in TEXTS


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_each_has_something_for_every_time_and_every_place(name: str) -> None:
    campaign = CAMPAIGNS[name]
    assert {action.time for action in campaign.actions} == set(TIMES)
    assert {place for action in campaign.actions for place in action.places} == set(PLACES)
    assert campaign.resources
    assert campaign.partners
    assert any("{contact}" in line for line in campaign.ask)


def test_a_pillar_is_what_the_source_says_and_where_it_names_none_there_is_none() -> None:
    assert {name: campaign.pillar for name, campaign in CAMPAIGNS.items()} == {
        "cuba": "",
        "palestine": "",
        "education": "universal",
        "rights": "defend",
    }


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_each_is_easy_to_read(name: str, reading_ease: Callable[[str], float]) -> None:
    campaign = CAMPAIGNS[name]
    why = reading_ease(campaign.why)
    actions = reading_ease(" ".join(action.words for action in campaign.actions))
    print(f"\nFlesch {name}: why {why:.0f}, actions {actions:.0f}")
    assert why >= READABLE
    assert actions >= READABLE


def test_what_the_bot_says_of_them_is_easy_to_read(reading_ease: Callable[[str], float]) -> None:
    ease = {
        key: reading_ease(re.sub(r"\{\w+\}|`/[a-z ]+`|-# |## ", "Cuba", entry.words))
        for key, entry in TEXTS.items()
        if entry.path == "campaigns.toml" and len(entry.words) > 60
    }
    hardest = min(ease, key=lambda key: ease[key])
    print(f"\nFlesch campaigns.toml: {len(ease)} texts, the hardest {hardest}: {ease[hardest]:.0f}")
    assert ease[hardest] >= READABLE


def test_palestine_offers_what_the_source_says_of_any_campaign_and_nothing_else() -> None:
    own = ("Cuba", "Quality Education for All", "Human and Trade Union Rights")
    head = (FOLDER / "palestine.md").read_text("utf-8").split("\n---\n")[0]
    assert not any(f"Organising toolkit > {section}" in head for section in own)
    assert "Organising toolkit > Priority campaigns" in head


# Broken files.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


BROKEN: dict[str, tuple[str, str, str, str]] = {
    "title": ("title: Cuba\n", "", "", "give a `title`"),
    "long title": ("title: Cuba", f"title: {'x' * 81}", "title:", "at most 80 characters"),
    "pillar": ("order: 1", "order: 1\npillar: attack", "pillar:", "defend, universal, members, learning"),
    "order": ("order: 1", "order: first", "order:", "as a number"),
    "key": ("order: 1", "order: 1\ncolour: red", "colour:", "'colour' is not known here"),
    "twice": ("id: mail-out", "id: share-report", "  - id: share-report", "each needs its own"),
    "id": ("id: mail-out", "id: Mail Out", "  - id: Mail Out", "small letters, digits and hyphens"),
    "words": ("words: Look up", f"words: {'x' * 201} Look up", "    words: xxx", "at most 200 characters"),
    "time": ("time: hour", "time: day", "    time: day", "minutes, hour, term"),
    "places": ("places: [branch]", "places: [pub]", "    places: [pub]", "school, branch, online"),
    "source": (
        "source: Organising toolkit > Cuba",
        "source: me",
        "    source: me",
        "say where it comes from",
    ),
    "ask": ('"The international team:', "The international team: [", "", "not valid YAML"),
    "list": ('partners:\n  - "{csc}"', 'partners: "{csc}"', "partners:", "as a list"),
    "no front matter": ("---\ntitle", "title", "", "begin the file with front matter"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_named_with_line_and_remedy(
    copy: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    old, new, begins, said = BROKEN[fault]
    file = copy / "en-GB" / "campaigns" / "cuba.md"
    words = file.read_text("utf-8")
    assert old in words
    words = words.replace(old, new, 1)
    file.write_text(words, "utf-8")
    assert content_check(copy) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if "campaigns/cuba.md" in line]
    (found,) = [line for line in lines if said in line]
    if begins:
        numbers = [number for number, line in enumerate(words.splitlines(), 1) if line.startswith(begins)]
        assert int(found.split(":")[1]) in numbers


def test_why_has_to_fit_on_the_card_and_titles_are_unique(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy / "en-GB" / "campaigns"
    file = folder / "cuba.md"
    file.write_text(file.read_text("utf-8") + "x" * 1_200, "utf-8")
    twin = (
        (folder / "rights.md")
        .read_text("utf-8")
        .replace("title: Human and Trade Union Rights", "title: CUBA")
    )
    (folder / "rights.md").write_text(twin, "utf-8")
    assert content_check(copy) == 1
    out = capsys.readouterr().out
    assert "1 to 1200 fit on the card" in out
    assert "campaigns/rights.md:2: cuba.md has the same title" in out


def test_the_bot_does_not_start_with_broken_campaigns(copy: Path) -> None:
    file = copy / "en-GB" / "campaigns" / "cuba.md"
    file.write_text(file.read_text("utf-8").replace("order: 1", "order: 1\npillar: x"), "utf-8")
    texts: Any = Texts.load(root=copy)
    with pytest.raises(ContentError, match=r"campaigns/cuba\.md:4"):
        load(texts, copy)
