"""All benches, one after another: `python -m tests.bench [--profile smoke|short|full] [name ...]`.

Ends with 1 when a target is missed by more than a fifth. The smoke profile, for CI's shared machines, is shorter, and
there only what is counted in processor time, bytes or messages has to be met: seconds say more about the neighbours.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.report import MISSED, MISSED_BY_THE_CLOCK, NOT_JUDGED


def main() -> int:
    """Run each bench in a process of its own, so that none leaves anything behind for the next."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=("smoke", "short", "full"), default="short")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(known)}; all unless named")
    given = parser.parse_args()
    if unknown := set(given.names) - set(known):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    smoke = given.profile == "smoke"
    codes: dict[str, int] = {}
    for name in given.names or known:
        begun = time.monotonic()
        print(f"\n# {name}", flush=True)
        command = [sys.executable, "-m", f"tests.bench.bench_{name}", "--profile", given.profile]
        codes[name] = subprocess.run(command, check=False).returncode
        print(f"\n({time.monotonic() - begun:.0f} s)", flush=True)
    missed = [name for name, code in codes.items() if code in (MISSED, MISSED_BY_THE_CLOCK)]
    broken = [
        name for name, code in codes.items() if code not in (0, MISSED, MISSED_BY_THE_CLOCK, NOT_JUDGED)
    ]
    unjudged = [name for name, code in codes.items() if code == NOT_JUDGED]
    print(
        "\n"
        + (f"Missed by more than a fifth: {', '.join(missed)}" if missed else "All that was judged held.")
    )
    if unjudged:
        print(f"The machine was not calm enough for the seconds of {', '.join(unjudged)}.")
    if broken:
        print(f"Did not run to the end: {', '.join(broken)}")
    counted = [name for name in missed if not smoke or codes[name] == MISSED]
    return 1 if broken or counted else 0


if __name__ == "__main__":
    sys.exit(main())
