"""What every card, button and form stands on: safe defaults, and errors that reach the person.

A card never waits in memory: its buttons are found by their custom_id after any restart.
"""

import re
from collections.abc import Iterable
from typing import Any, cast

import discord
from discord import ui
from discord.ui.select import BaseSelect

from bot.app import Bot
from bot.discord_client import StatefulForm
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.audience import (
    EVERYBODY,
    IN_SERVER,
    MEMBERS,
    ONESELF,
    Declared,
    admit,
    members_of,
)
from cogs.common.buttons import SNOWFLAKE
from cogs.common.context import Context
from cogs.common.report import report

__all__ = [
    "EVERYBODY",
    "IN_SERVER",
    "MEMBERS",
    "ONESELF",
    "Card",
    "Form",
    "field",
    "fitting",
    "line",
    "members_of",
    "row",
]

BLUE = discord.Colour(0x3B5BA5)
GREY = discord.Colour(0x6B7280)
RED = discord.Colour(0xA33A3A)

SAY_GAPS = frozenset({"meeting", "report", "campaign", "comms", "comms-decline"})
"""Forms that say themselves which required field is empty, and keep what else was typed."""
LONGEST_FIELD = 4_000
"""Characters that Discord lets somebody type where a form says no less."""
# Of the 4,000 characters of a card; the rest is for what stands around a list.
LIST_ROOM = 3_000
GUILD = f"(?P<guild>{SNOWFLAKE})"


class Card(ui.LayoutView):
    """A message of containers; 4,000 characters and 40 components at the most."""

    def __init__(self, *blocks: ui.Item[Any] | Markup | None, colour: discord.Colour = BLUE) -> None:
        super().__init__(timeout=None)
        items = [ui.TextDisplay[Any](block) if isinstance(block, str) else block for block in blocks if block]
        self.add_item(ui.Container[Any](*items, accent_colour=colour))


def with_files(card: Card, words: Markup, files: Iterable[discord.File]) -> Card:
    """Return a card with files below it, introduced by `words`.

    They go in one answer: a second one that Discord loses could not be sent again, and nobody would know.
    """
    card.add_item(ui.TextDisplay[Any](words))
    for file in files:
        card.add_item(ui.File[Any](file))
    return card


def line(*texts: Markup | None) -> Markup:
    """Join the texts that are there, one a line."""
    return Markup("\n".join(text for text in texts if text))


def fitting(entries: Iterable[Markup], texts: Texts, *, between: str = "\n", room: int = LIST_ROOM) -> Markup:
    """Join as many entries as fit in `room` characters, and say how many more there are."""
    entries = list(entries)
    shown: list[str] = []
    for entry in entries:
        room -= len(entry) + len(between)
        if room < 0:
            break
        shown.append(entry)
    if left := len(entries) - len(shown):
        shown.append(texts.count("cards.more", left))
    return Markup(between.join(shown))


def row(*buttons: ui.Item[Any] | None) -> ui.ActionRow[Any]:
    """Return a row of at most five buttons."""
    return ui.ActionRow[Any](*[button for button in buttons if button])


class Form(Declared, StatefulForm):
    """A form whose custom_id carries its whole state: a form sent after a restart still arrives.

    A subclass gives `name` and for whom it is (`audience`), builds its fields, tells `rebuilt` how to build them
    again from the state, and works in `send`. No form waits in memory: `Bot.on_interaction` finds it by its name.
    """

    admitted = False
    """Whether its sender may use it: others get nothing back."""

    def __init__(self, title: Markup, state: str = "") -> None:
        super().__init__(title=title, custom_id=f"form:{self.name}:{state}", timeout=None)
        self.state = state

    def ask(
        self,
        name: str,
        label: Markup,
        hint: Markup,
        *,
        most: int,
        required: bool = True,
        long: bool = False,
        typed: str | None = None,
    ) -> ui.TextInput[Any]:
        """Add a field of `most` characters and return it.

        `long` gives it several lines; `typed` fills it in, cut to what it takes: Discord refuses a form that has more.
        """
        asked = ui.TextInput[Any](
            custom_id=name,
            required=required,
            max_length=most,
            style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
            default=(typed or "")[:most] or None,
        )
        self.add_item(field(label, asked, hint))
        return asked

    @property
    def about(self) -> int:
        """The number of the stored thing that the form is about, with which its state begins."""
        return int(self.state.partition(".")[0])

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form on."""
        bot = cast("Bot", interaction.client)
        await bot.facts.speak_for(interaction.guild_id)
        ctx = await admit(interaction, bot, self)
        if interaction.guild_id is None:
            await bot.facts.speak_in(interaction)
        self.admitted = True
        self.check()
        await self.send(ctx)
        bot.dispatch("form_sent", interaction, self)

    def check(self) -> None:
        """Hold what was sent against the form: Discord's own client does, but what is sent in its name need not.

        Raises:
            UserError: words that are too long, or show nothing where some are needed, or a choice that is none.
        """
        items = list(self.walk_children())
        for item in items:
            if isinstance(item, ui.TextInput):
                label, length, most = self._label_of(item), len(item.value), item.max_length or LONGEST_FIELD
                if length > most:
                    raise UserError("errors.form_long", field=label, most=most, length=length)
                if item.required and not item.value.strip() and self.name not in SAY_GAPS:
                    raise UserError("errors.form_blank", field=label)
        for item in items:
            if isinstance(item, BaseSelect) and not item.min_values <= len(item.values) <= item.max_values:
                raise UserError("errors.form_gap")
            # Of a role, channel or member that Discord does not describe there is the bare number.
            if (
                isinstance(item, BaseSelect)
                and not isinstance(item, ui.Select)
                and any(isinstance(value, str | discord.Object) for value in item.values)
            ):
                raise UserError("errors.form_unresolved")

    def _label_of(self, item: ui.Item[Any]) -> str:
        labels = (child for child in self.children if isinstance(child, ui.Label))
        return next((label.text for label in labels if label.component is item), "")

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Say what went wrong to the person, and give back what they typed."""
        bot = cast("Bot", interaction.client)
        await report(interaction, error, bot.hooks.again(interaction, self) if self.admitted else ())

    async def for_retry(self, ctx: Context) -> "Form":
        """Return the form to be filled in once more, where it differs from the one that was rebuilt."""
        return self

    async def send(self, ctx: Context) -> None:
        """Do what the form asks for."""
        raise NotImplementedError


def number_in(state: str) -> str:
    """Return the state of a form that is the number of one stored thing.

    Raises:
        UserError: it is none: forged, or of an older version.
    """
    if re.fullmatch(r"\d{1,9}", state) is None:
        raise UserError("errors.button_gone")
    return state


def field(label: Markup, component: ui.Item[Any], hint: Markup | None = None) -> ui.Label[Any]:
    """Return a labelled field of a form; of a choice, whether it may be left out follows from its `min_values`."""
    if isinstance(component, BaseSelect):
        component.required = component.min_values > 0  # the library says 'not required' unless it is told
    return ui.Label[Any](text=label, component=component, description=hint)
