"""The state file: nothing that anybody was told is missing from it, whenever the process is killed."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from bot.clock import MovableClock
from bot.sandbox import state
from bot.sandbox.people import Person
from bot.sandbox.phone import Level
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World, posting
from tests.sandbox.page_calls import Page, told
from tests.sandbox.raw import Rest


def kept(file: Path) -> World:
    """Return the world as it would be after a kill at this moment."""
    world = World(MovableClock())
    state.fill(world, orjson.loads(file.read_bytes()))
    return world


def words(world: World) -> set[str]:
    """Return all that was said in a world."""
    return {message.content for channel in world.channels.values() for message in channel.history.values()}


@pytest.fixture(autouse=True)
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be saved but what has to be."""
    monkeypatch.setattr(state, "EVERY", 3_600)


async def test_what_the_bot_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    async with Sandbox(state_file=file) as sandbox, Rest(sandbox) as rest:
        sent = (await rest.send("#london", {"content": "Announced"})).body
        assert "Announced" in words(kept(file))
        path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
        await rest("PATCH", path, {"content": "Moved"})
        assert "Moved" in words(kept(file))
        await rest("PUT", f"{path}/reactions/👍/@me")
        (message,) = [m for m in kept(file).channels[int(sent["channel_id"])].messages if m.content]
        assert list(message.reactions) == ["👍"]
        await rest("DELETE", path)
        assert "Moved" not in words(kept(file))


async def test_a_message_sent_again_after_a_kill_is_known(tmp_path: Path) -> None:
    file, killed = tmp_path / "world.json", tmp_path / "killed.json"
    body = {"content": "In 1 hour", "nonce": "meeting:1", "enforce_nonce": True}
    async with Sandbox(state_file=file) as sandbox, Rest(sandbox) as rest:
        first = (await rest.send("#london", body)).body["id"]
        killed.write_bytes(file.read_bytes())
    async with Sandbox(state_file=killed) as sandbox, Rest(sandbox) as rest:
        assert (await rest.send("#london", body)).body["id"] == first
        assert len(sandbox.channel("#london").messages) == 1


async def test_what_the_page_showed_outlives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    async with Sandbox(state_file=file) as sandbox, aiohttp.ClientSession() as session:
        page, tomasz = Page(sandbox, session), sandbox.person("tomasz")
        london, guild = sandbox.channel("#london"), sandbox.guild()
        async with page.stream(tomasz) as stream:
            sandbox.person("grace").say("#london", f"By the stream, {tomasz.mention}")
            await told(stream, "message.create")
            after = kept(file)
            assert f"By the stream, {tomasz.mention}" in words(after)
            assert [shown.body for shown in after.phones[tomasz.id].lock_screen] == [
                f"By the stream, @{tomasz.user.name}"
            ]
        await page.act(tomasz, "message", channel=str(london.id), content="By an act")
        assert "By an act" in words(kept(file))
        assert kept(file).phones[tomasz.id].lock_screen == []
        await page.act(tomasz, "server settings", guild=str(guild.id), level=0)
        assert kept(file).phones[tomasz.id].server(guild.id).level is Level.ALL_MESSAGES
        sandbox.person("grace").say("#wales", "By a look")
        await page.messages(tomasz, sandbox.channel("#wales").id)
        assert "By a look" in words(kept(file))
        sandbox.person("grace").say("#wales", "By the phone")
        await page.get("/sandbox/phone", **{"as": str(tomasz.id)})
        assert "By the phone" in [shown.body for shown in kept(file).phones[tomasz.id].lock_screen]


async def test_messages_that_are_not_written_anew_are_as_they_are(tmp_path: Path) -> None:
    chance, clock = random.Random(17), MovableClock(frozen=True)
    async with Sandbox(clock=clock, state_file=tmp_path / "world.json") as sandbox, Rest(sandbox) as rest:
        written = state.Written()
        sandbox.world.subscribe(written.happened)
        people = [sandbox.person(name) for name in ("amina", "tomasz", "grace")]
        for step in range(120):
            await one_of_all(sandbox, rest, chance, people, step)
            clock.move(timedelta(seconds=1))
            again, anew = state.plain(sandbox.world, written), state.plain(sandbox.world)
            again["ahead"] = anew["ahead"] = 0
            assert orjson.loads(orjson.dumps(again)) == orjson.loads(orjson.dumps(anew))


async def one_of_all(
    sandbox: Sandbox, rest: Rest, chance: random.Random, people: list[Person], step: int
) -> None:
    """Do one of the things that change a message, or make one."""
    london, person = sandbox.channel("#london"), chance.choice(people)
    message = chance.choice(london.messages) if london.messages else person.say("#london", "First")
    path = f"/channels/{london.id}/messages/{message.id}"
    kind = chance.choice(("say", "send", "edit", "react", "unreact", "pin", "thread", "delete", "clear"))
    if kind == "say":
        person.say("#london", f"Message {step}", reply_to=message)
    elif kind == "send":
        await rest.send("#london", {"content": f"Sent {step} {person.mention}"})
    elif kind == "edit" and message.author_id == sandbox.world.bot.id:
        await rest("PATCH", path, {"content": f"Edited {step}"})
    elif kind in {"react", "unreact"}:
        person.react(message, "👍", added=kind == "react")
    elif kind == "pin":
        posting.pin(sandbox.world, message, pinned=message.pinned_at is None)
    elif kind == "thread" and message.thread_id is None:
        await rest("POST", f"{path}/threads", {"name": f"Thread {step}"})
    elif kind == "delete":
        posting.delete(sandbox.world, message)
    elif kind == "clear":
        posting.bulk_delete(sandbox.world, london, [each.id for each in london.messages[:2]])


async def test_a_full_disk_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "world.json"
    async with Sandbox(state_file=file) as sandbox, Rest(sandbox) as rest:

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(state, "replace", full)
            assert (await rest.send("#london", {"content": "Before"})).status == 200
        assert "cannot be written" in caplog.text
        assert (await rest.send("#london", {"content": "After"})).status == 200
        assert {"Before", "After"} <= words(kept(file))
