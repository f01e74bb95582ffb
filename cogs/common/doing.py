"""Buttons that run a command: its own code runs, after asking for required options."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import shorten
from typing import Annotated, Any, cast

import discord
from discord import app_commands, ui

from bot.app import Bot
from bot.commands import PRESSED, is_personal
from bot.discord_client import carry_out, command_path, offers, required
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import EVERYBODY, Card, row
from cogs.common.buttons import Button, Menu
from cogs.common.context import Context
from cogs.common.forms import Form, Line, OneOf, field
from cogs.common.report import reply

Command = app_commands.Command[Any, ..., Any]
NAME = r"[a-z-]{1,32}(?: [a-z-]{1,32}){0,2}"
IN_A_MENU = 25
LABEL, OFFER, ROOM = 45, 100, 5
MOST_ASKED = 5_000
WORDS = 1_000


def command_of(bot: Bot, name: str) -> Command | None:
    """Return the slash command with this full name."""
    group, *rest = name.split()
    found: Any = bot.tree.get_command(group)
    for part in rest:
        found = found.get_command(part) if isinstance(found, app_commands.Group) else None
    return cast("Command", found) if isinstance(found, app_commands.Command) else None


def can_be_asked(command: Command) -> bool:
    """Whether a form can ask for every option that a command needs: text, or one of its choices."""
    return all(one.type is discord.AppCommandOptionType.string for one in required(command))


class Asked:
    """What each member last asked for when a question came back; kept in memory only."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[str, Mapping[str, str]]] = {}

    def keep(self, user_id: int, command: str, given: Mapping[str, str]) -> None:
        """Keep the command that somebody used, and its options."""
        self._asked.pop(user_id, None)
        if len(self._asked) >= MOST_ASKED:
            self._asked.pop(next(iter(self._asked)))
        self._asked[user_id] = (command, given)

    def name(self, user_id: int) -> str:
        """Return the command kept for somebody, '' for none."""
        return self._asked.get(user_id, ("", {}))[0]

    def take(self, user_id: int) -> tuple[str, Mapping[str, str]]:
        """Return what is kept for somebody, and forget it."""
        return self._asked.pop(user_id, ("", {}))


def asked_for(interaction: discord.Interaction[Any]) -> tuple[str, Mapping[str, str]]:
    """Return the command that was used, however it was started, and its options; '' for anything else."""
    doing = interaction.extras.get("doing")
    if doing is not None:
        return cast("tuple[str, Mapping[str, str]]", doing)
    if interaction.type is not discord.InteractionType.application_command:
        return "", {}
    return command_path(cast("dict[str, Any]", interaction.data or {}))


def keep(interaction: discord.Interaction[Any]) -> None:
    """Keep the current command, to continue once it has what it lacked."""
    command, given = asked_for(interaction)
    if command:
        cast("Bot", interaction.client).part(Asked).keep(interaction.user.id, command, given)


class GoOn(Button, name="go-on"):
    """'Go on with what I typed': runs the kept command."""

    audience = EVERYBODY
    style = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Run it. Raises UserError: it is no longer kept."""
        name, given = ctx.bot.part(Asked).take(ctx.user_id)
        command = command_of(ctx.bot, name) if name else None
        if command is None:
            raise UserError("errors.typed_gone")
        await do(ctx.interaction, command, given)


def going_on(ctx: Context) -> list[GoOn]:
    """Return the button that continues what somebody asked for, if anything is kept."""
    name = ctx.bot.part(Asked).name(ctx.user_id)
    return [GoOn(label=ctx.text("doing.go_on.button", command=name))] if name else []


class Do(Button, name="do"):
    """A button that runs a command; `value` is its first option.

    It is for everybody, as the command is: the command itself checks permissions.
    """

    audience = EVERYBODY

    command: Annotated[str, NAME]
    value: Annotated[str, r"[^:]{1,60}"] | None = None

    async def press(self, ctx: Context) -> None:
        """Run the command, or ask for what is missing."""
        command = command_of(ctx.bot, self.command)
        if command is None:
            raise UserError("errors.button_gone")
        first = next(iter(required(command)), None)
        given = {first.display_name: self.value} if first is not None and self.value is not None else {}
        await do(ctx.interaction, command, given)


class DoWith(Menu, name="do-with"):
    """The choice of an option that a command needs: its only one, or the one of that name."""

    audience = EVERYBODY

    command: Annotated[str, NAME]
    option: Annotated[str, r"[a-z_]{1,32}"] | None = None

    async def press(self, ctx: Context) -> None:
        """Run the command with the choice."""
        command = command_of(ctx.bot, self.command)
        chosen = self.chosen
        if command is None or len(chosen) != 1:
            raise UserError("errors.button_gone")
        name, kept = ctx.bot.part(Asked).take(ctx.user_id)
        given = dict(kept) if name == self.command else {}
        option = self.option or next(one.display_name for one in required(command))
        await do(ctx.interaction, command, given | {option: chosen[0]})


async def do(interaction: discord.Interaction[Any], command: Command, given: Mapping[str, str]) -> None:
    """Run a command as if it had been typed, or ask for its required options.

    Raises:
        UserError: it works only in servers, and this is a direct message.
    """
    bot = cast("Bot", interaction.client)
    name = command.qualified_name
    if interaction.guild_id is None and not (is_personal(name) or name in PRESSED):
        raise UserError("errors.only_in_server")
    interaction.extras["doing"] = (name, dict(given))
    missing = [one for one in required(command) if one.display_name not in given]
    if not missing:
        await carry_out(command, interaction, given)
        return
    choices = await offers(command, interaction, missing[0]) if len(missing) == 1 else ()
    if len(missing) == 1 and (missing[0].autocomplete or missing[0].choices):
        await reply(interaction, asking_card(bot, command, choices))
        return
    if given:
        bot.part(Asked).keep(interaction.user.id, command.qualified_name, given)
    names = [one.display_name for one in missing]
    await interaction.response.send_modal(
        DoForm(bot.texts, command=command.qualified_name, names=",".join(names))
    )


def choose(
    interaction: discord.Interaction[Any], option: str, names: Sequence[tuple[str, str]], *, typed: str = ""
) -> tuple[ui.Item[Any], ...]:
    """Return the menu of choices (names, values) for an option of the current command, keeping its other options.

    `option` is its name; '' for the one in which that was `typed`.
    """
    bot, (command, given) = cast("Bot", interaction.client), asked_for(interaction)
    if not option and typed:
        option = next((name for name, value in given.items() if value.strip().startswith(typed)), "")
    if not command or not names or not option:
        return ()
    bot.part(Asked).keep(interaction.user.id, command, given)
    return (do_with(bot.texts("doing.menu.label"), command, names, option=option),)


def typed_instead(bot: Bot, command: str, count: int, most: int = IN_A_MENU) -> Markup | None:
    """Return how to name what a menu of `most` things has no room for; None when it has all `count` of them."""
    return bot.texts("doing.typed", command=bot.mention(command)) if count > most else None


def do_with(
    label: Markup, command: str, offers: Sequence[tuple[str, str]], *, option: str | None = None
) -> DoWith:
    """Return the menu of offers (label and value) that runs a command with the choice."""
    options = [
        discord.SelectOption(label=name[:OFFER], value=value[:OFFER]) for name, value in offers[:IN_A_MENU]
    ]
    return DoWith(label=label, command=command, option=option, options=options)


def asking_card(bot: Bot, command: Command, choices: Sequence[app_commands.Choice[Any]]) -> Card:
    """Return the card that asks for the one option that a command needs."""
    texts, mention = bot.texts, bot.mention(command.qualified_name)
    title = texts("doing.title", summary=Markup(command.description))
    if not choices:
        return Card(title, texts("doing.nothing", command=mention))
    return Card(
        title,
        row(
            do_with(
                texts("doing.menu.label"),
                command.qualified_name,
                [(one.name, str(one.value)) for one in choices],
            )
        ),
        texts("doing.typed", command=mention),
    )


class DoForm(Form, name="do"):
    """The form for the options that a command needs: text, or one of its choices."""

    audience = EVERYBODY

    command: Annotated[str, NAME]
    names: Annotated[str, r"[a-z_]{1,32}(?:,[a-z_]{1,32}){0,4}"]

    def __init__(self, texts: Texts, *, command: str, names: str) -> None:
        self.path = f"commands.{command.replace(' ', '.')}"
        if not all(f"{self.path}.{name}.hint" in texts for name in names.split(",")):
            raise UserError("errors.button_gone")
        title = Markup(shorten(texts(f"{self.path}.summary"), LABEL, placeholder="…"))
        super().__init__(texts, title=title, command=command, names=names)

    def lines(self) -> Iterable[Line | OneOf]:
        """Return a field for each option, a menu where it has choices."""
        for name in self.names.split(","):
            path = f"{self.path}.{name}"
            keys = [key for key in self.texts.under(path) if key.endswith(".choice")]
            choices = [key.split(".")[-2] for key in keys[:IN_A_MENU]]
            yield OneOf(*choices, name=name, words=path) if choices else Line(WORDS, name=name)

    def put(self, texts: Texts, name: str, item: ui.Item[Any]) -> None:
        """Add a field named like the option."""
        self.add_item(field(Markup(name.capitalize()), item, texts(f"{self.path}.{name}.hint")))

    async def send(self, ctx: Context) -> None:
        """Run the command. Raises UserError: the command no longer exists."""
        command = command_of(ctx.bot, self.command)
        if command is None:
            raise UserError("errors.button_gone")
        name, kept = ctx.bot.part(Asked).take(ctx.user_id)
        await do(ctx.interaction, command, (dict(kept) if name == self.command else {}) | self.typed)
