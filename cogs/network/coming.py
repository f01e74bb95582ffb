"""`/network next`: the next meeting of each of somebody's networks, or of another region."""

from collections.abc import Sequence

from bot.errors import UserError
from cogs.common.base import MEMBERS
from cogs.common.buttons import GuildId, PagedMenu
from cogs.common.context import Context
from cogs.common.networks import all_networks
from cogs.network import cards
from cogs.network.regions import network_of, the_network
from db.membership.models import Network
from db.network import coming, networks


async def show(ctx: Context) -> None:
    """Show the next meetings of somebody's networks or, if they have none, of this channel's region."""
    mine = list(await ctx.read(networks.joined, ctx.user_id))
    if not mine and ctx.region is not None:
        mine = [await the_network(ctx, None)]
    await _reply(ctx, mine)


async def _reply(ctx: Context, asked: Sequence[Network]) -> None:
    following = await ctx.read(coming.next_of)
    known = {one.region_id: one for one in await all_networks(ctx.bot, ctx.guild)}
    offers = [(known[one].name, str(known[one].id)) for one in known if one is not None]
    label = ctx.text("network.next.region.label")
    menu = NextIn.rows(label, offers, guild=ctx.guild_id)
    await ctx.reply(cards.next_card(ctx, asked, following, *menu))


class NextIn(PagedMenu, name="network:next"):
    """The menu of regions, for what is next in one of them."""

    audience = MEMBERS

    guild: GuildId

    async def press(self, ctx: Context) -> None:
        """Show it. Raises UserError: there is no such region here."""
        number = self.the_one()
        if not number.isdecimal() or len(number) > 9:
            raise UserError("errors.button_gone")
        await _reply(ctx, [await network_of(ctx, int(number))])
