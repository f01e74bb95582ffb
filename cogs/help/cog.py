"""`/help`: what the bot can do, as commands that can be pressed."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.care import is_distress
from bot.domain.names import nearest
from bot.domain.when.examples import parse_examples
from bot.errors import UserError
from bot.texts import CONTENT, Markup
from bot.texts.encoding import leniently
from cogs.common.base import Card, fitting, line
from cogs.common.context import Context

EXAMPLES = "dates_examples.toml"
PER_GROUP = 3


class Help(commands.Cog):
    """The way in."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @app_commands.command(name="help")
    async def help_(self, interaction: discord.Interaction[Any], topic: str | None = None) -> None:
        """Show what the bot can do, or more about one topic."""
        if await self.bot.answered(interaction):
            return
        ctx = await Context.anywhere(interaction)
        texts, topics = ctx.texts, self.topics()
        if topic is None:
            overview = fitting([self._topic(name, key) for name, key in topics.items()], texts)
            await ctx.reply(Card(texts("help.title"), overview, texts("help.more")))
            return
        name = topic if topic in topics else self._nearest(topic, topics)
        if name is None:
            raise UserError("help.unknown", topic=topic[:60], topics=", ".join(topics))
        key = topics[name]
        more = self._dates() if name == "dates" else [self._commands(name)]
        await ctx.reply(Card(texts(f"{key}.title"), texts(f"{key}.body"), *more))

    def _dates(self) -> list[Markup]:
        """Return what works as a time, from the examples that the tests run, as much as a card holds."""
        texts = self.bot.texts
        source = leniently(CONTENT / texts.locale / EXAMPLES)
        found = parse_examples(source)
        groups: list[Markup] = []
        for group, title in found.titles.items():
            lines = [
                texts("help.example", phrase=one.phrase, means=texts("help.or").join(one.means))
                for one in found.examples
                if one.group == group
            ][:PER_GROUP]
            groups.append(line(texts("help.group", title=title), *lines))
        return [fitting(groups, texts, between="\n")]

    def topics(self) -> dict[str, str]:
        """Return the topics that content has: those of help.toml, and a `help` in the words of a group of commands."""
        found: dict[str, str] = {}
        for key in self.bot.texts.under("commands"):
            _, group, *rest = key.split(".")
            if rest == ["help", "title"]:
                found[group] = f"commands.{group}.help"
        for key in self.bot.texts.under("help.topics"):
            name = key.split(".")[2]
            found[name] = f"help.topics.{name}"
        return found

    def _topic(self, name: str, key: str) -> Markup:
        """Return a topic on one line, with a command to begin with: all of them would not fit on one card."""
        first = next(iter(self._of(name)), None)
        title = self.bot.texts(f"{key}.choice")
        if first is None:
            return self.bot.texts("help.topic", title=title)
        return self.bot.texts("help.topic_first", title=title, command=self.bot.mention(first.qualified_name))

    def _nearest(self, words: str, topics: dict[str, str]) -> str | None:
        titles = {self.bot.texts(f"{key}.choice"): name for name, key in topics.items()}
        found = nearest(words, [*titles, *topics], most=1)
        return titles.get(Markup(found[0]), found[0]) if found else None

    def _of(self, topic: str) -> list[app_commands.Command[Any, ..., Any]]:
        """Return the commands of a topic, in the order in which its content has them."""
        found = [
            command
            for command in self.bot.tree.walk_commands()
            if isinstance(command, app_commands.Command) and _group(command) == topic
        ]
        keys = [key.removesuffix(".summary") for key in self.bot.texts.under(f"commands.{topic}")]
        order = {key: place for place, key in reversed([*enumerate(keys)])}
        return sorted(
            found, key=lambda each: order.get(f"commands.{each.qualified_name.replace(' ', '.')}", len(keys))
        )

    def _commands(self, topic: str) -> Markup:
        lines: list[Markup] = []
        for command in self._of(topic):
            mention = self.bot.mention(command.qualified_name)
            lines.append(self.bot.texts("help.entry", command=mention, summary=Markup(command.description)))
        return fitting(lines, self.bot.texts)

    @help_.autocomplete("topic")
    async def _topics(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        if is_distress(typed):
            return []
        topics = self.topics()
        titles = {self.bot.texts(f"{key}.choice"): name for name, key in topics.items()}
        shown = nearest(typed, titles, most=25) if typed.strip() else list(titles)[:25]
        return [app_commands.Choice(name=title, value=titles[Markup(title)]) for title in shown]


def _group(command: Any) -> str:
    return str(command.qualified_name).partition(" ")[0]


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Help(bot))
