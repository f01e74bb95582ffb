"""docs/privacy.md, docs/install.md and what members are shown say the same of times, numbers and rights as the code."""

import re
from datetime import timedelta

import pytest

from bot.cli.invitation import PERMISSIONS
from bot.domain.counting import LEAST
from bot.domain.limits import DAY, LIMITS, WEEK
from bot.domain.privacy import DRAFTS_KEPT, NEEDS_KEPT, PLAN_DRAFTS_KEPT, SWEEP_AT, Keep, Rule
from bot.texts import Texts
from cogs.admin.counting import AT
from cogs.common.typed import KEPT
from cogs.privacy.cog import TRACES_EVERY
from db import privacy
from db.engine.backup import KEEP
from db.engine.sqlite import QUICK_TRUNCATE
from db.privacy import erased
from db.privacy.erasing import QUIET
from tests.tree import Tree
from tests.uses import ROOT

PAGE = (ROOT / "docs/privacy.md").read_text("utf-8")
INSTALL = (ROOT / "docs/install.md").read_text("utf-8")
KEEP_DAYS = Keep()
ROWS = [
    (name, cells)
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
    for name in re.findall(r"`(\w+)`", cells[0])
]
WORDED = ("a week", "a day")


def times(words: str) -> set[str]:
    """Return the numbers of days, and the times in words, that a text speaks of."""
    return {*re.findall(r"(\d+) days", words), *(each for each in WORDED if each in words)}


@pytest.mark.parametrize(("table", "cells"), ROWS, ids=[name for name, _ in ROWS])
def test_the_page_and_what_members_are_shown_name_the_same_times(table: str, cells: list[str]) -> None:
    texts, days = Texts.load(), {"after_leaving": 90, "messages": 90, "answers": 365, "audit": 730}
    assert days == {name: getattr(KEEP_DAYS, name) for name in days}
    if f"privacy.held.{table}.until" not in texts:
        assert table not in {held.table.name for held in privacy.PERSONAL_DATA}
        return
    said = times(str(texts(f"privacy.held.{table}.until", **days)))
    # A line may be of two tables, and an erasure ends everything.
    assert said <= times(cells[4]), cells[4]
    assert {"365", "730", "a week"} & times(cells[4]) <= said, said


ERASED = {Rule.DELETE: "gone", Rule.PSEUDONYM: "unnamed", Rule.NULL: "emptied"}


def test_the_page_says_of_every_table_what_an_erasure_does_with_its_rows() -> None:
    said = {name: cells[6] for name, cells in ROWS}
    wrong = {
        f"{held.table.name}.{column}": said[held.table.name]
        for held in privacy.PERSONAL_DATA
        for column, rule in held.columns.items()
        if ERASED[rule] not in said[held.table.name]
    }
    assert wrong == {}


def test_numbers_of_the_page_are_those_of_the_program() -> None:
    page = " ".join(PAGE.split())
    figures = {
        f"up to {QUICK_TRUNCATE // 2**20} MB is written anew at once": QUICK_TRUNCATE == 64 * 2**20,
        "between 01:00 and 05:00 UTC": (QUIET.start, QUIET.stop) == (1, 5),
        "tried every ten minutes until it is done": timedelta(minutes=10) == TRACES_EVERY,
        "of the two numbers and the time, for two years": timedelta(days=730) == erased.KEPT,
        "the last five": KEEP == 5,
        f"A sweep at {SWEEP_AT:%H:%M} UTC": True,
        f"(about {AT:%H:%M} UTC)": True,
        "when six people have come since it changed last and falls when six have gone": LEAST == 6,
        f"After {KEEP_DAYS.before_warning.days} days whoever installed the bot is told": True,
        "that goes with its window (a day or a week)": {one.within for one in LIMITS.values()} == {DAY, WEEK},
        "only in memory for an hour": timedelta(hours=1) == KEPT,
        "60 days after its last change": timedelta(days=60) == PLAN_DRAFTS_KEPT,
        "| a week after the meeting |": timedelta(days=7) == NEEDS_KEPT,
        "so that nothing typed is lost | legitimate interests | a day |": timedelta(days=1) == DRAFTS_KEPT,
    }
    assert [words for words in figures if words not in page] == []
    assert [words for words, so in figures.items() if not so] == []


async def test_the_bot_asks_discord_for_no_contents_and_for_the_permissions_that_the_pages_name(
    tree: Tree,
) -> None:
    assert not tree.bot.intents.message_content
    assert not tree.bot.intents.guild_messages
    assert not tree.bot.intents.presences
    (named,) = re.findall(r"with the least permissions: ([^.]+)\.", " ".join(INSTALL.split()))
    granted = {name.replace("_", " ") for name, given in PERMISSIONS if given}
    assert granted - {"read messages"} | {"view channel"} == set(named.lower().split(", "))
