"""`make proof`: runs `make faults` and `make bench` and puts their tables into docs/proof.md, with machine and commit.

PROFILE is theirs: smoke takes minutes, short half an hour, full hours. Ends with 1 when a rule was broken or a target
missed; the tables are written all the same, and say so.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/proof.md"
BLOCK = "<!-- {name}: made by make proof -->\n{words}\n<!-- end of {name} -->"
TABLE = re.compile(r"^┏.*?^└[^\n]*$", re.DOTALL | re.MULTILINE)
TITLES = {"faults": "Faults, what must hold", "kills": "kill -9 at random moments"}
MISSED = re.compile(r"^Missed by more than a fifth: (.*)$", re.MULTILINE)
FROM_BENCH = re.compile(r"^# \w+$.*", re.DOTALL | re.MULTILINE)


def machine() -> str:
    """Return the machine that the figures were measured on."""
    cpu = platform.machine()
    if (info := Path("/proc/cpuinfo")).exists() and (
        found := re.search(r"model name\s*: (.*)", info.read_text("utf-8"))
    ):
        cpu = found[1].strip()
    memory = ""
    if (info := Path("/proc/meminfo")).exists() and (
        found := re.search(r"MemTotal:\s*(\d+)", info.read_text("utf-8"))
    ):
        memory = f", {int(found[1]) / 2**20:.0f} GiB"
    system = (
        platform.freedesktop_os_release().get("PRETTY_NAME", "")
        if sys.platform == "linux"
        else platform.platform()
    )
    return f"{os.cpu_count()} cores of {cpu}{memory}, {system}, Python {platform.python_version()}"


def commit() -> str:
    """Return the commit that was measured, and whether anything has changed since."""
    name = git("rev-parse", "--short", "HEAD")
    return (
        f"{name} and what was changed since" if git("status", "--porcelain", "--untracked-files=no") else name
    )


def git(*arguments: str) -> str:
    """Return git's output."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or ("unknown" if arguments[0] == "rev-parse" else "")


def run(module: str, *arguments: str) -> tuple[int, str, float]:
    """Run a module, showing its output; return its exit code, output and seconds."""
    began = time.monotonic()
    command = [sys.executable, "-u", "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    said: list[str] = []
    for line in process.stdout:
        print(line, end="", flush=True)
        said.append(line)
    return process.wait(), "".join(said), time.monotonic() - began


def taken(profile: str, code: int, seconds: float, said: str = "") -> str:
    """Return the sentence that says what a table measures, and which targets were missed."""
    ended = "every rule and target was met"
    if missed := MISSED.search(said):
        ended = f"**missed by more than a fifth: {missed[1]}**" + (
            "" if code else ", by the clock, which smoke does not judge"
        )
    elif code:
        ended = f"**it ended with {code}: not all was met**"
    minutes, rest = divmod(round(seconds), 60)
    when = f"{datetime.now(UTC):%d %B %Y}, `PROFILE={profile}`, in {minutes}:{rest:02} minutes"
    return f"Taken on {machine()}; commit {commit()}, {when}; {ended}."


def tables(said: str) -> dict[str, str]:
    """Return the tables that `make faults` printed, by name."""
    found: dict[str, str] = {}
    for name, title in TITLES.items():
        at = said.rfind(title)
        if at >= 0 and (table := TABLE.search(said, at)):
            found[name] = table[0]
    return found


def put(page: str, name: str, words: str) -> str:
    """Return the page with one of its blocks replaced.

    Raises:
        ValueError: the page has no such block.
    """
    pattern = re.escape(BLOCK.format(name=name, words="@")).replace("@", ".*?")
    if not re.search(pattern, page, re.DOTALL):
        raise ValueError(f"{PAGE.name} has no block for {name}")
    made = BLOCK.format(name=name, words=words)
    return re.sub(pattern, lambda _: made, page, flags=re.DOTALL)


def fenced(words: str) -> str:
    """Return output as a fenced block."""
    return f"```text\n{words.strip()}\n```"


def main() -> None:
    """Run both and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=("smoke", "short", "full"), default="short")
    parser.add_argument("--only", choices=("faults", "bench"), help="only one of the two")
    parser.add_argument("benches", nargs="*", help="only these benches")
    given = parser.parse_args()
    codes: list[int] = []
    blocks: dict[str, str] = {}
    if given.only != "bench":
        code, said, seconds = run("tests.faults", "--profile", given.profile)
        codes.append(code)
        for name, table in tables(said).items():
            blocks[name] = f"{taken(given.profile, code, seconds)}\n\n{fenced(table)}"
    if given.only != "faults":
        code, said, seconds = run("tests.bench", "--profile", given.profile, *given.benches)
        codes.append(code)
        found = FROM_BENCH.search(said)
        blocks["bench"] = (
            f"{taken(given.profile, code, seconds, said)}\n\n{fenced(found[0] if found else said)}"
        )
    page = PAGE.read_text("utf-8")
    for name, words in blocks.items():
        page = put(page, name, words)
    PAGE.write_text(page, "utf-8")
    print(f"docs/{PAGE.name} has new tables: {', '.join(blocks)}")
    sys.exit(max(codes))


if __name__ == "__main__":
    main()
