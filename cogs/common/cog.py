"""What all features share is put in place: errors reach the person, and what is sensitive waits behind a button."""

from bot.app import Bot
from cogs.common.charts import Charts
from cogs.common.doing import Asked, Do, DoForm, DoWith, choose
from cogs.common.report import report
from cogs.common.sealed import ShowIt, sealed
from cogs.common.servers import InServer, Servers
from cogs.common.typed import Typed, TypedAgain, again


async def setup(bot: Bot) -> None:
    """Put it in place, before any feature."""
    bot.hooks.report = report
    bot.hooks.again = again
    bot.sender.wording.sealed = lambda delivery, outgoing: sealed(delivery, outgoing, bot.texts)
    bot.add_dynamic_items(Do, DoWith, InServer, ShowIt, TypedAgain)
    bot.forms.add(DoForm)
    servers = Servers(bot)
    bot.hooks.server, bot.hooks.ways = servers.meant, servers.ways
    bot.hooks.choose = choose
    bot.provide(servers)
    bot.provide(Asked())
    bot.provide(Charts())
    bot.provide(Typed())
