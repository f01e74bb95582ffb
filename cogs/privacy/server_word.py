"""The warning to the installer, a week before what is stored of a server is erased."""

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.privacy import Keep
from cogs.common.base import Card
from cogs.common.times import written
from db import guilds
from db.models import Delivery


async def server_word(delivery: Delivery, *, bot: Bot, keep: Keep) -> Outgoing | Skip:
    """Return the word, or why it is not said any more."""
    record = await bot.store.read(guilds.load, delivery.guild_id)
    if record is None or record.left_at is None or (told := record.erase_told_at) is None:
        return Skip("server_back")
    texts, zone = bot.texts, bot.zone_of(record)
    words = texts(
        "privacy.server.words",
        server=f"https://discord.com/channels/{record.id}",
        left=written(record.left_at, zone),
        erased=written(max(record.left_at + keep.leaving, told + keep.warned), zone),
    )
    return Outgoing(Card(texts("privacy.server.title"), words))
