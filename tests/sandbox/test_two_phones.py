"""The messages for two real phones, sent to the local Discord: docs/two-phones.md says what it shows of each."""

import re
from pathlib import Path

from bot.sandbox.people import Person
from bot.sandbox.phone import Level
from bot.sandbox.server import Sandbox
from bot.sandbox.world import permissions
from tests.sandbox.raw import bots_role
from tools import two_phones

PAGE = Path(__file__).parents[2] / "docs/two-phones.md"
SILENCE = "does not ring"
NO_WORDS = "rings without words"


async def shown(sandbox: Sandbox, person: Person) -> list[str]:
    """Send all cases to somebody, set as they ask for; return what the phone shows of each."""
    guild, london, phone = sandbox.guild(), sandbox.channel("#london"), person.phone
    role = next(role for role in guild.roles.values() if role.name == "London")
    role.mentionable = False
    bots_role(sandbox).permissions |= permissions.MENTION_EVERYONE
    settings = {
        two_phones.ALL: lambda: phone.set_server(guild, level=Level.ALL_MESSAGES),
        two_phones.MENTIONS: lambda: phone.set_server(guild, level=Level.ONLY_MENTIONS),
        two_phones.MUTED: lambda: phone.set_channel(london, muted=True),
        two_phones.UNMUTED: lambda: phone.set_channel(london, muted=False),
    }
    cases = two_phones.sending(
        sandbox.token,
        channel=str(london.id),
        role=str(role.id),
        person=str(person.id),
        base=sandbox.api_base,
    )
    found: list[str] = []
    for case in two_phones.CASES:
        if case.first:
            settings[case.first]()
        before = len(phone.heard)
        assert await anext(cases) == case
        rung = phone.heard[before:]
        found.append((rung[0].body.replace("\n", " ↵ ") or NO_WORDS) if rung else SILENCE)
    assert await anext(cases, None) is None
    return found


def cell(words: str) -> str:
    """Return a text as it stands in a table."""
    return words if words in {SILENCE, NO_WORDS} else "`" + words.replace("|", "\\|") + "`"


async def test_the_page_says_what_the_local_discord_shows(sandbox: Sandbox, tomasz: Person) -> None:
    wanted = [
        f"| {number} | {case.name} | {cell(words)} |"
        for number, (case, words) in enumerate(
            zip(two_phones.CASES, await shown(sandbox, tomasz), strict=True), 1
        )
    ]
    rows = re.findall(
        r"^(\| \d+ \|.*?(?<!\\)\|.*?(?<!\\)\|)(?=.*\|.*\|$)", PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert rows == wanted


async def test_every_message_with_words_says_which_case_it_is() -> None:
    for number, case in enumerate(two_phones.CASES, 1):
        if words := case.body.get("content"):
            assert words.startswith(f"Case {number}: ")
            assert len(words) <= 2_000
