"""`/keydates`: days to organise around, the prompts ahead of them, and when channels get those."""

import re
from collections.abc import Sequence
from datetime import date, time
from enum import auto
from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.keydates import Unclear, Unread, Yearly, read_ahead, read_date
from bot.domain.names import normalize
from bot.domain.weekly_limit import MOST_A_WEEK
from bot.domain.when import Days, Moment, Refusal, read, read_period
from bot.errors import UserError
from bot.patience import patiently
from bot.texts import Markup
from cogs.common.base import row
from cogs.common.buttons import Button, PagedMenu
from cogs.common.context import Context, Used
from cogs.common.forms import Form, Line, OneOf
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice
from cogs.common.options import FreeTextAutocomplete, Offers
from cogs.common.times import short_day
from cogs.keydates import cards
from cogs.keydates.buttons import See, ToAgenda, preview
from cogs.keydates.cards import clock_words, known, length, prompts_card
from db import keydates
from db.keydates.models import KeyDate, KeyDateSetting


async def dates_of(bot: Bot, guild_id: int) -> Sequence[KeyDate]:
    """Return the key dates of a server, including the built-in ones if it was only just set up."""
    found = await bot.store.read(keydates.of_guild, guild_id)
    if any(one.page for one in found):
        return found
    await bot.store.write(keydates.ensure, guild_id, known(bot.texts), now=bot.clock.now())
    return await bot.store.read(keydates.of_guild, guild_id)


class DateOption(FreeTextAutocomplete):
    """A day in words; its meaning is echoed while it is typed."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Echo what has been typed so far, as a yearly day and as a single one."""
        zone = bot.zone_of(await bot.guild_record(interaction.guild_id or 0))
        if not typed.strip() or len(typed) > 80:
            return []
        found = read_date(typed, now=bot.clock.now(), zone=zone)
        readings = found.readings if isinstance(found, Unclear) else (found,)
        return [(cards.when_words(one), _said(one)) for one in readings if isinstance(one, Yearly)]


def _said(when: Yearly) -> str:
    """Return words that read back as exactly this day."""
    if not when.rule:
        return f"{when.first:%d %B %Y}"
    return cards.when_words(when).partition(", from")[0][:100]


Words = app_commands.Transform[str, DateOption]
Name = app_commands.Range[str, 1, 100]


class KeyDates(commands.GroupCog, group_name="keydates"):
    """Key dates."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.known = known(bot.texts)

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any], period: str | None = None) -> None:
        """List what is coming up."""
        ctx = await Context.of(interaction)
        today = ctx.today
        days: Days | Refusal = Days(today, date(today.year + 1, today.month, min(today.day, 28)))
        if period is not None:
            days = read_period(period, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
        if isinstance(days, Refusal):
            raise UserError(days.reason, **days.fields)
        found = await dates_of(self.bot, ctx.guild_id)
        chosen = await ctx.read(keydates.setting, ctx.guild_id)
        regions = ctx.guild.regions
        offers = {
            str(one.id): f"{one.name} · {cards.day_words(day)}" for day, one in cards.coming_up(found, days)
        }
        offers |= {
            str(one.id): ctx.text("keydates.list.is_off", name=Markup(one.name)) for one in found if one.off
        }
        if period is None:  # later and past ones appear nowhere else
            for one in found:
                offers.setdefault(str(one.id), f"{one.name} · {cards.when_words(keydates.when_of(one))}")
        rows = See.rows(
            ctx.text("keydates.list.see.label"), [(name, number) for number, name in offers.items()]
        )
        if any(map(ctx.may_organise, regions)):
            rows.append(row(Prompts(label=ctx.text("keydates.prompts.show.button"), do="show")))
        await ctx.reply(cards.list_card(found, days, regions, chosen, ctx.texts, *rows))

    @app_commands.command()
    async def add(self, interaction: discord.Interaction[Any], name: Name, date: Words) -> None:
        """Add your own key date."""
        ctx = await Context.of(interaction)
        region = None if all(map(ctx.may_organise, ctx.guild.regions)) else ctx.region
        ctx.must_organise_for(region)
        clean = " ".join(name.split())
        if not clean:
            raise UserError("keydates.add.empty")
        if any(normalize(one.name) == normalize(clean) for one in await dates_of(self.bot, ctx.guild_id)):
            raise UserError("keydates.add.taken", name=clean)
        found = read_date(date, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
        if isinstance(found, Unread):
            raise UserError(found.reason, **dict(found.fields))
        readings = found.readings if isinstance(found, Unclear) else (found,)
        fields: dict[str, Any] = {
            "name": clean,
            "note": "",
            "campaign": None,
            "region": region.id if region else None,
            "question": found.reason if isinstance(found, Unclear) else "keydates.add.preview",
            "readings": [[one.first.isoformat(), one.rule] for one in readings],
        }
        await preview(ctx, fields)

    # What is sent.

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Store this version's key dates for every server, and enqueue their prompts."""
        for guild_id in await self.bot.store.read_in_thread(keydates.outdated, self.known):
            await self._ensure(guild_id)

    @commands.Cog.listener()
    async def on_guild_changed(self, guild_id: int) -> None:
        """Enqueue the prompts according to the new regions and zone."""
        record = await self.bot.guild_record(guild_id)
        if record is not None and record.set_up_at is not None:
            await self._ensure(guild_id)

    @commands.Cog.listener()
    async def on_guild_back(self, guild_id: int) -> None:
        """Resume for a server that was thought to be gone."""
        await self.on_guild_changed(guild_id)

    async def _ensure(self, guild_id: int) -> None:
        now = self.bot.clock.now()
        await patiently(self.bot.store, None, keydates.ensure, guild_id, self.known, now=now)


@job(keydates.JOB)
class PlanKeyDates(Job):
    """Store the known key dates for a server, and enqueue their prompts."""

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(keydates.ensure, ctx.guild_id, known(ctx.texts))


class Why(Reason):
    """Why no prompt is sent ahead of a key date."""

    CAMPAIGN_OFF = auto()
    KEY_DATE_OFF = auto()
    KEY_DATE_REMOVED = auto()


@notice(keydates.PROMPT, paced=MOST_A_WEEK, gone=Why.KEY_DATE_REMOVED)
class KeyDatePrompt(Notice):
    """The prompt ahead of a key date."""

    date: int
    day: str

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how far off it is, while it is listed and its campaign is on."""
        key_date, texts = await ctx.read(keydates.find, self.date), ctx.texts
        if key_date.off:
            raise Skip(Why.KEY_DATE_OFF)
        if texts.is_off(key_date.campaign or ""):
            raise Skip(Why.CAMPAIGN_OFF)
        zone = ctx.bot.zone_of(await ctx.guild())
        day, today = date.fromisoformat(self.day), ctx.now.astimezone(zone).date()
        agenda = ToAgenda(label=texts("keydates.agenda.button"), date=key_date.id, day=self.day)
        off = (day - today).days
        when = "today" if off <= 0 else "tomorrow" if off == 1 else "ahead"
        about = {"name": key_date.name, "day": short_day(day, texts), "time": cards.length(off, texts)}
        return Outgoing(
            cards.prompt_card(key_date, day, today, texts, agenda),
            push=ctx.push(f"keydates.push.{when}", **about),
        )


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


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(KeyDates(bot))
