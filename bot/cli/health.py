"""`iso-bot health`: asks the running bot for its health, for a container's or a watchdog's check."""

import http.client
import json

from bot import settings_file
from bot.errors import SetupError
from bot.settings import host_and_port

WITHIN = 4.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where it listens, and where that is asked
NOWHERE = (
    "The bot answers nowhere: set [monitoring] address to 127.0.0.1:8481, or ISO_BOT_MONITORING__ADDRESS."
)


def main() -> int:
    """Print the running bot's health; return 0 when it is well, 1 when it is not or does not answer.

    Raises:
        SetupError: the settings contain no address to ask.
    """
    address = settings_file.load().monitoring.address
    if not address:
        raise SetupError(NOWHERE)
    host, port = host_and_port(address)
    asked = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=WITHIN)
    try:
        asked.request("GET", "/healthz")
        answer = asked.getresponse()
        found = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(f"No bot answers at {address} ({type(error).__name__}).")  # noqa: T201
        return 1
    finally:
        asked.close()
    print("; ".join(found.get("reasons", ())) or "The bot says that it is well.")  # noqa: T201
    return 0 if answer.status == http.client.OK else 1
