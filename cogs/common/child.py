"""A process that does one thing and ends, since the bot's own would keep in memory what it loads."""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

# Members wait for answers, so a child may take only a moment longer.
NICE = 10
ROOT = Path(__file__).parents[2]


async def run_child(*arguments: str, asked: bytes, seconds: float, what: str) -> bytes | None:
    """Have Python run something that reads `asked` and writes an answer; log a failure, and return None.

    Args:
        arguments: Python's arguments, such as `-m` and a module's name.
        asked: its standard input.
        seconds: its time limit.
        what: what failed, for the log.
    """
    # A child does not need the token.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_BOT_")}
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            *arguments,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=environment | {"PYTHONPATH": str(ROOT)},
        )
    except OSError as error:
        log.warning("%s: no process could be started (%s)", what, error.strerror)
        return None
    if hasattr(os, "setpriority"):
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
    try:
        async with asyncio.timeout(seconds):
            written, said = await process.communicate(asked)
    except TimeoutError:
        log.warning("%s within %g s", what, seconds)
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("%s: exit code %d (%s)", what, process.returncode, last.partition(":")[0])
        return None
    return written
