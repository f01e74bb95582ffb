"""The one place near discord.py: it survives Discord's bad days, paces requests, starts and stops the bot.

    class Bot(ResilientBot): ...

    bot = Bot(intents=..., api_base=settings.discord.api_base, busy=texts("errors.busy"))
    bot.before_stop(delivery.stop)          # finish what is under way, still connected
    await run(bot, token)                   # returns after SIGTERM or SIGINT, drained; raises StartError

    with background():                      # inside: people's requests go first
        await channel.send(..., nonce=...)

    except Exception as error:
        if transient(error): ...            # Discord is down or limits us: schedule a later try
        wait = retry_after(error)           # seconds, where Discord named them

    submit(form, interaction)               # a form found by its custom_id instead of in memory

Every private name of the library that the bot needs is used in this package and nowhere else.
"""

from bot.connection.client import Health, ResilientBot
from bot.connection.errors import (
    GatewayRefused,
    IntentsNotEnabled,
    ShardsRefused,
    StartError,
    WrongToken,
    retry_after,
    transient,
)
from bot.connection.forms import submit
from bot.connection.gate import Gate
from bot.connection.interested import on_interested
from bot.connection.pacing import background
from bot.connection.roles import role_ids
from bot.connection.run import run
from bot.connection.stop import Stop

__all__ = [
    "Gate",
    "GatewayRefused",
    "Health",
    "IntentsNotEnabled",
    "ResilientBot",
    "ShardsRefused",
    "StartError",
    "Stop",
    "WrongToken",
    "background",
    "on_interested",
    "retry_after",
    "role_ids",
    "run",
    "submit",
    "transient",
]
