"""The card for somebody who may be in danger: whom to turn to now, and nothing else.

It replaces the answer to a question, and comes privately after everything else that somebody types, which is
never delayed. What was typed is checked once; that it was a call for help is neither stored nor counted.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, cast

import discord
from discord.ext import commands

from bot.app import Bot
from bot.delivery.message import plain
from bot.discord_client import sent_fields
from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.care import is_distress
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.context import Context
from cogs.guidance.support import tell, ways

log = logging.getLogger(__name__)

# What an interaction remembers while it is being answered.
HEARD, ANSWERED = "care.heard", "care.answered"


def typed(data: object) -> Iterator[str]:
    """Yield what somebody typed into the options of a command or the fields of a form."""
    sent = cast("Mapping[str, Any]", data or {})
    for option in sent.get("options") or ():
        yield from typed(option)
    for part in (sent, *sent_fields(sent.get("components"))):
        if isinstance(words := part.get("value"), str):
            yield words


def is_call(interaction: discord.Interaction[Any]) -> bool:
    """Whether what was typed in an interaction is a call for help; it is checked once."""
    found = interaction.extras.get(HEARD)
    if found is None:
        found = interaction.extras[HEARD] = any(is_distress(words) for words in typed(interaction.data))
    return bool(found)


async def instead(interaction: discord.Interaction[Any]) -> bool:
    """Answer a call for help with the card alone; return whether it was one."""
    if not is_call(interaction):
        return False
    interaction.extras[ANSWERED] = True
    ctx = await Context.anywhere(interaction)
    await ctx.reply(await care_card(ctx, unkept=True))
    return True


async def beside(interaction: discord.Interaction[Any]) -> None:
    """Show the card after the answer when what was typed is a call for help; never raise."""
    if interaction.extras.get(ANSWERED) or not is_call(interaction):
        return
    interaction.extras[ANSWERED] = True
    try:
        card = await care_card(await Context.anywhere(interaction))
        if interaction.response.is_done():
            await interaction.followup.send(view=card, ephemeral=interaction.guild_id is not None)
        else:
            await interaction.response.send_message(view=card, ephemeral=interaction.guild_id is not None)
    except REQUEST_FAILED:
        log.warning("could not show a card after an answer: the interaction is gone")


async def care_card(ctx: Context, *, unkept: bool = False) -> Card:
    """Return the card for the author; `unkept` if nothing of what they wrote is stored."""
    try:
        await ways(ctx)
    except UserError:
        return _card(ctx.bot, private=not ctx.in_server, unkept=unkept)
    return _card(ctx.bot, private=False, unkept=unkept, can_tell=True)


def _card(bot: Bot, *, private: bool, unkept: bool, can_tell: bool = False) -> Card:
    texts = bot.texts
    way = texts("care.card.server", command=bot.mention("guidance support")) if private else None
    return Card(
        line(texts("care.card.title"), texts("care.card.opening")),
        texts("care.card.danger"),
        line(texts("care.card.talk"), _if_checked("education", "care.card.education", texts)),
        line(texts("care.card.child"), _if_checked("child", "care.card.child_helpline", texts)),
        texts("care.card.organisers") if can_tell else way,
        row(tell(texts)) if can_tell else None,
        texts("care.card.unkept" if unkept else "care.card.private"),
    )


def _if_checked(fact: str, key: str, texts: Texts) -> Markup | None:
    """Return the text of a helpline that an admin has checked and not left out."""
    return texts(key) if texts.is_checked(fact) and texts.fact(fact) else None


class Care(commands.Cog):
    """Checks what people write to the bot in DMs for calls for help."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a call for help."""
        if message.guild is not None or message.author.bot or not is_distress(message.content):
            return
        await self.bot.facts.speak_to(message.author.id)
        try:
            await message.channel.send(
                **plain(_card(self.bot, private=True, unkept=True), private=True).shown
            )
        except REQUEST_FAILED:
            log.warning("a direct message could not be answered")


async def setup(bot: Bot) -> None:
    """Add the cog, and have it check whatever is typed."""
    bot.hooks.instead.append(instead)
    bot.hooks.beside.append(beside)
    await bot.add_cog(Care(bot))
