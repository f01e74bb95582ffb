"""The search of `/help`: commands with their options, and pieces of advice, ranked together."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from discord import app_commands

from bot.app import Bot
from bot.domain.finding import Finder, Thing
from bot.domain.guidance import Advice
from bot.texts import Markup
from cogs.common.advice import library_of
from cogs.common.base import Card, line, row
from cogs.common.buttons import named
from cogs.common.context import Context
from cogs.common.doing import Do, can_be_asked, command_of

SHOWN = 5
LABEL = 80
NAME, SUMMARY, HINT = 1.5, 1.0, 0.6
FIRST, FURTHER = 1.0, 0.7
"""Scores of advice that surely answers and of other matches, by rank, so that commands are not pushed out."""
FOR_ADMINS = frozenset({"setup", "admin"})


class Search:
    """Finds commands and advice by words."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        ignored = (str(bot.texts(key)) for key in bot.texts.under("guidance.ignored"))
        words = {word.strip() for each in ignored for word in each.split(",")}
        self._commands = Finder(self._things(), ignored=words)

    def _things(self) -> Iterator[Thing]:
        texts = self._bot.texts
        for command in self._bot.tree.walk_commands():
            if not isinstance(command, app_commands.Command):
                continue
            name = command.qualified_name
            more = f"help.words.{name.replace(' ', '.')}.also"
            options = [
                f"{one.display_name} {one.description} {' '.join(choice.name for choice in one.choices)}"
                for one in command.parameters
            ]
            yield Thing(
                name,
                [
                    (NAME, name),
                    (SUMMARY, command.description),
                    (SUMMARY, texts(more) if more in texts else ""),
                    *((HINT, option) for option in options),
                ],
            )

    async def find(self, words: str, *, admin: bool) -> Sequence[str | Advice]:
        """Return the best matches for some words, best first; commands for admins only to an admin."""
        library, texts = library_of(self._bot.texts), self._bot.texts
        answer = await asyncio.to_thread(library.find, words)
        scored: list[tuple[float, str | Advice]] = [
            (score, name)
            for name, score in self._commands.find(words, most=2 * SHOWN)
            if admin or name.partition(" ")[0] not in FOR_ADMINS
        ]
        kept = [found.advice for found in answer.found if not texts.is_off(found.advice.campaign)]
        scored += [
            (FIRST if place == 0 and answer.is_sure else FURTHER / (place + 1), piece)
            for place, piece in enumerate(kept)
        ]
        return [thing for _, thing in sorted(scored, key=lambda one: -one[0])][:SHOWN]


def found_card(ctx: Context, title: Markup, things: Sequence[str | Advice]) -> Card:
    """Return the results, each with the button that runs or shows it."""
    bot, texts = ctx.bot, ctx.texts
    lines: list[Markup] = []
    buttons: list[Any] = []
    for thing in things:
        if isinstance(thing, Advice):
            lines.append(texts("help.advice", title=Markup(thing.title)))
            buttons.append(named("advice", label=Markup(thing.title[:LABEL]), name=thing.name))
        elif (command := command_of(bot, thing)) is not None:
            summary = Markup(command.description)
            lines.append(texts("help.entry", command=bot.mention(thing), summary=summary))
            if can_be_asked(command):
                buttons.append(Do(label=Markup(f"/{thing}"), command=thing))
    return Card(title, line(*lines), row(*buttons) if buttons else None)
