"""A bot in a process of its own, to be stopped by signals: `python -m tests.faults.stoppable API_BASE TOKEN [WORK]`.

It prints "ready", then what it does while it stops. WORK is the seconds that its unfinished work takes.
"""

import asyncio
import sys
from dataclasses import dataclass

from bot.discord_client import run
from tests.faults.connecting import Sample


@dataclass
class Named:
    """An address given in words."""

    api_base: str
    token: str


async def main(api_base: str, token: str, work: float) -> None:
    """Run until a signal."""
    bot = Sample(Named(api_base, token))

    async def drain() -> None:
        print("draining", flush=True)
        await asyncio.sleep(work)
        bot.release.set()
        print("drained", flush=True)

    async def on_first_ready() -> None:
        print("ready", flush=True)

    bot.before_stop(drain)
    bot.event(on_first_ready)
    await run(bot, token)
    print("stopped", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 0.0))
