"""Help for a member who meets abuse: what to do now, and a note that only the organisers see."""

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.errors import UserError
from bot.texts import Markup, Texts, plain_lines
from bot.ui.base import IN_SERVER, RED, SNOWFLAKE, Action, Card, Form, field, line, reply, row
from db import guidance
from db.models import Guild, HelpCall
from db.privacy import consents

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.app import Bot

WORDS = 1_000
PURPOSE = "help"


class Tell(Action, template=r"help:tell"):
    """'Tell the organisers'."""

    audience = IN_SERVER

    def __init__(self, texts: Texts) -> None:
        super().__init__(
            "help:tell", texts("guidance.support.tell.button"), style=discord.ButtonStyle.primary
        )

    async def act(self, interaction: discord.Interaction[Any], bot: "Bot") -> None:
        """Open the form."""
        await open_form(interaction, bot)


async def open_form(
    interaction: discord.Interaction[Any], bot: "Bot", *, about: discord.Message | None = None
) -> None:
    """Open the form for a note to the organisers, about a message if there is one.

    Raises:
        UserError: there is no private channel for organisers, or this member has sent enough for today.
    """
    await may_tell(interaction, bot)
    state = f"{about.channel.id}:{about.id}" if about is not None else ""
    await interaction.response.send_modal(HelpForm(bot.texts, state))


async def may_tell(interaction: discord.Interaction[Any], bot: "Bot") -> Guild:
    """Return the server whose organisers can be told.

    Raises:
        UserError: in a DM, without a private channel for organisers, or after enough notes within a day.
    """
    if interaction.guild_id is None:
        raise UserError("guidance.support.in_private", command=bot.mention("guidance support"))
    record = await bot.guild_record(interaction.guild_id)
    if record is None or record.organisers_channel_id is None:
        raise UserError("guidance.support.nobody")
    if interaction.guild is None or not private(interaction.guild, record.organisers_channel_id):
        raise UserError("guidance.support.open")
    lately = await bot.store.read(guidance.calls_lately, record.id, interaction.user.id, now=bot.clock.now())
    if lately >= guidance.CALLS_A_DAY:
        raise UserError("guidance.support.often", count=str(lately))
    return record


def private(guild: discord.Guild, channel_id: int) -> bool:
    """Whether a channel is there and hidden from those who have no role."""
    channel = guild.get_channel(channel_id)
    return channel is not None and not channel.permissions_for(guild.default_role).view_channel


class HelpForm(Form):
    """What has happened, in their own words, and whether the organisers may know their name."""

    audience = IN_SERVER

    name = "help"

    def __init__(self, texts: Texts, state: str = "") -> None:
        super().__init__(texts("guidance.support.form.modal"), state)
        self.words = ui.TextInput[Any](
            custom_id="words", style=discord.TextStyle.paragraph, max_length=WORDS, required=False
        )
        self.consent = ui.Select[Any](
            custom_id="consent",
            options=[
                discord.SelectOption(label=texts(f"guidance.support.name.{choice}.choice"), value=choice)
                for choice in ("yes", "no")
            ],
        )
        for name, item in (("words", self.words), ("name", self.consent)):
            self.add_item(
                field(texts(f"guidance.support.{name}.label"), item, texts(f"guidance.support.{name}.hint"))
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "HelpForm":
        """Build the form again for an answer that comes after a restart."""
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: "Bot") -> None:
        """Owe the organisers the note, and thank the member."""
        record = await may_tell(interaction, bot)
        found = re.fullmatch(f"({SNOWFLAKE}):({SNOWFLAKE})", self.state)
        named, texts = self.consent.values == ["yes"], bot.texts
        channel_id, message_id = (int(found[1]), int(found[2])) if found else (None, None)
        words, now, user_id = self.words.value.strip(), bot.clock.now(), interaction.user.id
        wording = (
            texts("guidance.support.name.label")
            + " "
            + texts(f"guidance.support.name.{'yes' if named else 'no'}.choice")
        )

        def store(session: "Session") -> HelpCall | None:
            consents.agree(
                session, guild_id=record.id, user_id=user_id, purpose=PURPOSE, wording=wording, now=now
            )
            return guidance.call(
                session,
                record.id,
                user_id=user_id,
                named=named,
                words=words,
                channel_id=channel_id,
                message_id=message_id,
                organisers_channel_id=record.organisers_channel_id or 0,
                now=now,
            )

        if await bot.store.write(store) is None:
            raise UserError("guidance.support.often", count=str(guidance.CALLS_A_DAY))
        heard = texts("guidance.support.sent_named" if named else "guidance.support.sent_nameless")
        await reply(
            interaction,
            Card(texts("guidance.support.sent"), line(heard, texts("guidance.support.meanwhile"))),
        )


async def support_card(interaction: discord.Interaction[Any], bot: "Bot") -> Card:
    """Return what to do now, and the way to the organisers if there is one."""
    texts = bot.texts
    tell: Markup
    button: ui.Item[Any] | None = None
    try:
        await may_tell(interaction, bot)
        tell, button = texts("guidance.support.the_way"), row(Tell(texts))
    except UserError as problem:
        tell = texts(problem.key, **problem.fields)
    return Card(texts("guidance.support.title"), texts("guidance.support.now"), tell, button)


def note_card(call: HelpCall, texts: Texts) -> Card:
    """Return the note as the organisers see it."""
    who = (
        texts("guidance.support.note.who", who=Markup(f"<@{call.user_id}>"))
        if call.named
        else texts("guidance.support.note.nameless")
    )
    about = None
    if call.channel_id is not None and call.message_id is not None:
        link = f"https://discord.com/channels/{call.guild_id}/{call.channel_id}/{call.message_id}"
        about = texts("guidance.support.note.about", link=Markup(link))
    words = (
        texts("guidance.support.note.words", words=Markup(plain_lines(call.words).replace("\n", "\n> ")))
        if call.words
        else texts("guidance.support.note.no_words")
    )
    return Card(
        texts("guidance.support.note.title"),
        line(who, about),
        words,
        texts("guidance.support.note.care"),
        colour=RED,
    )
