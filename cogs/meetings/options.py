"""Options of commands about meetings: a meeting, its time, how it comes again; with autocomplete."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.names import fold
from bot.domain.terms import terms_of
from bot.domain.when import Choice, Moment, Series, Span, describe, read, read_repeat
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from cogs.common.autocomplete import NAME_LENGTH, AsTyped, Offering
from cogs.common.context import server_meant
from cogs.common.options import WhenOption
from cogs.common.pick import pick
from cogs.common.times import written
from cogs.meetings.clashes import foresee
from cogs.meetings.reading import RULE, shifted
from db import meetings
from db.meetings.models import Meeting


class MeetingOption(Offering):
    """A meeting of this server: picked from the list, or its number, or the beginning of its title."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Meeting:
        """Return the meeting, as `named` does."""
        return await named(cast("Bot", interaction.client), await server_meant(interaction), value)

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the meetings that are ahead, those that match what was typed first."""
        found = await _recent(bot, await server_meant(interaction))
        sought = fold(typed)
        found.sort(key=lambda meeting: sought not in fold(meeting.title))
        return [
            (summary(meeting), str(meeting.id))
            for meeting in found
            if not sought or sought in fold(summary(meeting)) or typed.strip() == str(meeting.id)
        ]


def summary(meeting: Meeting) -> str:
    """Return a meeting on one line for a list of options: at most 100 characters."""
    when = written(meeting.starts_at, ZoneInfo(meeting.zone))
    return f"{meeting.title[: 95 - len(when)]}, {when}"[:100]


async def named(bot: Bot, guild_id: int, value: str) -> Meeting:
    """Return the meeting of a server that was typed: by any number, or one of those ahead as `pick` finds it.

    Raises:
        UserError: there is none such here, or several; names them.
    """
    number = value.strip().lstrip("#")
    if not (number.isdecimal() and len(number) < 10):
        found = await _recent(bot, guild_id)
        number = pick(value, found, bot.texts, "meeting", numbered=True).id
    return await bot.store.read(meetings.find, int(number), guild_id=guild_id)


async def _recent(bot: Bot, guild_id: int) -> list[Meeting]:
    now = bot.clock.now()
    return list(
        await bot.store.read(meetings.upcoming, guild_id, now=now, since=now - timedelta(days=1), limit=100)
    )


class MeetingTimeOption(WhenOption):
    """The time of a meeting: what it may clash with is loaded while it is typed."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Echo the readings of what is typed so far."""
        foresee(bot)
        return await super().offers(interaction, bot, typed)


class NewTimeOption(MeetingTimeOption):
    """A new time for a meeting: as any other, or 'a week later'."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Echo what is typed so far, counted from the meeting that was picked before where it says so."""
        picked = str(getattr(interaction.namespace, "meeting", "") or "")
        if not picked or not typed.rstrip().lower().endswith(("later", "earlier")):
            return await super().offers(interaction, bot, typed)
        try:
            meeting = await named(bot, interaction.guild_id or 0, picked)
            zone = ZoneInfo(meeting.zone)
            time = shifted(typed, meeting.starts_at, now=bot.clock.now(), zone=zone)
        except UserError:  # it is said when the command is sent
            return await super().offers(interaction, bot, typed)
        if time is not None:
            new = Moment(time.starts_at.astimezone(zone))
            return [(describe(new), value_of(new))]
        return await super().offers(interaction, bot, typed)


class RepeatOption(AsTyped):
    """How a meeting comes again, in words."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Say what the words mean with the time that was typed before; else offer the usual repeats."""
        guild = await bot.guild_record(interaction.guild_id or 0)
        zone, terms = bot.zone_of(guild), terms_of(guild.terms) if guild else None
        when = str(getattr(interaction.namespace, "when", "") or "")
        start = read(when, now=bot.clock.now(), zone=zone, terms=terms)
        offers = list(bot.texts.under("series.offers"))
        usual = [str(bot.texts(key)) for key in offers if typed.casefold() in bot.texts(key).casefold()]
        if not isinstance(start, Moment | Span):
            return [(words, words) for words in usual]
        found: dict[str, str] = {}
        for words in dict.fromkeys([typed, *usual] if typed.strip() else usual):
            again = read_repeat(words, start, terms=terms)
            readings = again.readings if isinstance(again, Choice) else (again,)
            for one in readings:
                if isinstance(one, Series):
                    found.setdefault(describe(one)[:NAME_LENGTH], RULE + one.stored)
        return [(name, rule[:100]) for name, rule in found.items()]


MeetingArgument = app_commands.Transform[Meeting, MeetingOption]
MeetingTime = app_commands.Transform[str, MeetingTimeOption]
NewTime = app_commands.Transform[str, NewTimeOption]
Repeat = app_commands.Transform[str, RepeatOption]
Capacity = app_commands.Range[int, 1, 10_000]
Which = Literal["this", "later"]
