"""`make fresh`: follows the README's commands literally on a Debian with nothing but git, make and python3-venv.

Debootstrap makes the Debian in a folder, and this checkout's last commit is cloned there. Timed: from
`git clone` until the demo's page answers. With --tests, `make test` is run there too. Needs root and debootstrap.
"""

import argparse
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = "git,make,python3-venv,ca-certificates"
ADDRESS = "<the address of this repository>"
URL = re.compile(r"iso-bot demo is ready: (http://\S+)")
ASKED = 60
PASSED_ON = re.compile(r"(?i)(pip_|ssl_|requests_ca|https?_proxy|no_proxy)")
LIKE_HERE = ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt")


def debian(folder: Path, suite: str) -> None:
    """Make the Debian, unless it exists."""
    if not (folder / "usr/bin/git").exists():
        print(f"Making a Debian in {folder} ...", flush=True)
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for name in LIKE_HERE:
        if Path("/", name).exists():
            shutil.copyfile(Path("/", name), folder / name)


@contextmanager
def mounted(folder: Path) -> Generator[None]:
    """Mount what every Debian has besides files: processes and devices."""
    pairs = (("proc", "proc"), ("devtmpfs", "dev"), ("devpts", "dev/pts"))
    for kind, name in pairs:
        subprocess.run(["mount", "-t", kind, kind, str(folder / name)], check=True)
    try:
        yield
    finally:
        for _, name in reversed(pairs):
            subprocess.run(["umount", "-l", str(folder / name)], check=False)


def commands() -> str:
    """Return the commands of the README's first chapter."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"((?:^    .*\n)+)", readme[readme.index("## Try it") :], re.MULTILINE)
    if block is None or ADDRESS not in block[1]:
        sys.exit("the README has no commands to try it with")
    return "\n".join(line.strip() for line in block[1].splitlines()).replace(ADDRESS, "/source")


def within(folder: Path, script: str) -> "subprocess.Popen[str]":
    """Run a script in the Debian, with the environment of somebody who has just signed in."""
    passed = {name: value for name, value in os.environ.items() if PASSED_ON.match(name)}
    return subprocess.Popen(
        ["chroot", str(folder), "bash", "-e", "-c", f"cd /root\n{script}"],
        env=passed
        | {"HOME": "/root", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def demo(folder: Path) -> float:
    """Follow the README until the demo's page answers; return the seconds that it took."""
    script = commands()
    print(script, flush=True)
    began = time.monotonic()
    process = within(folder, script)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        for line in process.stdout:
            print(f"  {line.rstrip()}", flush=True)
            if found := URL.search(line):
                with urllib.request.urlopen(found[1], timeout=10) as answer:  # noqa: S310 - ours
                    if b"<script" not in answer.read():
                        sys.exit("the demo's page is not there")
                return time.monotonic() - began
        sys.exit(f"the README's commands ended with {process.wait()}")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)


def tests(folder: Path, which: str) -> int:
    """Run every test there, or the named ones; return the exit code."""
    process = within(folder, f"cd iso-bot\nmake test ARGS={shlex.quote(which)}")
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    for line in process.stdout:
        print(f"  {line.rstrip()}", flush=True)
    return process.wait()


def main() -> None:
    """Follow the README, print how long it took, and exit with 1 if that was too long or a test failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "var/fresh", help="where the Debian is")
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument(
        "--tests", nargs="?", const="", metavar="ARGS", help="run every test there too, or these"
    )
    given = parser.parse_args()
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        sys.exit("This needs root and debootstrap (Debian: apt-get install debootstrap).")
    debian(given.folder, given.suite)
    shutil.rmtree(given.folder / "root", ignore_errors=True)
    shutil.rmtree(given.folder / "source", ignore_errors=True)
    (given.folder / "root").mkdir(mode=0o700)
    subprocess.run(["git", "clone", "-q", "--no-local", str(ROOT), str(given.folder / "source")], check=True)
    with mounted(given.folder):
        seconds = demo(given.folder)
        size = subprocess.run(
            ["du", "-sm", str(given.folder / "root/iso-bot/.venv")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()[0]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked = used.ru_utime + used.ru_stime
        print(
            f"The demo answered after {seconds:.0f} s ({ASKED} asked), {worked:.0f} s of them the "
            f"processor's; its environment has {size} MB. Load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
        )
        code = tests(given.folder, given.tests) if given.tests is not None else 0
    sys.exit(code or seconds > ASKED)


if __name__ == "__main__":
    main()
