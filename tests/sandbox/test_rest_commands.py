"""Registering application commands: what the real tree sends, and what Discord refuses."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Connect
from tests.sandbox.raw import Rest


def command(**given: Any) -> dict[str, Any]:
    return {"name": "meeting", "description": "Meetings", "type": 1} | given


def option(name: str = "title", **given: Any) -> dict[str, Any]:
    return {"name": name, "description": "What", "type": 3} | given


@pytest.fixture
def path(lenient: Sandbox) -> str:
    return f"/applications/{lenient.world.bot.id}/commands"


async def test_the_real_tree_syncs_and_keeps_its_ids(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect()
    first = {command.name: command.id for command in await bot.tree.fetch_commands()}
    assert {"echo", "meeting", "Quote", "Wave"} <= set(first)
    bot.tree.remove_command("echo")
    again = {command.name: command.id for command in await bot.tree.sync()}
    assert again == {name: known for name, known in first.items() if name != "echo"}
    stored = {command.id: command for command in sandbox.world.commands.values()}
    assert stored[first["meeting"]].options[0]["name"] == "schedule"


async def test_commands_of_one_guild(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    guild = discord.Object(sandbox.guild().id)

    @bot.tree.command(guild=guild)
    @app_commands.default_permissions(manage_guild=True)
    async def local(interaction: discord.Interaction[Any]) -> None:
        """Only here."""

    (made,) = await bot.tree.sync(guild=guild)
    assert made.guild_id == guild.id
    assert made.default_member_permissions == discord.Permissions(manage_guild=True)
    assert await bot.tree.fetch_commands() == []


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (command(name="Meeting"), {"name": "APPLICATION_COMMAND_INVALID_NAME"}),
        (command(name="my meeting"), {"name": "APPLICATION_COMMAND_INVALID_NAME"}),
        (command(name="x" * 33), {"name": "BASE_TYPE_MAX_LENGTH"}),
        (command(description=""), {"description": "BASE_TYPE_BAD_LENGTH"}),
        (command(description="x" * 101), {"description": "BASE_TYPE_MAX_LENGTH"}),
        (command(options=[option(f"o{i}") for i in range(26)]), {"options": "BASE_TYPE_MAX_LENGTH"}),
        (
            command(options=[option("a"), option("b", required=True)]),
            {"options.1.required": "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
        ),
        (
            command(options=[option(), option()]),
            {"options.1.name": "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"},
        ),
        (
            command(options=[option(choices=[{"name": str(i), "value": str(i)} for i in range(26)])]),
            {"options.0.choices": "BASE_TYPE_MAX_LENGTH"},
        ),
        (
            command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]),
            {"options.0.autocomplete": "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES"},
        ),
        (
            command(options=[option("a", type=1), option("b")]),
            {"options": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
        ),
        (
            command(options=[option("a", type=2, options=[option("b", type=2)])]),
            {"options.0.options.0.type": "BASE_TYPE_CHOICES"},
        ),
        (
            command(type=3, name="Add to agenda"),
            {"description": "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED"},
        ),
        (
            command(
                options=[
                    option(
                        f"o{i}", description="d" * 100, choices=[{"name": "n" * 100, "value": "v" * 100}] * 2
                    )
                    for i in range(25)
                ]
            ),
            {"_": "APPLICATION_COMMAND_TOO_LARGE"},
        ),
    ],
)
async def test_a_command_that_is_wrong_is_refused(
    rest: Rest, path: str, given: dict[str, Any], problems: dict[str, str]
) -> None:
    reply = await rest("POST", path, given)
    assert reply.failed == (400, 50035)
    assert reply.problems() == problems
    in_list = await rest("PUT", path, [command(name="fine"), given])
    assert set(in_list.problems()) == {f"1.{name}".removesuffix("._") for name in problems}
    assert rest.sandbox.world.commands == {}


@pytest.mark.parametrize("name", ["cyfarfod", "réunion", "meeting-2", "o'clock", "встреча"])
async def test_names_in_other_languages_are_fine(rest: Rest, path: str, name: str) -> None:
    assert (await rest("POST", path, command(name=name))).body["name"] == name


async def test_a_hundred_commands_and_fifteen_menus_are_the_most(rest: Rest, path: str) -> None:
    many = [command(name=f"c{index}") for index in range(100)]
    assert (await rest("PUT", path, many)).status == 200
    assert (await rest("POST", path, command(name="onemore"))).failed == (400, 30032)
    assert (await rest("POST", path, command(name="c5", description="Again"))).status == 200
    menus = [{"name": f"Menu {index}", "type": 3} for index in range(16)]
    assert (await rest("PUT", path, menus)).failed == (400, 30032)
    assert (await rest("PUT", path, [command(), command()])).problems() == {
        "1.name": "APPLICATION_COMMANDS_DUPLICATE_NAME"
    }


async def test_one_command_is_read_changed_and_deleted(rest: Rest, path: str) -> None:
    made = (await rest("POST", path, command(options=[option(required=True)]))).body
    one = f"{path}/{made['id']}"
    changed = (await rest("PATCH", one, {"description": "Other"})).body
    assert (changed["id"], changed["name"], changed["description"]) == (made["id"], "meeting", "Other")
    assert changed["version"] != made["version"]
    assert (await rest("GET", one)).body == changed
    assert (await rest("DELETE", one)).status == 204
    assert (await rest("GET", one)).failed == (404, 10063)
    assert (await rest("GET", "/applications/1/commands")).failed == (404, 10002)
