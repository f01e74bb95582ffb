"""Calendar feeds and their secret addresses. Part of the `/meeting` group."""

from typing import Any, Literal

import discord

from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.meetings.options import MEETING
from db.meetings import calendars


class FeedButton(Button, name="feed"):
    """'A new address' and 'Switch it off' of a feed; region 0 is the member's own."""

    do: Literal["new", "off"]
    region: Id

    async def press(self, ctx: Context) -> None:
        """Make a new address and show it once, or switch the feed off."""
        if self.region and self.region not in {region.id for region in ctx.guild.regions}:
            raise UserError("errors.button_gone")
        whose = {"guild_id": ctx.guild.id, "user_id": ctx.user_id, "region_id": self.region or None}
        if self.do == "off":
            await ctx.write(calendars.revoke, **whose)
            await ctx.reply(Card(ctx.text("calendar.off.done")))
            return
        secret = await ctx.write(calendars.make, **whose)
        key = "calendar.feed.region" if self.region else "calendar.feed.own"
        await ctx.reply(
            Card(
                line(ctx.text(key), ctx.text("calendar.feed.how")),
                Markup(f"```\n{ctx.bot.feeds.address(secret)}\n```"),
                ctx.text("calendar.feed.secret"),
                row(FeedButton(label=ctx.text("calendar.off.button"), do="off", region=self.region)),
            )
        )


@MEETING.command()
async def calendar(interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
    """Give a member an address for their calendar program."""
    ctx = await Context.of(interaction)
    chosen = ctx.the_region(region) if region else None
    if not ctx.bot.settings.calendar.address:
        raise UserError("calendar.not_served")
    words = ctx.text("calendar.explain.own")
    if chosen:
        words = ctx.text("calendar.explain.region", region=chosen.name)
    number = chosen.id if chosen else 0
    buttons = [
        FeedButton(label=ctx.text(f"calendar.{do}.button"), do=do, region=number) for do in ("new", "off")
    ]
    await ctx.reply(Card(ctx.text("calendar.title"), words, row(*buttons)))
