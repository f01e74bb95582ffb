"""`/help`: six doors by what somebody wants, and a search by any words; a DM is answered with the doors."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.delivery.message import plain
from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.care import is_distress
from bot.domain.finding import Finder, Thing
from bot.domain.guidance import Advice
from bot.domain.names import nearest, normalize
from bot.domain.when.examples import parse_examples
from bot.errors import UserError
from bot.texts import CONTENT, Markup, Texts
from bot.texts.encoding import leniently
from cogs.common.advice import library_of
from cogs.common.base import EVERYBODY, RED, Card, fitting, line, row
from cogs.common.buttons import Button, named
from cogs.common.context import Context
from cogs.common.doing import Do, can_be_asked, command_of
from cogs.common.renamed import now_called, place_of
from cogs.common.report import Problem
from db.errors import StoreError

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
            name = command.qualified_name
            if not isinstance(command, app_commands.Command) or name == "help":
                continue
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
    return Card(title, line(*lines), row(*buttons))


Door = Literal["new", "near", "minutes", "care", "organise", "setup"]
FOR_ALL: tuple[Door, ...] = ("new", "near", "minutes", "care")
DOORS: Mapping[Door, Sequence[str]] = {
    "new": ("welcome start", "network join", "meeting list", "guidance dos", "settings mine"),
    "near": ("network next", "meeting list", "meeting report", "events list", "keydates list"),
    "minutes": ("campaign act", "mine", "campaign list", "guidance tip", "campaign progress"),
    "care": ("guidance support", "guidance donts", "network contacts"),
    "organise": ("meeting schedule", "meeting manage", "meeting poll", "meeting report", "meeting suggest"),
    "setup": ("setup start", "setup check", "setup change", "admin deliveries", "admin audit"),
}
"""By door, the commands that its buttons run."""


class OpenDoor(Button, name="door"):
    """A door, or the way back to all of them."""

    audience = EVERYBODY

    door: Literal["new", "near", "minutes", "care", "organise", "setup", "all"]

    async def press(self, ctx: Context) -> None:
        """Show what is behind it."""
        if self.door == "all":
            await ctx.reply(doors_card(ctx.bot, open_to(ctx)))
        else:
            await ctx.reply(door_card(self.door, ctx.texts))


def open_to(ctx: Context) -> tuple[Door, ...]:
    """Return the doors that somebody may use."""
    record = ctx.record
    organises = record is not None and record.set_up_at is not None and ctx.may_organise(None)
    return (*FOR_ALL, *(("organise",) if organises else ()), *(("setup",) if ctx.admin else ()))


def door_buttons(doors: Sequence[Door], texts: Texts) -> list[OpenDoor]:
    """Return the buttons of doors."""
    primary, plain = discord.ButtonStyle.primary, discord.ButtonStyle.secondary
    return [
        OpenDoor(
            label=texts(f"help.doors.{door}.button"), style=primary if door in FOR_ALL else plain, door=door
        )
        for door in doors
    ]


def doors_card(bot: Bot, doors: Sequence[Door], title: str = "help.title") -> Card:
    """Return the doors, and the way to everything else."""
    buttons = door_buttons(doors, bot.texts)
    return Card(
        bot.texts(title),
        row(*buttons[: len(FOR_ALL)]),
        row(*buttons[len(FOR_ALL) :]),
        bot.texts("help.more", command=bot.mention("help")),
    )


def door_card(door: Door, texts: Texts) -> Card:
    """Return what is behind a door: a line and a button for each thing."""
    things = [(name, f"help.doors.{door}.{name.replace(' ', '.')}") for name in DOORS[door]]
    lines = [
        texts("help.thing", label=texts(f"{key}.button"), what=texts(f"{key}.what")) for _, key in things
    ]
    care = line(texts("care.card.danger"), texts("care.card.talk")) if door == "care" else None
    back = OpenDoor(label=texts("help.back.button"), door="all")
    return Card(
        texts(f"help.doors.{door}.title"),
        care,
        line(*lines),
        row(*(Do(label=texts(f"{key}.button"), command=name) for name, key in things)),
        row(back),
        **({"colour": RED} if door == "care" else {}),
    )


log = logging.getLogger(__name__)

EXAMPLES = "dates_examples.toml"
PER_GROUP = 3
LONGEST = 400
AGAIN = timedelta(minutes=10)
"""How long after the doors were sent a DM is answered with them again."""
MOST = 10_000
"""How many members are remembered for that; nobody beyond them is answered."""


class Help(commands.Cog):
    """The entry point for members."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._answered: dict[int, datetime] = {}

    @app_commands.command(name="help")
    async def help_(self, interaction: discord.Interaction[Any], topic: str | None = None) -> None:
        """Show the doors, or search results."""
        if await self.bot.answered(interaction):
            return
        ctx = await _of(interaction)
        if topic is None:
            await ctx.reply(doors_card(self.bot, open_to(ctx)))
            return
        await ctx.reply(await self._about(ctx, topic[:LONGEST]))

    async def _about(self, ctx: Context, words: str) -> Card:
        """Return the page of a topic, an old command's new name, or search results.

        Raises:
            UserError: nothing does.
        """
        texts, topics = ctx.texts, self.topics()
        named = words.strip().lstrip("/").casefold()
        if (now := now_called(self.bot.tree, named)) is not None:
            there = place_of(named, texts)
            said = texts("errors.moved_there", place=there) if there is not None else None
            title = line(texts("help.renamed", was=named, command=self.bot.mention(now)), said)
            return found_card(ctx, title, [now])
        if (name := self._topic(words, topics)) is None:
            if found := await self._search.find(words, admin=ctx.admin):
                return found_card(ctx, texts("help.found", words=words), found)
            if (name := self._nearest(words, topics)) is None:
                raise Problem("help.unknown", *door_buttons(FOR_ALL, texts), topic=words[:60])
        key = topics[name]
        more = self._dates() if name == "dates" else [self._commands(name)]
        return Card(texts(f"{key}.title"), texts(f"{key}.body"), *more)

    @cached_property
    def _search(self) -> Search:
        return Search(self.bot)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a direct message with the doors, now and then; calls for help are answered elsewhere."""
        spoken = message.type in (discord.MessageType.default, discord.MessageType.reply)
        if message.guild is not None or message.author.bot or not spoken or is_distress(message.content):
            return
        now, user_id = self.bot.clock.now(), message.author.id
        self._answered = {one: at for one, at in self._answered.items() if now - at < AGAIN}
        if user_id in self._answered or len(self._answered) >= MOST:
            return
        self._answered[user_id] = now
        try:
            card = doors_card(self.bot, FOR_ALL, "help.private")
            await message.channel.send(**plain(card, private=True).shown)
        except REQUEST_FAILED:
            log.warning("a direct message could not be answered")

    def _dates(self) -> list[Markup]:
        """Return examples of times, those that the tests run, as many as a card holds."""
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
        """Return the content's topics: those of help.toml, and the `help` of command groups."""
        found: dict[str, str] = {}
        for key in sorted(self.bot.texts.under("commands")):
            _, group, *rest = key.split(".")
            if rest == ["help", "title"]:
                found[group] = f"commands.{group}.help"
        for key in self.bot.texts.under("help.topics"):
            name = key.split(".")[2]
            found[name] = f"help.topics.{name}"
        return found

    def _topic(self, words: str, topics: Mapping[str, str]) -> str | None:
        """Return the topic whose name or title begins with some words; None for none or several."""
        sought = normalize(words)
        titled = {
            name: (normalize(name), normalize(self.bot.texts(f"{key}.choice")))
            for name, key in topics.items()
        }
        found = [name for name, (short, title) in titled.items() if sought and sought in (short, title)]
        found = found or [
            name for name, both in titled.items() if sought and any(each.startswith(sought) for each in both)
        ]
        return found[0] if len(found) == 1 else None

    def _nearest(self, words: str, topics: Mapping[str, str]) -> str | None:
        found = nearest(words, topics, most=1)
        return found[0] if found else None

    def _of(self, topic: str) -> list[app_commands.Command[Any, ..., Any]]:
        """Return the commands of a topic, in the content's order."""
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


async def _of(interaction: discord.Interaction[Any]) -> Context:
    """Return the context of the server meant, or of none: help is for everybody, everywhere."""
    try:
        return await Context.personal(interaction)
    except (UserError, StoreError):
        return await Context.anywhere(interaction)


def _group(command: Any) -> str:
    return str(command.qualified_name).partition(" ")[0]


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Help(bot))
