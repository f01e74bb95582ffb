"""Nothing typed into a command is lost: whatever refuses it, all of it comes back, as a line or in a form."""

import re
from typing import Any

from bot.app import LONGEST_OPTION
from bot.discord_client import command_line
from bot.discord_client.given_back import given_back
from bot.sandbox.answer import Answer
from tests.cogs.common.test_long_options import options
from tests.cogs.common.test_typed import AGAIN
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.meeting_panels import use

ODD = "Qxzv 99 ]["
REFUSED = 0xA33A3A
LINE = re.compile(r"```\n(/.*)\n```", re.DOTALL)


def refused(answer: Answer) -> bool:
    return not answer.has_modal and any(
        part.get("accent_color") == REFUSED for part in answer.message.components
    )


async def whole(ground: Ground, answer: Answer) -> str:
    """Return the command that a refusal gives back, in its text or in a file."""
    if (found := LINE.search(answer.text)) is not None:
        return found[1]
    await answer.until_followups(1)
    (file,) = answer.messages[-1].attachments
    world = ground.sandbox.world
    return world.files[file["url"].removeprefix(world.base_url)][1].decode()


@both
async def test_a_refusal_repeats_the_command_with_all_that_was_given(ground: Ground) -> None:
    answer = await ground.grace.slash(
        "#london", "meeting answer", meeting="the one about ``` Cuba", choice="going"
    )
    assert "```\n/meeting answer meeting:the one about ''' Cuba choice:going\n```" in says(answer)


async def test_of_every_command_what_was_typed_comes_back_when_it_is_refused(ground: Ground) -> None:
    tried = 0
    for command, name, needed in options(ground):
        answer = await ground.ruth.slash("#london", command, **{**needed, name: ODD})
        if refused(answer):
            tried += 1
            assert AGAIN in buttons(answer.message) or f"{name}:{ODD}" in await whole(ground, answer), command
    assert tried > 30


async def test_of_every_command_what_was_too_long_comes_back_in_a_file(ground: Ground) -> None:
    long = ("words and more words " * LONGEST_OPTION)[:5_900].strip()
    for command, name, needed in options(ground)[::7]:
        answer = await ground.ruth.slash("#london", command, **{**needed, name: long})
        assert refused(answer), command
        assert long in await whole(ground, answer), command


def payload(*options: dict[str, Any], **resolved: Any) -> dict[str, Any]:
    inner = {"name": "schedule", "type": 1, "options": list(options)}
    return {"name": "meeting", "type": 1, "options": [inner], "resolved": resolved}


def test_a_command_is_written_as_it_is_typed() -> None:
    data = payload(
        {"name": "title", "type": 3, "value": "Spring"},
        {"name": "public", "type": 5, "value": True},
        {"name": "capacity", "type": 4, "value": 20},
        {"name": "host", "type": 6, "value": "1"},
        {"name": "role", "type": 8, "value": "2"},
        {"name": "channel", "type": 7, "value": "3"},
        {"name": "file", "type": 11, "value": "4"},
        {"name": "gone", "type": 6, "value": "9"},
        users={"1": {"username": "mei", "global_name": "Mei"}},
        roles={"2": {"name": "Organisers"}},
        channels={"3": {"name": "london"}},
        attachments={"4": {"filename": "terms.ics"}},
    )
    assert command_line(data) == (
        "/meeting schedule title:Spring public:True capacity:20 host:@Mei role:@Organisers channel:#london "
        "file:terms.ics gone:9"
    )
    assert command_line({"name": "help", "type": 1}) == ""
    assert command_line({"name": "Add to agenda", "type": 3, "target_id": "1"}) == ""


def test_whoever_is_refused_unseen_gets_the_command_back() -> None:
    data = payload({"name": "title", "type": 3, "value": "x" * 6_000})
    embeds = given_back({"type": 2, "data": data})
    words = "".join(embed["description"].removeprefix("```\n").removesuffix("\n```") for embed in embeds)
    assert words.startswith("/meeting schedule title:xxx")
    assert len(words) == 5_500
    assert all(len(embed["description"]) <= 4_096 for embed in embeds)
    assert given_back({"type": 2, "data": {"name": "help"}}) == []
    assert given_back({"type": 4, "data": data}) == []


async def test_a_menu_whose_choice_is_refused_stays_with_what_was_chosen(ground: Ground) -> None:
    preview = await use(
        ground.amina, "#london", "meeting poll", title="When", options="thu 26 march 7pm, 28 march 7pm"
    )
    await ground.amina.press(preview, "Post the poll")
    await ground.settled()
    card = ground.london.messages[-1]
    opened = await ground.grace.press(card, "Say what suits you")
    shown = opened.text
    menu = next(part["custom_id"] for part in opened.message.walk() if part["type"] == 3)
    await ground.amina.press(await ground.amina.press(card, "See the result"), "Close it now")
    late = await ground.grace.choose(opened, menu, ["I can come"])
    assert "is closed, so you can't answer it any more" in says(late)
    assert late.message.id != opened.message.id
    assert opened.text == shown
