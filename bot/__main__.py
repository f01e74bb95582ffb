"""The command line: `iso-bot`, or `python -m bot`.

Exit codes: 0 done, 1 the check found something wrong, 2 the bot can't run as configured.
"""

import gc
import sys

from bot.cli import docstrings, later, named, shared_methods
from bot.errors import SetupError

SHARDS = ("--shard-ids", "--shard-count")


def main() -> None:
    """Run the command line; report a configuration error in one sentence, with exit code 2."""
    try:
        if (shards := shards_to_run(sys.argv[1:])) is None:
            named("commandline:app")()
        else:
            docstrings.leave_out()
            shared_methods.share()
            later.load_later()
            named("run")(*shards)
    except SetupError as error:
        print(error, file=sys.stderr)
        sys.exit(SetupError.exit_code)


def shards_to_run(words: list[str]) -> tuple[str, int] | None:
    """Return the shards for a plain `run`; None for anything else, which typer parses at a cost of 5 MiB."""
    given = dict(zip(words[1::2], words[2::2], strict=False))
    ids, count = (given.pop(name, "") for name in SHARDS)
    if words[:1] != ["run"] or len(words) % 2 == 0 or given or not (count or "0").isdecimal():
        return None
    gc.disable()  # what is loaded now stays loaded: searching it for garbage again and again takes 0.3 s
    return ids, int(count or 0)


if __name__ == "__main__":
    main()
