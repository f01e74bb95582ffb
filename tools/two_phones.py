"""Sends the messages of docs/two-phones.md, one at each press of Enter, so that a person can note what two phones show.

    ISO_BOT_DISCORD__TOKEN=... python -m tools.two_phones --channel ID --role ID --person ID

Use your own server with nobody in it who minds: the messages mention the role, and one of them @here.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import aiohttp

DISCORD = "https://discord.com/api/v10"
TIMEOUT = aiohttp.ClientTimeout(total=15)
SILENT, V2 = 1 << 12, 1 << 15

Body = dict[str, Any]
ALL, MENTIONS = "Set the server to 'All messages'.", "Set the server back to 'Only @mentions'."
MUTED, UNMUTED = "Mute the channel.", "Unmute the channel. Close Discord on both phones and everywhere else."
NOBODY: Body = {"allowed_mentions": {"parse": []}}
MARKDOWN = "Case 13: **bold**, *italic*, ||spoiler||, \\*escaped\\*\n## Heading\n-# small\n> quote"
BUTTONS: Body = {
    "type": 1,
    "components": [{"type": 2, "style": 2, "label": "Nothing", "custom_id": "two-phones"}],
}
LONG = (
    "This sentence is long, so that it shows where a phone stops. Ten more words follow until the end of it. "
)


@dataclass(frozen=True, slots=True)
class Case:
    """A message by DM or in the channel, with the ids of `{role}`, `{person}` and `{channel}` to fill in."""

    name: str
    body: Body
    private: bool = False
    then: Body | None = None
    """What it is immediately edited to."""
    first: str = ""
    """What to set on the phones before it."""


def forms(number: int, words: str) -> list[tuple[str, Body]]:
    """Return the four forms of a message, numbered from `number` on where it has words."""
    embed = {"title": "Title of the embed", "description": "Words of the embed"}
    text = {"type": 10, "content": f"Case {number + 2}: words of Components V2.{words}"}
    return [
        ("content", {"content": f"Case {number}: words of the message.{words}", "components": [BUTTONS]}),
        ("embed alone", {"embeds": [embed], "components": [BUTTONS]}),
        ("Components V2", {"flags": V2, "components": [text, BUTTONS]}),
        ("content and embed", {"content": f"Case {number + 3}: words of both.{words}", "embeds": [embed]}),
    ]


CASES = (
    *(Case(f"private, {name}", body, private=True) for name, body in forms(1, "")),
    *(Case(f"mentions the role, {name}", body) for name, body in forms(5, " <@&{role}>")),
    *(Case(f"mentions nobody, {name}", body, first=ALL) for name, body in forms(9, "")),
    Case("Markdown", {"content": MARKDOWN}, private=True, first=MENTIONS),
    Case("a time", {"content": "Case 14: <t:1773338400:F>, <t:1773338400:R>"}, private=True),
    Case(
        "links", {"content": "Case 15: <https://example.org/a> [words](https://example.org/b)"}, private=True
    ),
    Case("mentions by name", {"content": "Case 16: <@{person}> and <@&{role}> and <#{channel}>"}),
    Case(
        "mentions that notify nobody", {"content": "Case 17: <@{person}> <@&{role}>", **NOBODY}, private=True
    ),
    Case("300 characters", {"content": f"Case 18: {LONG * 3}"[:300]}, private=True),
    Case("mentions the role, silent", {"content": "Case 19: silent <@&{role}>", "flags": SILENT}),
    Case("edited to mention", {"content": "Case 20: nobody"}, then={"content": "Case 20: now <@{person}>"}),
    Case("mentioned in a muted channel", {"content": "Case 21: muted <@{person}>"}, first=MUTED),
    Case("@here, the app closed", {"content": "Case 22: @here"}, first=UNMUTED),
)
"""In the order of the table in docs/two-phones.md."""


def filled(body: Body, ids: dict[str, str]) -> Body:
    """Return a body with ids in place of their names."""
    text = json.dumps(body)
    for name, given in ids.items():
        text = text.replace(f"{{{name}}}", given)
    return json.loads(text)


async def sending(
    token: str, *, channel: str, role: str, person: str, base: str = DISCORD
) -> AsyncGenerator[Case]:
    """Send case after case, each when requested; yield each once sent.

    Raises:
        SystemExit: Discord refused, with its words.
    """
    headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (iso-bot, two-phones)"}
    ids = {"channel": channel, "role": role, "person": person}

    async with aiohttp.ClientSession(headers=headers, timeout=TIMEOUT) as session:

        async def ask(method: str, path: str, body: Body) -> Body:
            async with session.request(method, base + path, json=body) as answer:
                if not answer.ok:
                    raise SystemExit(f"Discord refused {method} {path}: {await answer.text()}")
                return await answer.json()

        private = (await ask("POST", "/users/@me/channels", {"recipient_id": person}))["id"]
        for case in CASES:
            path = f"/channels/{private if case.private else channel}/messages"
            sent = await ask("POST", path, filled(case.body, ids))
            if case.then is not None:
                await ask("PATCH", f"{path}/{sent['id']}", filled(case.then, ids))
            yield case


async def main() -> None:
    """Ask for Enter before each case."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("channel", "role", "person"):
        parser.add_argument(f"--{name}", required=True, help=f"the id of the {name}")
    given = parser.parse_args()
    token = os.environ.get("ISO_BOT_DISCORD__TOKEN")
    if not token:
        parser.error("set ISO_BOT_DISCORD__TOKEN to the bot's token")
    cases = sending(token, channel=given.channel, role=given.role, person=given.person)
    for number, case in enumerate(CASES, 1):
        if case.first and (number == 1 or CASES[number - 2].first != case.first):
            sys.stdout.write(f"{case.first} ")
        sys.stdout.write(f"Lock both phones. Enter sends {number} of {len(CASES)}: {case.name}. ")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        await anext(cases)
    await cases.aclose()


if __name__ == "__main__":
    asyncio.run(main())
