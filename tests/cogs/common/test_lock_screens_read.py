"""What locked phones show of each notice, in words that anybody can read: `tests/cogs/golden/lock_screens.md`."""

from dataclasses import replace

import pytest

from bot.delivery.lock_screen import MOST
from bot.delivery.outgoing import Kind
from bot.sandbox.people import Person
from bot.sandbox.phone import Level
from tests.cogs.common.test_lock_screen import sent
from tests.cogs.conftest import FOLDER
from tests.cogs.ground import Ground
from tests.cogs.lock_screen import Case, case_of, seeded
from tests.cogs.meetings.test_mentions import chosen

PAGE = FOLDER / "lock_screens.md"
HEAD = """# What locked phones show

One message of each kind is sent by the bot and shown by the phones of the local Discord. A direct message goes to
Grace. A message in #london is for London: Grace reads all of it, Tomasz is told only of mentions, Imran is of
Yorkshire. A call for help goes to #organisers, of whom Amina is one. *Nothing* means that the phone stays dark.
`make golden` writes this page; it is read before it is kept.
"""
READABLE = {
    "meeting.title": "Palestine twinning", "meeting.venue": "Old Town Hall", "series.title": "Reading group",
    "poll.title": "Summer social", "proposal.title": "Film night", "goal.words": "Write to the MP",
    "checklist_item.words": "Bring leaflets", "publication.name": "The Teacher", "event.title": "Solidarity course",
    "key_date.name": "Workers' Memorial Day", "network.name": "London", "contact.post": "Representative",
    "organisation.name": "Cuba Solidarity Campaign", "working_group.name": "Cuba", "plan_action.words": "Leaflets",
    "roadmap_step.words": "Find a room",
}  # fmt: skip
NOTHING = "*nothing*"
BOTH = ("meeting.remind", "meeting.changed", "meeting.cancelled")
"""Kinds that go to the channel as well as to members."""


def readable(table: str, column: str, _most: int) -> str:
    return READABLE.get(f"{table}.{column}", f"{table.replace('_', ' ')} {column.replace('_', ' ')}")


def longest(_table: str, _column: str, most: int) -> str:
    return ("Łódź_and_everywhere " * 200)[: min(most, 300)].strip()


def tried(kinds: dict[str, Kind]) -> list[tuple[str, Case]]:
    """Return how each kind that posts something is tried, those that go to the channel as well twice."""
    cases = [(name, case_of(name, kind)) for name, kind in sorted(kinds.items()) if not kind.job]
    found: list[tuple[str, Case]] = []
    for name, case in cases:
        if case.posts:
            found += [(name, case), (name, replace(case, private=False))] if name in BOTH else [(name, case)]
    return found


def rang(person: Person, before: int) -> str:
    """Return the first line of what a phone has shown since; it is what stands on the lock screen for sure."""
    shown = person.phone.heard[before:]
    return " / ".join(f"{one.title}: {one.body.partition(chr(10))[0]}" for one in shown) or NOTHING


async def test_the_lock_screens_are_what_the_page_shows(
    ground: Ground, request: pytest.FixtureRequest
) -> None:
    await chosen(ground, "London", "London", reminders=True)
    ground.grace.phone.set_channel(ground.london, level=Level.ALL_MESSAGES)
    said, hushed = [HEAD], list[str]()
    for name, case in tried(ground.running.sender.kinds):
        made = await seeded(ground, words=readable)
        reader = ground.amina if name == "guidance.help" else ground.grace
        people = [reader, ground.tomasz, ground.imran]
        before = [len(person.phone.heard) for person in people]
        _, message = await sent(ground, name, case, made)
        assert message is not None, name
        title = f"{ground.texts(f'deliveries.kinds.{name}')}, {'by DM' if case.private else 'in a channel'}"
        lines = [rang(person, count) for person, count in zip(people, before, strict=True)]
        if set(lines) == {NOTHING}:
            hushed.append(f"- {title}")
            continue
        said += [f"## {title[0].upper()}{title[1:]}\n"]
        said += [f"- {person.user.name}: {line}" for person, line in zip(people, lines, strict=True)]
        said += [""]
    said += ["## What rings nobody\n", *hushed, ""]
    page = "\n".join(said)
    assert "**" not in page, "not every phone draws Markdown"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page, "`make golden` writes the page; read what has changed"


async def test_the_longest_words_leave_a_sentence_that_a_lock_screen_shows_whole(ground: Ground) -> None:
    long: dict[str, str] = {}
    for name, case in tried(ground.running.sender.kinds):
        _, message = await sent(ground, name, case, await seeded(ground, words=longest))
        assert message is not None, name
        sentence = message.content.partition("\n")[0]
        if not 10 < len(sentence) <= MOST or sentence.count("…") > 3:
            long[name] = sentence
    assert long == {}
