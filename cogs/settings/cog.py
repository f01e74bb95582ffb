"""`/settings mine`: a member's own zone, lead times, quiet hours and whether they want DMs."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.lead_times import read_lead_times
from bot.domain.names import alike
from bot.domain.quiet import read_quiet
from bot.domain.when.zones import ABBREVIATIONS
from bot.errors import UserError
from cogs.common.base import Card, line
from cogs.common.context import Context
from cogs.common.receipts import closed
from cogs.common.times import lead_times_in_words
from cogs.settings import receipts as receipts  # registered by being imported
from db import meetings, people
from db.models import Person


class Settings(commands.GroupCog, group_name="settings"):
    """A member's own settings."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.choices(dms=[app_commands.Choice(name=name, value=name) for name in ("on", "bare", "off")])
    async def mine(
        self,
        interaction: discord.Interaction[Any],
        reminders: str | None = None,
        quiet: str | None = None,
        dms: app_commands.Choice[str] | None = None,
        zone: str | None = None,
    ) -> None:
        """Show or change how the bot writes to you."""
        ctx = await Context.anywhere(interaction)
        changes: dict[str, Any] = {}
        if reminders is not None:
            changes["leads"] = _leads(reminders)
        if quiet is not None:
            changes["quiet_from"], changes["quiet_until"] = _quiet(quiet)
        if dms is not None:
            changes |= {"dms": dms.value != "off", "discreet": dms.value == "bare", "dms_closed_at": None}
        if zone is not None:
            changes["zone"] = _zone(zone)

        def store(session: Session, *, now: datetime) -> Person:
            person = people.choose(session, ctx.user_id, **changes)
            meetings.rearm(session, ctx.user_id, now=now)
            return person

        person = (
            await ctx.write(store)
            if changes
            else await ctx.read(people.person, ctx.user_id) or Person(id=ctx.user_id, dms=True)
        )
        texts = ctx.texts
        leads = person.leads if person.leads is not None else (ctx.record.leads if ctx.record else None)
        hours = people.quiet_of(person)
        await ctx.reply(
            Card(
                texts("settings.saved" if changes else "settings.title"),
                line(
                    closed(person, texts)
                    or texts(
                        f"settings.dms_{'off' if not person.dms else 'bare' if person.discreet else 'on'}"
                    ),
                    texts("settings.reminders", leads=lead_times_in_words(leads, texts))
                    if leads is not None
                    else texts("settings.reminders_of_server"),
                    texts("settings.quiet", begins=f"{hours.begins:%H:%M}", ends=f"{hours.ends:%H:%M}")
                    if hours.begins != hours.ends
                    else texts("settings.quiet_none"),
                    texts("settings.zone", zone=person.zone or self.bot.zone_of(ctx.record).key),
                ),
                texts("settings.how", command=self.bot.mention("settings mine")) if not changes else None,
            )
        )

    @mine.autocomplete("zone")
    async def _zones(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        sought = typed.strip().casefold().replace(" ", "_")
        names = sorted(zone for zone in available_timezones() if sought in zone.casefold() and "/" in zone)
        names.sort(key=lambda name: not name.startswith("Europe/"))
        return [app_commands.Choice(name=name, value=name) for name in names[:25]]


def _leads(words: str) -> list[int] | None:
    if words.strip().casefold() in {"default", "usual"}:
        return None
    try:
        return read_lead_times(words)
    except ValueError:
        raise UserError("reminders.unread", words=words[:80]) from None


def _quiet(words: str) -> tuple[str | None, str | None]:
    if words.strip().casefold() in {"none", "off", "never"}:
        return "00:00", "00:00"
    if words.strip().casefold() in {"default", "usual"}:
        return None, None
    try:
        hours = read_quiet(words)
    except ValueError:
        raise UserError("settings.quiet_unread", words=words[:60]) from None
    return f"{hours.begins:%H:%M}", f"{hours.ends:%H:%M}"


def _zone(words: str) -> str:
    # 'GMT' and 'EST' are zones to a computer, without a summer: an hour off for half of the year.
    zones = {zone.casefold(): zone for zone in available_timezones() if "/" in zone or zone == "UTC"}
    sought = words.strip().casefold().replace(" ", "_")
    if sought in zones:
        return zones[sought]
    cities = {zone.rpartition("/")[2]: name for zone, name in zones.items()}
    if sought in cities:
        return cities[sought]
    _, meant = ABBREVIATIONS.get(sought, (0, ""))
    if meant:
        raise UserError("settings.zone_place", words=words[:60], example=meant)
    near = alike(sought, [*zones, *cities])
    example = zones.get(near[0]) or cities.get(near[0]) if near else "Europe/London"
    raise UserError("settings.zone_unread", words=words[:60], example=str(example))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Settings(bot))
