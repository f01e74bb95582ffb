"""A process that does one thing and ends: what it loads would be kept for good in the bot's own."""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

# Members wait for answers, and for what a child does a moment longer.
NICE = 10
ROOT = Path(__file__).parents[2]


async def run_child(*arguments: str, asked: bytes, seconds: float, what: str) -> bytes | None:
    """Have Python run something that reads `asked` and writes an answer; None, which is logged, where it fails.

    Args:
        arguments: what Python gets, such as `-m` and the name of a module.
        asked: what it reads from its standard input.
        seconds: it is ended when it takes longer.
        what: what was not done, for the log.
    """
    # The token is nothing that a child needs.
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
