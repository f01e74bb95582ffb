"""`/meeting` and its commands' options: a meeting, its time, how it recurs; with autocomplete."""

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
from cogs.common.pick import Unclear, pick
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
        number = value.strip().lstrip("#")
        try:
            if not (number.isdecimal() and len(number) < 10):
                number = pick(value, offered, bot.texts, "meeting", numbered=True).id
        except Unclear as error:
            said = {str(one.id): summary(one, bot.texts) for one in offered}
            error.offers = [(said[number], number) for _, number in error.offers]
            raise
        return await bot.store.read(meetings.find, int(number), guild_id=guild_id)

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the meetings that match what was typed, by title, day or number."""
        found, sought = await self._offered(bot, await server_meant(interaction)), normalize(typed)
        found.sort(key=lambda one: sought not in normalize(one.title))
        offers = [(summary(one, bot.texts), str(one.id)) for one in found]
        return [one for one in offers if sought in normalize(one[0]) or typed.strip() == one[1]]

    async def _offered(self, bot: Bot, guild_id: int) -> list[Meeting]:
        now = bot.clock.now()
        if self.past_first is None:
            return await _ahead(bot, guild_id, since=now - timedelta(days=1))
        ahead = await _ahead(bot, guild_id, since=now)
        begun = await bot.store.read(meetings.begun, guild_id, now=now)
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
            meeting = await MeetingOption().transform(interaction, picked)
            zone = ZoneInfo(meeting.zone)
            time = shifted(typed, meeting.starts_at, now=bot.clock.now(), zone=zone)
        except UserError:  # reported when the command is sent
            time, zone = None, bot.zone_of(None)
        if time is None:
            return await super().offers(interaction, bot, typed)
        new = Moment(time.starts_at.astimezone(zone))
        return [(describe(new), value_of(new))]


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
