"""The cog of /comms: deadlines, contributions, the editor's desk and the draft."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.comms import LONGEST, LONGEST_CREDIT
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.errors import UserError
from cogs.common.context import Context
from cogs.comms import desk, publications, setting_up
from cogs.comms import sending as sending  # registered by being imported
from cogs.comms.publications import PublicationName
from db import comms

MAIL_OUT = "mail_out"


class Comms(commands.GroupCog, group_name="comms"):
    """What the union and its networks publish."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(name="suggest", callback=_suggest)
        self._menu.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        )

    async def cog_load(self) -> None:
        """Register the menu and the kinds of delivery."""
        self.bot.tree.add_command(self._menu)

    @app_commands.command()
    async def calendar(self, interaction: discord.Interaction[Any]) -> None:
        """Show the next deadlines."""
        ctx = await Context.of(interaction)
        found = await publications.all_publications(self.bot, ctx.guild)
        await ctx.reply(publications.calendar_card(ctx, found))

    @app_commands.command()
    async def contribute(
        self,
        interaction: discord.Interaction[Any],
        publication: PublicationName,
        text: app_commands.Range[str, 1, LONGEST] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
        credit: app_commands.Range[str, 1, LONGEST_CREDIT] | None = None,
    ) -> None:
        """Submit something for a publication."""
        ctx = await Context.of(interaction)
        found = await publications.the_publication(ctx, publication)
        typed = {"words": text or "", "link": link or "", "credit": credit or ""}
        opened = publications.open_form if text is None else publications.send_in
        await opened(ctx, found.id, typed)

    @app_commands.command()
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        """Show what you submitted and what happened to it."""
        ctx = await Context.of(interaction)
        await ctx.reply(desk.mine_card(await ctx.read(comms.mine, ctx.user_id), ctx.texts))

    @app_commands.command(name="desk")
    async def desk_(
        self, interaction: discord.Interaction[Any], publication: PublicationName | None = None
    ) -> None:
        """Show the desk of a publication, or list the desks."""
        ctx = await Context.of(interaction)
        if publication is None:
            await setting_up.show_all(ctx)
            return
        found = await publications.the_publication(ctx, publication, unused=True)
        publications.must_edit(ctx, found)
        await setting_up.show_desk(ctx, found)


async def _suggest(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Suggest a message for the Monday Morning Mail-Out."""
    ctx = await Context.of(interaction)
    found = await publications.all_publications(ctx.bot, ctx.guild)
    mail_out = next((one for one in found if one.known == MAIL_OUT), None)
    if mail_out is None or not mail_out.used:
        raise UserError("comms.suggest.unused")
    await publications.suggest(ctx, message, mail_out)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Comms(bot))
