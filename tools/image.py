"""`make image`: builds the container's image with buildah and tries it with runc, as compose.yaml runs it.

BASE names the image to build on; where no registry of images is reached, a Debian is made by debootstrap instead. What
is tried: the user, the read-only root, `iso-bot run` on the local Discord, `iso-bot health`, and the end by SIGTERM.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.clock import MovableClock
from bot.sandbox.server import Sandbox
from tools.fresh import LIKE_HERE, ROOT, debian

NAME, USER, WITHIN = "localhost/iso-bot", 10001, 60.0
FRESH = ROOT / "var/fresh"
PORT = "127.0.0.1:8491"
os.environ.setdefault("BUILDAH_ISOLATION", "chroot")


def run(*command: str, check: bool = True) -> str:
    """Run a command and return what it printed, stripped."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if check and done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout.strip()


def base() -> str:
    """Return the image to build on."""
    if given := os.environ.get("BASE"):
        return given
    debian(FRESH, "bookworm")
    made = run("buildah", "from", "scratch").splitlines()[-1]
    run("buildah", "copy", "-q", made, str(FRESH), "/")
    run("buildah", "commit", "-q", made, "localhost/debian-python")
    run("buildah", "rm", made)
    return "localhost/debian-python"


def built() -> None:
    """Build the image from the last commit."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        run("git", "clone", "-q", "--no-local", str(ROOT), str(source))
        arguments = ("--network", "host", "--build-arg", f"BASE={base()}", "-t", NAME, "-f", "Containerfile")
        run("buildah", "bud", *arguments, str(source))


def config(root: str, data: Path, arguments: list[str], more: dict[str, str]) -> dict[str, Any]:
    """Return runc's configuration for the image, with the restrictions of compose.yaml."""
    described = json.loads(run("buildah", "inspect", "--type", "image", NAME))["OCIv1"]["config"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["runc", "spec"], cwd=folder, check=True)
        spec: dict[str, Any] = json.loads((Path(folder) / "config.json").read_text("utf-8"))
    uid, gid = map(int, described["User"].split(":"))
    environment = [*described["Env"], *(f"{name}={value}" for name, value in more.items())]
    spec["root"] = {"path": root, "readonly": True}
    spec["process"] |= {
        "terminal": False,
        "user": {"uid": uid, "gid": gid},
        "cwd": described["WorkingDir"],
        "noNewPrivileges": True,
        "capabilities": {},
        "env": environment,
        "args": [*described["Entrypoint"], *arguments],
    }
    kept = [
        each for each in spec["linux"]["namespaces"] if each["type"] != "network"
    ]  # the local Discord is here
    spec["linux"]["namespaces"] = kept
    (volume,) = described["Volumes"]
    spec["mounts"] += [
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["size=64m", "mode=1777"]},  # noqa: S108
        {"destination": volume, "type": "bind", "source": str(data), "options": ["rbind", "rw"]},
    ]
    return spec


class Trial:
    """The image's root, and a volume of its user."""

    def __init__(self, root: str, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        os.chown(self.data, USER, USER)

    def start(self, name: str, *arguments: str, entry: str = "", **more: str) -> "subprocess.Popen[str]":
        """Start a container that runs `iso-bot` with these arguments, or another program."""
        bundle = self.folder / name
        bundle.mkdir()
        spec = config(self.root, self.data, list(arguments), more)
        if entry:
            spec["process"]["args"] = [entry, *arguments]
        (bundle / "config.json").write_text(json.dumps(spec), "utf-8")
        command = ["runc", "run", "--bundle", str(bundle), f"iso-bot-{name}"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def did(self, name: str, *arguments: str, entry: str = "", code: int = 0, **more: str) -> str:
        """Run a container to its end; exit with its output if it ends unexpectedly."""
        process = self.start(name, *arguments, entry=entry, **more)
        said, _ = process.communicate(timeout=120)
        if process.returncode != code:
            sys.exit(f"{arguments} ended with {process.returncode}:\n{said}")
        return said.strip()


async def tried(trial: Trial) -> None:
    """Use the image as an operator would."""
    print(trial.did("version", "--version"))
    print(
        trial.did("user", "-c", "id -u; touch /opt/x /etc/x /x 2>&1; touch /data/x && rm /data/x", entry="sh")
    )
    print(trial.did("nowhere", "run", code=2).splitlines()[-1])
    async with Sandbox(clock=MovableClock()) as sandbox:
        given = {
            "ISO_BOT_DISCORD__TOKEN": sandbox.token,
            "ISO_BOT_DISCORD__API_BASE": sandbox.api_base,
            "ISO_BOT_MONITORING__ADDRESS": PORT,
        }
        began = time.monotonic()
        process = trial.start("bot", "run", **given)
        health = ("runc", "exec", "iso-bot-bot", "iso-bot", "health")
        while True:
            await asyncio.sleep(0.5)
            done = await asyncio.to_thread(
                subprocess.run, health, capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                print(f"well after {time.monotonic() - began:.1f} s: {done.stdout.strip()}")
                break
            if time.monotonic() - began > WITHIN:
                process.kill()
                sys.exit(f"not well within {WITHIN:.0f} s: {done.stdout}{done.stderr}")
        began = time.monotonic()
        await asyncio.to_thread(run, "runc", "kill", "iso-bot-bot", "TERM")
        said, _ = await asyncio.to_thread(process.communicate, None, 30)
        print(f"SIGTERM: ended with {process.returncode} after {time.monotonic() - began:.1f} s")
        if process.returncode:
            sys.exit(said)
    print("volume:", sorted(path.name for path in trial.data.iterdir()))


def main() -> None:
    """Build the image and try it; exit with 1 at the first failure."""
    missing = [name for name in ("buildah", "runc", "debootstrap") if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        sys.exit(f"This needs root, buildah, runc and debootstrap (missing: {', '.join(missing) or 'root'}).")
    if "--built" not in sys.argv:
        built()
    container = run("buildah", "from", "--pull-never", NAME).splitlines()[-1]
    try:
        root = run("buildah", "mount", container)
        for name in LIKE_HERE[:1]:
            shutil.copyfile(Path("/", name), Path(root, name))
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(tried(Trial(root, Path(folder))))
    finally:
        run("buildah", "rm", container, check=False)


if __name__ == "__main__":
    main()
