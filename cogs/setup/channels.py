"""`/setup change`, section Channels: which channels the bot uses, including the one for everybody."""

import discord
from discord import ui

from cogs.common.base import Card, fitting, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context, nothing
from cogs.common.forms import Form, Pick
from cogs.common.permissions import must_be_usable
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
        if isinstance(channel := chosen.resolve(), discord.TextChannel):
            must_be_usable(ctx, channel)
        await ctx.set_up(nothing, settings={"common_channel_id": chosen.id})
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
