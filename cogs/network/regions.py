"""The networks of a server, and finding the one meant."""

from discord import app_commands

from bot.app import Bot
from cogs.common.context import Context, Used, server_meant
from cogs.common.options import FreeTextAutocomplete, Offers, by_name
from cogs.common.permissions import all_networks
from cogs.common.pick import pick
from db.membership.models import Network


async def the_network(ctx: Context, words: str | None) -> Network:
    """Return the named network, or that of this channel's region.

    Raises:
        UserError: it is unknown (with the nearest name), or none was named outside a region's channel.
    """
    found = await all_networks(ctx.bot, ctx.guild)
    if words is not None:
        return pick(words, found, ctx.texts, "region")
    if ctx.region is not None:
        for network in found:
            if network.region_id == ctx.region.id:
                return network
    raise ctx.which("network.find.which", [network.name for network in found])


class NetworkOption(FreeTextAutocomplete):
    """The name of a network's region, whether it has a channel here or not."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the regions and Wales."""
        record = await bot.guild_record(await server_meant(interaction))
        if record is None:
            return []
        return by_name(typed, [network.name for network in await all_networks(bot, record)])


RegionName = app_commands.Transform[str, NetworkOption]
