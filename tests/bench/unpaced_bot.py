"""The real bot without its own pace, to see how fast it could send: `python -m tests.bench.unpaced_bot`."""

import sys

from bot.__main__ import main
from bot.discord_client.rate_limit import Pacer


def unpaced() -> None:
    """Run the bot with a global limit that it never meets."""
    defaults = Pacer.__init__.__kwdefaults__
    assert defaults is not None
    defaults["rate"] = 1_000_000.0
    sys.argv = ["iso-bot", "run"]
    main()


if __name__ == "__main__":
    unpaced()
