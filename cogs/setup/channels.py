"""`/setup change`, section Channels: which channels the bot uses, including the one for everybody."""

import discord
from discord import ui

from bot.errors import UserError
from bot.known import missing_permissions
from bot.texts import Markup
from cogs.common.base import Card, fitting, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.forms import Form, Pick
from cogs.setup.checks import channels_named
from cogs.setup.form import SetUp
from db import guilds


class ChooseCommon(Button, name="setup:common"):
    """'Choose the channel for everybody'."""

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with the present channel."""
        ctx.must_manage()
        await ctx.open(CommonForm(ctx.texts, typed={"channel": guilds.common_channel(ctx.guild)}))


class CommonForm(Form, name="setup_common", words="setup.common"):
    """The form for the channel where what concerns everybody is posted once."""

    channel = Pick(ui.ChannelSelect, channel_types=[discord.ChannelType.text, discord.ChannelType.news])

    async def send(self, ctx: Context) -> None:
        """Store the choice, and show the channels."""
        ctx.must_manage()
        chosen = self.channel
        channel = chosen.resolve()
        missing = missing_permissions(channel) if isinstance(channel, discord.TextChannel) else []
        if missing:
            raise UserError(
                "meetings.channel.permission",
                channel=Markup(chosen.mention),
                permission=", ".join(ctx.text(f"permissions.{found}") for found in missing),
            )
        await ctx.set_up(lambda _: None, common_channel_id=chosen.id)
        await show_channels(await Context.anywhere(ctx.interaction))


async def show_channels(ctx: Context) -> None:
    """Show the channels in the set-up, with buttons to change them."""
    ctx.must_manage()
    texts = ctx.texts
    named, regions = channels_named(ctx.guild, texts)
    buttons = row(
        ChooseCommon(label=texts("setup.common.button")),
        SetUp(label=texts("setup.channels.button"), style=discord.ButtonStyle.secondary),
    )
    await ctx.reply(
        Card(
            texts("setup.channels.title"), line(*named), fitting(regions, texts, room=1_200) or None, buttons
        )
    )
