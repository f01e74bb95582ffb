"""`/mine`: what waits for a member, each on a line with its button, in a server or a direct message."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Bot
from bot.texts import Markup
from cogs.common.base import Card, row
from cogs.common.buttons import named
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.times import short
from db import people, waiting
from db.waiting import Waits

SHOWN = 10
"""Each line takes three of a message's 40 components."""


class Mine(commands.Cog):
    """What is waiting for somebody."""

    @app_commands.command()
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        """Show everything that is waiting for you."""
        ctx = await Context.personal(interaction)
        found = await ctx.read(waiting.waiting_for, ctx.user_id, zone=ctx.zone)
        await ctx.reply(await mine_card(ctx, found))


async def mine_card(ctx: Context, found: list[Waits]) -> Card:
    """Return what is waiting for a member, soonest first, and what else there is to do."""
    zone = people.zone_of(await ctx.read(people.person, ctx.user_id), ctx.guild)
    lines: list[ui.Item[Any]] = []
    for one in found[:SHOWN]:
        key = f"mine.{one.what}.when" if f"mine.{one.what}.when" in ctx.texts else "mine.when"
        when = ctx.text(key, when=short(one.at, zone, ctx.texts)) if one.at is not None else ""
        line = f"mine.{one.what}.{one.detail}.line" if one.what == "coming" else f"mine.{one.what}.line"
        words = ctx.text(line, name=_name(one, ctx), about=one.about, when=when)
        lines.append(ui.Section[Any](ui.TextDisplay[Any](words), accessory=_button(one, ctx)))
    more = len(found) - SHOWN
    return Card(
        ctx.text("mine.title" if found else "mine.nothing"),
        *lines,
        ctx.texts.count("cards.more", more) if more > 0 else None,
        row(
            Do(label=ctx.text("mine.act.button"), command="campaign act"),
            Do(label=ctx.text("mine.meetings.button"), command="meeting list"),
            Do(label=ctx.text("mine.settings.button"), command="settings mine"),
        ),
    )


def _name(one: Waits, ctx: Context) -> Markup | str:
    if one.what == "step":
        return ctx.text(f"network.steps.{one.name}.title")
    if one.what == "task" and one.detail:
        return ctx.text(f"checklist.items.{one.detail}.title")
    return one.name


def _button(one: Waits, ctx: Context) -> ui.Item[Any]:
    """Return the button for a task; other features' buttons are found by name."""
    label = ctx.text(f"mine.{one.what}.button")
    if one.what in ("answer", "coming"):
        return Do(label=label, command="meeting show", value=str(one.number))
    number, guild = one.number, ctx.guild_id
    if one.what == "poll":
        return named("poll-vote", label=label, guild=guild, poll=number)
    if one.what == "task":
        return named("check", label=label, item_id=number, do="show")
    if one.what == "goal":
        return named("goal", label=label, do="done", guild=guild, goal=number)
    if one.what == "action":
        return named("action", label=label, do="done", guild=guild, action=number)
    if one.what == "report":
        return named("report", label=label, meeting=number, draft=0)
    return named("roadmap", label=label, roadmap=number, step=int(one.detail), do="show")


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Mine())
