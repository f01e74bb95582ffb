"""Commands that put everything on the screen that the page can draw."""

import io
from typing import Any

import discord
from discord import ui

from tests.sandbox.small_bot import SmallBot, Talk

# The smallest picture there is: one transparent pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
MARKDOWN = (
    "# Big\n## Middle\n### Small\n-# beneath\n**bold** *italics* __under__ ~~struck~~ `code` ||hidden||\n"
    "> quoted\n- one\n  - two\n1. first\n[the agenda](https://example.org/agenda)\n<t:1900000000:F> \\*literal\\*"
)


class Report(ui.Modal, title="Report back"):
    """One field of each kind."""

    decided = ui.Label[Any](
        text="What was decided",
        description="One decision a line",
        component=ui.TextInput[Any](style=discord.TextStyle.paragraph, max_length=200),
    )
    host = ui.Label[Any](text="Who hosted", component=ui.UserSelect[Any](required=False, max_values=3))
    mood = ui.Label[Any](
        text="How was it",
        component=ui.RadioGroup[Any](
            options=[
                discord.RadioGroupOption(label="Lively", value="lively", description="Much talk"),
                discord.RadioGroupOption(label="Quiet", value="quiet"),
            ]
        ),
    )
    topics = ui.Label[Any](
        text="Topics",
        component=ui.CheckboxGroup[Any](
            required=False,
            max_values=2,
            options=[
                discord.CheckboxGroupOption(label=name, value=name)
                for name in ("Pay", "Palestine", "Climate")
            ],
        ),
    )
    paper = ui.Label[Any](text="Minutes", component=ui.FileUpload[Any](required=False))

    async def on_submit(self, interaction: Talk) -> None:
        data = interaction.data or {}
        parts: list[Any] = [part.get("component", {}) for part in data.get("components", [])]
        given = [part.get("value", part.get("values")) for part in parts if part]
        if given[0] == "say nothing":
            return
        files = data.get("resolved", {}).get("attachments", {})
        names = [file["filename"] for file in files.values()]
        await interaction.response.send_message(f"Reported: {given} {names}", ephemeral=True)


class Card(ui.LayoutView):
    """A card as the bot posts them, with every kind of component."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        who = ui.Button[Any](label="Who is going", custom_id="who")
        who.callback = self.pressed
        self.add_item(
            ui.Container[Any](
                ui.TextDisplay("## Planning the spring campaign\n<t:1900000000:F>"),
                ui.Separator[Any](),
                ui.Section[Any](ui.TextDisplay("**Going** 3"), accessory=who),
                ui.ActionRow[Any](
                    ui.Button[Any](label="Going", style=discord.ButtonStyle.success, custom_id="going"),
                    ui.Button[Any](label="Full", disabled=True, custom_id="full"),
                    ui.Button[Any](label="Agenda", url="https://example.org/agenda"),
                ),
                ui.MediaGallery[Any](
                    discord.MediaGalleryItem("attachment://chart.png", description="Attendance by month")
                ),
                ui.File[Any]("attachment://minutes.txt"),
                accent_colour=discord.Colour.blurple(),
            )
        )

    async def pressed(self, interaction: Talk) -> None:
        await interaction.response.send_message("Nobody yet", ephemeral=True)


class Menus(ui.View):
    """Select menus of every kind; each says what was chosen."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        words = [discord.SelectOption(label=name, value=name.lower()) for name in ("Week", "Day", "Hour")]
        menus: list[Any] = [
            ui.Select[Any](placeholder="Remind me", options=words, max_values=2, custom_id="lead"),
            ui.UserSelect[Any](placeholder="Pick a person", custom_id="person"),
            ui.RoleSelect[Any](placeholder="Pick a role", custom_id="role"),
            ui.ChannelSelect[Any](placeholder="Pick a channel", custom_id="channel"),
        ]
        for menu in menus:
            menu.callback = self.chose
            self.add_item(menu)

    async def chose(self, interaction: Talk) -> None:
        data: Any = interaction.data
        await interaction.response.send_message(f"You chose {', '.join(data['values'])}", ephemeral=True)


def show_everything(bot: SmallBot) -> None:
    """Give the bot commands that show things."""

    @bot.tree.command()
    async def words(interaction: Talk) -> None:
        """Show Markdown."""
        await interaction.response.send_message(MARKDOWN)

    @bot.tree.command()
    async def card(interaction: Talk) -> None:
        """Show a card with every component."""
        files = [
            discord.File(io.BytesIO(PIXEL), "chart.png"),
            discord.File(io.BytesIO(b"we met"), "minutes.txt"),
        ]
        await interaction.response.send_message(view=Card(), files=files)

    @bot.tree.command()
    async def menus(interaction: Talk) -> None:
        """Show select menus."""
        await interaction.response.send_message("Choose", view=Menus())

    @bot.tree.command()
    async def report(interaction: Talk) -> None:
        """Open a long form."""
        await interaction.response.send_modal(Report())

    @bot.tree.command()
    async def embed(interaction: Talk) -> None:
        """Show an embed."""
        shown = discord.Embed(title="Progress", description="**42** actions", colour=discord.Colour.green())
        shown.add_field(name="London", value="20").set_footer(text="Counted hourly")
        await interaction.response.send_message(embed=shown)

    @bot.tree.command()
    async def whisper(interaction: Talk) -> None:
        """Write a direct message to whoever asks."""
        await interaction.response.defer(ephemeral=True)
        await interaction.user.send("Just between us")
        await interaction.followup.send("I wrote to you", ephemeral=True)
