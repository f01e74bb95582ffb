"""Buttons that find their code by custom_id alone, wherever they stand on a card; other things as the library does."""

import re
from collections.abc import AsyncGenerator
from typing import Any, Self

import discord
import pytest
from discord import ui

from bot.sandbox.answer import Answer
from bot.sandbox.server import Sandbox
from tests.faults.connecting import Sample, connected, eventually


class Echo(ui.DynamicItem[ui.Button[Any]], template=r"echo:(?P<word>\w+)"):
    """Says its word."""

    def __init__(self, word: str) -> None:
        super().__init__(ui.Button[Any](custom_id=f"echo:{word}", label=word))
        self.word = word

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["word"])

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        return self.word != "locked"

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if self.word == "broken":
            raise ValueError
        await interaction.response.send_message(self.word, ephemeral=True)


class Choose(ui.DynamicItem[ui.Select[Any]], template=r"choose:now"):
    """Says what was chosen."""

    def __init__(self) -> None:
        options = [discord.SelectOption(label=word) for word in ("tea", "coffee")]
        super().__init__(ui.Select[Any](custom_id="choose:now", placeholder="Drink", options=options))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls()

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(", ".join(self.item.values), ephemeral=True)


class Buttons(Sample):
    """Sends a card with all of them."""

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Echo, Choose)

        @self.tree.command(name="card", description="Sends a card")
        async def card(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            view = ui.LayoutView(timeout=None)
            section = ui.Section[Any]("Beside", accessory=Echo("beside"))
            words = ("inside", "locked", "broken")
            row = ui.ActionRow[Any](*(Echo(word) for word in words))
            view.add_item(ui.Container[Any](section, row, ui.ActionRow[Any](Choose())))
            view.add_item(ui.ActionRow[Any](Echo("below")))
            await interaction.response.send_message(view=view)

        await super().setup_hook()


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncGenerator[Sample]:
    async with connected(sandbox, Buttons) as bot:
        yield bot


@pytest.mark.parametrize("word", ["beside", "inside", "below"])
async def test_a_button_works_wherever_it_stands(sandbox: Sandbox, bot: Sample, word: str) -> None:
    card = await sandbox.person("amina").slash("#london", "card")
    answer = await sandbox.person("grace").press(card, word)
    assert answer.text == word


async def test_a_select_gets_its_values(sandbox: Sandbox, bot: Sample) -> None:
    card = await sandbox.person("amina").slash("#london", "card")
    answer = await sandbox.person("grace").choose(card, "Drink", ["coffee"])
    assert answer.text == "coffee"


async def test_a_button_that_is_not_on_the_message_is_not_run(sandbox: Sandbox, bot: Sample) -> None:
    card = await sandbox.person("amina").slash("#london", "card")
    made_up = {"type": 2, "custom_id": "echo:forged", "id": 1}
    interaction = sandbox.interactions.component(sandbox.user("grace").id, card.message, made_up)
    answer = Answer(sandbox, interaction, await sandbox.interactions.acknowledged(interaction))
    assert answer.failed


async def test_a_button_that_may_not_be_pressed_or_breaks_ends_nothing(
    sandbox: Sandbox, bot: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    card = await sandbox.person("amina").slash("#london", "card")
    assert (await sandbox.person("grace").press(card, "locked")).failed
    assert "could not be run" not in caplog.text
    assert (await sandbox.person("grace").press(card, "broken")).failed
    await eventually(lambda: "A button echo could not be run" in caplog.text)
    assert (await sandbox.person("grace").press(card, "inside")).text == "inside"
