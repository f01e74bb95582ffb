"""Whatever stands in an option, however long: it is answered in words, at once, and nothing of it is kept."""

from time import process_time
from typing import Any

import pytest
from discord import app_commands
from discord.enums import AppCommandOptionType as Kind

from bot.app import LONGEST_OPTION
from bot.sandbox.answer import Answer
from db.models import Draft
from tests.cogs.ground import Ground, says

LONGEST = 6_000
"""Characters that Discord accepts in an option without a limit of its own."""
PATTERNS = {"lines": "1\n", "digits": "31/12 ", "words": "every second thursday ", "signs": "; - ,@<"}
AT_MOST = 0.1
OTHERS: dict[Kind, Any] = {Kind.string: "x", Kind.integer: 1, Kind.boolean: True, Kind.number: 1.0}


def options(ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every text option without a limit of its own: command, name, and what else the command needs."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    people = {Kind.user: ground.grace, Kind.channel: ground.london}
    for command in ground.running.tree.walk_commands():
        if not isinstance(command, app_commands.Command):
            continue
        needed = {
            one.display_name: one.choices[0].value if one.choices else (OTHERS | people).get(one.type)
            for one in command.parameters
            if one.required
        }
        if any(value is None for value in needed.values()):
            continue  # needs a file or a role
        found += [
            (command.qualified_name, one.display_name, needed)
            for one in command.parameters
            if one.type is Kind.string and not one.choices and one.max_value is None
        ]
    return found


async def timed(ground: Ground, command: str, given: dict[str, Any]) -> tuple[Answer, float]:
    """Return an answer and the processor time that it took; of the second try where the first loads something."""
    began = process_time()
    answer = await ground.ruth.slash("#london", command, **given)
    took = process_time() - began
    if took <= AT_MOST:
        return answer, took
    began = process_time()
    return await ground.ruth.slash("#london", command, **given), process_time() - began


@pytest.mark.parametrize("pattern", PATTERNS)
async def test_an_option_that_is_too_long_is_refused_and_nothing_is_kept(
    ground: Ground, pattern: str
) -> None:
    words = (PATTERNS[pattern] * LONGEST)[:LONGEST]
    tried = options(ground)
    assert len(tried) > 50
    slow: list[tuple[str, str, float]] = []
    for command, name, needed in tried:
        answer, took = await timed(ground, command, needed | {name: words})
        assert f"What you typed for {name} is too long" in says(answer), command
        if took > AT_MOST:
            slow.append((command, name, took))
    assert slow == []
    assert await ground.count(Draft) == 0


@pytest.mark.parametrize("pattern", PATTERNS)
async def test_the_longest_that_is_read_is_answered_at_once(ground: Ground, pattern: str) -> None:
    words = (PATTERNS[pattern] * LONGEST)[:LONGEST_OPTION]
    slow: list[tuple[str, str, float]] = []
    for command, name, needed in options(ground):
        answer, took = await timed(ground, command, needed | {name: words})
        assert answer.failed is None, (command, name)
        assert "reference" not in answer.text, (command, name)
        if took > AT_MOST:
            slow.append((command, name, took))
    assert slow == []


async def test_a_call_for_help_that_is_too_long_to_read_is_met_with_care(ground: Ground) -> None:
    words = "I want to kill myself " + "and so on " * 500
    said = says(await ground.grace.slash("#london", "meeting schedule", title=words, when="thursday 6pm"))
    assert "You don't have to deal with this alone" in said
    assert await ground.count(Draft) == 0
