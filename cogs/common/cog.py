"""Sets up what all features share: errors reach the person, and sensitive content waits behind a button."""

from bot.app import Bot
from cogs.common import buttons, forms
from cogs.common.charts import Charts
from cogs.common.doing import Asked, choose, keep
from cogs.common.notice import ShowAll, sealed
from cogs.common.report import report
from cogs.common.servers import Servers
from cogs.common.typed import Typed, again


async def setup(bot: Bot) -> None:
    """Set it up before any feature; all modules are loaded, so that their declarations are known."""
    bot.add_dynamic_items(*buttons.declared())
    for form in forms.declared():
        bot.forms.add(form)
    bot.hooks.report = report
    bot.hooks.again = again
    label = bot.texts("deliveries.whole.button")
    bot.sender.wording.whole = lambda delivery: ShowAll(label=label, delivery=delivery.id)
    bot.sender.wording.sealed = lambda delivery, outgoing: sealed(delivery, outgoing, bot.texts)
    servers = Servers(bot)
    bot.hooks.server, bot.hooks.ways = servers.meant, servers.ways
    bot.hooks.choose = choose
    bot.hooks.keep = keep
    bot.provide(servers)
    bot.provide(Asked())
    bot.provide(Charts())
    bot.provide(Typed())
