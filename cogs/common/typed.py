"""Nothing typed is lost: one press reopens a refused form, filled in.

What was typed is kept for an hour, in memory only.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, cast

import discord
from discord import ui
from discord.ui.select import BaseSelect

from bot.app import Bot
from bot.discord_client import StatefulForm, sent_fields
from bot.errors import UserError
from cogs.common.base import EVERYBODY
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.forms import LONGEST_FIELD, Form
from db.drafts import bounded

KEPT = timedelta(hours=1)
EACH, MOST = 5, 500
"""How many forms are kept for one member, and in all; a new one replaces the oldest."""
CHOICES = 25

Fields = Mapping[str, str | Sequence[str]]
"""By the custom_id of each field: text, or choices."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as submitted."""

    user_id: int
    custom_id: str
    fields: Fields
    at: datetime


class Typed:
    """Submitted forms that were refused, each under a token that only its button has."""

    def __init__(self) -> None:
        self._forms: dict[str, KeptForm] = {}

    def __len__(self) -> int:
        return len(self._forms)

    def keep(self, user_id: int, custom_id: str, fields: Fields, *, now: datetime) -> str:
        """Keep a member's form at `now` (aware), and return its token."""
        self._forms = {word: form for word, form in self._forms.items() if now - form.at < KEPT}
        theirs = [word for word, form in self._forms.items() if form.user_id == user_id]
        full = (
            theirs[: max(0, len(theirs) - EACH + 1)]
            or list(self._forms)[: max(0, len(self._forms) - MOST + 1)]
        )
        for word in full:
            del self._forms[word]
        cut = {
            name: value if isinstance(value, str) else list(value)[:CHOICES] for name, value in fields.items()
        }
        word = secrets.token_hex(8)
        self._forms[word] = KeptForm(user_id, custom_id, bounded(cut), now)
        return word

    def find(self, word: str, user_id: int, *, now: datetime) -> KeptForm | None:
        """Return a form of this member; None if it is gone or somebody else's."""
        form = self._forms.get(word)
        return form if form is not None and form.user_id == user_id and now - form.at < KEPT else None

    def forget(self, user_id: int) -> None:
        """Forget all forms of a member."""
        self._forms = {word: form for word, form in self._forms.items() if form.user_id != user_id}


KINDS = {
    ui.UserSelect: discord.SelectDefaultValueType.user,
    ui.RoleSelect: discord.SelectDefaultValueType.role,
    ui.ChannelSelect: discord.SelectDefaultValueType.channel,
}


class TypedAgain(Button, name="typed"):
    """'Change what I typed': reopens the form as submitted, for its sender."""

    audience = EVERYBODY
    style = discord.ButtonStyle.primary
    word: Annotated[str, r"[0-9a-f]{16}"]

    async def press(self, ctx: Context) -> None:
        """Open the form. Raises UserError: it is no longer kept, or is somebody else's."""
        kept = ctx.bot.part(Typed).find(self.word, ctx.user_id, now=ctx.now)
        if kept is None:
            raise UserError("errors.typed_gone")
        form = ctx.bot.rebuilt(kept.custom_id)
        assert isinstance(form, Form)  # noqa: S101 - features have no others
        form = await form.for_retry(ctx)
        fill(form, kept.fields)
        await ctx.open(form)


def sent_in(interaction: discord.Interaction[Any], form: StatefulForm) -> tuple[str, Fields]:
    """Return the custom_id of a submitted form, and its fields' values, each cut to its limit."""
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
    """Fill a form with what was typed and chosen, as far as it still fits."""
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
    """Keep the contents of a refused form, and return the button that reopens it."""
    bot = cast("Bot", interaction.client)
    kept = bot.part(Typed).keep(interaction.user.id, *sent_in(interaction, form), now=bot.clock.now())
    return (TypedAgain(label=bot.texts("errors.typed.button"), word=kept),)
