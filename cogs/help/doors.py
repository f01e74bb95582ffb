"""The six doors of `/help`: what somebody wants, and at most five things that help."""

from collections.abc import Mapping, Sequence
from typing import Literal

import discord

from bot.app import Bot
from bot.texts import Texts
from cogs.common.base import EVERYBODY, RED, Card, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.doing import Do

Door = Literal["new", "near", "minutes", "care", "organise", "setup"]
FOR_ALL: tuple[Door, ...] = ("new", "near", "minutes", "care")
DOORS: Mapping[Door, Sequence[str]] = {
    "new": ("welcome start", "network join", "meeting list", "guidance dos", "settings mine"),
    "near": ("network next", "meeting list", "meeting report", "events list", "keydates list"),
    "minutes": ("campaign act", "mine", "campaign list", "guidance tip", "campaign progress"),
    "care": ("guidance support", "guidance donts", "network contacts"),
    "organise": ("meeting schedule", "meeting manage", "meeting poll", "meeting report", "meeting suggest"),
    "setup": ("setup start", "setup check", "setup change", "admin deliveries", "admin audit"),
}
"""By door, the commands that its buttons run."""


class OpenDoor(Button, name="door"):
    """A door, or the way back to all of them."""

    audience = EVERYBODY

    door: Literal["new", "near", "minutes", "care", "organise", "setup", "all"]

    async def press(self, ctx: Context) -> None:
        """Show what is behind it."""
        if self.door == "all":
            await ctx.reply(doors_card(ctx.bot, open_to(ctx)))
        else:
            await ctx.reply(door_card(self.door, ctx.texts))


def open_to(ctx: Context) -> tuple[Door, ...]:
    """Return the doors that somebody may use."""
    record = ctx.record
    organises = record is not None and record.set_up_at is not None and ctx.may_organise(None)
    return (*FOR_ALL, *(("organise",) if organises else ()), *(("setup",) if ctx.admin else ()))


def door_buttons(doors: Sequence[Door], texts: Texts) -> list[OpenDoor]:
    """Return the buttons of doors."""
    primary, plain = discord.ButtonStyle.primary, discord.ButtonStyle.secondary
    return [
        OpenDoor(
            label=texts(f"help.doors.{door}.button"), style=primary if door in FOR_ALL else plain, door=door
        )
        for door in doors
    ]


def doors_card(bot: Bot, doors: Sequence[Door], title: str = "help.title") -> Card:
    """Return the doors, and the way to everything else."""
    buttons = door_buttons(doors, bot.texts)
    return Card(
        bot.texts(title),
        row(*buttons[: len(FOR_ALL)]),
        row(*buttons[len(FOR_ALL) :]) if len(buttons) > len(FOR_ALL) else None,
        bot.texts("help.more", command=bot.mention("help")),
    )


def door_card(door: Door, texts: Texts) -> Card:
    """Return what is behind a door: a line and a button for each thing."""
    things = [(name, f"help.doors.{door}.{name.replace(' ', '.')}") for name in DOORS[door]]
    lines = [
        texts("help.thing", label=texts(f"{key}.button"), what=texts(f"{key}.what")) for _, key in things
    ]
    care = line(texts("care.card.danger"), texts("care.card.talk")) if door == "care" else None
    back = OpenDoor(label=texts("help.back.button"), door="all")
    return Card(
        texts(f"help.doors.{door}.title"),
        care,
        line(*lines),
        row(*(Do(label=texts(f"{key}.button"), command=name) for name, key in things)),
        row(back),
        **({"colour": RED} if door == "care" else {}),
    )
