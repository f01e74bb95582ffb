"""Nothing typed is lost: a form that was refused comes back, filled in, with one press."""

import re
from collections.abc import Mapping
from typing import Any, cast

import discord
from discord import ui
from discord.ui.select import BaseSelect

from bot.app import Bot
from bot.discord_client import StatefulForm, sent_fields
from bot.errors import UserError
from bot.texts import Texts
from cogs.common.base import EVERYBODY, LONGEST_FIELD, Action, Form
from cogs.common.kept_forms import Fields, Typed

KINDS = {
    ui.UserSelect: discord.SelectDefaultValueType.user,
    ui.RoleSelect: discord.SelectDefaultValueType.role,
    ui.ChannelSelect: discord.SelectDefaultValueType.channel,
}


class TypedAgain(Action, template=r"typed:(?P<word>[0-9a-f]{16})"):
    """'Change what I typed': the form as it was sent, for whoever sent it."""

    audience = EVERYBODY

    word: str

    def __init__(self, word: str, texts: Texts) -> None:
        super().__init__(f"typed:{word}", texts("errors.typed.button"), style=discord.ButtonStyle.primary)

    def read(self, match: re.Match[str]) -> None:
        """Take the word out of the custom_id."""
        self.word = match["word"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form.

        Raises:
            UserError: it is no longer kept, or was somebody else's.
        """
        kept = bot.part(Typed).find(self.word, interaction.user.id, now=bot.clock.now())
        if kept is None:
            raise UserError("errors.typed_gone")
        form = bot.rebuilt(kept.custom_id)
        assert isinstance(form, Form)  # noqa: S101 - features have no others
        form = await form.anew(interaction, bot)
        fill(form, kept.fields)
        await interaction.response.send_modal(form)


def sent_in(interaction: discord.Interaction[Any], form: StatefulForm) -> tuple[str, Fields]:
    """Return the custom_id of a form that was sent, and what its fields hold, each cut to what it takes."""
    texts = (item for item in form.walk_children() if isinstance(item, ui.TextInput))
    most = {item.custom_id: item.max_length or LONGEST_FIELD for item in texts}
    data = cast("Mapping[str, Any]", interaction.data or {})
    fields: dict[str, str | list[str]] = {}
    for item in sent_fields(data.get("components")):
        values: list[Any] | None = item.get("values")
        words = str(item.get("value") or "")
        name = str(item.get("custom_id", ""))
        fields[name] = words[: most.get(name, 0)] if values is None else [str(one) for one in values]
    return str(data.get("custom_id", "")), fields


def fill(form: Form, fields: Fields) -> None:
    """Put into a form what was typed and chosen, as far as it still takes it."""
    for item in form.walk_children():
        said = fields.get(getattr(item, "custom_id", ""))
        if said is None:
            continue
        if isinstance(item, ui.TextInput) and isinstance(said, str):
            item.default = said[: item.max_length or LONGEST_FIELD] or None
        elif isinstance(item, ui.Select) and not isinstance(said, str):
            chosen = list(said)[: item.max_values]
            for option in item.options:
                option.default = option.value in chosen
        elif isinstance(item, BaseSelect) and not isinstance(said, str):
            kind = next((name for select, name in KINDS.items() if isinstance(item, select)), None)
            if kind is not None:
                numbers = [int(one) for one in said if one.isdecimal()][: item.max_values]
                cast("ui.RoleSelect[Any]", item).default_values = [
                    discord.SelectDefaultValue(id=number, type=kind) for number in numbers
                ]


def again(interaction: discord.Interaction[Any], form: StatefulForm) -> tuple[ui.Item[Any], ...]:
    """Keep what stands in a form that is refused, and return the button that brings it back."""
    bot = cast("Bot", interaction.client)
    kept = bot.part(Typed).keep(interaction.user.id, *sent_in(interaction, form), now=bot.clock.now())
    return (TypedAgain(kept, bot.texts),)
