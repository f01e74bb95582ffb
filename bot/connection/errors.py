"""What can go wrong between the bot and Discord, sorted by what to do about it."""

import aiohttp
import discord

GONE = 10062
"""Discord's code for an interaction that nobody waits for any more."""


class StartError(Exception):
    """The bot cannot run as it is set up; the message is one sentence for whoever runs it."""

    exit_code = 2


class NotAnswered(Exception):
    """An answer could not be delivered while somebody waited for it: they saw Discord's own words instead."""


class WrongToken(StartError):
    """Discord refuses the token (401 on REST, 4004 on the gateway)."""

    def __init__(self) -> None:
        super().__init__(
            "Discord does not accept this token: copy it again from the Bot page of your application "
            "(https://discord.com/developers/applications) into ISO_BOT_DISCORD__TOKEN."
        )


class IntentsNotEnabled(StartError):
    """A privileged intent is asked for that the application has not switched on (4014)."""

    def __init__(self) -> None:
        super().__init__(
            "Discord refuses the Server Members intent: switch on 'Server Members Intent' on the Bot page of "
            "your application (https://discord.com/developers/applications) and start again."
        )


class ShardsRefused(StartError):
    """The gateway refuses this division into shards (4010, 4011)."""

    def __init__(self, code: int) -> None:
        said = "asks for more shards" if code == 4011 else "does not know this shard"
        super().__init__(f"Discord {said} (gateway code {code}): check --shard-count and --shard-ids.")


class GatewayRefused(StartError):
    """The gateway closed for good with a code that another try cannot mend (4012, 4013)."""

    def __init__(self, code: int) -> None:
        super().__init__(
            f"Discord closed the gateway for good with code {code}: this version of the bot is too old."
        )


def start_error(error: BaseException) -> StartError | None:
    """Return the sentence for an error of the client that means "set up wrongly", or None for any other."""
    match error:
        case StartError():
            return error
        case discord.LoginFailure() | discord.ConnectionClosed(code=4004):
            return WrongToken()
        case discord.PrivilegedIntentsRequired() | discord.ConnectionClosed(code=4014):
            return IntentsNotEnabled()
        case discord.ConnectionClosed(code=4010 | 4011 as code):
            return ShardsRefused(code)
        case discord.ConnectionClosed(code=4012 | 4013 as code):
            return GatewayRefused(code)
        case _:
            return None


def transient(error: BaseException) -> bool:
    """Whether the same request may succeed later: Discord is down, slow, out of reach or limits us.

    The connection has already tried again within its bounds when such an error arrives; whoever sends
    deliveries schedules a later try, whoever answers a person says so.
    """
    if isinstance(error, discord.HTTPException):
        return error.status == 429 or error.status >= 500
    return isinstance(error, (discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError))


def retry_after(error: BaseException) -> float | None:
    """Return the seconds Discord asked us to wait, where it did."""
    return error.retry_after if isinstance(error, discord.RateLimited) else None
