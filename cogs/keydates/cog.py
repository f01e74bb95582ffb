"""`/keydates`: days to organise around, and the prompts ahead of them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from enum import auto
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.keydates import Unclear, Unread, Yearly, read_ahead, read_date
from bot.domain.names import normalize
from bot.domain.when import Days, Moment, Refusal, read, read_period
from bot.errors import UserError
from bot.patience import patiently
from bot.texts import Markup
from cogs.common.autocomplete import MOST, Autocomplete, FreeTextAutocomplete, by_name
from cogs.common.base import Card, row
from cogs.common.context import Context
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice
from cogs.common.options import RegionName
from cogs.common.pick import pick
from cogs.common.times import short_day
from cogs.keydates import cards
from cogs.keydates.buttons import (
    ADDING,
    REMOVED,
    OnOff,
    Pick,
    Switch,
    ToAgenda,
    Undo,
    store,
    switch,
    theirs,
)
from cogs.keydates.pages import campaigns, known, read_campaign
from db import drafts, keydates
from db.keydates.models import KeyDate
from db.models import Region

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


async def dates_of(bot: Bot, guild_id: int) -> Sequence[KeyDate]:
    """Return the key dates of a server; those that come with the bot too, if it was set up a moment ago."""
    found = await bot.store.read(keydates.of_guild, guild_id)
    if any(one.page for one in found):
        return found
    await bot.store.write(keydates.ensure, guild_id, known(bot.texts), now=bot.clock.now())
    return await bot.store.read(keydates.of_guild, guild_id)


class DateOption(FreeTextAutocomplete):
    """A day in words; what it means is echoed while it is typed."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Echo what is typed so far, as a day of every year and as one that comes once."""
        zone = bot.zone_of(await bot.guild_record(interaction.guild_id or 0))
        if not typed.strip() or len(typed) > 80:
            return []
        found = read_date(typed, now=bot.clock.now(), zone=zone)
        readings = found.readings if isinstance(found, Unclear) else (found,)
        return [(cards.when_words(one), _said(one)) for one in readings if isinstance(one, Yearly)]


def _said(when: Yearly) -> str:
    """Return words that are read as exactly this day."""
    if not when.rule:
        return f"{when.first:%d %B %Y}"
    return cards.when_words(when).partition(", from")[0][:100]


class KeyDateOption(Autocomplete):
    """The name of a key date of this server."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> KeyDate:
        """Return the key date. Raises UserError: there is none of that name; names the nearest."""
        bot = cast("Bot", interaction.client)
        return pick(value, await dates_of(bot, interaction.guild_id or 0), bot.texts, "key_date")

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the key dates."""
        names = [one.name for one in await dates_of(bot, interaction.guild_id or 0)]
        return [(name, value[:100]) for name, value in by_name(typed, names)]


Named = app_commands.Transform[KeyDate, KeyDateOption]
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
        today = cards.today_of(self.bot, ctx.zone)
        days: Days | Refusal = Days(today, date(today.year + 1, today.month, min(today.day, 28)))
        if period is not None:
            days = read_period(period, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
        if isinstance(days, Refusal):
            raise UserError(days.reason, **days.fields)
        found = await dates_of(self.bot, ctx.guild_id)
        chosen = await ctx.read(keydates.setting, ctx.guild_id)
        names = await campaigns(self.bot, ctx.guild_id)
        regions = ctx.guild.regions
        await ctx.reply(cards.list_card(found, days, regions, chosen, ctx.texts, campaigns=names))

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any], name: Named) -> None:
        """Show one with what members can do."""
        ctx = await Context.of(interaction)
        to: OnOff = "on" if name.off else "off"
        switching = Switch(label=ctx.text(f"keydates.switch_{to}.button"), to=to, date=name.id)
        buttons = [switching] if all(map(ctx.may_organise, ctx.guild.regions)) else []
        today = cards.today_of(self.bot, ctx.zone)
        names = await campaigns(self.bot, ctx.guild_id)
        await ctx.reply(cards.show_card(name, ctx.guild.regions, today, ctx.texts, *buttons, campaigns=names))

    @app_commands.command()
    @app_commands.rename(note="do")
    async def add(
        self,
        interaction: discord.Interaction[Any],
        name: Name,
        date: Words,
        note: app_commands.Range[str, 1, 500] | None = None,
        campaign: str | None = None,
        region: RegionName | None = None,
    ) -> None:
        """Add one of your own."""
        ctx = await Context.of(interaction)
        chosen = _scope(ctx, region)
        clean = " ".join(name.split())
        if not clean:
            raise UserError("keydates.add.empty")
        fields: dict[str, Any] = {
            "name": clean,
            "note": " ".join((note or "").split()),
            "campaign": await read_campaign(self.bot, ctx.guild_id, campaign),
            "region": chosen.id if chosen else None,
        }
        found = read_date(date, now=ctx.now, zone=ctx.zone, terms=ctx.terms)
        if isinstance(found, Unread):
            raise UserError(found.reason, **dict(found.fields))
        if isinstance(found, Yearly):
            await store(ctx, fields, found)
            return
        fields["readings"] = [[one.first.isoformat(), one.rule] for one in found.readings]
        draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=ADDING, fields=fields)
        picks = [
            Pick(
                label=Markup(cards.when_words(one)[:80]),
                style=discord.ButtonStyle.primary,
                draft=draft.id,
                number=number,
            )
            for number, one in enumerate(found.readings)
        ]
        await ctx.reply(Card(ctx.text(found.reason, name=clean), row(*picks)))

    @add.autocomplete("campaign")
    async def _campaigns(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        there = await campaigns(self.bot, interaction.guild_id or 0, on=True)
        sought = normalize(typed)
        return [
            app_commands.Choice(name=name[:100], value=campaign)
            for campaign, name in there.items()
            if sought in normalize(name)
        ][:MOST]

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], name: Named) -> None:
        """Take one away."""
        ctx = await Context.of(interaction)
        theirs(ctx, name.region_id)
        fields = {
            "id": name.id, "page": name.page, "name": name.name, "rule": name.rule, "first": name.first,
            "note": name.note, "campaign": name.campaign, "region": name.region_id,
        }  # fmt: skip

        def work(session: Session) -> int:
            keydates.remove(session, name, by=ctx.user_id, now=ctx.now)
            return drafts.keep(
                session,
                guild_id=ctx.guild_id,
                user_id=ctx.user_id,
                form=REMOVED,
                fields=fields,
                now=ctx.now,
            ).id

        undo = Undo(label=ctx.text("keydates.undo.button"), draft=await ctx.write(work))
        said = ctx.text("keydates.remove.off" if name.page else "keydates.remove.done", name=name.name)
        await ctx.reply(Card(said, row(undo)))

    @app_commands.command(name="switch")
    async def switch_(self, interaction: discord.Interaction[Any], name: Named, to: OnOff) -> None:
        """Switch one on or off."""
        await switch(await Context.of(interaction), name, to)

    @app_commands.command()
    async def prompts(
        self,
        interaction: discord.Interaction[Any],
        to: OnOff | None = None,
        before: str | None = None,
        at: str | None = None,
        region: RegionName | None = None,
    ) -> None:
        """Show or change when the channels are told of key dates."""
        ctx = await Context.of(interaction)
        chosen = ctx.the_region(region) if region is not None else None
        ctx.must_organise_for(chosen if before is None and at is None else None)
        ahead, clock = _ahead(before), _clock(at, ctx)
        if to is None and ahead is None and clock is None:
            setting = await ctx.read(keydates.setting, ctx.guild_id)
        else:
            setting = await ctx.write(
                keydates.choose,
                ctx.guild_id,
                prompted=to == "on" if to else None,
                ahead=ahead,
                at=clock,
                region_id=chosen.id if chosen else None,
            )
        await ctx.reply(cards.prompts_card(setting, ctx.guild.regions, ctx.texts))

    # What is sent.

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Give every server the key dates of this version, and enqueue their prompts."""
        for guild_id in await self.bot.store.read_in_thread(keydates.outdated, self.known):
            await self._ensure(guild_id)

    @commands.Cog.listener()
    async def on_guild_changed(self, guild_id: int) -> None:
        """Owe the prompts as the regions and the zone are now."""
        record = await self.bot.guild_record(guild_id)
        if record is not None and record.set_up_at is not None:
            await self._ensure(guild_id)

    @commands.Cog.listener()
    async def on_guild_back(self, guild_id: int) -> None:
        """Go on with a server that was taken for gone."""
        await self.on_guild_changed(guild_id)

    async def _ensure(self, guild_id: int) -> None:
        now = self.bot.clock.now()
        await patiently(self.bot.store, None, keydates.ensure, guild_id, self.known, now=now)


@job(keydates.JOB)
class PlanKeyDates(Job):
    """Have a server have the key dates that are known, and store what is sent ahead of them."""

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(keydates.ensure, ctx.guild_id, known(ctx.texts))


class Why(Reason):
    """Why nothing is sent ahead of a key date."""

    CAMPAIGN_OFF = auto()
    KEY_DATE_OFF = auto()
    KEY_DATE_REMOVED = auto()


@notice(keydates.PROMPT)
class KeyDatePrompt(Notice):
    """The prompt ahead of a key date."""

    date: int
    day: str

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how far off it is, while it is on the list and its campaign on."""
        key_date, texts = await ctx.read(keydates.find, self.date), ctx.texts
        if key_date is None or key_date.off:
            raise Skip(Why.KEY_DATE_REMOVED if key_date is None else Why.KEY_DATE_OFF)
        if texts.is_off(key_date.campaign or ""):
            raise Skip(Why.CAMPAIGN_OFF)
        day, today = date.fromisoformat(self.day), cards.today_of(ctx.bot, ctx.bot.zone_of(await ctx.guild()))
        agenda = ToAgenda(label=texts("keydates.agenda.button"), date=key_date.id, day=self.day)
        off = (day - today).days
        when = "today" if off <= 0 else "tomorrow" if off == 1 else "ahead"
        about = {"name": key_date.name, "day": short_day(day, texts), "time": cards.length(off, texts)}
        return Outgoing(
            cards.prompt_card(key_date, day, today, texts, agenda),
            push=ctx.push(f"keydates.push.{when}", **about),
        )


def _scope(ctx: Context, region: str | None) -> Region | None:
    """Return the one region that a new key date is for, None for all; the organiser of one region adds to theirs."""
    if region is not None:
        chosen = ctx.the_region(region)
    else:
        chosen = None if all(map(ctx.may_organise, ctx.guild.regions)) else ctx.region
    ctx.must_organise_for(chosen)
    return chosen


def _clock(words: str | None, ctx: Context) -> time | None:
    if words is None:
        return None
    if (plain := _CLOCK.fullmatch(words.strip())) is not None:
        return time(int(plain[1]), int(plain[2]))
    reading = read(f"tomorrow at {words}", now=ctx.now, zone=ctx.zone)
    if isinstance(reading, Moment):
        return reading.at.time().replace(tzinfo=None)
    raise UserError("keydates.prompts.clock", words=words[:60])


def _ahead(words: str | None) -> list[int] | None:
    if words is None:
        return None
    try:
        return read_ahead(words)
    except ValueError:
        raise UserError("keydates.prompts.unread", words=words[:80]) from None


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(KeyDates(bot))
