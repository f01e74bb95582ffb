"""What comes after something was done: a note, taking it back, and suggestions in private."""

import re
from typing import Any

import discord

from bot.app import Bot
from bot.texts import Texts
from cogs.common.base import GUILD, MEMBERS, ONESELF, Action, Card, Form, number_in, reply, row
from db import campaigns

NOTE_LENGTH = 300


class Undo(Action, template=r"deed:undo:(?P<deed>\d{1,9})"):
    """'Undo' of something done."""

    audience = ONESELF

    deed_id: int

    def __init__(self, deed_id: int, texts: Texts) -> None:
        super().__init__(f"deed:undo:{deed_id}", texts("campaigns.done.undo.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the deed out of the custom_id."""
        self.deed_id = int(match["deed"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Take it back."""
        await bot.store.write(campaigns.undo, self.deed_id, user_id=interaction.user.id)
        await reply(interaction, Card(bot.texts("campaigns.done.undone")))


class AddNote(Action, template=r"deed:note:(?P<deed>\d{1,9})"):
    """'Add a note'."""

    audience = ONESELF

    deed_id: int

    def __init__(self, deed_id: int, texts: Texts) -> None:
        super().__init__(f"deed:note:{deed_id}", texts("campaigns.done.note.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the deed out of the custom_id."""
        self.deed_id = int(match["deed"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        await interaction.response.send_modal(NoteForm(bot.texts, str(self.deed_id)))


class NoteForm(Form):
    """A note for oneself."""

    audience = ONESELF

    name = "deed"

    def __init__(self, texts: Texts, state: str) -> None:
        super().__init__(texts("campaigns.done.note.modal"), state)
        label, hint = texts("campaigns.done.note.label"), texts("campaigns.done.note.hint")
        self.note = self.ask("note", label, hint, most=NOTE_LENGTH, long=True)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "NoteForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Keep the note."""
        note, deed_id, texts = " ".join(self.note.value.split()), int(self.state), bot.texts
        deed = await bot.store.write(campaigns.annotate, deed_id, user_id=interaction.user.id, note=note)
        words = texts("campaigns.done.your_note", note=deed.note) if deed.note else None
        await reply(
            interaction,
            Card(texts("campaigns.done.noted"), words, row(AddNote(deed_id, texts), Undo(deed_id, texts))),
        )


class Privately(Action, template=r"privately:" + GUILD + r":(?P<on>on|off)"):
    """'Send me these in private', and 'No more in private'."""

    audience = MEMBERS

    guild_id: int
    on: bool

    def __init__(self, guild_id: int, on: bool, texts: Texts) -> None:
        word = "start" if on else "stop"
        super().__init__(
            f"privately:{guild_id}:{'on' if on else 'off'}", texts(f"campaigns.private.{word}.button")
        )

    def read(self, match: re.Match[str]) -> None:
        """Take server and answer out of the custom_id."""
        self.guild_id, self.on = int(match["guild"]), match["on"] == "on"
        if not self.on:
            self.audience = ONESELF  # whoever left is not kept from stopping it

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store it, and say so."""
        guild_id = interaction.guild_id or self.guild_id
        await privately(interaction, bot, guild_id, on=self.on)


async def privately(interaction: discord.Interaction[Any], bot: Bot, guild_id: int, *, on: bool) -> None:
    """Store whether somebody wants suggestions in private, and say so."""
    texts = bot.texts
    fresh = await bot.store.write(
        campaigns.wish, interaction.user.id, guild_id=guild_id, on=on, now=bot.clock.now()
    )
    plan = await bot.store.read(campaigns.plan_of, guild_id)
    if on:
        off = None if plan is not None and plan.enabled else texts("campaigns.private.plan_off")
        await reply(
            interaction, Card(texts("campaigns.private.on"), off, row(Privately(guild_id, False, texts)))
        )
        return
    words = texts("campaigns.private.off") if fresh else texts("campaigns.private.nothing")
    await reply(interaction, Card(words, row(Privately(guild_id, True, texts))))
