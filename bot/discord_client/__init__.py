"""The resilient client on discord.py: it survives Discord's outages, paces requests, starts and stops the bot.

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

from bot.discord_client.admission import Admission
from bot.discord_client.carrying_out import carry_out, offers, required, unknown_options
from bot.discord_client.client import Health, ResilientBot
from bot.discord_client.errors import (
    GatewayRefused,
    IntentsNotEnabled,
    ShardsRefused,
    StartError,
    WrongToken,
    retry_after,
    transient,
)
from bot.discord_client.forms import Forms, StatefulForm, sent_fields, submit
from bot.discord_client.given_back import fenced
from bot.discord_client.interested import on_interested
from bot.discord_client.rate_limit import background
from bot.discord_client.roles import role_ids
from bot.discord_client.run import run
from bot.discord_client.stop import Stop
from bot.discord_client.typed_command import command_line, command_path
