"""`iso-bot when`: phrases in, readings out, one JSON object a line."""

from typing import TextIO

from bot.clock import Clock
from bot.domain.when.jsonl import answer


def main(source: TextIO, target: TextIO) -> None:
    """Answer every line of `source` on `target`."""
    clock = Clock()
    for line in source:
        if line.strip():
            target.write(answer(line, now=clock.now()) + "\n")
            target.flush()
