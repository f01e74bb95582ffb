"""`/meeting` and its commands' options: a meeting, its time, how it recurs; with autocomplete."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.names import normalize
from bot.domain.terms import terms_of
from bot.domain.when import Choice, Moment, Series, Span, describe, read, read_repeat
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.context import Used, server_meant
from cogs.common.options import NAME_LENGTH, Autocomplete, FreeTextAutocomplete, Offers, WhenOption
from cogs.common.pick import IN_A_SENTENCE, pick
from cogs.common.report import Problem
from cogs.common.times import short
from cogs.meetings.clashes import foresee
from cogs.meetings.reading import MOST_PLACES, RULE, shifted
from db import meetings
from db.meetings.models import Meeting

MEETING = app_commands.Group(name="meeting", description="Network meetings.")


class MeetingOption(Autocomplete):
    """A meeting of this server: picked from the list, or its number, or the beginning of its title."""

    past_first: bool | None = None
    """Whether past meetings are offered before or after future ones; None leaves them out."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Meeting:
        """Return the typed meeting: by any number, or by title among those offered.

        Raises:
            UserError: there is none here, or several, which are offered as a menu.
        """
        bot, guild_id = cast("Bot", interaction.client), await server_meant(interaction)
        offered = await self._offered(bot, guild_id)
        try:
            return await named(bot, guild_id, value, offered)
        except UserError as error:
            if error.key != "pick.several":
                raise
            named_so = [one for one in offered if normalize(value) in normalize(one.title)]
            menu = bot.hooks.choose(
                interaction, "meeting", [(summary(one, bot.texts), str(one.id)) for one in named_so]
            )
            raise Problem(
                "pick.several_of" if menu and len(named_so) > IN_A_SENTENCE else error.key,
                *menu,
                **error.fields,
            ) from None

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the meetings that match what was typed, by title, day or number."""
        found = await self._offered(bot, await server_meant(interaction))
        sought = normalize(typed)
        lines = [(summary(meeting, bot.texts), meeting) for meeting in found]
        lines.sort(key=lambda one: sought not in normalize(one[1].title))
        return [
            (words, str(meeting.id))
            for words, meeting in lines
            if not sought or sought in normalize(words) or typed.strip() == str(meeting.id)
        ]

    async def _offered(self, bot: Bot, guild_id: int) -> list[Meeting]:
        now = bot.clock.now()
        if self.past_first is None:
            return await _ahead(bot, guild_id, since=now - timedelta(days=1))
        ahead, begun = (
            await _ahead(bot, guild_id, since=now),
            await bot.store.read(meetings.begun, guild_id, now=now),
        )
        return [*begun, *ahead] if self.past_first else [*ahead, *begun]


class AnyMeetingOption(MeetingOption):
    """A future or past meeting."""

    past_first = False


class HeldMeetingOption(MeetingOption):
    """A past or future meeting."""

    past_first = True


def summary(meeting: Meeting, texts: Texts) -> str:
    """Return a meeting on one line for a list of options, with its number: at most 100 characters."""
    when = short(meeting.starts_at, ZoneInfo(meeting.zone), texts)
    rest = texts("meetings.option.label", title="", when=when, number=meeting.id)
    title = meeting.title[: NAME_LENGTH - len(rest)]
    return str(texts("meetings.option.label", title=Markup(title), when=when, number=meeting.id))


async def named(bot: Bot, guild_id: int, value: str, among: Sequence[Meeting] | None = None) -> Meeting:
    """Return the typed meeting of a server: by any number, or among some (by default future ones) as `pick` finds it.

    Raises:
        UserError: there is none here, or several; names them.
    """
    number, now = value.strip().lstrip("#"), bot.clock.now()
    if not (number.isdecimal() and len(number) < 10):
        found = (
            list(among) if among is not None else await _ahead(bot, guild_id, since=now - timedelta(days=1))
        )
        number = pick(value, found, bot.texts, "meeting", numbered=True).id
    return await bot.store.read(meetings.find, int(number), guild_id=guild_id)


async def _ahead(bot: Bot, guild_id: int, *, since: datetime) -> list[Meeting]:
    return list(await bot.store.read(meetings.upcoming, guild_id, now=since, since=since, limit=100))


class MeetingTimeOption(WhenOption):
    """The time of a meeting; possible clashes are loaded while it is typed."""

    with_time = True

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Echo the readings of what has been typed so far."""
        foresee(bot)
        return await super().offers(interaction, bot, typed)


class NewTimeOption(MeetingTimeOption):
    """A new time for a meeting: as any other, or 'a week later'."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Echo what has been typed so far, relative to the picked meeting where it says so."""
        picked = str(getattr(interaction.namespace, "meeting", "") or "")
        if not picked or not typed.rstrip().lower().endswith(("later", "earlier")):
            return await super().offers(interaction, bot, typed)
        try:
            meeting = await named(bot, await server_meant(interaction), picked)
            zone = ZoneInfo(meeting.zone)
            time = shifted(typed, meeting.starts_at, now=bot.clock.now(), zone=zone)
        except UserError:  # reported when the command is sent
            return await super().offers(interaction, bot, typed)
        if time is not None:
            new = Moment(time.starts_at.astimezone(zone))
            return [(describe(new), value_of(new))]
        return await super().offers(interaction, bot, typed)


class RepeatOption(FreeTextAutocomplete):
    """How a meeting recurs, in words."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Echo what the words mean with the time typed before; else offer the usual repeats."""
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
AnyMeeting = app_commands.Transform[Meeting, AnyMeetingOption]
HeldMeeting = app_commands.Transform[Meeting, HeldMeetingOption]
MeetingTime = app_commands.Transform[str, MeetingTimeOption]
NewTime = app_commands.Transform[str, NewTimeOption]
Repeat = app_commands.Transform[str, RepeatOption]
Capacity = app_commands.Range[int, 1, MOST_PLACES]
