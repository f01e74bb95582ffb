"""The world in a file between runs: written whole next to the old one, and swapped in atomically.

Nothing is answered to the bot or shown on the page before it is in the file, so that a kill undoes nothing that
anybody has seen.
"""

import asyncio
import contextlib
import dataclasses
import logging
import os
import types
import typing
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, cast, get_args, get_origin, get_type_hints

import orjson

from bot.clock import MovableClock
from bot.sandbox.shapes import obj
from bot.sandbox.world import Channel, Command, Event, Guild, Message, Payload, User, World, posting
from bot.sandbox.world.guilds import Invite
from bot.sandbox.world.notifications import PhoneState

LOG = logging.getLogger(__name__)
FORMAT = 1
EVERY = 2.0


class Written:
    """The messages as stored in the file: most of the world, of which little changes between saves."""

    def __init__(self) -> None:
        self._known: dict[int, orjson.Fragment] = {}

    def happened(self, event: Event) -> None:
        """Forget the messages that an event is about."""
        if event.name.startswith("MESSAGE_"):
            for message_id in (
                event.data.get("id"),
                event.data.get("message_id"),
                *event.data.get("ids", ()),
            ):
                self._known.pop(int(message_id or 0), None)

    def of(self, message: Message) -> orjson.Fragment:
        """Return a message as JSON, remade only if it has changed."""
        if (known := self._known.get(message.id)) is None:
            known = self._known[message.id] = orjson.Fragment(orjson.dumps(_plain(message)))
        return known


class StateFile:
    """Saves the world when something is about to be revealed, every few seconds, and at the end; then calls `saved`."""

    def __init__(self, path: Path, saved: Callable[[], None]) -> None:
        self.path = path
        self.written = Written()
        self._tell = saved
        self._saved = -1
        self._saving: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None

    def load(self, world: World) -> bool:
        """Fill an empty world from the file; return False when there is none.

        A movable clock is put as far ahead of real time as it was, so that nothing in the world is in the future.

        Raises:
            ValueError: the file is damaged or of another format; it is left as it is.
        """
        if not self.path.exists():
            return False
        try:
            fill(world, orjson.loads(self.path.read_bytes()))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{self.path} is not a sandbox's state: {error}") from error
        self._saved = world.changes
        return True

    def keep(self, world: World) -> None:
        """Start saving whenever something changed."""

        async def keeping() -> None:
            while True:
                await asyncio.sleep(EVERY)
                await self.kept(world)

        self._keeper = asyncio.create_task(keeping())

    async def kept(self, world: World) -> None:
        """Wait until everything so far is in the file; callers meanwhile share the next writing."""
        wanted = world.changes
        for _ in range(2):  # the current writing may have begun too early
            if self._saved >= wanted:
                return
            if self._saving is None:
                self._saving = asyncio.create_task(self._save(world))
            # The caller may be cancelled; the writing is completed, so that two never overlap.
            await asyncio.shield(self._saving)

    async def _save(self, world: World) -> None:
        try:
            await self.save(world)
        except OSError:  # such as a full disk; the previous save is intact, and it is retried
            LOG.exception("%s cannot be written", self.path)
        finally:
            self._saving = None

    async def save(self, world: World) -> None:
        """Write the file; the old one stays whole until the new one is on the disk."""
        changes, data = world.changes, orjson.dumps(plain(world, self.written))
        await asyncio.to_thread(replace, self.path, data)
        self._saved = changes
        self._tell()

    async def close(self, world: World) -> None:
        """Stop saving, after saving once more when something changed."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._saving is not None:
            await self._saving
        if world.changes != self._saved:
            await self.save(world)


def replace(path: Path, data: bytes) -> None:
    """Replace a file atomically, readable only by its owner."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def plain(world: World, written: Written | None = None) -> Payload:
    """Return the whole world as JSON values, its messages as `written`. Interactions are not kept."""
    return {
        "format": FORMAT,
        "ahead": (world.clock.now() - datetime.now(UTC)).total_seconds(),
        "last_id": world.last_id,
        "base_url": world.base_url,
        "bot": world.bot.id,
        "users": [_plain(user) for user in world.users.values()],
        "guilds": [_plain(guild, written) for guild in world.guilds.values()],
        "dms": [_plain(channel, written) for channel in world.dms.values()],
        # After a kill, a repeated message is recognised by its nonce.
        "nonces": [[*key, message, at.isoformat()] for key, (message, at) in world.nonces.items()],
        "commands": [_plain(command) for command in world.commands.values()],
        "invites": [_plain(invite) for invite in world.invites.values()],
        "phones": [_plain(phone) for phone in world.phones.values()],
        "files": {path: [kind, b64encode(file).decode()] for path, (kind, file) in world.files.items()},
    }


def fill(world: World, data: Payload) -> None:
    """Fill a world from what `plain` returned; raise ValueError for another format."""
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}, wanted {FORMAT}")
    world.users = {item["id"]: _build(User, item, {}) for item in data["users"]}
    world.bot = world.users[data["bot"]]
    world.guilds = {item["id"]: _build(Guild, item, world.users) for item in data["guilds"]}
    world.channels = {}
    for guild in world.guilds.values():
        world.channels |= guild.channels | guild.threads
    world.dms = {}
    for item in data["dms"]:
        channel = _build(Channel, item, world.users)
        world.dms[frozenset(channel.recipients)] = world.channels[channel.id] = channel
    world.commands = {item["id"]: _build(Command, item, {}) for item in data["commands"]}
    # An older file has no invites or phones.
    world.invites = {item["code"]: _build(Invite, item, {}) for item in data.get("invites", [])}
    world.phones = {item["user_id"]: _build(PhoneState, item, {}) for item in data.get("phones", [])}
    world.files = {path: (kind, b64decode(file)) for path, (kind, file) in data["files"].items()}
    for channel_id, author_id, nonce, message_id, at in data.get("nonces", []):
        world.nonces[channel_id, author_id, nonce] = (message_id, datetime.fromisoformat(at))
    world.last_id = data["last_id"]
    world.base_url = data["base_url"]
    if isinstance(world.clock, MovableClock) and data["ahead"] > 1:
        world.clock.move(timedelta(seconds=data["ahead"]))


def rebase(world: World, base_url: str) -> None:
    """Update the files' addresses to this run's, whose port may differ."""
    old, world.base_url = world.base_url, base_url
    if old == base_url or not world.files:
        return
    for channel in world.channels.values():
        for message in channel.history.values():
            for media in posting.media(message):
                for name in ("url", "proxy_url"):
                    if str(media.get(name, "")).startswith(f"{old}/attachments/"):
                        media[name] = base_url + str(media[name]).removeprefix(old)


def _plain(value: Any, written: Written | None = None) -> Any:
    if written is not None and isinstance(value, Message):
        return written.of(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: inner.id
            if isinstance(inner := getattr(value, field.name), User)
            else _plain(inner, written)
            for field in dataclasses.fields(value)
        }
    if members := obj(value):
        return {str(key): _plain(inner, written) for key, inner in members.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(inner, written) for inner in cast("Iterable[Any]", value)]
    return value.isoformat() if isinstance(value, datetime) else value


def _build(kind: Any, value: Any, users: dict[int, User]) -> Any:
    """Rebuild a value of a type from what `_plain` returned."""
    origin, inner = get_origin(kind), get_args(kind)
    if value is None or kind is Any:
        return value
    if origin in (types.UnionType, typing.Union):
        # Of the unions here only one side is not None or a plain value.
        return _build(next(each for each in inner if each is not types.NoneType), value, users)
    if kind is User and isinstance(value, int):
        return users[value]
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(
            **{name: _build(hints[name], item, users) for name, item in value.items() if name in hints}
        )
    if origin is dict:
        return {_build(inner[0], key, users): _build(inner[1], item, users) for key, item in value.items()}
    if origin in (list, tuple, frozenset):
        made = [_build(inner[0], item, users) for item in value]
        return made if origin is list else tuple(made) if origin is tuple else frozenset(made)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return int(value) if kind is int else value


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
