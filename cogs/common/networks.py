"""The networks of a server, whether their regions have a channel or not."""

from collections.abc import Sequence
from typing import cast

from bot.app import Bot
from bot.domain.network import Status
from bot.texts import Texts
from db.membership.models import Network
from db.models import Guild
from db.network import networks


def known(texts: Texts) -> list[tuple[str, Status]]:
    """Return the regions that every server begins with, and the status of each."""
    return [
        (str(texts(key)), cast("Status", str(texts(f"{key.removesuffix('.name')}.status"))))
        for key in texts.under("network.regions")
        if key.endswith(".name")
    ]


async def all_networks(bot: Bot, guild: Guild) -> Sequence[Network]:
    """Return the networks of a server, created on first use; add those of regions set up since."""
    found = await bot.store.read(networks.of_guild, guild.id)
    if networks.complete(found, guild.regions):
        return found
    return await bot.store.write(
        networks.ensure,
        guild.id,
        known=known(bot.texts),
        regions=list(guild.regions),
        seats=bot.texts.fact("forum_seats"),
    )
