"""When channels are told about key dates: the card, its form, and regions that are not told."""

import re
from datetime import time
from typing import Any, Literal

from discord import ui

from bot.domain.keydates import read_ahead
from bot.domain.when import Moment, read
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import row
from cogs.common.buttons import Button, PagedMenu
from cogs.common.context import Context
from cogs.common.forms import Form, Line, OneOf
from cogs.keydates.cards import clock_words, length, prompts_card
from db import keydates
from db.keydates.models import KeyDateSetting

CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


class Prompts(Button, name="keydate:prompts"):
    """'When channels hear of them', under the list, and 'Change it', under what that shows."""

    do: Literal["show", "change"]

    async def press(self, ctx: Context) -> None:
        """Show the settings, or open the form filled in."""
        ctx.must_organise(None)
        chosen = await ctx.read(keydates.setting, ctx.guild_id)
        if self.do == "show":
            await _show(ctx, chosen)
            return
        ctx.must_organise_for(None)
        ahead = (
            length(days, ctx.texts) if days else ctx.text("keydates.prompted.on") for days in chosen.ahead
        )
        typed = {
            "to": "on" if chosen.prompts else "off",
            "before": ", ".join(ahead),
            "at": clock_words(chosen.at),
        }
        await ctx.open(PromptsForm(ctx.texts, typed=typed))


async def _show(ctx: Context, chosen: KeyDateSetting) -> None:
    texts, regions = ctx.texts, ctx.guild.regions
    theirs = [region for region in regions if ctx.may_organise(region)]
    rows: list[ui.ActionRow[Any]] = []
    if len(theirs) == len(regions):
        rows.append(row(Prompts(label=texts("keydates.prompts.change.button"), do="change")))
    if chosen.prompts:
        offers = [
            (texts(f"keydates.prompts.region.{to}", region=Markup(region.name)), f"{to} {region.id}")
            for region in theirs
            for to in ["on" if region.id in chosen.muted else "off"]
        ]
        rows += InRegion.rows(texts("keydates.prompts.region.label"), offers)
    await ctx.reply(prompts_card(chosen, regions, texts, *rows))


class PromptsForm(Form, name="keydates", words="keydates.prompts.form"):
    """The form for whether channels are told about key dates, how long before and at what time."""

    to = OneOf("on", "off")
    before = Line(100)
    at = Line(20)

    async def send(self, ctx: Context) -> None:
        """Store it."""
        ctx.must_organise_for(None)
        ahead, clock = _ahead(self.typed["before"]), _clock(self.typed["at"], ctx)
        chosen = await ctx.write(
            keydates.choose, ctx.guild_id, prompted=self.to == "on", ahead=ahead, at=clock
        )
        await _show(ctx, chosen)


class InRegion(PagedMenu, name="keydate:region"):
    """'Switch one region on or off'."""

    async def press(self, ctx: Context) -> None:
        """Switch the chosen region."""
        to, _, number = self.the_one().partition(" ")
        region = next((one for one in ctx.guild.regions if str(one.id) == number), None)
        if region is None:
            raise UserError("errors.button_gone")
        ctx.must_organise(region)
        await _show(
            ctx, await ctx.write(keydates.choose, ctx.guild_id, prompted=to == "on", region_id=region.id)
        )


def _clock(words: str, ctx: Context) -> time:
    if (plain := CLOCK.fullmatch(words.strip())) is not None:
        return time(int(plain[1]), int(plain[2]))
    reading = read(f"tomorrow at {words}", now=ctx.now, zone=ctx.zone)
    if isinstance(reading, Moment):
        return reading.at.time().replace(tzinfo=None)
    raise UserError("keydates.prompts.clock", words=words[:60])


def _ahead(words: str) -> list[int]:
    try:
        return read_ahead(words)
    except ValueError:
        raise UserError("keydates.prompts.unread", words=words[:80]) from None
