"""docs/messages.md says of every kind of message where it goes and whom it mentions: held against what is sent."""

import re
from dataclasses import dataclass

import pytest

from bot.domain.mentions import Occasion
from tests.cogs.common.test_lock_screen import sent
from tests.cogs.ground import Ground
from tests.cogs.lock_screen import CASES, case_of, seeded
from tests.cogs.meetings.test_mentions import chosen, role
from tests.tree import Tree
from tests.uses import ROOT

PAGE = ROOT / "docs" / "messages.md"
ROW = re.compile(r"\| `(\S+)` \| (.+) \| (.+) \| (.+) \|")
REGION = "the region's role"
MENTIONS = {
    Occasion.MEETING: REGION,
    Occasion.POLL: REGION,
    Occasion.REMINDER: f"{REGION}, if that was chosen and it is the last one",
    Occasion.CHANGE: f"{REGION}, always, if time or place changed",
    Occasion.CANCELLATION: f"{REGION}, always",
    Occasion.HELP: "the organisers' role, always",
    None: "nobody",
}


@dataclass(frozen=True)
class Row:
    name: str
    goes: str
    mentions: str


def table() -> dict[str, Row]:
    found = [match.groups() for match in map(ROW.fullmatch, PAGE.read_text("utf-8").splitlines()) if match]
    return {kind: Row(*rest) for kind, *rest in found}


def rows(tree: Tree) -> list[str]:
    """Return the rows of the table as it should be; where a kind goes is kept, a new one goes to a member."""
    known, texts = table(), tree.bot.texts
    goes = {kind: known[kind].goes if kind in known else "one member by DM" for kind in tree.kinds()}
    return [
        f"| `{kind}` | {texts(f'deliveries.kinds.{kind}')} | {goes[kind]} | {MENTIONS[one.occasion]} |"
        for kind, one in sorted(tree.kinds().items())
    ]


def test_every_kind_of_message_is_in_the_table_as_it_is_registered(
    tree: Tree, request: pytest.FixtureRequest
) -> None:
    text = PAGE.read_text("utf-8")
    present = [line for line in text.splitlines() if ROW.fullmatch(line)]
    if request.config.getoption("--update-golden"):
        before, _, rest = text.partition(present[0])
        PAGE.write_text(before + "\n".join(rows(tree)) + rest.rpartition(present[-1])[2], "utf-8")
        return
    assert present == rows(tree), "`make golden` writes the table of docs/messages.md; read it"


def test_every_job_is_in_the_table_of_jobs(tree: Tree) -> None:
    page = (ROOT / "docs" / "messages.md").read_text("utf-8").partition("## Jobs")[2]
    rows = dict(re.findall(r"^\| `(\S+)` \| (.+) \|$", page, re.MULTILINE))
    assert rows == {kind: tree.bot.texts(f"deliveries.jobs.{kind}") for kind in tree.jobs()}


def test_the_table_says_where_each_goes(tree: Tree) -> None:
    for kind, row in table().items():
        case = case_of(kind, tree.kinds()[kind])
        posts = not row.goes.startswith("a message that stands")
        assert posts or not case.posts, kind
        if case.posts:
            assert ("DM" in row.goes) if case.private else ("channel" in row.goes or "thread" in row.goes), (
                kind
            )
        if row.mentions != "nobody":
            assert "channel" in row.goes, kind


async def test_what_each_kind_notifies_is_what_the_table_says(ground: Ground) -> None:
    """One message of each kind is sent, full of what people typed, and what it notified is looked at."""
    organisers = role(ground, "Organisers")
    found, wrong = table(), dict[str, object]()
    await chosen(ground, "London", "London", reminders=True)
    london = role(ground, "London")
    allowed = {
        REGION: frozenset({london}),
        "the organisers' role": frozenset({organisers}),
        "nobody": frozenset[int](),
    }
    for kind, case in CASES.items():
        _, message = await sent(ground, kind, case, await seeded(ground))
        if message is None:
            continue
        wanted = allowed[found[kind].mentions.partition(",")[0]] if not case.private else frozenset[int]()
        pinged = message.pinged
        if pinged.roles != wanted or pinged.everyone or (pinged.users and not case.private):
            wrong[kind] = pinged
    assert wrong == {}
