"""A small bot that uses every kind of interaction, in the words of discord.py."""

from collections.abc import Callable, Coroutine
from typing import Any, cast

import discord
from discord import app_commands, ui
from discord.ext import commands

Talk = discord.Interaction[Any]


class Hasty:
    """Does not wait the five seconds that lie between two identifies."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin at once."""


class Small(Hasty, commands.Bot):
    """One connection, without asking where. `seen` are the interactions so far, `told` the other events by name."""

    seen: list[Talk]
    told: list[tuple[str, Any]]

    async def on_interaction(self, interaction: Talk) -> None:
        self.seen.append(interaction)


class AutoSharded(Hasty, commands.AutoShardedBot):
    """As many connections as Discord recommends."""

    seen: list[Talk]
    told: list[tuple[str, Any]]

    async def on_interaction(self, interaction: Talk) -> None:
        self.seen.append(interaction)


SmallBot = Small | AutoSharded


class Form(ui.Modal, title="A form"):
    """One field of each kind."""

    text = ui.Label[Any](text="Text", component=ui.TextInput[Any](max_length=20, custom_id="text"))
    colour = ui.Label[Any](
        text="Colour",
        component=ui.Select[Any](
            custom_id="colour",
            options=[
                discord.SelectOption(label="Red", value="r"),
                discord.SelectOption(label="Blue", value="b"),
            ],
        ),
    )
    ticks = ui.Label[Any](
        text="Ticks",
        component=ui.CheckboxGroup[Any](
            custom_id="ticks",
            required=False,
            options=[
                discord.CheckboxGroupOption(label="One", value="1"),
                discord.CheckboxGroupOption(label="Two", value="2"),
            ],
        ),
    )
    way = ui.Label[Any](
        text="Way",
        component=ui.RadioGroup[Any](
            custom_id="way",
            options=[
                discord.RadioGroupOption(label="Left", value="l"),
                discord.RadioGroupOption(label="Right", value="r"),
            ],
        ),
    )
    agree = ui.Label[Any](text="Agree", component=ui.Checkbox[Any](custom_id="agree"))

    async def on_submit(self, interaction: Talk) -> None:
        values = [
            cast("ui.TextInput[Any]", self.text.component).value,
            *cast("ui.Select[Any]", self.colour.component).values,
            *cast("ui.CheckboxGroup[Any]", self.ticks.component).values,
            cast("ui.RadioGroup[Any]", self.way.component).value,
            cast("ui.Checkbox[Any]", self.agree.component).value,
        ]
        await interaction.response.send_message(" ".join(map(str, values)), ephemeral=True)


class Buttons(ui.LayoutView):
    """Counts presses."""

    def __init__(self, count: int = 0) -> None:
        super().__init__(timeout=None)
        self.count = count
        button = ui.Button[Any](label="Count", custom_id="count")
        button.callback = self.pressed
        self.add_item(ui.Container[Any](ui.TextDisplay(f"Pressed {count}"), ui.ActionRow[Any](button)))

    async def pressed(self, interaction: Talk) -> None:
        await interaction.response.edit_message(view=Buttons(self.count + 1))


class People(ui.Modal, title="People, places and papers"):
    """Fields that name something in the server, and files."""

    who = ui.Label[Any](text="Who", component=ui.UserSelect[Any](custom_id="who"))
    where = ui.Label[Any](text="Where", component=ui.ChannelSelect[Any](custom_id="where"))
    papers = ui.Label[Any](text="Papers", component=ui.FileUpload[Any](custom_id="papers", max_values=2))

    async def on_submit(self, interaction: Talk) -> None:
        who = cast("ui.UserSelect[Any]", self.who.component).values
        where = cast("ui.ChannelSelect[Any]", self.where.component).values
        files = cast("ui.FileUpload[Any]", self.papers.component).values
        words = [str(who[0].name), str(where[0].name)]
        words += [f"{file.filename}={(await file.read()).decode()}" for file in files]
        await interaction.response.send_message(" ".join(words), ephemeral=True)


class Rename(ui.Modal, title="Rename"):
    """Changes the message that it came from."""

    name = ui.TextInput[Any](label="Name", default="before", custom_id="name")

    async def on_submit(self, interaction: Talk) -> None:
        await interaction.response.edit_message(content=self.name.value)


class Picks(ui.View):
    """Every kind of select."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(
        cls=ui.Select[Any],
        custom_id="text",
        max_values=2,
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two", value="2")],
    )
    async def text(self, interaction: Talk, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(" ".join(select.values), ephemeral=True)

    @ui.select(cls=ui.UserSelect[Any], custom_id="user")
    async def user(self, interaction: Talk, select: ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(select.values[0].name, ephemeral=True)

    @ui.select(cls=ui.RoleSelect[Any], custom_id="role")
    async def role(self, interaction: Talk, select: ui.RoleSelect[Any]) -> None:
        await interaction.response.send_message(select.values[0].name, ephemeral=True)

    @ui.select(cls=ui.ChannelSelect[Any], custom_id="channel")
    async def channel(self, interaction: Talk, select: ui.ChannelSelect[Any]) -> None:
        await interaction.response.send_message(str(select.values[0].name), ephemeral=True)

    @ui.select(cls=ui.MentionableSelect[Any], custom_id="mentionable")
    async def mentionable(self, interaction: Talk, select: ui.MentionableSelect[Any]) -> None:
        await interaction.response.send_message(select.values[0].name, ephemeral=True)


class Doors(ui.View):
    """Buttons that lead on."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Form", custom_id="form")
    async def form(self, interaction: Talk, button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(People())

    @ui.button(label="Rename", custom_id="rename")
    async def rename(self, interaction: Talk, button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Rename())

    @ui.button(label="Later", custom_id="later")
    async def later(self, interaction: Talk, button: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("later", ephemeral=True)

    @ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: Talk, button: ui.Button[Any]) -> None:
        raise AssertionError


def _noting(
    bot: SmallBot, name: str, changed: Callable[[], None]
) -> Callable[..., Coroutine[Any, Any, None]]:
    async def note(*arguments: Any) -> None:
        bot.told.append((name, arguments[-1] if arguments else None))
        changed()

    return note


def furnish(bot: SmallBot, changed: Callable[[], None]) -> None:
    """Give the bot its commands; `changed` is called whenever it was told something."""
    bot.seen, bot.told = [], []
    for name in (
        "ready",
        "resumed",
        "disconnect",
        "message",
        "member_join",
        "member_update",
        "member_remove",
    ):
        bot.add_listener(_noting(bot, name, changed), f"on_{name}")

    _plain_commands(bot)
    _unusual_commands(bot)
    _menus(bot)


def _plain_commands(bot: SmallBot) -> None:
    @bot.tree.command()
    async def echo(interaction: Talk, text: str) -> None:
        """Say it again."""
        await interaction.response.send_message(text, allowed_mentions=discord.AllowedMentions.none())

    @bot.tree.command()
    async def count(interaction: Talk) -> None:
        """Count presses."""
        await interaction.response.send_message(view=Buttons())

    @bot.tree.command()
    async def pick(interaction: Talk) -> None:
        """Choose."""
        await interaction.response.send_message("Choose", view=Picks())

    @bot.tree.command()
    async def doors(interaction: Talk) -> None:
        """Go on."""
        await interaction.response.send_message("Go on", view=Doors())

    @bot.tree.command()
    async def form(interaction: Talk) -> None:
        """Open a form."""
        await interaction.response.send_modal(Form())


def _unusual_commands(bot: SmallBot) -> None:
    @bot.tree.command()
    async def slow(interaction: Talk, quiet: bool = True) -> None:
        """Defer, then answer."""
        await interaction.response.defer(thinking=True, ephemeral=quiet)
        await interaction.edit_original_response(content="done")
        await interaction.followup.send("and more", ephemeral=quiet)

    @bot.tree.command()
    async def silent(interaction: Talk) -> None:
        """Never answer."""

    @bot.tree.command()
    @app_commands.default_permissions(manage_guild=True)
    async def secret(interaction: Talk) -> None:
        """Only for those who manage the server."""
        await interaction.response.send_message("secret")

    meeting = app_commands.Group(name="meeting", description="Meetings")

    @meeting.command()
    async def schedule(
        interaction: Talk,
        title: app_commands.Range[str, 3, 20],
        host: discord.Member,
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        places: app_commands.Range[int, 1, 10] = 5,
        share: float = 0.5,
        online: bool = False,
        paper: discord.Attachment | None = None,
    ) -> None:
        """Use every type of option."""
        words = [title, host.display_name, channel, role, places, share, online]
        if paper is not None:
            words.append((await paper.read()).decode())
        await interaction.response.send_message(" | ".join(map(str, words)))

    @schedule.autocomplete("title")
    async def titles(interaction: Talk, current: str) -> list[app_commands.Choice[str]]:
        place = cast("discord.Member", interaction.namespace.host)
        return [app_commands.Choice(name=f"{current} with {place and place.id}", value=current + "!")]

    bot.tree.add_command(meeting)


def _menus(bot: SmallBot) -> None:
    @bot.tree.context_menu(name="Quote")
    async def quote(interaction: Talk, message: discord.Message) -> None:
        await interaction.response.send_message(f"> {message.content}", ephemeral=True)

    @bot.tree.context_menu(name="Wave")
    async def wave(interaction: Talk, member: discord.Member) -> None:
        await interaction.response.send_message(f"Hello {member.display_name}")
