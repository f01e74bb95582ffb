"""All benches, one after another: `python -m tests.bench [--profile smoke|short|full] [name ...]`.

Ends with 1 when a target is missed by more than a fifth. The smoke profile, for CI's shared machines, is shorter, and
there only what is counted in processor time, bytes or messages has to be met: seconds say more about the neighbours.
So CI may have two of them run side by side (`--jobs 2`), each on what the other leaves of two cores while it waits.
"""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.bench.report import MISSED, MISSED_BY_THE_CLOCK, NOT_JUDGED


def main() -> int:
    """Run each bench in a process of its own, so that none leaves anything behind for the next."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=("smoke", "short", "full"), default="short")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(known)}; all unless named")
    parser.add_argument(
        "--jobs", type=int, choices=(1, 2), default=1, help="how many run side by side, in smoke alone"
    )
    given = parser.parse_args()
    if given.jobs > 1 and given.profile != "smoke":
        parser.error("only the smoke profile judges nothing by the clock: leave --jobs out")
    if unknown := set(given.names) - set(known):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    smoke = given.profile == "smoke"
    names: list[str] = given.names or known
    run = partial(_run, given.profile, kept=given.jobs > 1)
    with ThreadPoolExecutor(given.jobs) as pool:
        codes = dict(zip(names, pool.map(run, names), strict=True))
    if given.jobs > 1:  # what missed beside another runs again by itself, and that counts
        again = [name for name, code in codes.items() if code not in (0, MISSED_BY_THE_CLOCK, NOT_JUDGED)]
        codes |= {name: _run(given.profile, name, kept=False) for name in again}
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


def _run(profile: str, name: str, *, kept: bool) -> int:
    """Run a bench and return its exit code; what it says is `kept` until it ends, so that it stands together."""
    begun = time.monotonic()
    command = [sys.executable, "-m", f"tests.bench.bench_{name}", "--profile", profile]
    if not kept:
        print(f"\n# {name}", flush=True)
    stdout, stderr = (subprocess.PIPE, subprocess.STDOUT) if kept else (None, None)
    ran = subprocess.run(command, check=False, text=True, stdout=stdout, stderr=stderr)
    said = f"\n# {name}\n{ran.stdout}" if kept else ""
    print(f"{said}\n({time.monotonic() - begun:.0f} s)", flush=True)
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
