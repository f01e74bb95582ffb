"""What can go wrong between the bot and Discord, sorted by what to do about it."""

from typing import cast

import aiohttp
import discord

from bot.discord_client.refusals import LASTING, code_of

GONE = 10062
"""Discord's code for an interaction that has expired."""
MEMBER_GONE = frozenset({10007, 10013})
"""Discord's codes for somebody who is certainly not in the server."""
LONGEST_WAIT = 86_400.0


class StartError(Exception):
    """The bot cannot run as it is set up; the message is one sentence for the operator."""

    exit_code = 2


class NotAnswered(Exception):
    """An answer did not arrive in time, or may have arrived: another one could only duplicate it."""


class PassingRefusal(discord.HTTPException):
    """A temporary refusal: from Discord with a passing code, or from something that answered in its place.

    It is neither `Forbidden` nor `NotFound`, so that nothing is taken to be gone for good.
    """

    def __init__(self, response: aiohttp.ClientResponse, data: object) -> None:
        code = code_of(data)
        super().__init__(response, None if code is None else said(data))
        self.discords = code is not None
        """Whether Discord itself said it."""


class TokenRefused(PassingRefusal):
    """Discord refuses the token at present (401), although it accepted it when the bot started."""


class WrongToken(StartError):
    """Discord refuses the token (401 on REST, 4004 on the gateway)."""

    def __init__(self) -> None:
        super().__init__(
            "Discord does not accept this token: copy it again from the Bot page of your application "
            "(https://discord.com/developers/applications) into ISO_BOT_DISCORD__TOKEN."
        )


class IntentsNotEnabled(StartError):
    """The bot asks for a privileged intent that the application has not switched on (4014)."""

    def __init__(self) -> None:
        super().__init__(
            "Discord refuses the Server Members intent: switch on 'Server Members Intent' on the Bot page of "
            "your application (https://discord.com/developers/applications) and start again, or do without: "
            "members_intent = false in [discord]."
        )


class ShardsRefused(StartError):
    """The gateway refuses this division into shards (4010, 4011)."""

    def __init__(self, code: int) -> None:
        said = "asks for more shards" if code == 4011 else "does not know this shard"
        super().__init__(f"Discord {said} (gateway code {code}): check --shard-count and --shard-ids.")


class GatewayRefused(StartError):
    """The gateway closed for good with a code that a retry cannot fix (4012, 4013)."""

    def __init__(self, code: int) -> None:
        super().__init__(
            f"Discord closed the gateway for good with code {code}: this version of the bot is too old."
        )


def start_error(error: BaseException) -> StartError | None:
    """Return the sentence for an error that means wrong configuration, or None for any other."""
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


REQUEST_FAILED = (discord.DiscordException, NotAnswered, aiohttp.ClientError, TimeoutError, OSError)
"""Whatever a request to Discord may raise; `transient` says which ones pass."""


def said(data: object) -> dict[str, object]:
    """Return the body of an error in a form that the library can read, whatever else is in it."""
    body = cast("dict[str, object]", data)
    message = body.get("message")
    return {"code": code_of(body) or 0, "message": message if isinstance(message, str) else ""}


def refusal(response: aiohttp.ClientResponse, data: object) -> discord.HTTPException:
    """Return the error for an answer between 300 and 499: `Forbidden` and `NotFound` for lasting refusals only."""
    code = code_of(data)
    if code is None or code not in LASTING:
        refused = response.status == 401 and code is not None
        return TokenRefused(response, data) if refused else PassingRefusal(response, data)
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(response.status, discord.HTTPException)
    try:
        return kind(response, cast("dict[str, object]", data))
    except (AttributeError, TypeError, RecursionError):  # details in a form that the library does not know
        return kind(response, said(data))


def transient(error: BaseException) -> bool:
    """Whether the same request may succeed later: Discord is down, slow, unreachable, limits us or refuses for now.

    When such an error arrives, the connection has already retried within its bounds; code that sends
    deliveries schedules a later attempt, and code that answers a person says so.
    """
    if isinstance(error, discord.HTTPException):
        return isinstance(error, PassingRefusal) or error.status == 429 or error.status >= 500
    return isinstance(error, (discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError))


def retry_after(error: BaseException) -> float | None:
    """Return the seconds Discord asked us to wait, where it did."""
    return min(error.retry_after, LONGEST_WAIT) if isinstance(error, discord.RateLimited) else None
